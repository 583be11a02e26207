import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "puppeteer-core";
import { type KitRollcall, startRollcall } from "rollcall/testkit";
import { en } from "../../lib/portal/texts/en.ts";
import { onPage } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";
import { type OtherSite, startOtherSite } from "./otherSite.ts";
import { press } from "./portalPages.ts";

const ACCENT = "rgb(200, 0, 100)";

let browser: Browser;
let rollcall: KitRollcall;
let product: OtherSite;
let stranger: OtherSite;
/** What both sites answer: known when the portal's own address is. */
const pages: Record<string, { readonly html: string; readonly policy?: string; readonly type?: string }> = {};

beforeAll(async () => {
  browser = await runningBrowser();
  product = await startOtherSite(pages);
  stranger = await startOtherSite(pages);
  rollcall = await startRollcall({ portal: { origins: [product.origin] } });
  await rollcall.idp.entra(await rollcall.org()).assign("ada@acme.example");
  const { url } = rollcall;
  const policy = `default-src 'none'; style-src 'self'; script-src 'self' ${url}; connect-src ${url}; base-uri 'none'`;
  const html = `<!doctype html><html lang="en"><title>Product</title><link rel="stylesheet" href="/style.css">
    <h1>Product</h1><rollcall-portal intent="people"></rollcall-portal><script type="module" src="${url}/portal/embed.js"></script>`;
  pages["/"] = { html, policy };
  pages["/style.css"] = { html: `rollcall-portal { --rollcall-accent: ${ACCENT} }`, type: "text/css" };
});
afterAll(async () => {
  await rollcall.close();
  await product[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
  await browser.disconnect();
});

async function bearer(): Promise<string> {
  const made = await rollcall.admin("POST", "orgs/acme/portal-sessions", { actor: "u-4711", embed: true });
  return String(made.bearer);
}

/** Opens the site's page, and gives its element the session as the site's own script would. */
async function openElement(page: Page, site: OtherSite, session: string): Promise<void> {
  await page.goto(site.origin);
  await page.evaluate(`document.querySelector("rollcall-portal").setAttribute("session", ${JSON.stringify(session)})`);
}

const shown = (text: string): string =>
  `document.querySelector("rollcall-portal").shadowRoot.textContent.includes(${JSON.stringify(text)})`;

describe("<rollcall-portal> on a product's page with a strict policy of its own", () => {
  test("shows the portal in the product's colour, by a session that no storage and no cookie holds", async () => {
    const session = await bearer();
    await onPage(browser, { origins: [rollcall.url, product.origin] }, async (page) => {
      await openElement(page, product, session);
      await page.waitForFunction(shown("ada@acme.example"));
      const colour = `getComputedStyle(document.querySelector("rollcall-portal").shadowRoot.querySelector(".tab[aria-current]")).borderBottomColor`;
      expect(await page.evaluate(colour)).toBe(ACCENT);
      expect(await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")).toEqual([0, 0, ""]);
      expect(await page.browserContext().cookies()).toEqual([]);
      await press(page, "link", en.nav.groups);
      await page.waitForFunction(shown(en.groups.intro));
      // Moving about in the element is nothing that the product's address shows.
      expect(page.url()).toBe(`${product.origin}/`);
    });
  });

  test("shows the language that was set last, also where the texts of an earlier one load later", async () => {
    const session = await bearer();
    await onPage(browser, { origins: [rollcall.url, product.origin] }, async (page) => {
      await openElement(page, product, session);
      await page.waitForFunction(shown(en.nav.groups));
      const language = `document.querySelector("rollcall-portal").shadowRoot.querySelector(".embedded").lang`;
      const seen = `(async () => {
        const element = document.querySelector("rollcall-portal");
        for (const lang of ["de", "en"]) element.setAttribute("lang", lang);
        await new Promise((resolve) => setTimeout(resolve, 500));
        return ${language};
      })()`;
      expect(await page.evaluate(seen)).toBe("en");
      await page.evaluate(`document.querySelector("rollcall-portal").setAttribute("lang", "de")`);
      await page.waitForFunction(`${language} === "de"`);
    });
  });

  test("says when the session ends, and goes on with the next one", async () => {
    const first = await bearer();
    await onPage(browser, { origins: [rollcall.url, product.origin], expected: [/status of 401/] }, async (page) => {
      await openElement(page, product, first);
      await page.waitForFunction(shown("ada@acme.example"));
      await page.evaluate(`document.addEventListener("rollcall-portal-ended", () => { window.ended = true; })`);
      rollcall.clock.advance(3_601_000);
      await press(page, "link", en.nav.groups);
      await page.waitForFunction("window.ended === true");
      const next = await bearer();
      await page.evaluate(`document.querySelector("rollcall-portal").setAttribute("session", ${JSON.stringify(next)})`);
      await page.waitForFunction(shown(en.groups.intro));
    });
  });

  test("shows nothing on the page of a site that the deployment does not list", async () => {
    const session = await bearer();
    const expected = [/CORS policy/, /Failed to load resource/];
    await onPage(browser, { origins: [rollcall.url, stranger.origin], expected }, async (page) => {
      await openElement(page, stranger, session);
      await page.waitForFunction(shown(en.errors.network));
      expect(await page.evaluate(shown("ada@acme.example"))).toBe(false);
      expect(await page.evaluate(shown("acme"))).toBe(false);
    });
  });
});
