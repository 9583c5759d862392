/**
 * Text into HTML and JSON into script elements, safely.
 *
 * Everything that comes from a scenario, an agents module or a seed passes through `escapeText`; nothing
 * may be put into the page without it or `scriptJson`.
 */

/** Longest text shown in full; the rest is cut with an ellipsis so that no field can flood the page. */
const MAX_SHOWN_CHARACTERS = 400;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Control characters that are not text or would reorder it (bidirectional overrides), and lone surrogates. */
const NOT_TEXT =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Cuts a text to at most `most` characters without splitting a surrogate pair. */
export function shorten(text: string, most: number = MAX_SHOWN_CHARACTERS): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Escapes text for element content and for quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(NOT_TEXT, "\ufffd").replace(/[&<>"'`]/g, (character) => ENTITIES[character]);
}

/**
 * Text from outside as an isolated run: escaped, shortened, and with its own reading direction, so that
 * right-to-left text cannot reorder its neighbours.
 */
export function outsideText(text: string, most?: number): string {
  return `<bdi>${escapeText(shorten(text, most))}</bdi>`;
}

/** A value as JSON that is inert inside a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** Source code that is inert as the content of a script element, apart from running. */
export function scriptSource(source: string): string {
  return source.replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
}

/** A source as published: web addresses in it become links that nothing follows by itself. */
export function sourceText(text: string): string {
  const parts = shorten(text, 600).split(/<?(https?:\/\/[^\s<>"']+)>?/);
  const pieces: string[] = [];
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k];
    if (k % 2 === 0) {
      pieces.push(escapeText(part));
      continue;
    }
    const host = /^https?:\/\/(?:www\.)?([^/?#:]+)/.exec(part)?.[1] ?? part;
    pieces.push(`<a href="${escapeText(part)}" rel="noopener noreferrer">${escapeText(host)}</a>`);
  }
  return `<bdi>${pieces.join("")}</bdi>`;
}

/** A table cell. */
export interface Cell {
  /** Safe HTML. */
  readonly html: string;
  readonly number?: boolean;
  readonly className?: string;
}

/**
 * A table with a caption for screen readers; the first cell of each row is its header. With `cards`, narrow
 * screens show each row as a card with the column names beside the values. `ids` are the rows' addresses.
 */
export function dataTable(options: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly cards?: boolean;
  readonly className?: string;
  readonly ids?: readonly string[];
}): string {
  const { ids, cards = false } = options;
  const role = (name: string): string => (cards ? ` role="${name}"` : "");
  const first = options.rows[0] ?? [];
  const headCell = (name: string, column: number): string =>
    `<th scope="col"${role("columnheader")}${first[column]?.number === true ? ' class="n"' : ""}>${escapeText(name)}</th>`;
  const head = options.head.map(headCell).join("");
  const labels = cards ? options.head : undefined;
  const rowHtml = (cells: readonly Cell[], row: number): string => {
    const id = ids === undefined ? "" : ` id="${escapeText(ids[row])}" tabindex="-1"`;
    return `<tr${role("row")}${id}>${cells.map((cell, column) => cellHtml(cell, column, labels?.[column])).join("")}</tr>`;
  };
  const body = options.rows.map(rowHtml).join("\n");
  const caption = escapeText(options.caption);
  const classes = ["data", cards ? "cards" : "", options.className ?? ""].filter((name) => name !== "");
  return (
    `<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="${classes.join(" ")}"${role("table")}>` +
    `<caption class="hidden">${caption}</caption><thead${role("rowgroup")}><tr${role("row")}>${head}</tr></thead>` +
    `<tbody${role("rowgroup")}>\n${body}\n</tbody></table></div>`
  );
}

/** With a label the table may be laid out as cards, and explicit roles keep it a table. */
function cellHtml(cell: Cell, column: number, label: string | undefined): string {
  const classes = [cell.number === true ? "n" : "", cell.className ?? ""]
    .filter((name) => name !== "")
    .join(" ");
  const role = label === undefined ? "" : ` role="${column === 0 ? "rowheader" : "cell"}"`;
  const attributes =
    role +
    (classes === "" ? "" : ` class="${classes}"`) +
    (label === undefined ? "" : ` data-label="${escapeText(label)}"`);
  return column === 0
    ? `<th scope="row"${attributes}>${cell.html}</th>`
    : `<td${attributes}>${cell.html}</td>`;
}

/** A cell of text from anywhere. */
export function textCell(text: string): Cell {
  return { html: escapeText(text) };
}

/** A cell of a formatted number, aligned right. */
export function numberCell(text: string): Cell {
  return { html: escapeText(text), number: true };
}
