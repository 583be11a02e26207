import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "puppeteer-core";
import { type KitRollcall, startRollcall } from "rollcall/testkit";
import type { JsonObject } from "../../functions/scim/json.ts";
import { de } from "../../lib/portal/texts/de.ts";
import { en } from "../../lib/portal/texts/en.ts";
import { axeFindings } from "./axe.ts";
import { allowClipboard } from "./clipboard.ts";
import { LOST, loseAnswers } from "./loseAnswers.ts";
import { onPage, type PageWishes, type Theme } from "./onPage.ts";
import { runningBrowser } from "./openBrowser.ts";
import { startOtherSite } from "./otherSite.ts";
import { fill, goTo, openPortalPage, press, redeem, said, textOf } from "./portalPages.ts";

/** What the other files of this folder pass by: pages without a session, dialogs, the component, languages, forms. */

let browser: Browser;
let rollcall: KitRollcall;
beforeAll(async () => {
  browser = await runningBrowser();
  rollcall = await startRollcall();
  const entra = rollcall.idp.entra(await rollcall.org());
  await entra.assign({ userName: "ada@acme.example", displayName: "Ada Lovelace" });
  // Nobody may be created without a work address.
  const org = await rollcall.org();
  const body = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "grace@acme.example" };
  const headers = { Authorization: `Bearer ${org.token}`, "Content-Type": "application/scim+json" };
  const refused = await fetch(`${org.tenantUrl}/Users`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(refused.status).toBe(400);
});
afterAll(async () => {
  await rollcall.close();
  await browser.disconnect();
});

const visit = (wishes: Partial<PageWishes>, act: (page: Page) => Promise<void>): Promise<void> =>
  onPage(browser, { origins: [rollcall.url], ...wishes }, act);

async function made(wishes: JsonObject = {}): Promise<JsonObject> {
  return rollcall.admin("POST", "orgs/acme/portal-sessions", { actor: "u-4711", ...wishes });
}
async function link(wishes: JsonObject = {}): Promise<string> {
  return String((await made(wishes)).url);
}

describe.each<Theme>(["light", "dark"])("axe-core finds nothing in %s on", (theme) => {
  test("the page of a link, of a used one, of a new secret, of a dialog, and after signing out", async () => {
    await visit({ theme, width: 360, expected: [/status of 4/] }, async (page) => {
      const found: string[] = [];
      const look = async (): Promise<void> => void found.push(...(await axeFindings(page)));
      const url = await link({ intent: "credentials" });
      await page.goto(url);
      await said(page, en.redeem.open);
      await look();
      await press(page, "button", en.redeem.open);
      await press(page, "button", en.credentials.createSecret);
      await page.waitForSelector("dialog[open]");
      await look();
      await press(page, "button", en.credentials.createSecret, "dialog");
      await said(page, en.secret.once);
      await look();
      await press(page, "button", en.secret.saved);
      await press(page, "button", en.shell.signOut);
      await said(page, en.ended.signedOut);
      await look();
      await page.goto("about:blank");
      await page.goto(url);
      await press(page, "button", en.redeem.open);
      await said(page, en.redeem.usedTitle);
      await look();
      expect(found).toEqual([]);
    });
  });

  test("the component in another site's page", async () => {
    const pages: Record<string, { readonly html: string }> = {};
    await using site = await startOtherSite(pages);
    await using own = await startRollcall({ portal: { origins: [site.origin] } });
    pages["/"] = {
      html: `<!doctype html><html lang="en"><title>Product</title><main><h1>Product</h1>
        <rollcall-portal intent="settings" theme="${theme}"></rollcall-portal></main><script type="module" src="${own.url}/portal/embed.js"></script>`,
    };
    const { bearer } = await own.admin("POST", "orgs/acme/portal-sessions", { actor: "u-4711", embed: true });
    await onPage(browser, { origins: [own.url, site.origin], theme }, async (page) => {
      await page.goto(site.origin);
      const words = { nav: { settings: "Our rules" } };
      await page.evaluate(`customElements.whenDefined("rollcall-portal").then(() => {
        const element = document.querySelector("rollcall-portal");
        element.texts = ${JSON.stringify(words)};
        element.setAttribute("session", ${JSON.stringify(bearer)});
      })`);
      const shows = (text: string) =>
        page.waitForFunction(
          `document.querySelector("rollcall-portal").shadowRoot?.textContent.includes(${JSON.stringify(text)})`,
        );
      await shows(en.settings.rules.workEmailRequired.title);
      // What the host calls a page in its own words; the rest stays as it is.
      await shows("Our rules");
      await shows(en.nav.health);
      expect(await axeFindings(page)).toEqual([]);
    });
  });
});

