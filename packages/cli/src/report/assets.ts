/**
 * What the page needs besides its words: the charting library with its style sheet, and the page's own script,
 * read from the installed packages when a report is written and inlined, so that the page loads nothing.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { scriptSource } from "./html.ts";

/** Ready to be put between `<style>` or `<script>` tags. */
export interface PageAssets {
  readonly chartStyle: string;
  readonly chartScript: string;
  readonly pageScript: string;
}

let kept: PageAssets | undefined;

/** Reads the assets, once per process. */
export function readAssets(): PageAssets {
  kept ??= loadAssets();
  return kept;
}

function loadAssets(): PageAssets {
  const library = dirname(createRequire(import.meta.url).resolve("uplot/package.json"));
  const read = (path: string): string => readFileSync(path, "utf8");
  const page = join(dirname(fileURLToPath(import.meta.url)), "browser", "page.js");
  return {
    chartStyle: read(join(library, "dist", "uPlot.min.css")).replace(/<\//g, "<\\/"),
    chartScript: scriptSource(read(join(library, "dist", "uPlot.iife.min.js"))),
    pageScript: scriptSource(joinModules(page, read)),
  };
}

/**
 * Our own compiled modules as one script: each after those it imports, imports and export keywords removed.
 * They share one scope, so their top-level names must differ; the browser test would show a clash as an error.
 */
function joinModules(entry: string, read: (path: string) => string): string {
  const sources = new Map<string, string>();
  const visit = (path: string): void => {
    if (sources.has(path)) return;
    sources.set(path, "");
    const source = read(path);
    for (const [, from] of source.matchAll(/^import [^;]*? from "([^"]+)";$/gm)) {
      if (!from.startsWith(".")) throw new Error(`report page: ${from} is not part of the page`);
      visit(resolve(dirname(path), from));
    }
    // Set again so that the order is that of completion: imported modules first.
    sources.delete(path);
    sources.set(path, plainScript(source));
  };
  visit(entry);
  return [...sources.values()].join("\n");
}

function plainScript(source: string): string {
  return source
    .replace(/^import [^;]*? from "[^"]+";$/gm, "")
    .replace(/^export \{\};$/gm, "")
    .replace(/^export (?=(?:async )?(?:function|const|class)\b)/gm, "")
    .replace(/^\/\/# sourceMappingURL=.*$/gm, "")
    .replace(/^\/\/\/ <reference.*$/gm, "");
}
