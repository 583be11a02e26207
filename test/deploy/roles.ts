import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { askToken } from "../support/askToken.ts";
import { signed, signingKey } from "../support/issuer.ts";
import type { Check, Target } from "../support/target.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";
import { same, wants } from "./smoke.ts";

/** Stream, function of events and worker: seconds on AWS. The rule that visits the worker is not waited for. */
const PATIENCE_MS = 120_000;
const POLL_MS = 250;
/** The smallest group whose deletion is a mass change by the settings that a deployment has where they say nothing. */
const MANY = 20;
/** RFC 7523 section 2.2. */
const BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Against the stack with `roles`. */
export const rolesAreGiven: readonly Check[] = [
  {
    name: "a member that SCIM adds has the role of the team at the gate at once, and in the event and the list a little later",
    run: roleArrives,
  },
  { name: "a deletion beyond the share is held, and passes once it is released", run: removalIsHeld },
  { name: "a client without a secret gets a token for what its private key signs, once", run: keyBuysToken },
];

async function roleArrives(target: Target): Promise<string[]> {
  const put = await target.directory("PUT", "/roles/deployed-editor", { displayName: "Editor" });
  const org = await target.org({ preset: "open" });
  const root = `/orgs/${org.slug}`;
  const ada = await idOfNew(org, "/Users", person("ada"));
  const team = await idOfNew(org, "/Groups", { schemas: [GROUP_SCHEMA], displayName: "Editors" });
  const mappings = [{ team, role: "deployed-editor" }];
  const mapped = await target.admin("PUT", `${root}/roles`, { mode: "highest", mappings });
  const gate = async () => (await target.directory("GET", `${root}/access?userName=ada%40example.com`)).json;
  const before = await gate();
  const add = { op: "add", path: "members", value: [{ value: ada }] };
  const joined = await org.request({ method: "PATCH", path: `/Groups/${team}`, body: patch(add) });
  const after = await gate();
  const event = await firstRoleEvent(target, root);
  const list = await target.directory("GET", `${root}/users?fields=roles`);
  return [
    ...wants("PUT a role", put, 200),
    ...wants("PUT mappings", mapped, 200),
    ...same("roles before", JSON.stringify(at(before, "roles")), "[]"),
    ...wants("PATCH members", joined, 200),
    ...same("the role at the gate", at(after, "roles.0.key"), "deployed-editor"),
    ...same("the user of the event", at(event, "resource"), ada),
    ...same("the role in the event", at(event, "after.roles.0.key"), "deployed-editor"),
    ...same("the role in the list", at(list.json, "users.0.roles.0.key"), "deployed-editor"),
  ];
}

async function firstRoleEvent(target: Target, root: string) {
  const started = Date.now();
  for (; Date.now() - started < PATIENCE_MS; await wait(POLL_MS)) {
    const { json } = await target.directory("GET", `${root}/events?types=user.roles.changed`);
    const event = at(json, "events.0");
    if (event === undefined) continue;
    console.log(`  the event came ${((Date.now() - started) / 1000).toFixed(1)} s after the change`);
    return event;
  }
  return undefined;
}

async function removalIsHeld(target: Target): Promise<string[]> {
  const org = await target.org({ preset: "open", changed: { massChange: "hold" } });
  const Operations = Array.from({ length: MANY }, (_none, n) => ({
    ...{ method: "POST", path: "/Users", bulkId: `u${n}`, data: person(`p${n}`) },
  }));
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
  const made = await org.request({ method: "POST", path: "/Bulk", body: { schemas, Operations } });
  const ids = Operations.map(
    (_one, n) =>
      String(at(made.json, `Operations.${n}.location`))
        .split("/")
        .at(-1) ?? "",
  );
  const members = ids.map((value) => ({ value }));
  const team = await idOfNew(org, "/Groups", { schemas: [GROUP_SCHEMA], displayName: "Many", members });
  const remove = (path: string) => org.request({ method: "DELETE", path });
  const held = await remove(`/Groups/${team}`);
  const heldToo = await remove(`/Users/${ids[0]}`);
  const off = patch({ op: "replace", path: "active", value: false });
  const deactivated = await org.request({ method: "PATCH", path: `/Users/${ids[1]}`, body: off });
  const shown = await target.admin("GET", `/orgs/${org.slug}/hold`);
  const released = await target.admin("POST", `/orgs/${org.slug}/hold/release`, {});
  const passed = [await remove(`/Groups/${team}`), await remove(`/Users/${ids[0]}`)];
  return [
    ...wants("POST many users", made, 200),
    ...wants("DELETE a group of all of them", held, 503),
    ...same("Retry-After", held.headers["retry-after"], "600"),
    ...wants("DELETE a user meanwhile", heldToo, 503),
    ...wants("PATCH active meanwhile", deactivated, 200),
    ...same("what is said of the hold", at(shown.json, "status"), "held"),
    ...wants("its release", released, 200),
    ...passed.flatMap((answer) => wants("the deletion that is sent again", answer, 204)),
  ];
}

async function keyBuysToken(target: Target): Promise<string[]> {
  const org = await target.org();
  const key = signingKey("deployed", "ES256");
  const { kty, crv, x, y, kid } = key.jwk;
  const keys = { keys: [{ kty, crv, x, y, kid }] };
  const trust = await target.admin("POST", `/orgs/${org.slug}/trusts`, { description: "sync", keys });
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: org.slug, sub: org.slug, aud: at(trust.json, "tokenEndpoint"), jti: randomUUID() };
  const assertion = signed(key, { ...claims, iat: seconds, exp: seconds + 300 });
  const bought = await buy(target, org, assertion);
  const again = await buy(target, org, assertion);
  const other = signed(signingKey("deployed", "ES256", 1), { ...claims, jti: randomUUID(), exp: seconds + 300 });
  const strange = await buy(target, org, other);
  const token = String(at(bought.json, "access_token"));
  const read = await connect(target.transport, { ...org, token }).request({ method: "GET", path: "/Users" });
  const metadata = `/.well-known/oauth-authorization-server/scim/v2/${org.slug}`;
  const found = await target.transport({ method: "GET", target: metadata, headers: {}, body: undefined });
  return [
    ...wants("POST a trust", trust, 201),
    ...wants("a token for what the key signed", bought, 200),
    ...wants("GET users with it", read, 200),
    ...wants("the same assertion again", again, 401),
    ...wants("what another key signed", strange, 401),
    // A client looks for it before the stage, where only a custom domain has it (RFC 8414 section 3.1).
    ...wants("the metadata behind the stage", found, 200),
    ...same("its token endpoint", at(found.json, "token_endpoint"), at(trust.json, "tokenEndpoint")),
  ];
}

function buy(target: Target, { slug }: Tenant, client_assertion: string): Promise<Answer> {
  const form = { grant_type: "client_credentials", client_assertion_type: BY_ASSERTION, client_assertion };
  return askToken(target, slug, String(new URLSearchParams({ ...form, scope: "scim" })));
}

function person(name: string) {
  const userName = `${name}@example.com`;
  const emails = [{ type: "work", primary: true, value: userName }];
  return { schemas: [USER_SCHEMA], userName, externalId: name, emails, active: true };
}

function patch(...Operations: readonly object[]) {
  return { schemas: [PATCH_OP], Operations };
}

async function idOfNew(org: Tenant, path: string, body: object): Promise<string> {
  const { json, status, text } = await org.request({ method: "POST", path, body });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text.slice(0, 300)}`);
  return String(at(json, "id"));
}
