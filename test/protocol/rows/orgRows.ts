import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { askToken } from "../../support/askToken.ts";
import { signed, signingKey } from "../../support/issuer.ts";
import type { Check } from "../../support/target.ts";
import { connect, type Tenant } from "../../support/wire.ts";
import { type Client, conversation, refusal, textAt } from "./client.ts";

const USERS = { method: "GET", path: "/Users" };
const DEACTIVATE: JsonObject = { op: "Replace", path: "active", value: "False" };
const DEAD = { status: 401, json: refusal(401, undefined, "token") };
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** What the application and its org admins decide: tokens (P3, F5), entitlement (F10), pause, deletion, protection (P17). */
export const orgRows: readonly Check[] = [
  conversation(
    "P2: without SAML SSO no client secret is made and no access token given, and the answers say why",
    async (scim) => {
      const made = await scim.admin("a secret", "POST", "/clients", {}, { status: 201 });
      await scim.admin("remove SSO", "PATCH", "", { sso: null }, { status: 200 });
      const refused = { status: 409, json: refusal(409, undefined, "SAML SSO") };
      await scim.admin("another secret", "POST", "/clients", {}, refused);
      const answer = await accessTokenFor(scim, textAt(made.json, "clientSecret"));
      if (answer.status !== 400 || !/SAML SSO/.test(answer.text))
        scim.note("the access token", `expected 400 that speaks of SSO, got ${answer.status} ${answer.text}`);
      await scim.admin("SSO again", "PATCH", "", { sso: {} }, { status: 200 });
      const again = await accessTokenFor(scim, textAt(made.json, "clientSecret"));
      if (again.status !== 200) scim.note("the access token with SSO", `got ${again.status}`);
    },
  ),
  conversation(
    "P3: with rotate --on-first-use the earlier token ends with the first request of the new one",
    async (scim) => {
      const made = await scim.admin("rotate", "POST", "/tokens/rotate", { onFirstUse: true }, { status: 201 });
      await scim.say("the old one before", USERS, { status: 200 });
      const next = withToken(scim, textAt(made.json, "secretToken"));
      await scim.sayTo(next, "the new one", USERS, { status: 200 });
      await scim.say("the old one after", USERS, DEAD);
      const both: Json[] = [{ status: "retired" }, { status: "live", lastUsedAt: "$present" }];
      const list = { tokens: { $contains: both } };
      await scim.admin("the list", "GET", "/tokens", undefined, { status: 200, json: list });
    },
  ),
  conversation("P3: regenerate ends every access token and client secret too", async (scim) => {
    const made = await scim.admin("a secret", "POST", "/clients", {}, { status: 201 });
    const secret = textAt(made.json, "clientSecret");
    const access = withToken(scim, textAt((await accessTokenFor(scim, secret)).json, "access_token"));
    await scim.sayTo(access, "with the access token", USERS, { status: 200 });
    await scim.admin("regenerate", "POST", "/tokens/regenerate", {}, { status: 201 });
    await scim.sayTo(access, "with the access token afterwards", USERS, DEAD);
    const answer = await accessTokenFor(scim, secret);
    if (answer.status !== 401) scim.note("the client secret afterwards", `got ${answer.status}`);
  }),
  conversation(
    "P4: a client that has no secret and signs with its own key gets an access token that passes Test Connection",
    async (scim) => {
      const key = signingKey("own", "ES256");
      const made = await scim.admin("a trust", "POST", "/trusts", { keys: { keys: [key.jwk] } }, { status: 201 });
      const rules = { bearerTokens: "forbidden", clientSecrets: "forbidden" };
      await scim.admin("no other way", "PATCH", "", { changedRules: rules }, { status: 200 });
      await scim.say("the token", USERS, { status: 403 });
      const seconds = Math.floor(Date.now() / 1_000);
      const claims = { iss: scim.tenant.slug, sub: scim.tenant.slug, aud: textAt(made.json, "tokenEndpoint") };
      const assertion = signed(key, { ...claims, jti: `${seconds}`, iat: seconds, exp: seconds + 300 });
      const presented = { client_assertion_type: JWT_BEARER, client_assertion: assertion };
      const granted = await accessTokenBy(scim, presented);
      if (granted.status !== 200) scim.note("the access token", `got ${granted.status} ${granted.text}`);
      await scim.sayTo(withToken(scim, textAt(granted.json, "access_token")), "Test Connection", USERS, {
        status: 200,
      });
      const again = await accessTokenBy(scim, presented);
      if (again.status !== 401) scim.note("the same assertion again", `expected 401, got ${again.status}`);
    },
  ),
  conversation("P4: OAuth 2.0 client credentials give an access token that passes Test Connection", async (scim) => {
    const made = await scim.admin("a secret", "POST", "/clients", { description: "Entra" }, { status: 201 });
    const answer = await accessTokenFor(scim, textAt(made.json, "clientSecret"));
    scim.expect("the answer", { token_type: "Bearer", expires_in: 3600, access_token: "$present" }, answer.json);
    const access = withToken(scim, textAt(answer.json, "access_token"));
    const path = '/Users?filter=userName eq "11111111-2222-3333-4444-555555555555"';
    const empty = { status: 200, json: { totalResults: 0 } };
    await scim.sayTo(access, "Test Connection", { method: "GET", path }, empty);
  }),
  conversation(
    "P17: a protected user is neither deactivated nor deleted by the identity provider, and nothing is changed",
    async (scim) => {
      const id = await scim.user("u1");
      const path = `/Users/${id}`;
      const protect = `/protected/${id}`;
      await scim.admin("protect", "POST", protect, undefined, { status: 200, json: { protectedUsers: [id] } });
      const before = (await scim.get("before", path, { status: 200 })).json;
      const refused = { status: 403, json: refusal(403, undefined, "protected") };
      const rename: JsonObject = { op: "Replace", path: "displayName", value: "Other" };
      await scim.patch("PATCH", path, [rename, DEACTIVATE], refused);
      await scim.patch("PATCH without path", path, [{ op: "replace", value: { active: false } }], refused);
      await scim.patch("PATCH remove", path, [{ op: "remove", path: "active" }], { status: 400 });
      const body: JsonObject = { ...(before as JsonObject), active: false };
      await scim.put("PUT", path, body, refused);
      await scim.delete("DELETE", path, refused);
      await scim.seen("afterwards", path, before ?? null);
      await scim.patch("another change", path, [rename], { status: 200, json: { displayName: "Other", active: true } });
      await scim.admin("unprotect", "DELETE", protect, undefined, { status: 200, json: { protectedUsers: "$empty" } });
      await scim.patch("PATCH then", path, [DEACTIVATE], { status: 200, json: { active: false } });
      await scim.admin("nobody", "POST", "/protected/u0000000000000000000000", undefined, { status: 404 });
    },
  ),
  conversation(
    "F5: several described tokens live, and one bound to a person ends when that person is deactivated or deleted",
    async (scim) => {
      const [kept, gone] = [await scim.user("kept"), await scim.user("gone")];
      const bound = async (description: string, boundTo: string): Promise<Tenant> => {
        const made = await scim.admin(description, "POST", "/tokens", { description, boundTo }, { status: 201 });
        return withToken(scim, textAt(made.json, "secretToken"));
      };
      const [first, second] = [await bound("of one", kept), await bound("of another", gone)];
      await scim.sayTo(first, "while active", USERS, { status: 200 });
      await scim.sayTo(second, "while there", USERS, { status: 200 });
      await scim.patch("deactivate", `/Users/${kept}`, [DEACTIVATE], { status: 200 });
      await scim.delete("delete", `/Users/${gone}`, { status: 204 });
      await scim.sayTo(first, "after the deactivation", USERS, DEAD);
      await scim.sayTo(second, "after the deletion", USERS, DEAD);
      await scim.say("the org's own token", USERS, { status: 200 });
      const list = { tokens: { $contains: [{ description: "of one", status: "orphaned", boundTo: kept }] } };
      await scim.admin("the list", "GET", "/tokens", undefined, { status: 200, json: list });
      await scim.patch("reactivate", `/Users/${kept}`, [{ ...DEACTIVATE, value: "True" }], { status: 200 });
      await scim.sayTo(first, "after the reactivation", USERS, { status: 200 });
      await scim.admin("bound to nobody", "POST", "/tokens", { boundTo: gone }, { status: 400 });
    },
    { preset: "fulcrum-compat" },
  ),
  conversation(
    "F10: an org that is not entitled gets no token, no client secret and no answer but 403 with the reason",
    async (scim) => {
      const id = await scim.user("u1");
      await scim.admin("take it away", "PATCH", "", { entitled: false }, { status: 200 });
      const forbidden = { status: 403, json: refusal(403, undefined, "plan") };
      await scim.say("read", USERS, forbidden);
      await scim.patch("write", `/Users/${id}`, [DEACTIVATE], forbidden);
      const refused = { status: 409, json: refusal(409, undefined, "entitled") };
      for (const path of ["/tokens", "/tokens/regenerate", "/tokens/rotate", "/clients"]) {
        await scim.admin(path, "POST", path, {}, refused);
      }
      await scim.admin("give it back", "PATCH", "", { entitled: true }, { status: 200 });
      await scim.seen("nothing is lost", `/Users/${id}`, { id, active: true });
    },
  ),
  conversation("org life: a paused org gets the reason, and goes on where it was when it is resumed", async (scim) => {
    const id = await scim.user("u1");
    await scim.admin("no reason", "POST", "/pause", { reason: " " }, { status: 400 });
    await scim.admin("pause", "POST", "/pause", { reason: "merger under way." }, { status: 200 });
    await scim.say("a request", USERS, { status: 403, json: refusal(403, undefined, "merger under way\\. Nothing") });
    await scim.admin("resume", "DELETE", "/pause", undefined, { status: 200, json: { paused: null } });
    await scim.seen("afterwards", `/Users/${id}`, { id });
  }),
  conversation(
    "org life: a deletion that is scheduled refuses SCIM at once, removes nothing, and can be taken back",
    async (scim) => {
      const id = await scim.user("u1");
      await scim.admin("purge before", "POST", "/purge", { confirm: scim.tenant.slug }, { status: 409 });
      await scim.admin("schedule", "POST", "/deletion", { reason: "contract ended" }, { status: 200 });
      await scim.say("a request", USERS, { status: 403, json: refusal(403, undefined, "contract ended") });
      await scim.admin("a token", "POST", "/tokens/regenerate", {}, { status: 409 });
      await scim.admin("the wrong name", "POST", "/purge", { confirm: "other" }, { status: 400 });
      const waiting = { done: false, removed: 0, waitSeconds: "$integer" };
      const tooEarly = { status: 200, json: waiting };
      await scim.admin("too early", "POST", "/purge", { confirm: scim.tenant.slug }, tooEarly);
      await scim.admin("restore", "DELETE", "/deletion", undefined, { status: 200, json: { deletion: null } });
      await scim.seen("afterwards", `/Users/${id}`, { id });
    },
  ),
];

function withToken({ target, tenant }: Client, token: string): Tenant {
  return connect(target.transport, { ...tenant, token });
}

function accessTokenFor(client: Client, clientSecret: string) {
  return accessTokenBy(client, { client_secret: clientSecret });
}

function accessTokenBy({ target, tenant }: Client, presented: Readonly<Record<string, string>>) {
  return askToken(target, tenant.slug, presented);
}
