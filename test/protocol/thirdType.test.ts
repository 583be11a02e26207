import { beforeAll, expect, test } from "@jest/globals";
import { HELD_TYPES } from "../../functions/provisioning/exportFile.ts";
import { commonIndexes } from "../../functions/provisioning/resources/commonIndexes.ts";
import type { ResourceDefinition } from "../../functions/provisioning/resources/definition.ts";
import { plainActions } from "../../functions/provisioning/resources/plainActions.ts";
import { QUERIES } from "../../functions/provisioning/resources/queries.ts";
import { RESOURCES } from "../../functions/provisioning/resources/registry.ts";
import { groupError, ScimError } from "../../functions/scim/error.ts";
import type { Json } from "../../functions/scim/json.ts";
import { nameKey, namePrefix } from "../../functions/scim/paths.ts";
import { BULK_REQUEST, define, PATCH_OP, type ResourceType, SEARCH_REQUEST } from "../../functions/scim/schema.ts";
import { ResourceStore } from "../../functions/store/resourceStore.ts";
import { createStore, type Directory } from "../../functions/store/session.ts";
import { STORED_TYPES, type StoredType } from "../../functions/store/storedTypes.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localTable } from "../support/localStore.ts";
import { GROUP } from "../support/scimTypes.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";

const URN = "urn:example:params:scim:schemas:Entitlement";

const TYPE: ResourceType = {
  name: "Entitlement",
  endpoint: "/Entitlements",
  description: "What somebody may do",
  schema: {
    id: URN,
    name: "Entitlement",
    description: "What somebody may do.",
    attributes: [
      define("externalId", "The identifier the identity provider gives it.", { caseExact: true }),
      define("displayName", "The name.", { required: true, uniqueness: "server" }),
      define("level", "How much it opens.", { type: "integer" }),
      define("parent", "The entitlement that this one is part of.", {
        type: "complex",
        subAttributes: [
          define("value", "The id of the parent.", { caseExact: true }),
          define("$ref", "The URI of the parent.", { type: "reference", referenceTypes: ["Entitlement"] }),
        ],
      }),
    ],
  },
  extensions: [],
  common: GROUP.common,
  unlisted: [],
};

const STORED: StoredType = {
  kind: "entitlement",
  letter: "e",
  nameAttribute: "displayName",
  naming: "unique",
  hasMembers: false,
  keysOf: ({ displayName, externalId }) => ({
    name: nameKey(String(displayName)),
    externalId: typeof externalId === "string" ? externalId : undefined,
    values: [],
  }),
};

const OF = {
  ...STORED,
  type: () => TYPE,
  store: ({ view }: Directory) => new ResourceStore(view, STORED),
  // A release would add texts of its own to scim/errors.
  missing: () => ScimError.notFound("document"),
  taken: (holder: string) => groupError("uniqueness.displayName", [], {}, holder),
};

/** All that a third type takes. */
const ENTITLEMENTS: ResourceDefinition = {
  ...OF,
  indexes: new Map(commonIndexes({ layout: STORED, store: OF.store, nameKey, namePrefix })),
  actions: plainActions(OF),
};

const TYPES = { definitions: [...RESOURCES, ENTITLEMENTS], stored: [...HELD_TYPES, OF] };

let target: Target;
let org: Tenant;
beforeAll(async () => {
  const store = createStore(localTable(), { types: TYPES.stored });
  target = inProcessTarget("third type", testEndpoint(store), 10, undefined, TYPES);
  org = await target.org();
});

async function call(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
  return org.request({ method, path, headers, ...(body === undefined ? {} : { body }) });
}

async function create(displayName: string, more: Record<string, Json> = {}): Promise<string> {
  const answer = await call("POST", "/Entitlements", { schemas: [URN], displayName, ...more });
  expect(answer).toMatchObject({ status: 201 });
  return String(at(answer.json, "id"));
}

function namesIn({ json }: Answer): unknown[] {
  const resources = at(json, "Resources");
  return Array.isArray(resources) ? resources.map((one) => at(one, "displayName")) : [];
}

