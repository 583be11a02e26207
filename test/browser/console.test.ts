import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "puppeteer-core";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import type { Place } from "../../bin/rollcall/place.ts";
import { reach } from "../../bin/rollcall/reach.ts";
import { en } from "../../lib/portal/texts/en.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { closeConsoles, consoleOver } from "../support/consoleOver.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { axeFindings } from "./axe.ts";
import { holdAnswers, LOST, loseAnswers } from "./loseAnswers.ts";
import { onPage, type Theme } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";
import { fill, goTo, press, said, textOf } from "./portalPages.ts";

let browser: Browser;
let folder: string;
let server: LocalServer;
/** Reference of a create that was refused. */
let reference: string;

beforeAll(async () => {
  browser = await runningBrowser();
  folder = newFolder();
  server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false });
  const headers = { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" };
  const create = () =>
    fetch(`${server.tenantUrl}/Users`, { method: "POST", headers, body: JSON.stringify(ordinaryUser("ada")) });
  expect((await create()).status).toBe(201);
  const [, found = ""] = /ref: (\w+)/.exec(await (await create()).text()) ?? [];
  reference = found;
});
afterAll(async () => {
  await closeConsoles();
  await server.close();
  removeData(folder);
  await browser.disconnect();
});

/** A console of its own, opened by its address as it was printed. */
async function inConsole(theme: Theme, width: number, act: (page: Page) => Promise<void>): Promise<string> {
  const place: Place = { kind: "local", folder };
  const { url, running } = await consoleOver({ place, open: (api) => reach(place, undefined, {}, api) });
  const address = running.address();
  // A wrong confirmation is refused, which Chromium notes on its console.
  await onPage(browser, { origins: [url], theme, width, expected: [/ 400 .*\/deletion$/, LOST] }, async (page) => {
    await page.goto(address);
    await said(page, en.orgs.intro);
    expect(page.url()).not.toContain("console=");
    await act(page);
  });
  return address;
}

async function fillIn(page: Page, label: string, text: string, within = ""): Promise<void> {
  await page.locator(`${within} ::-p-aria([name=${JSON.stringify(label)}])`.trim()).fill(text);
}

test("an operator makes an organization, pauses it, schedules its deletion with its name typed, and takes both back", async () => {
  await inConsole("light", 1280, async (page) => {
    // The API refuses a longer search.
    expect(await page.evaluate(`document.querySelector("input[type=search]").maxLength`)).toBe(256);
    await press(page, "button", en.orgs.create);
    await fillIn(page, en.orgs.login, "globex", "dialog");
    await page.keyboard.press("Enter");
    await said(page, "globex");
    await goTo(page, "#/o/globex/manage");
    await said(page, en.orgs.noSso);

    await press(page, "button", en.manage.pause);
    await fillIn(page, en.manage.reason, "moving house", "dialog");
    await page.keyboard.press("Enter");
    await said(page, en.orgs.paused);
    await press(page, "button", en.manage.resume);
    await said(page, en.orgs.noSso);

    await press(page, "button", en.manage.delete);
    await fillIn(page, en.manage.reason, "left", "dialog");
    await fillIn(page, en.manage.confirm, "acme", "dialog");
    await press(page, "button", en.manage.delete, "dialog");
    await page.waitForSelector("dialog [role=alert]");
    await fillIn(page, en.manage.confirm, "globex", "dialog");
    await press(page, "button", en.manage.delete, "dialog");
    await said(page, en.orgs.deletion);
    await press(page, "button", en.manage.restore);
    await said(page, en.orgs.noSso);
  });
});

test("an operator sees the refused request in the live log, has it explained, and checks the data", async () => {
  await inConsole("dark", 1280, async (page) => {
    await goTo(page, "#/o/acme/tail");
    await said(page, reference);
    await press(page, "link", reference);
    await said(page, "uniqueness.userName");
    await goTo(page, "#/jobs");
    await said(page, en.jobs.none);
    await goTo(page, "#/o/acme/fsck");
    await press(page, "button", en.fsck.start);
    await said(page, en.fsck.good);
    await goTo(page, "#/o/acme/people");
    await said(page, "ada");
  });
});

