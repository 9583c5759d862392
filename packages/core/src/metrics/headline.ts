/**
 * One plain sentence that says what happened, with numbers. Metrics phase.
 *
 * Text only, nothing is computed here; a figure that is null leaves its clause out.
 */

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
  const range = peak === null || trough === null ? "" : ` from ${price(peak)} to ${price(trough)}`;
  const moment =
    troughTime === null ? "" : ` on ${troughTime.slice(0, 10)} at ${troughTime.slice(11, 16)} UTC`;
  const multiple =
    medianAltcoinFallOverBtc === null
      ? ""
      : ` (${medianAltcoinFallOverBtc.toFixed(2)} times ${referenceCoin})`;
  const altcoins =
    figures.medianAltcoinFall === null
      ? ""
      : `, the median altcoin ${percent(figures.medianAltcoinFall)}${multiple}`;
  const liquidated =
    figures.liquidatedUsd === null
      ? ""
      : `; ${amount(figures.liquidatedUsd)} of positions were liquidated, closing out ${count(figures.traders ?? 0)} traders`;
  const forced =
    figures.forcedShare === null
      ? ""
      : `, and ${percent(figures.forcedShare)} of taker selling in the fall was forced`;
  const fall = figures.fall === null ? "has no price" : `fell ${percent(figures.fall)}`;
  return `${referenceCoin} ${fall}${range}${moment}${altcoins}${liquidated}${forced}.`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

function price(value: number): string {
  return `$${value >= 1_000 ? count(Math.round(value)) : value.toPrecision(4)}`;
}

function amount(usd: number): string {
  if (usd >= 1e9) return `$${(usd / 1e9).toFixed(2)}bn`;
  if (usd >= 1e6) return `$${(usd / 1e6).toFixed(0)}M`;
  return `$${count(Math.round(usd))}`;
}

function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}
