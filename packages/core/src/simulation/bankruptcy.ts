/**
 * Bankruptcy prices: the price of a closing order at which the account ends with nothing.
 *
 * Isolated: (cost - margin) / size. Cross, several positions: the account's equity at the start of the round
 * is shared over its positions by maintenance margin (dYdX v4 rule), price = (value - equity x share) / size.
 * Rounded to whole ticks against the counterparty (long up, short down), so the fund never pays for rounding.
 */
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";

/** quanta / size, rounded up to a whole tick; 0 or less stays 0. */
function ceilTicks(quanta: number, size: number): number {
  return quanta <= 0 ? 0 : Math.ceil(quanta / size);
}

/** quanta / size, rounded down to a whole tick. */
function floorTicks(quanta: number, size: number): number {
  return quanta <= 0 ? 0 : Math.floor(quanta / size);
}

/**
 * Bankruptcy price of an isolated position in ticks; at least 1.
 *
 * @param lots signed lots; @param sizeQuantaPerTick |lots| x quanta per tick and lot
 */
export function isolatedBankruptcyTicks(
  lots: number,
  costQuanta: number,
  marginQuanta: number,
  sizeQuantaPerTick: number,
): number {
  const ticks =
    lots > 0
      ? ceilTicks(costQuanta - marginQuanta, sizeQuantaPerTick)
      : floorTicks(marginQuanta - costQuanta, sizeQuantaPerTick);
  return Math.max(1, ticks);
}

/**
 * Bankruptcy price of one position of a cross account in ticks; at least 1.
 *
 * @param valueQuanta signed value of the position at the mark
 * @param equityQuanta the account's equity, may be negative
 * @param maintenanceQuanta maintenance margin of this position and of the whole account
 */
export function crossBankruptcyTicks(
  lots: number,
  valueQuanta: number,
  equityQuanta: number,
  maintenanceQuanta: number,
  totalMaintenanceQuanta: number,
  sizeQuantaPerTick: number,
): number {
  const share =
    totalMaintenanceQuanta > 0
      ? mulDiv(equityQuanta, maintenanceQuanta, totalMaintenanceQuanta, FLOOR)
      : equityQuanta;
  const ticks =
    lots > 0
      ? ceilTicks(valueQuanta - share, sizeQuantaPerTick)
      : floorTicks(share - valueQuanta, sizeQuantaPerTick);
  return Math.max(1, ticks);
}

/** Share of a hold or fee, rounded up. */
export function feeQuanta(quote: number, ppm: number): number {
  return ppm === 0 ? 0 : mulDiv(quote, ppm, 1_000_000, CEIL);
}
