/**
 * What a chart is, as plain data: written into the page as JSON by the report, read by the browser script.
 *
 * Used on both sides, so it holds types only and imports nothing.
 */

/** How a value is written on axes, in readouts and in tables. */
export type ValueFormat =
  "percent" | "dollars" | "price" | "number" | "decimal" | "basisPoints" | "fundingPercent" | "coins";

/** One line or one row of bars. */
export interface ChartLine {
  readonly name: string;
  /** Name of a colour in the style sheet without its leading `--`, for example `c0`. */
  readonly color: string;
  /** Values, one for each entry of the chart's x axis; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly style: "line" | "bar";
  readonly dash?: boolean;
  readonly width?: number;
  /** Bars of the same stack are drawn on top of each other; "down" hangs below zero. */
  readonly stack?: "up" | "down";
  /** Name written at the right end of the line; absent for lines that need none. */
  readonly endLabel?: string;
}

/** A horizontal line at a value. */
export interface ChartLevel {
  readonly value: number;
  readonly label: string;
}

/** A vertical line at a moment, seconds since 1970 UTC. */
export interface ChartMoment {
  readonly time: number;
  readonly label: string;
}

/** A span of time shaded behind the lines, for example a halt; seconds since 1970 UTC. */
export interface ChartSpan {
  readonly from: number;
  readonly to: number;
  /** Name of a colour, as of a line. */
  readonly color: string;
}

/** A chart without its words: the figure around it carries title, caption and table. */
export interface ChartSpec {
  readonly id: string;
  /** Name of a shared time axis in `ReportData.axes`, or the names of categories. */
  readonly x: string | readonly string[];
  /** With categories: their labels on the axis, "" for none; by default the names. */
  readonly xLabels?: readonly string[];
  readonly unit: string;
  readonly format: ValueFormat;
  readonly lines: readonly ChartLine[];
  readonly levels?: readonly ChartLevel[];
  readonly moments?: readonly ChartMoment[];
  readonly spans?: readonly ChartSpan[];
  /** Height of the drawing in CSS pixels. */
  readonly height: number;
  /** Keep zero on the value axis. */
  readonly fromZero?: boolean;
  /** Values may not exceed this on the axis, for example 100 per cent. */
  readonly most?: number;
}

/** A span of time that the reader can jump to. */
export interface ZoomPreset {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Everything the browser script reads. */
export interface ReportData {
  /** Name used for downloads: letters, digits and hyphens. */
  readonly fileName: string;
  /** Shared time axes, seconds since 1970 UTC. */
  readonly axes: Readonly<Record<string, readonly number[]>>;
  readonly charts: readonly ChartSpec[];
  readonly presets: readonly ZoomPreset[];
}
