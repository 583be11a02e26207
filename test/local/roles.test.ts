import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, PATCH_OP } from "../../functions/scim/schema.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { assertSeenLines, checkLogLine } from "../support/logLines.ts";
import { signedRequest } from "../support/signed.ts";
import { at, httpTransport } from "../support/wire.ts";

let server: LocalServer;
let transport: ReturnType<typeof httpTransport>;
let lines: Readonly<Record<string, unknown>>[];

beforeEach(async () => {
  lines = [];
  const onLine = (line: Readonly<Record<string, unknown>>) => {
    checkLogLine(line);
    lines.push(line);
  };
  server = await startServer({ port: 0, org: "acme", memory: true, onLine });
  transport = httpTransport(server.url);
});
afterEach(async () => {
  transport.close();
  await server.close();
});
afterAll(assertSeenLines);

async function signed(method: string, target: string, body?: object): Promise<JsonObject> {
  const headers = { "Content-Type": "application/json" };
  const request = { method, target, headers, body: body && JSON.stringify(body) };
  const { status, json } = await transport(await signedRequest(server.credentials, server.url, request));
  expect({ target, status, json }).toMatchObject({ status: 200 });
  return json as JsonObject;
}

async function scim(method: string, path: string, body?: object): Promise<string> {
  const headers = { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" };
  const response = await fetch(server.tenantUrl + path, { method, headers, body: JSON.stringify(body) });
  expect({ path, ok: response.ok }).toEqual({ path, ok: true });
  const text = await response.text();
  return text === "" ? "" : String(JSON.parse(text).id);
}

const patch = (op: string, path: string, value?: unknown) => ({
  schemas: [PATCH_OP],
  Operations: [{ op, path, value }],
});

const rolesOf = async (id: string) => {
  await server.settled();
  return (await signed("GET", `/directory/v1/orgs/acme/users/${id}`)).roles;
};

/** Of users' roles, in their order. */
async function roleEvents() {
  const { events } = await signed("GET", "/directory/v1/orgs/acme/events?limit=100");
  return (events as JsonObject[]).filter(({ type }) => type === "user.roles.changed");
}

const reported = (type: string) =>
  lines.filter((line) => line.type === type).map(({ role, resourceId }) => ({ role, resourceId }));

test("people have the roles of their teams, the last holder keeps its role until another comes or it is deactivated", async () => {
  await signed("PUT", "/directory/v1/roles/admin", { displayName: "Admin", keepOne: true });
  await signed("PUT", "/directory/v1/roles/member", { displayName: "Member", default: true });
  const [ada, ben] = [
    await scim("POST", "/Users", ordinaryUser("ada")),
    await scim("POST", "/Users", ordinaryUser("ben")),
  ];
  const team = await scim("POST", "/Groups", {
    schemas: [GROUP_SCHEMA],
    displayName: "Ops",
    members: [{ value: ada }],
  });
  const mappings = [{ team, role: "admin", priority: 1 }];
  await signed("PUT", "/admin/v1/orgs/acme/roles", { mode: "highest", mappings });
  const admin = { key: "admin", sources: [{ type: "team", team }] };
  const member = { key: "member", sources: [{ type: "default" }] };
  expect([await rolesOf(ada), await rolesOf(ben)]).toEqual([[admin], [member]]);
  expect(await roleEvents()).toHaveLength(2);

  await scim("PATCH", `/Groups/${team}`, patch("remove", `members[value eq "${ada}"]`));
  const held = { key: "admin", sources: [{ type: "held" }] };
  expect(await rolesOf(ada)).toEqual([held, member]);
  expect(reported("roles.held")).toEqual([{ role: "admin", resourceId: ada }]);

  await scim("PATCH", `/Groups/${team}`, patch("add", "members", [{ value: ben }]));
  expect([await rolesOf(ada), await rolesOf(ben)]).toEqual([[member], [admin]]);

  await scim("PATCH", `/Users/${ben}`, patch("replace", "active", false));
  expect(await rolesOf(ben)).toEqual([]);
  expect(reported("roles.lastHolderGone")).toEqual([{ role: "admin", resourceId: ben }]);

  await scim("PATCH", `/Users/${ben}`, patch("replace", "active", true));
  expect(await rolesOf(ben)).toEqual([admin]);
  await scim("DELETE", `/Groups/${team}`);
  expect(await rolesOf(ben)).toEqual([held, member]);
  await signed("DELETE", "/admin/v1/orgs/acme/roles");
  await server.settled();
  const changes = (await roleEvents()).filter((event) => event.resource === ben);
  expect(changes.map(({ rolesVersion }) => rolesVersion)).toEqual(changes.map((_, index) => index + 1));
  expect(at(changes.at(-1) ?? {}, "after.roles")).toEqual([]);
});
