/**
 * The scorecard at work: arrow keys inside a strip of marks, and the full table opened for a fact that is linked to
 * and for print.
 *
 * Runs in the reader's browser, inlined into the report; without it every mark is a plain link.
 */
/// <reference lib="dom" />

/** Ties the marks of the scorecard to the table behind them. */
export function startScorecard(): void {
  document.querySelectorAll<HTMLElement>("[data-marks]").forEach(tieStrip);
  addEventListener("hashchange", showLinkedFact);
  showLinkedFact();
}

/** Opens what has to be on paper, and closes it again unless the reader had opened it. */
export function openForPrint(printing: boolean): void {
  document.querySelectorAll<HTMLDetailsElement>("[data-print-open]").forEach((details) => {
    if (printing) {
      details.dataset["printOpen"] = details.open ? "kept" : "closed";
      details.open = true;
    } else if (details.dataset["printOpen"] === "closed") {
      details.open = false;
    }
  });
}

/** One stop of the Tab key; arrows, Home and End move inside, Escape hides the words until the mark is left. */
function tieStrip(strip: HTMLElement): void {
  const marks = [...strip.querySelectorAll<HTMLAnchorElement>("a")];
  marks.forEach((mark, index) => {
    mark.tabIndex = index === 0 ? 0 : -1;
    mark.addEventListener("click", () => openAround(mark.hash));
    mark.addEventListener("focus", () =>
      marks.forEach((other) => (other.tabIndex = other === mark ? 0 : -1)),
    );
    for (const leave of ["blur", "pointerleave"]) {
      mark.addEventListener(leave, () => delete mark.dataset["quiet"]);
    }
  });
  strip.addEventListener("keydown", (event) => {
    const at = marks.findIndex((mark) => mark === document.activeElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = marks.length - 1;
    const targets: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    if (event.key === "Escape") marks[at].dataset["quiet"] = "";
    else if (event.key in targets) marks[Math.max(0, Math.min(last, targets[event.key]))].focus();
    else return;
    event.preventDefault();
  });
}

function showLinkedFact(): void {
  if (openAround(location.hash)) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

/** Opens the closed part of the page that holds an address; true when there was one to open. */
function openAround(hash: string): boolean {
  const details = document.getElementById(hash.slice(1))?.closest("details");
  if (!details || details.open) return false;
  details.open = true;
  return true;
}
