import { randomUUID } from "node:crypto";
import type { Check, Target } from "../../support/target.ts";
import { connect } from "../../support/wire.ts";
import { type Client, clientOf, conversation, refusal, textAt } from "./client.ts";

const USERS = { method: "GET", path: "/Users" };

/** P1 to P4: the Tenant URL, SSO, tokens, Test Connection. */
export const connectionRows: readonly Check[] = [
  conversation("P1: the Tenant URL ends in the org's login name, and every location starts with it", async (scim) => {
    const id = await scim.user("u1");
    const location = { meta: { location: `${scim.tenant.tenantUrl}/Users/${id}` } };
    await scim.seen("the user", `/Users/${id}`, location);
  }),
  conversation(
    "P1: a wrong or display name in the URL is refused with the token's own Tenant URL, and nothing is said about the other org",
    async (scim) => {
      const other = await scim.target.org();
      const answers: string[] = [];
      for (const slug of [other.slug, "no-such-org", encodeURIComponent("Display Name")]) {
        const tenant = connect(scim.target.transport, {
          ...scim.tenant,
          slug,
          tenantUrl: `${scim.target.base}/scim/v2/${slug}`,
        });
        const json = refusal(401, undefined, scim.tenant.tenantUrl);
        const answer = await scim.sayTo(tenant, `the token under ${slug}`, USERS, { status: 401, json });
        answers.push(textAt(answer.json, "detail").replace(/\(ref: .*/, ""));
      }
      if (new Set(answers).size !== 1)
        scim.note("the answers", `tell orgs that exist from others: ${answers.join(" | ")}`);
    },
  ),
  {
    name: "P2: without SAML SSO no token is made and the answer says why",
    run: async (target) => {
      const slug = `p2-${randomUUID().slice(0, 8)}`;
      const found: string[] = [];
      const made = await target.admin("POST", "/orgs", { org: slug, admins: ["first", "second"] });
      if (made.status !== 201) found.push(`the org: expected 201, got ${made.status} ${made.text}`);
      const refused = await target.admin("POST", `/orgs/${slug}/tokens`, {});
      if (refused.status !== 409 || !/SSO/.test(refused.text)) {
        found.push(`the token: expected 409 that speaks of SSO, got ${refused.status} ${refused.text}`);
      }
      return found;
    },
  },
  conversation("P2: when SSO is removed SCIM answers 403 with the reason, and nothing is lost", async (scim) => {
    const id = await scim.user("u1");
    await scim.admin("remove SSO", "PATCH", "", { sso: null }, { status: 200 });
    const json = refusal(403, undefined, "SSO");
    await scim.say("a read without SSO", USERS, { status: 403, json });
    const off = { method: "DELETE", path: `/Users/${id}` };
    await scim.say("a delete without SSO", off, { status: 403, json });
    await scim.admin("SSO is back", "PATCH", "", { sso: { entityId: "https://idp.acme.example" } }, { status: 200 });
    await scim.seen("the user is still there", `/Users/${id}`, { id, userName: "u1@acme.example", active: true });
  }),
  conversation("P2: an org that is not entitled gets 403 with the reason", async (scim) => {
    await scim.admin("take the entitlement", "PATCH", "", { entitled: false }, { status: 200 });
    await scim.say("a read", USERS, { status: 403, json: refusal(403, undefined, "plan|entitled") });
    await scim.admin("a token", "POST", "/tokens/regenerate", {}, { status: 409 });
  }),
  conversation(
    "P3: a token is shown once, one lives at a time, and regenerate ends every other at once",
    async (scim) => {
      await scim.say("the first token", USERS, { status: 200 });
      const again = await scim.admin("generate while one lives", "POST", "/tokens", {}, { status: 409 });
      if (!/regenerate/.test(again.text))
        scim.note("generate while one lives", `does not name regenerate: ${again.text}`);
      const made = await scim.admin("regenerate", "POST", "/tokens/regenerate", {}, { status: 201 });
      const token = textAt(made.json, "secretToken");
      await scim.say("the first token after regenerate", USERS, { status: 401 });
      const renewed = connect(scim.target.transport, { ...scim.tenant, token });
      await scim.sayTo(renewed, "the second token", USERS, { status: 200 });
      const listed = await scim.admin("list", "GET", "/tokens", undefined, { status: 200 });
      if (listed.text.includes(token) || listed.text.includes(scim.tenant.token)) scim.note("list", "it shows a token");
    },
  ),
  conversation("P3: an org with one admin is warned that more are recommended", async (scim) => {
    const alone = await scim.admin("one admin", "PATCH", "", { admins: ["first"] }, { status: 200 });
    scim.expect("one admin", { warnings: { $length: 1 } }, alone.json);
    const two = await scim.admin("two admins", "PATCH", "", { admins: ["first", "second"] }, { status: 200 });
    scim.expect("two admins", { warnings: "$empty" }, two.json);
  }),
  { name: "P4: Entra's Test Connection succeeds with Tenant URL and Secret Token", run: testConnection },
  conversation("P4: Entra's Test Connection fails with one fixed answer for any wrong token", async (scim) => {
    const wrong = [`${scim.tenant.token}x`, scim.tenant.token.slice(0, -1), "secret", scim.tenant.token.toLowerCase()];
    const bodies = new Set<string>();
    for (const token of wrong) {
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await scim.say(`token ${wrong.indexOf(token)}`, { ...USERS, headers }, { status: 401 });
      bodies.add(textAt(answer.json, "detail").replace(/\(ref: .*/, ""));
    }
    if (bodies.size !== 1) scim.note("the answers", `differ: ${[...bodies].join(" | ")}`);
  }),
];

async function testConnection(target: Target): Promise<string[]> {
  const scim: Client = await clientOf(target);
  const headers = { Accept: null, "User-Agent": null };
  const json = { totalResults: 0, Resources: [] };
  const user = `/Users?filter=userName+eq+%22${randomUUID()}%22`;
  await scim.say("a user that cannot exist", { method: "GET", path: user, headers }, { status: 200, json });
  const group = `/Groups?excludedAttributes=members&filter=displayName+eq+%22${randomUUID()}%22`;
  await scim.say("a group that cannot exist", { method: "GET", path: group, headers }, { status: 200, json });
  return scim.found;
}
