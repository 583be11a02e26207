import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";

/** Pages of one organization, by their names in the address; the last two are somebody and some group among those listed. */
export const PAGE_NAMES = [
  "connect",
  "activity",
  "people",
  "groups",
  "credentials",
  "health",
  "settings",
  "person",
  "group",
] as const;
export type PageName = (typeof PAGE_NAMES)[number];

/** Pictures of every page, for people to look at; those of another user of the machine may not be written over. */
export const PICTURES = join(tmpdir(), `rollcall-pages-${process.getuid?.() ?? "own"}`);

/** Run in the page: it shows what it has loaded, and no grey lines in its place. */
export const IS_READY = `document.querySelector("main h1") !== null && document.querySelector(".skeleton, [aria-busy=true]") === null`;

/** Opens the link as its receiver does: the page shows a button, which begins the session. */
export async function redeem(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator("main button").click();
  await page.waitForSelector("nav");
  await page.mouse.move(0, 0);
}

/** Goes there in the session that the page has, and waits until it shows what it has loaded. */
export async function openPortalPage(page: Page, name: PageName): Promise<void> {
  const list = name === "person" ? "people" : name === "group" ? "groups" : name;
  await goTo(page, `#/${list}`);
  if (list === name) return;
  // The first of the list is as good as any.
  const first = `main a[href^="#/${list}/"]`;
  await page.waitForSelector(first);
  await goTo(page, String(await page.evaluate(`document.querySelector('${first}').getAttribute("href")`)));
}

export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.waitForFunction(IS_READY);
}

/** Presses what has this role and accessible name, as soon as it can be pressed. @param within CSS of what it is in */
export async function press(page: Page, role: string, name: string, within = ""): Promise<void> {
  const named = `::-p-aria([role="${role}"][name=${JSON.stringify(name)}])`;
  await page
    .locator(`${within} ${named}`.trim())
    .click()
    .catch((cause: unknown) => {
      throw new Error(`No ${role} ${JSON.stringify(name)} ${within} could be pressed.`, { cause });
    });
}

/** The text with the values in its places. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** What a reader sees of the page now. */
export async function textOf(page: Page): Promise<string> {
  return String(await page.evaluate("document.body.innerText"));
}

/** Waits until the page says it. @param timeout in milliseconds; absent: the page's own */
export async function said(page: Page, text: string, timeout = page.getDefaultTimeout()): Promise<void> {
  await page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`, { timeout });
}

export interface Shot {
  readonly name: PageName;
  /** PNG. */
  readonly path: string;
  /** Asked for where the page is in no session yet. */
  link(): Promise<string>;
}

/** A picture of the whole page, however long. */
export async function shootPage(page: Page, { name, path, link }: Shot): Promise<void> {
  if (page.url() === "about:blank") await redeem(page, await link());
  await openPortalPage(page, name);
  await page.screenshot({ path, fullPage: true });
}
