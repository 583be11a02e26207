import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser } from "puppeteer-core";
import { type KitRollcall, startRollcall } from "rollcall/testkit";
import { axeFindings } from "./axe.ts";
import { liveTwoDays } from "./livelyOrg.ts";
import { onPage, type Theme } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";
import { openPortalPage, PAGE_NAMES, PICTURES, redeem, textOf } from "./portalPages.ts";

const LOOKS: readonly (readonly [Theme, number])[] = [
  ["light", 1280],
  ["light", 360],
  ["dark", 1280],
  ["dark", 320],
];

/** Run in the page: what a reader would have to move sideways, but for examples of code. */
const SIDEWAYS = `[document.documentElement, ...document.querySelectorAll("body *:not(pre)")].flatMap((element) =>
  element.scrollWidth > element.clientWidth && /^HTML$|auto|scroll/.test(element.tagName + getComputedStyle(element).overflowX)
    ? [element.tagName + "." + element.className + " is " + (element.scrollWidth - element.clientWidth) + " pixels too wide"]
    : [])`;

/** Run in the page: columns of one table that are called the same. */
const SAME_COLUMNS = `[...document.querySelectorAll("tr")].flatMap((row) =>
  [...row.querySelectorAll("th[scope=col]")].map((cell) => cell.textContent).filter((name, at, all) => all.indexOf(name) < at))`;

let browser: Browser;
let rollcall: KitRollcall;
beforeAll(async () => {
  browser = await runningBrowser();
  mkdirSync(PICTURES, { recursive: true });
  rollcall = await startRollcall({
    now: Date.now() - 40 * 3_600_000,
    portal: { rules: ["teamNameMaxLength", "unknownMembers"] },
  });
  await liveTwoDays(rollcall, await rollcall.org());
  rollcall.clock.advance(Math.max(0, Date.now() - rollcall.clock.now()));
});
afterAll(async () => {
  await rollcall.close();
  await browser.disconnect();
});

async function link(): Promise<string> {
  const { url } = await rollcall.admin("POST", "orgs/acme/portal-sessions", { actor: "u-4711" });
  return String(url);
}

describe("every page, with names of every script, of 254 letters and of a script's text", () => {
  test.each(LOOKS)("in %s and %i pixels wide fits, and axe-core finds nothing on it", async (theme, width) => {
    const found: Record<string, readonly string[]> = {};
    const dialogs: string[] = [];
    await onPage(browser, { origins: [rollcall.url], theme, width }, async (page) => {
      page.on("dialog", (dialog) => void dialogs.push(dialog.message()));
      await redeem(page, await link());
      for (const name of PAGE_NAMES) {
        await openPortalPage(page, name);
        const sideways = (await page.evaluate(SIDEWAYS)) as string[];
        const same = (await page.evaluate(SAME_COLUMNS)) as string[];
        const text = await textOf(page);
        found[name] = [
          ...(await axeFindings(page)),
          ...sideways,
          ...same.map((column) => `two columns are called ${column}`),
          ...(/undefined|\bNaN\b|\[object|\{\w+\}/.test(text) ? [`it shows ${text}`] : []),
        ];
        await page.screenshot({ path: join(PICTURES, `${name}-${width}-${theme}.png`), fullPage: true });
      }
      expect(dialogs).toEqual([]);
      expect(found).toEqual(Object.fromEntries(PAGE_NAMES.map((name) => [name, []])));
    });
  });
});
