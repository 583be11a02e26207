import { identityProviders } from "rollcall/testkit";
import { isObject } from "../../functions/scim/json.ts";
import { playJourney } from "../browser/journey.ts";
import { openBrowser } from "../browser/openBrowser.ts";
import { expectStatus } from "../support/org.ts";
import type { Check } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { startFront } from "./consumer.ts";

/**
 * Against the stack with the portal, in Chromium: the same story as test/browser plays against npm start. Its journal comes from the
 * log by the subscriptions that were deployed, once `portalIsOpened` has put words into their filters; nothing is fed by the test.
 */
export const portalIsPlayed: Check = {
  name: "the portal in Chromium: connected, a refusal seen and repaired, a history read, a token rotated, the link used up",
  run: async (target) => {
    const { slug } = await target.org();
    const tokens = at(expectStatus(await target.admin("GET", `/orgs/${slug}/tokens`), 200).json, "tokens");
    for (const token of Array.isArray(tokens) ? tokens : [])
      if (isObject(token)) expectStatus(await target.admin("DELETE", `/orgs/${slug}/tokens/${token.id}`), 200);
    await using front = await startFront(target);
    const tenantUrl = `${front.url}/scim/v2/${slug}`;
    const browser = await openBrowser();
    try {
      await playJourney({
        browser,
        origin: new URL(target.base).origin,
        // The emulator speaks plain HTTP, and says nothing of that by itself.
        headers: { "X-Forwarded-Proto": "http" },
        link: async () => {
          const made = await target.admin("POST", `/orgs/${slug}/portal-sessions`, { actor: "u-4711" });
          const url = String(at(expectStatus(made, 201).json, "url"));
          return `${target.base}/portal${url.slice(url.indexOf("#"))}`;
        },
        // The name in the Tenant URL that the page shows is one that only browsers resolve.
        connect: ({ token }) => identityProviders().idp.entra({ tenantUrl, token }),
        statusWith: async (token) => {
          const headers = { Authorization: `Bearer ${token}` };
          const path = `/scim/v2/${slug}/Users?count=1`;
          return (await target.transport({ method: "GET", target: path, headers, body: undefined })).status;
        },
        onStep: (name) => console.log(`  ${name}`),
      });
      return [];
    } finally {
      await browser.close();
    }
  },
};
