import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { localTarget } from "../support/localTarget.ts";
import { at } from "../support/wire.ts";

/** Everything as it runs: the server, its event log, and who works on roles behind it. */
let target: Awaited<ReturnType<typeof localTarget>>;
beforeAll(async () => {
  target = await localTarget();
});
afterAll(() => target.close());

function listIn(json: Json | undefined, name: string): readonly Json[] {
  const list = at(json, name);
  return Array.isArray(list) ? list : [];
}

const keysIn = (json: Json | undefined, path: string) => listIn(json, path).map((role) => at(role, "key"));
const patch = (...Operations: JsonObject[]) => ({ schemas: [PATCH_OP], Operations });

test("roles follow teams, mappings, the catalogue and the person, at the gate at once and in lists a little later", async () => {
  for (const [key, more] of Object.entries({ editor: {}, member: { default: true }, admin: { keepOne: true } })) {
    expect((await target.directory("PUT", `/roles/${key}`, { displayName: key, ...more })).status).toBe(200);
  }
  const org = await target.org({ preset: "open" });
  const ofOrg = `/orgs/${org.slug}`;
  const scim = async (method: string, path: string, body?: unknown) => {
    const { status, json, text } = await org.request({ method, path, body });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return String(at(json, "id"));
  };
  const ada = await scim("POST", "/Users", { schemas: [USER_SCHEMA], userName: "ada", active: true });
  const group = (displayName: string, ...members: string[]) =>
    scim("POST", "/Groups", { schemas: [GROUP_SCHEMA], displayName, members: members.map((value) => ({ value })) });
  const [engines, owners] = [await group("Engines", ada), await group("Owners")];

  const gate = async () => keysIn((await target.directory("GET", `${ofOrg}/access?userName=ada`)).json, "roles");
  const listed = async () => {
    const { json } = await target.directory("GET", `${ofOrg}/users?fields=userName,roles`);
    return keysIn(listIn(json, "users")[0], "roles");
  };
  let place = String(at((await target.directory("GET", `${ofOrg}/events`)).json, "head"));
  /** The next change of somebody's roles: the server answers when it is there. */
  const next = async () => {
    const query = new URLSearchParams({ types: "user.roles.changed", after: place, wait: "20", limit: "1" });
    for (;;) {
      const { json, status, text } = await target.directory("GET", `${ofOrg}/events?${query}`);
      if (status !== 200) throw new Error(text);
      const [event] = listIn(json, "events");
      place = String(at(json, "next"));
      query.set("after", place);
      if (event !== undefined)
        return [at(event, "resource"), keysIn(event, "before.roles"), keysIn(event, "after.roles")];
    }
  };
  const map = (...mappings: readonly JsonObject[]) =>
    target.admin("PUT", `${ofOrg}/roles`, { mode: "highest", mappings: [...mappings] });

  expect([await gate(), await listed()]).toEqual([[], []]);
  expect((await map({ team: engines, role: "editor" })).status).toBe(200);
  expect(await gate()).toEqual(["editor"]);
  expect(await next()).toEqual([ada, [], ["editor"]]);
  expect(await listed()).toEqual(["editor"]);

  await scim("PATCH", `/Groups/${engines}`, patch({ op: "remove", path: `members[value eq "${ada}"]` }));
  expect(await gate()).toEqual(["member"]);
  expect(await next()).toEqual([ada, ["editor"], ["member"]]);
  await scim("PATCH", `/Groups/${engines}`, patch({ op: "add", path: "members", value: [{ value: ada }] }));
  expect(await next()).toEqual([ada, ["member"], ["editor"]]);
  await scim("DELETE", `/Groups/${engines}`);
  expect(await gate()).toEqual(["member"]);
  expect(await next()).toEqual([ada, ["editor"], ["member"]]);

  // A deleted team stays mapped, and other mappings are saved beside it.
  expect((await map({ team: engines, role: "editor" }, { team: owners, role: "admin", priority: 2 })).status).toBe(200);
  await scim("PATCH", `/Groups/${owners}`, patch({ op: "add", path: "members", value: [{ value: ada }] }));
  expect(await next()).toEqual([ada, ["member"], ["admin"]]);
  await scim("PATCH", `/Groups/${owners}`, patch({ op: "remove", path: `members[value eq "${ada}"]` }));
  // Nobody else is an administrator. In this org the person has the default role beside it.
  expect(await next()).toEqual([ada, ["admin"], ["admin", "member"]]);
  expect(await listed()).toEqual(["admin", "member"]);
  expect(await gate()).toEqual(["admin", "member"]);
  await scim("PATCH", `/Users/${ada}`, patch({ op: "replace", path: "active", value: false }));
  expect(await next()).toEqual([ada, ["admin", "member"], []]);
  await scim("PATCH", `/Users/${ada}`, patch({ op: "replace", path: "active", value: true }));
  expect(await next()).toEqual([ada, [], ["member"]]);

  // Of the catalogue, whose default is another one now.
  await target.directory("PUT", "/roles/member", { displayName: "Member" });
  expect(await next()).toEqual([ada, ["member"], []]);
  await target.directory("PUT", "/roles/editor", { displayName: "Editor", default: true });
  expect(await next()).toEqual([ada, [], ["editor"]]);
  expect((await target.directory("DELETE", "/roles/admin")).status).toBe(409);

  expect((await target.admin("DELETE", `${ofOrg}/roles`)).status).toBe(200);
  expect(await gate()).toEqual([]);
  expect((await target.directory("DELETE", "/roles/admin")).status).toBe(200);
});
