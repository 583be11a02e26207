import type { Page } from "puppeteer-core";

/** Copying is how a token leaves the page: a test takes it as a person does. */
export async function allowClipboard(page: Page, origin: string): Promise<void> {
  await page.browserContext().overridePermissions(origin, ["clipboard-read", "clipboard-sanitized-write"]);
}

export async function readClipboard(page: Page): Promise<string> {
  return String(await page.evaluate("navigator.clipboard.readText()"));
}
