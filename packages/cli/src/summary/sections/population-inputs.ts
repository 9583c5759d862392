/**
 * Section 5 of `undertow describe`: the inputs of the population beside what was built.
 */
import type { InputCheck, InputVerdict } from "@undertow/scenarios";
import { formatCoins, formatNumber, formatPercent, formatUsd, MISSING } from "../format.ts";
import { table, text, type Section, type Tone } from "../page.ts";

/** 5. Inputs, met or missed. */
export function inputsSection(inputs: readonly InputCheck[]): Section {
  const missed = inputs.filter(({ verdict }) => verdict === "missed").length;
  return {
    title: "5. Inputs",
    blocks: [
      text(`${inputCounts(inputs)}.`, missed === 0 ? "good" : "bad"),
      table(
        [
          { header: "figure", align: "left", wrap: true },
          { header: "of", align: "left" },
          { header: "input" },
          { header: "built" },
          { header: "", align: "left" },
          { header: "rule", align: "left", wrap: true },
          { header: "input is", align: "left" },
        ],
        inputs.map((check) => [
          check.figure,
          check.of ?? "all",
          checkedValue(check, check.input),
          checkedValue(check, check.built),
          VERDICT_WORDS[check.verdict],
          check.rule,
          check.origin === "rule" ? "a rule" : check.origin,
        ]),
        inputs.map(({ verdict }): Tone | undefined =>
          verdict === "missed" ? "bad" : verdict === "met" ? undefined : "faint",
        ),
      ),
    ],
  };
}

/** Verdicts as words. */
export const VERDICT_WORDS: Readonly<Record<InputVerdict, string>> = {
  met: "met",
  missed: "MISSED",
  "in-part": "in part",
  "not-used": "not used",
};

/** How many of each verdict there are: `11 met, 0 missed, 5 not used`. */
export function inputCounts(inputs: readonly InputCheck[]): string {
  const counts = (["met", "missed", "in-part", "not-used"] as const).flatMap((verdict, k) => {
    const count = inputs.filter((check) => check.verdict === verdict).length;
    return count === 0 && k > 1 ? [] : [`${formatNumber(count)} ${VERDICT_WORDS[verdict].toLowerCase()}`];
  });
  return counts.join(", ");
}

/** A checked figure in its unit. */
export function checkedValue({ unit }: InputCheck, value: number | null): string {
  if (value === null) return MISSING;
  switch (unit) {
    case "USD":
      return formatUsd(value);
    case "coins":
      return formatCoins(value);
    case "fraction":
      return formatPercent(value, Math.abs(value) < 0.01 ? 4 : 1);
    case "positions":
      return formatNumber(value);
    default:
      return formatNumber(value, 2);
  }
}