test("a third type is created, read, replaced, patched and deleted, with ETags and preconditions", async () => {
  const parent = await create("Crew");
  const created = await call("POST", "/Entitlements", {
    schemas: [URN],
    displayName: "Deck",
    externalId: "x-deck",
    level: 3,
    parent: { value: parent, $ref: `${org.tenantUrl}/Entitlements/${parent}` },
  });
  expect(created).toMatchObject({ status: 201, json: { displayName: "Deck", level: 3, parent: { value: parent } } });
  const id = String(at(created.json, "id"));
  expect(id).toMatch(/^e[0-9A-Za-z]{22}$/);
  const path = `/Entitlements/${id}`;
  expect(created.headers).toMatchObject({ etag: 'W/"1"', location: `${org.tenantUrl}${path}` });
  expect(at(created.json, "meta")).toMatchObject({ resourceType: "Entitlement", location: `${org.tenantUrl}${path}` });

  expect(await call("GET", path)).toMatchObject({ status: 200, json: created.json });
  expect(await call("GET", path, undefined, { "If-None-Match": 'W/"1"' })).toMatchObject({ status: 304 });
  expect((await call("GET", `${path}?attributes=level`)).json).toEqual({ schemas: [URN], id, level: 3 });

  const taken = await call("POST", "/Entitlements", { schemas: [URN], displayName: "dECK" });
  expect(taken).toMatchObject({ status: 409, json: { scimType: "uniqueness" } });
  expect(await call("POST", "/Entitlements", { schemas: [URN] })).toMatchObject({ status: 400 });

  const patch = { schemas: [PATCH_OP], Operations: [{ op: "replace", path: "level", value: 4 }] };
  expect(await call("PATCH", path, patch, { "If-Match": 'W/"7"' })).toMatchObject({ status: 412 });
  const patched = await call("PATCH", path, patch, { "If-Match": 'W/"1"' });
  expect(patched).toMatchObject({ status: 200, headers: { etag: 'W/"2"' }, json: { level: 4 } });
  expect(await call("PATCH", path, patch)).toMatchObject({ headers: { etag: 'W/"2"' } });

  const replaced = await call("PUT", path, { schemas: [URN], displayName: "Bridge" });
  expect(replaced).toMatchObject({ status: 200, headers: { etag: 'W/"3"' }, json: { displayName: "Bridge" } });
  expect(replaced.json).not.toHaveProperty("level");
  expect((await call("GET", `/Entitlements?filter=externalId eq "x-deck"`)).json).toMatchObject({ totalResults: 0 });

  expect(await call("DELETE", path, undefined, { "If-Match": 'W/"2"' })).toMatchObject({ status: 412 });
  expect(await call("DELETE", path)).toMatchObject({ status: 204 });
  expect(await call("GET", path)).toMatchObject({ status: 404 });
  expect(await call("DELETE", path)).toMatchObject({ status: 404 });
  expect(await create("Bridge")).not.toBe(id);
  expect(await call("POST", path, {})).toMatchObject({ status: 405, headers: { allow: "GET, PUT, PATCH, DELETE" } });
});

