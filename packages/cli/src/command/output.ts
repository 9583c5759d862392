/**
 * Where text goes: results on standard output, progress and problems on standard error, colours for people only.
 */
import pc from "picocolors";

/** Paint for text; every function returns its input unchanged when colours are off. */
export type Paint = ReturnType<typeof pc.createColors>;

/** Colours only when the stream is a terminal and NO_COLOR is not set. */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const wanted = stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return pc.createColors(wanted);
}

/** Width of standard output: the terminal's, at least 60; 100 when it is not a terminal. */
export function outputWidth(): number {
  return process.stdout.isTTY ? Math.max(60, process.stdout.columns ?? 80) : 100;
}

/** Write text and a line feed to standard output. */
export function printResult(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** Write a line to standard error. */
export function printNotice(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** A reader that goes away (`undertow list | head -1`) is not an error. */
export function toleratePipesThatClose(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(0);
    });
  }
}