test("whose browser asks for German gets the portal in German, and a way back to the product", async () => {
  await visit({ language: "de-AT" }, async (page) => {
    await page.goto(await link({ intent: "people", returnUrl: "https://app.example.com/settings" }));
    await press(page, "button", de.redeem.open);
    await said(page, de.people.intro);
    await said(page, fill(de.shell.backTo, { host: "app.example.com" }));
    expect(await page.evaluate(`document.querySelector('a[href="https://app.example.com/settings"]') !== null`)).toBe(
      true,
    );
    expect(await page.evaluate("document.documentElement.lang")).toMatch(/^de/);
    for (const [name, words] of [
      ["connect", de.connect.title],
      ["activity", de.activity.intro],
      ["health", de.health.intro],
    ] as const) {
      await openPortalPage(page, name);
      await said(page, words);
    }
    await press(page, "button", de.shell.signOut);
    await said(page, de.ended.signedOut);
    await said(page, fill(de.shell.backTo, { host: "app.example.com" }));
  });
});

test("what the server itself says of an error is marked as English", async () => {
  await visit({ language: "de", expected: [/status of 4/] }, async (page) => {
    await redeem(page, await link());
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      const answer = { status: 400, contentType: "application/json", body: '{"detail":"Not so. (ref: 1)"}' };
      void (request.url().includes("/acme/groups") ? request.respond(answer) : request.continue());
    });
    await page.evaluate(`location.hash = "#/groups"`);
    const marked = await page.waitForSelector("[role=alert] [lang=en]");
    expect(await marked?.evaluate((text) => text.textContent)).toBe("Not so.");
  });
});

test("a refused create is found by the name that somebody types, with what to change in Entra's console", async () => {
  await visit({}, async (page) => {
    await redeem(page, await link({ intent: "activity" }));
    await said(page, en.activity.requests);
    await page.locator(`::-p-aria([name=${JSON.stringify(en.activity.name)}])`).fill("grace@acme.example");
    await press(page, "button", en.activity.show);
    await said(page, fill(en.activity.user.createNot, { who: en.activity.aUser }));
    await page.waitForFunction(
      `!document.querySelector("main ol, main ul, main")?.innerText.includes("ada@acme.example")`,
    );
    expect(page.url()).not.toContain("grace");
    await page.locator("main li button").click();
    await said(page, fill(en.activity.inIdp, { idp: en.idps.entra }));
    await said(page, 'emails[type eq "work"].value');
    expect(await textOf(page)).not.toContain("ada@acme.example");
  });
});

test("a client secret is made on Connect, for who signs in with one, and buys an access token", async () => {
  await visit({}, async (page) => {
    await redeem(page, await link());
    await goTo(page, "#/connect?idp=entra");
    await page.locator(`details.more > summary::-p-text(${en.values.oauthTitle})`).click();
    await press(page, "button", en.values.makeSecret);
    await said(page, en.secret.once);
    const secret = String(await page.evaluate(`document.querySelector(".secret code").textContent`));
    await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error())");
    await page.locator(".secret .copy-field button").click();
    await said(page, en.common.copyFailed);
    const { tenantUrl } = await rollcall.org();
    const bought = await fetch(`${tenantUrl}/oauth/token`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: "acme", client_secret: secret }),
    });
    expect(bought.status).toBe(200);
  });
});

