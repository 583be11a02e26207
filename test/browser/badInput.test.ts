import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "puppeteer-core";
import { type KitRollcall, startRollcall } from "rollcall/testkit";
import { en } from "../../lib/portal/texts/en.ts";
import { onPage, type PageWishes } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";
import { startOtherSite } from "./otherSite.ts";
import { goTo, openPortalPage, press, redeem, said, textOf } from "./portalPages.ts";

let browser: Browser;
let rollcall: KitRollcall;
beforeAll(async () => {
  browser = await runningBrowser();
  rollcall = await startRollcall({ orgs: ["acme", "globex"] });
});
afterAll(async () => {
  await rollcall.close();
  await browser.disconnect();
});

/** The console's own line about an answer that is no success: what these tests are about. */
const REFUSED = /Failed to load resource: the server responded with a status of 4/;

const visit = <T>(act: (page: Page) => Promise<T>, wishes: Partial<PageWishes> = {}): Promise<T> =>
  onPage(browser, { origins: [rollcall.url], ...wishes }, act);

async function link(wishes: Readonly<Record<string, string | number>> = {}, org = "acme"): Promise<string> {
  const { url } = await rollcall.admin("POST", `orgs/${org}/portal-sessions`, { actor: "u-4711", ...wishes });
  return String(url);
}

describe("a link", () => {
  test("is used up by nobody who only opens it, and by the first who presses the button", async () => {
    const url = await link({ intent: "people" });
    await visit(async (page) => {
      const sent: string[] = [];
      page.on("request", (request) => void sent.push(`${request.method()} ${request.url()}`));
      await page.goto(url, { waitUntil: "networkidle0" });
      expect(await textOf(page)).toContain(en.redeem.open);
      expect(sent.filter((one) => !one.startsWith("GET "))).toEqual([]);
      // What looked at the page without a press has neither a session nor, in its address, what would give one.
      expect(sent.map((one) => one.split("#")[0]).join(" ") + page.url()).not.toContain("rollcalllink_");
      expect(await page.cookies()).toEqual([]);
    });
    await visit(async (page) => {
      await redeem(page, url);
      expect(await page.evaluate("document.cookie")).toBe("");
      expect(page.url()).not.toContain("rollcalllink_");
    });
    await visit((page) => refusedLink(page, url, en.redeem.usedTitle), { expected: [REFUSED] });
  });

  test("that is over, revoked, damaged or cut off says what it is and what to do, and gives no session", async () => {
    const damaged = (await link()).replace(/.$/, (last) => (last === "a" ? "b" : "a"));
    await visit((page) => refusedLink(page, damaged, en.redeem.usedTitle), { expected: [REFUSED] });
    await visit(async (page) => {
      await page.goto((await link()).slice(0, -1));
      await said(page, en.redeem.forgedTitle);
    });

    const { session, url } = await rollcall.admin("POST", "orgs/acme/portal-sessions", { actor: "u-4711" });
    await rollcall.admin("DELETE", `orgs/acme/portal-sessions/${Object(session).id}`);
    await visit((page) => refusedLink(page, String(url), en.redeem.usedTitle), { expected: [REFUSED] });

    const over = await link({ expiresIn: 60 });
    rollcall.clock.advance(61_000);
    await visit((page) => refusedLink(page, over, en.redeem.usedTitle), { expected: [REFUSED] });
  });

  test("of another organization opens that one in the same browser, and no page of the first shows it", async () => {
    await rollcall.idp.entra(await rollcall.org("globex")).assign("only.in.globex@globex.example");
    await visit(
      async (page) => {
        await redeem(page, await link());
        const status = (org: string): Promise<unknown> =>
          page.evaluate(`fetch("/portal/v1/orgs/${org}/people").then((answer) => answer.status)`);
        expect([await status("globex"), await status("acme")]).toEqual([404, 200]);
        await openPortalPage(page, "people");
        expect(await textOf(page)).not.toContain("only.in.globex");
        await page.evaluate("location.hash = '#/o/globex/people'");
        expect(await textOf(page)).not.toContain("only.in.globex");

        await redeem(page, await link({}, "globex"));
        await openPortalPage(page, "people");
        await said(page, "only.in.globex@globex.example");
      },
      { expected: [REFUSED] },
    );
  });
});

async function refusedLink(page: Page, url: string, title: string): Promise<void> {
  await page.goto(url);
  await page.locator("main button").click();
  await said(page, title);
  await page.goto(`${rollcall.url}/portal`);
  await said(page, en.ended.noneTitle);
}

