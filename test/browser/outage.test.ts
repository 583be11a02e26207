import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "puppeteer-core";
import { en } from "../../lib/portal/texts/en.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { startFaultyProxy } from "../support/faultyProxy.ts";
import { amountOf } from "../support/proof.ts";
import { storePeople } from "./manyPeople.ts";
import { onPage } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";
import { openPortalPage, press, redeem, said, textOf } from "./portalPages.ts";
import { type PortalProcess, startPortal } from "./portalProcess.ts";

const PEOPLE = amountOf("peopleOfPages");
const ALL = `${PEOPLE.toLocaleString("en")} people`;
/** Rows of a table that are drawn at once. */
const PAGE = 50;
/** Of JavaScript, after everything below: 1.8, and 4.3 where the page keeps a list of 12,000. */
const HEAP_MB = 3;

let browser: Browser;
let portal: PortalProcess;
beforeAll(async () => {
  browser = await runningBrowser();
  portal = await startPortal();
  await portal.restart((folder) => storePeople(folder, portal.token, PEOPLE));
});
afterAll(async () => {
  await portal[Symbol.asyncDispose]();
  await browser.disconnect();
});

test(`of ${ALL} a page asks for one page at a time, finds one by the beginning of a name, and holds no more`, async () => {
  await onPage(browser, { origins: [portal.url] }, async (page) => {
    await redeem(page, await portal.link({ intent: "people" }));
    await openPortalPage(page, "people");
    await said(page, ALL);
    const asked: string[] = [];
    page.on("request", (request) => void (request.url().includes("/people") && asked.push(request.url())));
    const rows = async () => Number(await page.evaluate("document.querySelectorAll('tbody tr').length"));
    expect(await rows()).toBe(PAGE);

    const first = await page.evaluate("document.querySelector('tbody a').textContent");
    await press(page, "button", en.common.next);
    const name = `document.querySelector("tbody a")?.textContent`;
    await page.waitForFunction(`![undefined, ${JSON.stringify(first)}].includes(${name})`);
    // The button is gone with the page that it turned.
    expect(await page.evaluate("document.activeElement === document.body")).toBe(false);
    expect(await rows()).toBe(PAGE);
    expect(asked).toHaveLength(1);

    await page.locator(`::-p-aria([role="searchbox"])`).fill(`user${PEOPLE - 1}@`);
    await said(page, `user${PEOPLE - 1}@crowd.example`);
    expect(await rows()).toBe(1);
    // What is garbage only, nobody holds.
    await (await page.createCDPSession()).send("HeapProfiler.collectGarbage");
    const { JSHeapUsedSize = 0 } = await page.metrics();
    expect(JSHeapUsedSize / 1e6).toBeLessThan(HEAP_MB);
  });
});

test("a page whose server goes keeps what it shows and says so, and goes on when the server is back", async () => {
  await onPage(browser, { origins: [portal.url], expected: [/Failed to load resource/] }, async (page) => {
    await redeem(page, await portal.link({ intent: "health" }));
    await openPortalPage(page, "connect");
    await portal.restart(async () => {
      await said(page, en.live.noNews);
      expect(await textOf(page)).toContain(en.connect.choose);
      // A page that was not open yet says what is wrong, too.
      await press(page, "link", en.nav.people);
      await said(page, en.errors.networkText);
      await press(page, "link", en.nav.connect);
    });
    await page.waitForFunction(`!document.body.innerText.includes(${JSON.stringify(en.live.noNews)})`);
    await press(page, "link", en.nav.people);
    const shows = (text: string) => `document.body.innerText.includes(${JSON.stringify(text)})`;
    const within = (timeout: number) => page.waitForFunction(shows(ALL), { timeout }).catch(() => null);
    // The browser may remember that the part of that page did not come. By no pointer, from which the button may move away.
    const tryAgain = `[...document.querySelectorAll("button")]
      .find(({ innerText }) => innerText === ${JSON.stringify(en.common.tryAgain)})?.click()`;
    while ((await within(3_000)) === null) await page.evaluate(tryAgain);
  });
});

test("a store that fails is said to be busy, beside what is shown already, and no page is blank", async () => {
  const store = await startDynoxide();
  const between = await startFaultyProxy(Number(new URL(store.endpoint).port));
  await using served = await startPortal({ environment: { DYNAMODB_ENDPOINT: between.url } });
  try {
    await onPage(browser, { origins: [served.url], expected: [/status of 503/] }, async (page) => {
      await redeem(page, await served.link({ intent: "connect" }));
      await openPortalPage(page, "connect");
      between.meddling = { cut: () => "before" };
      await said(page, en.live.noNews);
      expect(await textOf(page)).toContain(en.connect.choose);
      await press(page, "link", en.nav.groups);
      await said(page, en.errors.busyText);
      // Who comes anew is not sent away as somebody without a session.
      await page.reload();
      await said(page, en.common.tryAgain);
      between.meddling = {};
      await press(page, "button", en.common.tryAgain);
      await said(page, en.groups.intro);
    });
  } finally {
    await between.close();
    await store.stop();
  }
});