test("who replaces all tokens at once reads that connections without a secret end as well", async () => {
  const [tenant, objectId, appId] = [1, 2, 3].map((n) => `${n}1111111-2222-3333-4444-555555555555`);
  await rollcall.admin("POST", "orgs/acme/trusts", { entra: { tenant, objectId, appId } } as JsonObject);
  await visit({}, async (page) => {
    await redeem(page, await link({ intent: "credentials" }));
    await press(page, "button", en.credentials.regenerate);
    const ended = await page.evaluate('document.querySelector("dialog ul").innerText');
    expect(ended).toContain(fill(en.credentials.trusts.one, { n: "1" }));
  });
});

test("a last page whose people are gone meanwhile says that it is empty, and leads to the first", async () => {
  await visit({}, async (page) => {
    await page.evaluateOnNewDocument(`{
      const ask = fetch;
      globalThis.fetch = async (url, init) => {
        const answer = await ask(url, init);
        if (!url.pathname.endsWith("/people")) return answer;
        const isFirst = !url.searchParams.has("after");
        const list = await answer.json();
        return Response.json({ ...list, people: isFirst ? list.people : [], next: isFirst ? list.people[0].id : null });
      };
    }`);
    await redeem(page, await link({ intent: "people" }));
    await press(page, "button", en.common.next);
    await said(page, en.common.emptyPage);
    await press(page, "button", en.common.firstPage);
    await said(page, "Ada Lovelace");
  });
});

test("whose request to rotate got no answer hears that it may be done, and finds the new token in the list", async () => {
  await visit({}, async (page) => {
    await page.evaluateOnNewDocument(`{
      const ask = fetch;
      globalThis.fetch = async (url, init) => {
        const answer = await ask(url, init);
        if (url.pathname.endsWith("/rotate")) throw new TypeError("lost");
        return answer;
      };
    }`);
    await redeem(page, await link({ intent: "credentials" }));
    await press(page, "button", en.credentials.rotate);
    await press(page, "button", en.credentials.rotate, "dialog");
    await said(page, en.errors.maybeDone);
    await press(page, "button", en.common.cancel, "dialog");
    await said(page, en.credentials.rotating);
    // Two of the same name; the focus stays with the list when the pressed button goes.
    await page.locator("main td button").click();
    await press(page, "button", en.credentials.revoke, "dialog");
    await said(page, en.credentials.oneOnly);
    expect(await page.evaluate(`document.activeElement.closest("section")?.getAttribute("aria-labelledby")`)).toBe(
      "tokens",
    );
  });
});

test("in forced colours the current page and provider are marked, and in a low window nothing covers the page", async () => {
  await visit({}, async (page) => {
    await redeem(page, await link());
    await goTo(page, "#/connect?idp=entra");
    const own = await page.createCDPSession();
    await own.send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
    await page.setViewport({ width: 320, height: 180 });
    const found = await page.evaluate(`(() => {
      const of = (css) => getComputedStyle(document.querySelector(css));
      return [
        of(".tab").borderBottomColor === of(".tab:not([aria-current])").borderBottomColor,
        of(".card-link[aria-current]").outlineStyle,
        of(".live").position,
      ];
    })()`);
    expect(found).toEqual([false, "solid", "static"]);
  });
});