test("a third type is filtered by indexes and by looking, sorted, paged and walked, by itself and among all types", async () => {
  const [own, names] = [await target.org(), ["Anchor", "Bow", "Cabin", "Deck", "Engine"]];
  org = own;
  const ids = new Map<string, string>();
  for (const [level, name] of names.entries()) ids.set(name, await create(name, { level, externalId: `x-${name}` }));
  const list = async (query: string) => call("GET", `/Entitlements?${query}`);

  for (const [filter, found] of [
    [`id eq "${ids.get("Bow")}"`, ["Bow"]],
    ['displayName eq "CABIN"', ["Cabin"]],
    ['displayName sw "d"', ["Deck"]],
    ['externalId eq "x-Engine"', ["Engine"]],
    ["level gt 2", ["Deck", "Engine"]],
    ['meta.resourceType eq "User"', []],
  ] as const) {
    const answer = await list(`filter=${filter}`);
    expect({ filter, status: answer.status, names: namesIn(answer).sort() }).toEqual({
      filter,
      status: 200,
      names: found,
    });
  }
  expect(await list('filter=shade eq "x"')).toMatchObject({ status: 400, json: { scimType: "invalidFilter" } });

  expect(namesIn(await list("sortBy=level&sortOrder=descending"))).toEqual(names.toReversed());
  const page = await list("sortBy=displayName&startIndex=2&count=2");
  expect(page.json).toMatchObject({ totalResults: 5, startIndex: 2, itemsPerPage: 2 });
  expect(namesIn(page)).toEqual(["Bow", "Cabin"]);

  for (const query of ["count=2", "count=2&sortBy=level", "count=2&filter=level ge 0"]) {
    const walked: unknown[] = [];
    let cursor: Json | undefined = "";
    for (let pages = 0; cursor !== undefined && pages < 9; pages += 1) {
      const answer = await list(`${query}&cursor=${String(cursor)}`);
      expect(answer.status).toBe(200);
      walked.push(...namesIn(answer));
      cursor = at(answer.json, "nextCursor");
    }
    expect({ query, walked: walked.sort() }).toEqual({ query, walked: names });
  }

  const search = { schemas: [SEARCH_REQUEST], filter: 'displayName sw "b" or userName eq "ada"' };
  expect(namesIn(await call("POST", "/Entitlements/.search", { schemas: [SEARCH_REQUEST], count: 1 }))).toHaveLength(1);
  await call("POST", "/Users", {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: "ada",
    emails: [{ value: "ada@example.com", type: "work" }],
  });
  expect(await call("POST", "/.search", search)).toMatchObject({ status: 200, json: { totalResults: 2 } });
  expect((await call("GET", "?count=0")).json).toMatchObject({ totalResults: 6 });
  expect(namesIn(await call("GET", "?sortBy=displayName&count=5"))).toEqual(names);
});

test("a third type is discovered", async () => {
  const types = await call("GET", "/ResourceTypes");
  expect(at(types.json, "totalResults")).toBe(3);
  const own = await call("GET", "/ResourceTypes/Entitlement");
  expect(own).toMatchObject({ status: 200, json: { endpoint: "/Entitlements", schema: URN } });
  const schema = await call("GET", `/Schemas/${URN}`);
  expect(schema).toMatchObject({ status: 200, json: { id: URN, name: "Entitlement" } });
});

test("a bulk request makes a parent and what refers to it by its bulkId, in whichever order they come", async () => {
  org = await target.org();
  const data = (displayName: string, parent?: string) => ({
    schemas: [URN],
    displayName,
    ...(parent === undefined ? {} : { parent: { value: `bulkId:${parent}` } }),
  });
  const post = (bulkId: string, body: Json) => ({ method: "POST", path: "/Entitlements", bulkId, data: body });
  const answer = await call("POST", "/Bulk", {
    schemas: [BULK_REQUEST],
    Operations: [
      post("child", data("Child", "root")),
      post("root", data("Root")),
      post("late", data("Late", "nobody")),
      {
        method: "PATCH",
        path: "/Entitlements/bulkId:child",
        data: { schemas: [PATCH_OP], Operations: [{ op: "add", path: "level", value: 1 }] },
      },
    ],
  });
  const statuses = [0, 1, 2, 3].map((index) => at(answer.json, `Operations.${index}.status`));
  expect(statuses).toEqual(["201", "201", "409", "200"]);
  const root = await call("GET", '/Entitlements?filter=displayName eq "Root"');
  const child = await call("GET", '/Entitlements?filter=displayName eq "Child"');
  expect(at(child.json, "Resources.0")).toMatchObject({ parent: { value: at(root.json, "Resources.0.id") }, level: 1 });
  expect((await call("GET", "/Entitlements?count=0")).json).toMatchObject({ totalResults: 2 });
});

test("the registries name the same types in the same order", () => {
  const kinds = RESOURCES.map(({ kind }) => kind);
  expect(QUERIES.map(({ kind }) => kind)).toEqual(kinds);
  expect(STORED_TYPES.map(({ kind }) => kind)).toEqual(kinds);
});

