/**
 * Section 4 of `undertow describe`: what each 1 % of fall or rise would liquidate.
 */
import { LADDER_RUNGS, type LadderLine, type LiquidationLadder } from "@undertow/core/metrics";
import { formatUsd } from "../format.ts";
import {
  aloneColumns,
  type LadderColumn,
  ladderSpans,
  type LadderSpan,
  spanUsd,
  togetherColumns,
} from "../ladder-spans.ts";
import { table, text, type Block, type Section } from "../page.ts";

/** 4. The ladder. */
export function ladderSection(ladder: LiquidationLadder, coins: readonly string[]): Section {
  const blocks: Block[] = [
    text(
      "Each coin alone, the others standing still: liquidated per 1 % of its fall, and in all up to there.",
    ),
    ladderTable("fall", aloneColumns(ladder, "fall", coins)),
    ...elsewhere(ladder, "fall"),
    text("The same for its rise."),
    ladderTable("rise", aloneColumns(ladder, "rise", coins)),
    ...elsewhere(ladder, "rise"),
  ];
  if (coins.length > 1) {
    blocks.push(
      text(`All coins together, each by its beta, for a fall of ${ladder.reference}.`),
      ladderTable("fall", togetherColumns(ladder, "fall", coins)),
      text(`The same for a rise of ${ladder.reference}.`),
      ladderTable("rise", togetherColumns(ladder, "rise", coins)),
    );
  }
  blocks.push(
    text(
      "From the accounts as built, at their liquidation prices to the tick: isolated positions each by itself; of a cross " +
        "account the position with the most maintenance margin, whole. At start prices, by moves up to 50 %, before any " +
        "trade, stop or funding: what the prices alone would set off, not a forecast.",
      "faint",
    ),
  );
  return { title: "4. Liquidation ladder", blocks };
}

function ladderTable(direction: LadderLine["direction"], columns: readonly LadderColumn[]): Block {
  if (columns.every(({ usd }) => usd.every((value) => value === 0)))
    return text(`No ${direction} up to ${LADDER_RUNGS} % liquidates anybody.`);
  return table(
    [
      { header: direction },
      ...columns.flatMap(({ name }) => [{ header: `${name}\nper 1 %` }, { header: "\nin all" }]),
    ],
    ladderSpans.map((span) => [
      spanText(span),
      ...columns.flatMap((column) => {
        const { perRung, upTo } = spanUsd(column, span);
        return [formatUsd(perRung), formatUsd(upTo)];
      }),
    ]),
  );
}

function spanText({ from, to }: LadderSpan): string {
  return `${from}-${to} %`;
}

/** Positions in other coins that a single coin's move reaches, through cross margin. */
function elsewhere(ladder: LiquidationLadder, direction: LadderLine["direction"]): Block[] {
  const usd = ladder.lines
    .filter((line) => line.move === "alone" && line.direction === direction && line.coin !== line.moved)
    .reduce((sum, line) => sum + (line.cumulativeUsd.at(-1) ?? 0), 0);
  if (usd === 0) return [];
  return [text(`Of that, ${formatUsd(usd)} are positions in other coins, through cross margin.`, "faint")];
}