test("screen readers hear what a dialog says: that its secret is copied, and what is to be confirmed first", async () => {
  await visit({}, async (page) => {
    await allowClipboard(page, rollcall.url);
    await redeem(page, await link({ intent: "credentials" }));
    const heard = async (text: string): Promise<unknown> => {
      const regions = `[...document.querySelectorAll("[role=status]")].map((region) => region.textContent)`;
      await page.waitForFunction(`${regions}.includes(${JSON.stringify(text)})`);
      // Of what a modal dialog covers, nothing is in the tree.
      const tree = await page.accessibility.snapshot({ interestingOnly: false });
      return JSON.stringify(tree).includes(JSON.stringify(text));
    };
    await press(page, "button", en.credentials.regenerate);
    await press(page, "button", en.credentials.regenerate, "dialog");
    expect(await heard(en.credentials.regenerateProblem)).toBe(true);
    await press(page, "button", en.common.cancel);
    await press(page, "button", en.credentials.createSecret);
    await press(page, "button", en.credentials.createSecret, "dialog");
    await press(page, "button", fill(en.common.copyOf, { what: en.credentials.newSecret }), "dialog");
    expect(await heard(`${en.common.copied}: ${en.credentials.newSecret}`)).toBe(true);
    await press(page, "button", en.secret.saved);
  });
});

test("a portal whose first answer is lost says so in the reader's language, and takes the focus each time", async () => {
  await visit({ language: "de", expected: [LOST] }, async (page) => {
    await redeem(page, await link());
    const back = await loseAnswers(page, "*/v1/session");
    await page.reload();
    const isRead = `document.activeElement?.textContent === ${JSON.stringify(de.errors.network)}`;
    await page.waitForFunction(isRead);
    expect(await textOf(page)).toContain(de.errors.networkText);
    await press(page, "button", de.common.tryAgain);
    await page.waitForFunction(isRead);
    await back();
    await press(page, "button", de.common.tryAgain);
    await page.waitForSelector("nav");
  });
});

test("the focus stays near a pressed button that goes: one that asks again, and one that has its secret saved", async () => {
  await visit({ expected: [LOST] }, async (page) => {
    await redeem(page, await link());
    const enter = async (name: string, within = ""): Promise<void> => {
      const button = await page.waitForSelector(`${within} ::-p-aria([role="button"][name=${JSON.stringify(name)}])`);
      await button?.focus();
      await page.keyboard.press("Enter");
    };
    const kept = () => page.evaluate("document.activeElement.closest('main')?.id");
    const back = await loseAnswers(page, "*/orgs/acme/groups*");
    await page.evaluate(`location.hash = "#/groups"`);
    await said(page, en.errors.networkText);
    await back();
    await enter(en.common.tryAgain);
    await page.waitForFunction(`document.querySelector(".notice") === null`);
    expect(await kept()).toBe("content");

    await goTo(page, "#/connect?idp=entra");
    await page.locator(`details.more > summary::-p-text(${en.values.oauthTitle})`).click();
    await enter(en.values.makeSecret);
    await said(page, en.secret.once);
    await enter(en.secret.saved);
    await page.waitForFunction(`document.querySelector(".secret") === null`);
    expect(await kept()).toBe("content");
  });
});

test("a page of requests that is left open keeps the latest few hundred of thousands", async () => {
  await visit({}, async (page) => {
    // Forty new requests at each look, and no waiting between looks.
    await page.evaluateOnNewDocument(`{
      const [ask, later] = [fetch, setTimeout];
      globalThis.looks = 0;
      globalThis.setTimeout = (act, pause) => later(act, Math.min(pause, 5));
      globalThis.fetch = async (url, init) => {
        const answer = await ask(url, init);
        if (!url.pathname.endsWith("/activity")) return answer;
        const list = await answer.json();
        const [one] = list.entries.length > 0 ? list.entries : [globalThis.one];
        globalThis.one = one;
        if (!url.searchParams.has("since")) return Response.json(list);
        globalThis.looks += 1;
        const entries = Array.from({ length: 40 }, (_, n) => ({ ...one, ref: "r" + globalThis.looks + "-" + n }));
        return Response.json({ ...list, entries, next: null });
      };
    }`);
    await redeem(page, await link({ intent: "activity" }));
    await page.waitForFunction("globalThis.looks >= 60");
    expect(await page.evaluate("document.querySelectorAll('main ol.entries > li').length")).toBeLessThan(600);
  });
});
