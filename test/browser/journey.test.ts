import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "puppeteer-core";
import { identityProviders } from "rollcall/testkit";
import { isObject } from "../../functions/scim/json.ts";
import { playJourney } from "./journey.ts";
import { runningBrowser } from "./openBrowser.ts";
import { type PortalProcess, startPortal } from "./portalProcess.ts";

let browser: Browser;
let portal: PortalProcess;
beforeAll(async () => {
  browser = await runningBrowser();
  portal = await startPortal({ options: ["--portal-rules", "userNameMutability"] });
});
afterAll(async () => {
  await portal[Symbol.asyncDispose]();
  await browser.disconnect();
});

test("the customer's administrator connects Entra, sees who is refused, fixes it and rotates the token, alone", async () => {
  // npm start makes a token for its first org; here the administrator makes the first one.
  const { tokens } = await portal.admin("GET", "orgs/acme/tokens");
  for (const token of Array.isArray(tokens) ? tokens : [])
    if (isObject(token)) await portal.admin("DELETE", `orgs/acme/tokens/${token.id}`);

  const steps: string[] = [];
  await playJourney({
    browser,
    origin: portal.url,
    link: () => portal.link(),
    connect: (connection) => identityProviders().idp.entra(connection),
    statusWith: async (token) => {
      const headers = { Authorization: `Bearer ${token}` };
      const { status } = await fetch(`${portal.tenantUrl}/Users?count=1`, {
        headers,
        signal: AbortSignal.timeout(120_000),
      });
      return status;
    },
    onStep: (name) => void steps.push(name),
  });
  expect(steps).toHaveLength(7);
  // What went through the pages is not in the log.
  expect(portal.log()).not.toMatch(/rollcall(?:link|portal)?_[0-9A-Za-z]{8}_|acme\.example|Lovelace/);
});
