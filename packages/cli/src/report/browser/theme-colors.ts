/**
 * Colours of the theme in force, read from the style sheet for drawing on canvas.
 *
 * Runs in the reader's browser, inlined into the report.
 */
/// <reference lib="dom" />

const colors = new Map<string, string>();

/** Colour of a style-sheet variable under the theme in force. */
export function color(name: string): string {
  let value = colors.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colors.set(name, value);
  }
  return value;
}

/** Forgets the colours read so far; call when the theme changed, before redrawing. */
export function forgetColors(): void {
  colors.clear();
}
