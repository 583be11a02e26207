import { beforeAll, describe, expect, test } from "@jest/globals";
import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { createStore } from "../../functions/store/session.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { PublishedSchemas } from "../support/publishedSchemas.ts";
import { orgIdOf } from "../support/records.ts";
import { putRoles, role } from "../support/roles.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

const OKTA = "urn:okta:scim:schemas:core:1.0";
const DRAFT = "urn:ietf:params:scim:schemas:core:2.0";

const CATALOGUE = [
  role("admin", { displayName: "Administrator", description: "Changes everything", keepOne: true }),
  role("editor", { displayName: "Editor" }),
  role("hidden", { assignable: false }),
  role("sso", { displayName: "Single sign-on", kind: "entitlement" }),
];

const table = localTable();
let target: Target;
let org: Tenant;
let without: Tenant;

beforeAll(async () => {
  target = inProcessTarget("memory", testEndpoint(createStore(table)), 10);
  org = await target.org();
  without = await target.org();
  await putRoles(accessTo(table), orgIdOf(org.token.split("_")[1] ?? ""), CATALOGUE);
});

const get = (path: string, headers: Record<string, string | null> = {}, of = org) =>
  of.request({ method: "GET", path, headers });

async function listed(path: string): Promise<JsonObject[]> {
  const { status, json } = await get(path);
  expect(status).toBe(200);
  const resources = at(json, "Resources");
  return Array.isArray(resources) ? resources.filter(isObject) : [];
}

const idsOf = (resources: readonly JsonObject[]) => resources.map(({ id }) => id);