test("an operator whose answer is lost sees what was done after all, and no button drops a press without a word", async () => {
  await inConsole("light", 1280, async (page) => {
    await goTo(page, "#/o/acme/manage");
    const find = await loseAnswers(page, "*/pause");
    await press(page, "button", en.manage.pause);
    await fillIn(page, en.manage.reason, "moving house", "dialog");
    await page.keyboard.press("Enter");
    await said(page, en.errors.maybeDone);
    await press(page, "button", en.common.cancel, "dialog");
    await said(page, en.orgs.paused);
    await press(page, "button", en.manage.resume);
    await said(page, en.errors.maybeDone);
    await said(page, en.orgs.live);
    await find();
    // Then the next such message is about the link.
    await goTo(page, "#/orgs");
    await page.waitForFunction(`!document.body.textContent.includes(${JSON.stringify(en.errors.maybeDone)})`);
    await goTo(page, "#/o/acme/manage");

    const links = await loseAnswers(page, "*/portal-sessions*");
    await fillIn(page, en.manage.actor, "u-9");
    await page.keyboard.press("Enter");
    await said(page, en.errors.maybeDone);
    await links();
    await goTo(page, "#/o/acme/settings");
    const rules = await loseAnswers(page, "*/rules*");
    await press(page, "button", fill(en.settings.changeOf, { rule: en.settings.rules.workEmailRequired.title }));
    const other = "main form input[type=radio]:not(:checked)";
    const wanted = await page.evaluate(`document.querySelector("${other}").labels[0].textContent`);
    await page.locator(other).click();
    await press(page, "button", en.settings.save);
    await said(page, en.errors.maybeDone);
    await press(page, "button", en.common.cancel);
    await page.waitForFunction(
      `[...document.querySelectorAll(".panel > p")].some((one) => one.textContent === ${JSON.stringify(wanted)})`,
    );
    await rules();

    await goTo(page, "#/o/acme/fsck");
    const release = await holdAnswers(page, "*/fsck*");
    await press(page, "button", en.fsck.start);
    await page.waitForFunction(`document.querySelectorAll("main button[aria-disabled=true]").length === 2`);
    await release();
    await said(page, en.fsck.good);
  });
});

test.each<[Theme, number]>([
  ["light", 1280],
  ["dark", 360],
])("axe-core finds nothing on any page of the console in %s, %i pixels wide, and each fits", async (theme, width) => {
  await inConsole(theme, width, async (page) => {
    const found: Record<string, readonly string[]> = {};
    for (const hash of [
      "#/orgs",
      `#/explain?text=${reference}`,
      "#/jobs",
      "#/o/acme/manage",
      "#/o/acme/tail",
      "#/o/acme/fsck",
    ]) {
      await goTo(page, hash);
      // Its widest line.
      if (hash.endsWith("/tail")) await said(page, reference);
      const overflow = Number(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
      );
      const faults = /undefined|\bNaN\b|\[object/.exec(await textOf(page)) ?? [];
      found[hash] = [
        ...(await axeFindings(page)),
        ...(overflow === 0 ? [] : [`${overflow} pixels too wide`]),
        ...faults,
      ];
    }
    expect(Object.values(found).flat()).toEqual([]);
    expect(Object.keys(found)).toHaveLength(6);
  });
});

test("an address of the console opens it once", async () => {
  const address = await inConsole("light", 1280, async () => undefined);
  await onPage(browser, { origins: [new URL(address).origin], expected: [/401/] }, async (page) => {
    await page.goto(address);
    await page.waitForSelector("main h1");
    expect(await textOf(page)).not.toContain(en.orgs.intro);
  });
});
