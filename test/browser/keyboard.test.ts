import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "puppeteer-core";
import { type KitRollcall, startRollcall } from "rollcall/testkit";
import { en } from "../../lib/portal/texts/en.ts";
import { allowClipboard, readClipboard } from "./clipboard.ts";
import { focused, moveTo } from "./keyboard.ts";
import { onPage } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";
import { fill, said } from "./portalPages.ts";

let browser: Browser;
let rollcall: KitRollcall;
beforeAll(async () => {
  browser = await runningBrowser();
  rollcall = await startRollcall({ preset: "open" });
});
afterAll(async () => {
  await rollcall.close();
  await browser.disconnect();
});

/** Presses Enter on what has the focus. What it leads to has the focus next: it is never lost. @returns its name */
async function enter(page: Page, until: string): Promise<string> {
  await page.keyboard.press("Enter");
  await said(page, until);
  // The heading of a new page takes it when that is there.
  await page.waitForFunction("document.activeElement !== document.body");
  return (await focused(page)).name;
}

test("from the link to one person's history by keyboard alone, with the focus always in sight", async () => {
  const org = await rollcall.org();
  await rollcall.idp.entra(org).assign({ userName: "ada@acme.example", displayName: "Ada Lovelace" });
  const { url } = await rollcall.admin("POST", "orgs/acme/portal-sessions", { actor: "u-4711" });
  await onPage(browser, { origins: [rollcall.url] }, async (page) => {
    await allowClipboard(page, rollcall.url);
    await page.goto(String(url));
    await said(page, en.redeem.open);
    await moveTo(page, en.redeem.open);
    expect(await enter(page, en.connect.choose)).toBe(en.connect.title);

    await moveTo(page, en.idps.entra);
    await enter(page, en.values.makeAnother);
    await moveTo(page, en.values.makeAnother);
    expect(await enter(page, en.secret.once)).toBe(en.secret.once);
    await moveTo(page, fill(en.common.copyOf, { what: en.values.token }));
    await enter(page, en.common.copied);
    expect(await readClipboard(page)).toMatch(/^rollcall_\w{58}/);
    await moveTo(page, en.secret.saved);
    await enter(page, en.values.makeAnother);

    await moveTo(page, en.nav.activity, "Shift+Tab");
    expect(await enter(page, en.activity.requests)).toBe(en.nav.activity);
    await moveTo(page, en.nav.people, "Shift+Tab");
    expect(await enter(page, "ada@acme.example")).toBe(en.nav.people);
    await moveTo(page, "ada@acme.example");
    expect(await enter(page, en.people.signInTitle)).toBe("Ada Lovelace");
    await said(page, en.history.title);
  });
});
