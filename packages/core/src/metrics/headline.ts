/**
 * One plain sentence that says what happened, with numbers. Metrics phase.
 *
 * Text only, nothing is computed here; a figure that is null leaves its clause out.
 */
import { amountText, countText, percentText, priceText } from "./figure-text.ts";

/** What a run says that was stopped before its first measured sample. */
export const NOTHING_MEASURED = "The run was stopped in the warm-up: nothing was measured.";

export interface HeadlineFigures {
  readonly referenceCoin: string;
  readonly fall: number | null;
  readonly peak: number | null;
  readonly trough: number | null;
  readonly troughTime: string | null;
  readonly medianAltcoinFall: number | null;
  readonly medianAltcoinFallOverBtc: number | null;
  readonly liquidatedUsd: number | null;
  readonly traders: number | null;
  readonly forcedShare: number | null;
}

export function writeHeadline(figures: HeadlineFigures): string {
  const { referenceCoin, peak, trough, troughTime, medianAltcoinFallOverBtc } = figures;
  const range = peak === null || trough === null ? "" : ` from ${priceText(peak)} to ${priceText(trough)}`;
  const moment =
    troughTime === null ? "" : ` on ${troughTime.slice(0, 10)} at ${troughTime.slice(11, 16)} UTC`;
  const multiple =
    medianAltcoinFallOverBtc === null
      ? ""
      : ` (${medianAltcoinFallOverBtc.toFixed(2)} times ${referenceCoin})`;
  const altcoins =
    figures.medianAltcoinFall === null
      ? ""
      : `, the median altcoin ${percentText(figures.medianAltcoinFall)}${multiple}`;
  const liquidated =
    figures.liquidatedUsd === null
      ? ""
      : `; ${amountText(figures.liquidatedUsd)} of positions were liquidated, closing out ${countText(figures.traders ?? 0)} traders`;
  const forced =
    figures.forcedShare === null
      ? ""
      : `, and ${percentText(figures.forcedShare)} of taker selling in the fall was forced`;
  const fall = figures.fall === null ? "has no price" : `fell ${percentText(figures.fall)}`;
  return `${referenceCoin} ${fall}${range}${moment}${altcoins}${liquidated}${forced}.`;
}