test("a third type is exported, inspected, and looked through for what is under way", async () => {
  org = await target.org();
  const id = await create("Vault", { externalId: "x-vault" });
  const data = `/orgs/${org.slug}/data`;
  const page = await target.admin("GET", `${data}/export/managed/entitlements`);
  expect(page).toMatchObject({
    status: 200,
    json: { lines: [{ type: "entitlement", side: "managed", id, attributes: { displayName: "Vault" } }] },
  });
  const inspected = await target.admin("POST", `${data}/fsck`, {});
  expect(inspected).toMatchObject({ status: 200, json: { findings: [] } });
  let after: Json | undefined = "e";
  for (let pages = 0; typeof after === "string" && pages < 9; pages += 1) {
    const begun = await target.admin("GET", `${data}/jobs/managed/begun?after=${after}`);
    expect(begun).toMatchObject({ status: 200, json: { jobs: [] } });
    after = at(begun.json, "next");
  }
  expect(after).toBeUndefined();
  expect(await call("DELETE", `/Entitlements/${id}`)).toMatchObject({ status: 204 });
  const swept = await target.admin("POST", `${data}/jobs/managed/deletions`, {});
  expect(swept).toMatchObject({ status: 200, json: { done: 0, again: 1, left: [] } });
});

test("a third type is imported into another org as it was exported, and counted there", async () => {
  org = await target.org();
  const ids = [await create("Vault", { externalId: "x-vault", level: 2 }), await create("Tower")].sort();
  const exported = await target.admin("GET", `/orgs/${org.slug}/data/export/managed/entitlements`);
  const lines = at(exported.json, "lines");
  if (!Array.isArray(lines)) throw new Error("no lines");

  org = await target.org();
  const data = `/orgs/${org.slug}/data`;
  const file = "0".repeat(64);
  const none = { users: 0, groups: 0, entitlements: 0, memberships: 0 };
  const begin = { file, counts: { managed: { ...none, entitlements: 3 }, unmanaged: none } };
  await target.admin("POST", `/orgs/${org.slug}/pause`, { reason: "import" });
  expect(
    await target.admin("POST", `${data}/import`, { file, counts: { managed: none, unmanaged: {} } }),
  ).toMatchObject({
    status: 400,
    json: { code: "value.importLine", detail: expect.stringContaining("users, groups, entitlements and memberships") },
  });
  expect(await target.admin("POST", `${data}/import`, begin)).toMatchObject({ status: 200 });
  const strange = { ...(lines[0] as object), type: "shoe" };
  expect(await target.admin("POST", `${data}/import/lines`, { file, lines: [strange] })).toMatchObject({ status: 400 });
  for (let run = 1; run <= 2; run += 1) {
    const sent = await target.admin("POST", `${data}/import/lines`, { file, lines });
    expect(sent).toMatchObject({ status: 200, json: { done: 2 } });
  }
  const [first] = lines as object[];
  const twin = { ...first, id: `e${"1".repeat(22)}` };
  expect(await target.admin("POST", `${data}/import/lines`, { file, lines: [twin] })).toMatchObject({
    status: 409,
    json: { code: "conflict.importedResource", values: ["entitlement", twin.id, "displayName"] },
  });
  expect(await target.admin("POST", `${data}/import/finish`, { file })).toMatchObject({
    status: 409,
    json: { code: "conflict.importCount", values: [2, "managed", "entitlements", 3] },
  });
  const third = { ...first, id: `e${"2".repeat(22)}`, attributes: { schemas: [URN], displayName: "Keep" } };
  const more = await target.admin("POST", `${data}/import/lines`, { file, lines: [third] });
  expect(more).toMatchObject({ status: 200, json: { done: 1 } });
  expect(await target.admin("POST", `${data}/import/finish`, { file })).toMatchObject({ status: 200 });
  expect(await target.admin("DELETE", `/orgs/${org.slug}/pause`)).toMatchObject({ status: 200 });
  expect((await target.admin("GET", `${data}/totals`)).json).toMatchObject({ managed: { users: 0, entitlements: 3 } });
  for (const id of ids) expect(await call("GET", `/Entitlements/${id}`)).toMatchObject({ status: 200 });
  expect((await call("GET", '/Entitlements?filter=externalId eq "x-vault"')).json).toMatchObject({ totalResults: 1 });
  expect(await target.admin("POST", `${data}/fsck`, {})).toMatchObject({ status: 200, json: { findings: [] } });
});
