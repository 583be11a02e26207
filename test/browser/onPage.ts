import type { Browser, HTTPRequest, Page } from "puppeteer-core";

export type Theme = "light" | "dark";

export interface PageWishes {
  /** Origins that the page may ask; anything else that it asks is a fault. */
  readonly origins: readonly string[];
  /** CSS pixels (default 1280). */
  readonly width?: number;
  readonly theme?: Theme;
  /** As browsers ask for it, such as `de-AT` (default `en`). */
  readonly language?: string;
  /** Faults that are what the test is about, such as the console's line about an answer of 401. */
  readonly expected?: readonly RegExp[];
}

const HEIGHT = 900;
/** Run in the page; the project's types know no DOM. */
const REPORT_POLICY = `addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) =>
  console.error("Content-Security-Policy: " + effectiveDirective + " refuses " + blockedURI))`;
/** Letters of a page in a report. */
const MOST_SHOWN = 4_000;
/** A page that does not come in this time does not come, on a machine that has much else to do either. */
const TIMEOUT_MS = 120_000;

/**
 * Gives the page of somebody with a browser of their own: no cookie, no cache of another test. Fails when the page wrote an error to
 * its console, threw one, broke its Content-Security-Policy, or asked another origin than it may.
 */
export async function onPage<T>(browser: Browser, wishes: PageWishes, act: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    const faults = await watch(page, wishes);
    const result = await act(page).catch(async (cause: unknown) => {
      const shown = String(await page.evaluate("document.body.innerText").catch(() => "nothing"));
      const lines = [said(cause), `At ${page.url()} the page shows:`, shown.slice(0, MOST_SHOWN), ...faults];
      throw new Error(lines.join("\n"), { cause });
    });
    const unexpected = faults.filter((fault) => !wishes.expected?.some((pattern) => pattern.test(fault)));
    if (unexpected.length > 0) throw new Error(`The page has faults:\n${unexpected.join("\n")}`);
    return result;
  } finally {
    await context.close();
  }
}

function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function watch(
  page: Page,
  { origins, width = 1280, theme = "light", language = "en" }: PageWishes,
): Promise<readonly string[]> {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => faults.push(`thrown: ${error instanceof Error ? error.stack : String(error)}`));
  page.on("request", (request) => {
    if (isForeign(request, origins)) faults.push(`asked: ${request.method()} ${request.url()}`);
  });
  page.setDefaultTimeout(TIMEOUT_MS);
  const own = await page.createCDPSession();
  await own.send("Emulation.setUserAgentOverride", {
    userAgent: await page.browser().userAgent(),
    acceptLanguage: language,
  });
  // Each page believes to be in front, as tests run beside each other.
  await own.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await page.setViewport({ width, height: HEIGHT });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: theme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  // Chromium says most of them in the console; not that of a style, and not in every frame.
  await page.evaluateOnNewDocument(REPORT_POLICY);
  return faults;
}

function isForeign(request: HTTPRequest, origins: readonly string[]): boolean {
  const { origin, protocol } = new URL(request.url());
  return protocol !== "data:" && protocol !== "about:" && !origins.includes(origin);
}
