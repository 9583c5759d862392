/**
 * The report as a person uses it: opened from disk in Chromium, without network and without console errors.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "@undertow/cli";
import { type Fact, summarise } from "@undertow/core/metrics";
import { compileScenario, describePopulation, loadScenario } from "@undertow/scenarios";
import { HOSTILE_TEXT, reportInput, TWO_VENUES } from "./report-fixture.ts";

const CHROMIUM = "/usr/bin/chromium";
const present = existsSync(CHROMIUM);
if (!present) console.warn(`NOTE: ${CHROMIUM} is not installed; the report was not opened in a browser.`);

let browser: Browser;
let folder: string;

/** A page with everything that must not happen on it. */
interface Watched {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

beforeAll(async () => {
  if (!present) return;
  folder = mkdtempSync(join(tmpdir(), "undertow-report-"));
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--disable-quic",
    ],
  });
});

afterAll(async () => {
  if (!present) return;
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(html: string, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Watched> {
  const path = join(folder, `report-${width}-${colorScheme}.html`);
  writeFileSync(path, html);
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() !== "log" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector("html[data-ready]");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return { page, errors, requests };
}

/** For each chart: how many pixels of its canvas differ from the first one. */
function inkByChart(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const ink: Record<string, number> = {};
    for (const host of document.querySelectorAll<HTMLElement>("[data-plot]")) {
      const canvas = host.querySelector("canvas");
      const context = canvas?.getContext("2d");
      if (!canvas || !context) {
        ink[host.dataset["plot"]!] = 0;
        continue;
      }
      const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
      const colors = new Set<number>();
      for (let k = 0; k < pixels.length; k += 4) {
        if (pixels[k + 3] > 200) colors.add((pixels[k] << 16) | (pixels[k + 1] << 8) | pixels[k + 2]);
      }
      ink[host.dataset["plot"]!] = colors.size;
    }
    return ink;
  });
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

const input = reportInput();
const html = renderReport(input.run, input.summary, input.manifest);

async function quickstartPopulation() {
  const scenario = await loadScenario("quickstart");
  return describePopulation(scenario, compileScenario(scenario, { seed: "1" }));
}

/** The same run beside 78 facts. */
const manyFacts = (() => {
  const facts = Array.from({ length: 78 }, (_, k): Fact => {
    const { fact } = input.summary.facts[k % 3];
    return { ...fact, id: `${fact.id}-${k}`, title: `${fact.title} ${k}`, note: "about a fifth; all venues" };
  });
  return renderReport(input.run, summarise(input.run, facts), input.manifest);
})();

describe.skipIf(!present)("the report in a browser", () => {
  test("draws every chart without an error or a request", async () => {
    const { page, errors, requests } = await open(html);
    const ink = await inkByChart(page);
    expect(Object.keys(ink)).toHaveLength(12);
    for (const [id, colors] of Object.entries(ink)) expect(colors, id).toBeGreaterThan(3);
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file://") && !url.startsWith("data:"))).toEqual([]);
    await page.close();
  });

  test("switches its theme, and the charts with it", async () => {
    const { page, errors } = await open(html);
    const look = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const axis = () =>
      page.evaluate(() =>
        document.querySelector<HTMLCanvasElement>('[data-plot="prices"] canvas')!.toDataURL(),
      );
    const [light, lightChart] = [await look(), await axis()];
    await page.click("#theme");
    await page.waitForTimeout(100);
    expect(await look()).not.toBe(light);
    expect(await axis()).not.toBe(lightChart);
    expect(await page.textContent("#theme")).toBe("Light theme");
    await page.click("#theme");
    await page.waitForTimeout(100);
    expect(await look()).toBe(light);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("opens the tables and hands out the numbers as CSV", async () => {
    const { page, errors } = await open(html);
    const figure = page.locator("#figure-prices");
    await figure.locator("summary").click();
    await expect.poll(() => figure.locator("table").isVisible()).toBe(true);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      figure.locator("[data-csv]").click(),
    ]);
    expect(download.suggestedFilename()).toBe("undertow-synthetic-synthetic-prices.csv");
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines[0]).toMatch(/^time_utc,BTC \[per cent of the start\],ETH/);
    expect(lines[1]).toMatch(/^2026-02-05T00:00:00.000Z,100,100,/);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("zooms all charts together by mouse and by keyboard, and reads values out", async () => {
    const { page, errors } = await open(html);
    const spans = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("[data-from]")].map(
          (host) => `${host.dataset["from"]}-${host.dataset["to"]}`,
        ),
      );
    const [whole] = await spans();
    expect(new Set(await spans()).size).toBe(1);
    const plot = page.locator('[data-plot="prices"] .u-over');
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 90, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await spans())[0]).not.toBe(whole);
    expect(new Set(await spans()).size).toBe(1);
    expect(await page.textContent("#figure-funding [data-when]")).toMatch(/^2026-02-0\d \d\d:\d\d UTC$/);

    await page.focus('[data-plot="liquidations"]');
    await page.keyboard.press("0");
    await expect.poll(async () => (await spans())[0]).toBe(whole);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await page.textContent("#figure-liquidations [data-spoken]")).toMatch(/UTC: BTC longs \$/);
    await page.keyboard.press("+");
    await expect.poll(async () => (await spans())[0]).not.toBe(whole);
    expect(new Set(await spans()).size).toBe(1);
    await page.click('[data-preset="0"]');
    await expect.poll(async () => (await spans())[0]).toBe(whole);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("hides and shows a line from its legend", async () => {
    const { page, errors } = await open(html);
    const chart = () =>
      page.evaluate(() =>
        document.querySelector<HTMLCanvasElement>('[data-plot="selling"] canvas')!.toDataURL(),
      );
    const before = await chart();
    const button = page.locator("#figure-selling [data-line='0']");
    await button.click();
    await page.mouse.move(0, 0);
    await expect.poll(chart).not.toBe(before);
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    await button.click();
    await page.mouse.move(0, 0);
    await expect.poll(chart).toBe(before);
    expect(errors).toEqual([]);
    await page.close();
  });

  test.each([360, 768, 1920])("fits a window of %i pixels", async (width) => {
    const { page, errors } = await open(html, width, "dark");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.evaluate(() =>
      document.querySelectorAll("details").forEach((details) => (details.open = true)),
    );
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    for (const [id, colors] of Object.entries(await inkByChart(page))) expect(colors, id).toBeGreaterThan(3);
    expect(errors).toEqual([]);
    await page.close();
  });

  // From 1,344 pixels on the contents take a column of their own.
  test.each([1030, 1280, 1344])(
    "shows all tables in full in a window of %i pixels, that of the start among them",
    async (width) => {
      const population = await quickstartPopulation();
      const { page, errors } = await open(
        renderReport(input.run, input.summary, input.manifest, population),
        width,
      );
      const tables = await page.evaluate(() => {
        document.querySelectorAll("details").forEach((details) => (details.open = true));
        return [...document.querySelectorAll<HTMLElement>(".scroll")].map((box) => ({
          name: box.getAttribute("aria-label"),
          beyond: box.scrollWidth - box.clientWidth,
        }));
      });
      expect(tables.map(({ name }) => name)).toContain("Perpetual positions at the start by coin");
      expect(tables.filter(({ beyond }) => beyond > 0)).toEqual([]);
      expect(errors).toEqual([]);
      await page.close();
    },
  );

  test("prints in light colours within the width of a page, whatever the theme on screen", async () => {
    const { page, errors } = await open(html, 680, "dark");
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      "rgb(255, 255, 255)",
    );
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect((await page.pdf({ format: "A4" })).byteLength).toBeGreaterThan(50_000);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      "rgb(20, 23, 26)",
    );
    expect(errors).toEqual([]);
    await page.close();
  });

  test("has headline, key numbers, scorecard of 78 facts and the prices within two screens", async () => {
    const { page, errors } = await open(manyFacts, 1280);
    const bottom = await page.evaluate(
      () => document.querySelector('[data-plot="prices"]')!.getBoundingClientRect().bottom + scrollY,
    );
    expect(bottom).toBeLessThan(2_000);
    expect(await page.locator("[data-marks] a").count()).toBe(78);
    await page.evaluate(() => (document.querySelector<HTMLDetailsElement>("[data-print-open]")!.open = true));
    const heights = await page.evaluate(() =>
      [...document.querySelectorAll("table.facts tbody tr")].map((row) => row.getBoundingClientRect().height),
    );
    expect(heights).toHaveLength(78);
    expect(Math.max(...heights)).toBeLessThan(52);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("leads from a mark to its fact by keyboard, and says what the mark means", async () => {
    const { page, errors } = await open(manyFacts, 1280);
    const table = page.locator("[data-print-open]");
    expect(await table.getAttribute("open")).toBeNull();
    const strips = await page.locator("[data-marks]").count();
    expect(await page.locator("[data-marks] a[tabindex='0']").count()).toBe(strips);
    const first = page.locator("[data-marks] a").first();
    await first.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    const mark = page.locator("[data-marks] a:focus");
    const tip = mark.locator(".tip");
    expect(await mark.evaluate((a) => a.nextElementSibling?.nextElementSibling)).toBeNull();
    await expect.poll(async () => (await tip.boundingBox())!.width).toBeGreaterThan(200);
    expect(await tip.textContent()).toMatch(
      /^BTC's fall in the wave 7\d: published 18\.0%, accepted .*: (hit|miss)$/,
    );
    await page.keyboard.press("Escape");
    await expect.poll(async () => (await tip.boundingBox())!.width).toBeLessThan(5);
    const target = (await mark.getAttribute("href"))!;
    await page.keyboard.press("Enter");
    await expect.poll(() => table.getAttribute("open")).not.toBeNull();
    await expect.poll(() => page.evaluate(() => `#${document.activeElement!.id}`)).toBe(target);
    expect(await page.locator(target).isVisible()).toBe(true);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("opens the list of facts for print and closes it again", async () => {
    const { page, errors } = await open(html, 680);
    const isOpen = () => page.locator("[data-print-open]").getAttribute("open");
    expect(await isOpen()).toBeNull();
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(await isOpen()).not.toBeNull();
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    expect(await isOpen()).toBeNull();
    expect(errors).toEqual([]);
    await page.close();
  });

  test("shades the halts of venues behind their prices, and fits a narrow window with them", async () => {
    const two = reportInput({ venues: TWO_VENUES });
    const { page, errors, requests } = await open(renderReport(two.run, two.summary, two.manifest), 360);
    expect(await page.locator("[data-plot] canvas").count()).toBe(14);
    const shade = await page.evaluate(() => {
      const host = document.querySelector<HTMLElement>('[data-plot="venues-0"]')!;
      const canvas = host.querySelector("canvas")!;
      const over = host.querySelector<HTMLElement>(".u-over")!;
      const ratio = canvas.width / canvas.clientWidth;
      // Just above the time axis, where no line of the falling price is: hour 15.75 is halted, hour 5.75 is not.
      const y = Math.round((over.offsetTop + over.clientHeight - 8) * ratio);
      const row = canvas.getContext("2d")!.getImageData(0, y, canvas.width, 1).data;
      const at = (hour: number): number[] => {
        const x = Math.round((over.offsetLeft + (over.clientWidth * hour) / 36) * ratio);
        return Array.from(row.subarray(4 * x, 4 * x + 4));
      };
      return { halted: at(15.75), trading: at(5.75) };
    });
    expect(shade.trading[3]).toBe(0);
    expect(shade.halted[3]).toBeGreaterThan(20);
    // The venue's colour: a blue.
    expect(shade.halted[2]).toBeGreaterThan(shade.halted[0] + 50);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file://") && !url.startsWith("data:"))).toEqual([]);
    await page.close();
  });

  test.each(["light", "dark"] as const)("draws the liquidation ladder of the start, %s", async (theme) => {
    const population = await quickstartPopulation();
    const { page, errors, requests } = await open(
      renderReport(input.run, input.summary, input.manifest, population),
      360,
      theme,
    );
    const ink = await inkByChart(page);
    expect(Object.keys(ink)).toHaveLength(14);
    for (const id of ["ladder", "ladder-together"]) expect(ink[id], id).toBeGreaterThan(6);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.evaluate(() =>
      document.querySelectorAll("details").forEach((details) => (details.open = true)),
    );
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.focus('[data-plot="ladder"]');
    for (let k = 0; k < 3; k++) await page.keyboard.press("ArrowRight");
    expect(await page.textContent("#figure-ladder [data-spoken]")).toMatch(/^-2[0-9]%: BTC \$/);
    const [first] = population.coins;
    expect(await page.textContent("#population")).toContain(first.longTraders.toLocaleString("en"));
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file://") && !url.startsWith("data:"))).toEqual([]);
    await page.close();
  });

  test("is unharmed by a population with hostile names", async () => {
    const population = JSON.parse(
      JSON.stringify(await quickstartPopulation())
        .replaceAll('"BTC"', JSON.stringify(HOSTILE_TEXT))
        .replaceAll('"retail-btc"', JSON.stringify(HOSTILE_TEXT)),
    ) as Awaited<ReturnType<typeof quickstartPopulation>>;
    const { page, errors } = await open(
      renderReport(input.run, input.summary, input.manifest, population),
      360,
    );
    expect(await page.evaluate(() => (globalThis as { harmed?: unknown }).harmed)).toBeUndefined();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("is unharmed by hostile text", async () => {
    const populations = input.run.populations.map((population) => ({ ...population, name: HOSTILE_TEXT }));
    const hostile = reportInput(
      { coins: [{ name: HOSTILE_TEXT, price: 70_000, beta: 1 }] },
      {
        run: { title: HOSTILE_TEXT, seed: HOSTILE_TEXT, populations },
        manifest: {
          scenarioName: HOSTILE_TEXT,
          scenarioArgument: HOSTILE_TEXT,
          assumed: [{ path: HOSTILE_TEXT, note: HOSTILE_TEXT }],
        },
      },
    );
    const { page, errors } = await open(renderReport(hostile.run, hostile.summary, hostile.manifest), 360);
    expect(await page.evaluate(() => (globalThis as { harmed?: number }).harmed)).toBeUndefined();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});
