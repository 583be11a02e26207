import type { Page } from "puppeteer-core";

/** Chromium's line about an answer that never came. */
export const LOST = /ERR_CONNECTION_RESET/;

/**
 * Loses each answer from these addresses, after the server has done what was asked.
 * @param urls as in the DevTools protocol, with `*`
 * @returns ends it
 */
export async function loseAnswers(page: Page, urls: string): Promise<() => Promise<void>> {
  const own = await page.createCDPSession();
  own.on("Fetch.requestPaused", ({ requestId }) => {
    // The end may come first: then there is nothing left to lose.
    own.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" }).catch(() => undefined);
  });
  await own.send("Fetch.enable", { patterns: [{ urlPattern: urls, requestStage: "Response" }] });
  return () => own.detach();
}

/** Keeps each answer from these addresses back until the function that it returns is called. */
export async function holdAnswers(page: Page, urls: string): Promise<() => Promise<void>> {
  const own = await page.createCDPSession();
  await own.send("Fetch.enable", { patterns: [{ urlPattern: urls, requestStage: "Response" }] });
  // Detaching lets what is paused go on.
  return () => own.detach();
}