describe("a session", () => {
  test("that is revoked while its page is open leaves a page that says so, and shows nothing more", async () => {
    await visit(
      async (page) => {
        await redeem(page, await link({ intent: "connect" }));
        const { sessions } = await rollcall.admin("GET", "orgs/acme/portal-sessions");
        for (const { id, status } of sessions as { id: string; status: string }[]) {
          if (status === "live") await rollcall.admin("DELETE", `orgs/acme/portal-sessions/${id}`);
        }
        await said(page, en.ended.title);
        expect(await page.$("nav")).toBeNull();
        await page.reload();
        await said(page, en.ended.noneTitle);
      },
      { expected: [REFUSED] },
    );
  });

  test("that ends by the clock does the same, and signing out ends it at once", async () => {
    await visit(
      async (page) => {
        await redeem(page, await link({ intent: "connect" }));
        rollcall.clock.advance(3_601_000);
        await said(page, en.ended.title);

        await redeem(page, await link());
        const [before] = await page.cookies();
        await page.locator(`::-p-aria(${en.shell.signOut})`).click();
        await said(page, en.ended.signedOut);
        const cookie = `${before?.name}=${before?.value}`;
        const answer = await fetch(`${rollcall.url}/portal/v1/session`, { headers: { Cookie: cookie } });
        expect(answer.status).toBe(401);
      },
      { expected: [REFUSED] },
    );
  });

  test("that cannot be ended says that it goes on, and one that ends takes no secret away that is still shown", async () => {
    await visit(
      async (page) => {
        await redeem(page, await link({ intent: "connect" }));
        await openPortalPage(page, "connect");
        await page.setOfflineMode(true);
        await press(page, "button", en.shell.signOut);
        await said(page, en.shell.stillSignedIn);
        expect(await page.$("nav")).not.toBeNull();
        await page.setOfflineMode(false);

        await goTo(page, "#/connect?idp=entra");
        await page.locator(`::-p-text(${en.values.oauthTitle})`).click();
        await press(page, "button", en.values.makeSecret);
        await said(page, en.secret.once);
        // No other page, no way back and no other guide takes it away either, nor does signing out.
        for (const leave of [
          () => press(page, "link", en.nav.people),
          () => press(page, "link", en.idps.okta),
          () => page.evaluate("history.back()"),
          () => press(page, "button", en.shell.signOut),
        ]) {
          await page.evaluate("document.activeElement.blur()");
          await leave();
          await page.waitForFunction(`document.activeElement.className === "secret-once"`);
          expect(page.url()).toMatch(/#\/connect\?idp=entra$/);
        }
        rollcall.clock.advance(3_601_000);
        await page.waitForResponse((answer) => answer.status() === 401);
        expect(await textOf(page)).toContain(en.secret.once);
        await press(page, "button", en.secret.saved);
        await said(page, en.ended.title);
      },
      { expected: [REFUSED, /ERR_INTERNET_DISCONNECTED/] },
    );
  });

  test("that another link of the same organization replaced says so in the earlier tab, and changes nothing there", async () => {
    await visit(
      async (page) => {
        await redeem(page, await link({ intent: "credentials" }));
        await redeem(await page.browserContext().newPage(), await link());
        await page.bringToFront();
        await press(page, "button", en.credentials.createSecret);
        await press(page, "button", en.credentials.createSecret, "dialog");
        await said(page, en.errors.otherSession);
      },
      { expected: [REFUSED] },
    );
  });

  test("of somebody who may only look shows no way to change anything", async () => {
    await visit(async (page) => {
      await redeem(page, await link({ access: "read", intent: "credentials" }));
      await said(page, en.shell.readOnly);
      const labels = (await page.$$eval("main button", (buttons) =>
        buttons.map(({ textContent }) => textContent),
      )) as string[];
      expect(labels.filter((label) => /make|rotate|revoke|change|save|allow/i.test(label))).toEqual([]);
    });
  });
});

describe("another site", () => {
  test("shows nothing of the portal in a frame, even to somebody with a session", async () => {
    await using stranger = await startOtherSite({ "/": { html: `<iframe src="${rollcall.url}/portal"></iframe>` } });
    const origins = [rollcall.url, stranger.origin];
    await visit(
      async (page) => {
        await redeem(page, await link());
        await page.goto(stranger.origin, { waitUntil: "networkidle0" });
        const [, frame] = page.frames();
        expect(frame?.url() ?? "").not.toContain(rollcall.url);
        expect(await frame?.evaluate("document.getElementById('rollcall-portal')")).toBeNull();
      },
      { origins, expected: [/frame-ancestors|Refused to (frame|display)|Framing/] },
    );
  });

  test("changes and reads nothing with the cookie of its visitor", async () => {
    await using stranger = await startOtherSite({ "/": { html: "<p>Stranger</p>" } });
    const origins = [rollcall.url, stranger.origin];
    await visit(
      async (page) => {
        await redeem(page, await link());
        await page.goto(stranger.origin);
        const asked = (method: string, path: string): Promise<unknown> =>
          page.evaluate(`fetch("${rollcall.url}/portal/v1/${path}", { method: "${method}", credentials: "include" })
          .then(({ status }) => status, () => "unreadable")`);
        expect(await asked("GET", "orgs/acme/people")).toBe("unreadable");
        expect(await asked("DELETE", "admin/session")).toBe("unreadable");
        expect(await asked("POST", "admin/orgs/acme/tokens/regenerate")).toBe("unreadable");
        // The session is as it was: nothing came through.
        await page.goto(`${rollcall.url}/portal`);
        await page.waitForSelector("nav");
      },
      { origins, expected: [/CORS policy/, /Failed to load resource/] },
    );
  });
});
