/**
 * Figures as the sentences of a summary say them: `42.0%`, `$44.6B`, `$60,062`, `1,404,075`. Metrics phase; pure text.
 *
 * The same style as the tables of whoever shows the summary. Nothing here is computed with afterwards.
 */

/** A fraction as per cent with one digit: 0.42 is `42.0%`. */
export function percentText(fraction: number): string {
  return `${grouped(100 * fraction, 1)}%`;
}

/** Dollars with three significant digits: `$4.40B`, `$237M`, `$950`. */
export function amountText(usd: number): string {
  const size = Math.abs(usd);
  const sign = usd < 0 ? "-" : "";
  // Half a unit below the next power keeps 999,960 from becoming "$1000k".
  if (size >= 999.5e9) return `${sign}$${significant(size / 1e12)}T`;
  if (size >= 999.5e6) return `${sign}$${significant(size / 1e9)}B`;
  if (size >= 999.5e3) return `${sign}$${significant(size / 1e6)}M`;
  if (size >= 999.5) return `${sign}$${significant(size / 1e3)}k`;
  return `${sign}$${significant(size)}`;
}

/** A price in dollars: whole dollars from 10,000, four or five significant digits below. */
export function priceText(price: number): string {
  const digits = price >= 10_000 ? 0 : price >= 1000 ? 1 : price >= 10 ? 2 : price >= 1 ? 3 : 5;
  return `$${grouped(price, digits)}`;
}

/** A count with its thousands apart. */
export function countText(value: number): string {
  return grouped(value, 0);
}

function grouped(value: number, digits: number): string {
  const [whole, fraction] = value.toFixed(digits).split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}

function significant(scaled: number): string {
  if (scaled === 0) return "0";
  if (scaled >= 99.95) return scaled.toFixed(0);
  return scaled.toFixed(scaled >= 9.995 ? 1 : 2);
}
