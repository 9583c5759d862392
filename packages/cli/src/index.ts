/**
 * The command's parts for use from other programs: write a run record, lay out its summary.
 *
 * The `undertow` command itself is `main.ts`; importing this module runs nothing.
 */
export type { AssumedValue, Manifest, SourcedValue } from "./record/manifest.ts";
export { RecordFolder } from "./record/record-folder.ts";
export type { RecordStart } from "./record/record-folder.ts";
export { contextOf } from "./record/tables.ts";
export type { TableContext } from "./record/tables.ts";
export { finishRecord, recordFiles, writeRunRecord } from "./record/write-record.ts";
export type { RunRecord } from "./record/write-record.ts";
export { renderCombined } from "./summary/render-combined.ts";
export type { Replicate } from "./summary/render-combined.ts";
export { renderSummary } from "./summary/render-summary.ts";
export type { RenderOptions } from "./summary/render-summary.ts";
export { renderReport } from "./report/report.ts";