describe("what an organization can give, published for governance", () => {
  test("Okta's probe finds types, schemas and values: /ResourceTypes, /Schemas, then each endpoint that has its URN", async () => {
    const types = await listed("/ResourceTypes");
    expect(types.map(({ id, endpoint, schema }) => [id, endpoint, schema])).toEqual([
      ["User", "/Users", `${DRAFT}:User`],
      ["Group", "/Groups", `${DRAFT}:Group`],
      ["Role", "/Roles", `${OKTA}:Role`],
      ["Entitlement", "/Entitlements", `${OKTA}:Entitlement`],
    ]);
    const schemas = idsOf(await listed("/Schemas"));
    for (const { schema, schemaExtensions } of types) {
      expect(schemas).toContain(schema);
      for (const one of Array.isArray(schemaExtensions) ? schemaExtensions : [])
        expect(schemas).toContain(at(one, "schema"));
    }
    const probed = types.filter(({ schema }) => String(schema).startsWith(OKTA));
    const found = await Promise.all(probed.map(({ endpoint }) => listed(`${endpoint}?startIndex=1&count=100`)));
    const read = found.flat().map(({ schemas, id, displayName, type, description }) => ({
      schema: at(schemas, "0"),
      ...{ id, displayName, type, description },
    }));
    expect(read).toEqual([
      {
        schema: `${OKTA}:Role`,
        id: "admin",
        displayName: "Administrator",
        type: "Role",
        description: "Changes everything",
      },
      { schema: `${OKTA}:Role`, id: "editor", displayName: "Editor", type: "Role" },
      { schema: `${OKTA}:Entitlement`, id: "sso", displayName: "Single sign-on", type: "Entitlement" },
    ]);
  });

  test("a reader of the IETF's draft finds the same: configuration, then value, display, type and supported", async () => {
    const { json } = await get("/ServiceProviderConfig");
    expect(at(json, "RolesAndEntitlements")).toMatchObject({
      roles: { supported: true, multipleRolesSupported: true },
      entitlements: { supported: true, multipleEntitlementsSupported: true },
    });
    const [admin] = await listed("/Roles");
    const drafted = { value: "admin", display: "Administrator", type: "Role", supported: true };
    expect(admin).toMatchObject({ ...drafted, [`${DRAFT}:Role`]: drafted });
    expect(at(admin, "schemas")).toEqual([`${OKTA}:Role`, `${DRAFT}:Role`]);
  });

  test("every resource is as the org's own /Schemas says", async () => {
    const published = await PublishedSchemas.of(org);
    const all = [...(await listed("/Roles")), ...(await listed("/Entitlements"))];
    expect(all).toHaveLength(3);
    expect(all.flatMap((one) => published.faults(one, true))).toEqual([]);
  });

  test("lists are filtered, sorted, paged, projected and searched as those of users", async () => {
    const filtered = (text: string) => listed(`/Roles?filter=${encodeURIComponent(text)}`);
    expect(idsOf(await filtered('id eq "editor"'))).toEqual(["editor"]);
    expect(idsOf(await filtered('displayName eq "EDITOR"'))).toEqual(["editor"]);
    expect(idsOf(await filtered('value eq "admin"'))).toEqual(["admin"]);
    expect(idsOf(await filtered('value eq "Admin"'))).toEqual([]);
    expect(idsOf(await filtered(`${DRAFT}:Role:value eq "admin"`))).toEqual(["admin"]);
    expect(idsOf(await filtered("description pr"))).toEqual(["admin"]);
    expect(idsOf(await listed("/Roles?sortBy=displayName&sortOrder=descending"))).toEqual(["editor", "admin"]);
    expect(await get("/Roles?startIndex=2&count=1")).toMatchObject({
      json: { totalResults: 2, startIndex: 2, itemsPerPage: 1, Resources: [{ id: "editor" }] },
    });
    expect(await listed("/Roles?attributes=displayName&count=1")).toEqual([
      { schemas: [`${OKTA}:Role`, `${DRAFT}:Role`], id: "admin", displayName: "Administrator" },
    ]);
    const body = { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], filter: 'value sw "e"' };
    expect(await org.request({ method: "POST", path: "/Roles/.search", body })).toMatchObject({
      json: { totalResults: 1, Resources: [{ id: "editor" }] },
    });
    expect(await get("/Roles?filter=nothing%20eq%201")).toMatchObject({
      status: 400,
      json: { scimType: "invalidFilter" },
    });
  });

  test("cursors walk through all of them", async () => {
    const first = await get("/Roles?cursor=&count=1");
    expect(idsOf(at(first.json, "Resources") as JsonObject[])).toEqual(["admin"]);
    const next = await get(`/Roles?cursor=${at(first.json, "nextCursor")}&count=1`);
    expect(idsOf(at(next.json, "Resources") as JsonObject[])).toEqual(["editor"]);
    expect(at(next.json, "nextCursor")).toBeUndefined();
  });

  test("one is read by its key, with an ETag that saves the next answer", async () => {
    const read = await get("/Roles/admin");
    expect(read).toMatchObject({
      status: 200,
      json: { id: "admin", meta: { resourceType: "Role", version: 'W/"1"' } },
    });
    expect(String(at(read.json, "meta.location"))).toMatch(/\/Roles\/admin$/);
    expect(await get("/Roles/admin", { "If-None-Match": 'W/"1"' })).toMatchObject({ status: 304 });
    expect(await get("/Roles/admin", { "If-Match": 'W/"1"' })).toMatchObject({ status: 200 });
    expect(await get("/Roles/admin", { "If-Match": 'W/"2"' })).toMatchObject({ status: 412 });
    expect(await get("/Roles/sso")).toMatchObject({ status: 404 });
    expect(await get("/Roles/hidden")).toMatchObject({ status: 404 });
    expect(await get("/Entitlements/sso")).toMatchObject({ status: 200 });
  });

  test("nothing is written: 405 names what the endpoint takes", async () => {
    for (const [method, path, allowed] of [
      ["POST", "/Roles", "GET"],
      ["PUT", "/Roles/admin", "GET"],
      ["PATCH", "/Entitlements/sso", "GET"],
      ["DELETE", "/Roles/admin", "GET"],
      ["GET", "/Roles/.search", "POST"],
    ] as const) {
      const answer = await org.request({ method, path, ...(method !== "GET" && { body: {} }) });
      expect(answer).toMatchObject({ status: 405 });
      expect(answer.headers.allow ?? answer.headers.Allow).toBe(allowed);
    }
  });

  test("/Users, /Groups and a query over everything know nothing of them", async () => {
    expect(await get("/?filter=id%20eq%20%22admin%22")).toMatchObject({ json: { totalResults: 0 } });
    expect(idsOf(await listed("/"))).not.toContain("admin");
  });
});

test("an organization without roles says nothing of them, and has no such endpoint", async () => {
  const there = (path: string) => get(path, {}, without);
  for (const path of ["/Roles", "/Roles/admin", "/Entitlements"])
    expect(await there(path)).toMatchObject({ status: 404 });
  expect(idsOf(at((await there("/ResourceTypes")).json, "Resources") as JsonObject[])).toEqual(["User", "Group"]);
  expect(JSON.stringify((await there("/Schemas")).json)).not.toContain(":Role");
  expect(at((await there("/ServiceProviderConfig")).json, "RolesAndEntitlements")).toBeUndefined();
  const nobody = await get("/ServiceProviderConfig", { Authorization: null });
  expect(at(nobody.json, "RolesAndEntitlements")).toBeUndefined();
});
