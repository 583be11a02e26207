import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { createStore } from "../../functions/store/session.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { orgIdOf } from "../support/records.ts";
import { putRoles, role } from "../support/roles.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

const table = localTable();
const lines: Record<string, unknown>[] = [];
let target: Target;
let org: Tenant;

beforeAll(async () => {
  target = inProcessTarget(
    "memory",
    testEndpoint(createStore(table), (line) => lines.push({ ...line })),
    10,
  );
  org = await orgWith("refuse");
  const orgId = orgIdOf(org.token.split("_")[1] ?? "");
  await putRoles(accessTo(table), orgId, [
    role("editor"),
    role("sso", { kind: "entitlement" }),
    role("root", { assignable: false }),
  ]);
});

function orgWith(unknownRoles: "refuse" | "ignore"): Promise<Tenant> {
  return target.org({ changed: { unknownRoles } });
}

let names = 0;

async function create(more: JsonObject, of = org) {
  const userName = `user${++names}`;
  const emails = [{ value: `${userName}@acme.example`, type: "work" }];
  lines.length = 0;
  return of.request({ method: "POST", path: "/Users", body: { schemas: [USER_SCHEMA], userName, emails, ...more } });
}

function patch(id: Json | undefined, Operations: readonly JsonObject[]) {
  lines.length = 0;
  return org.request({
    method: "PATCH",
    path: `/Users/${id}`,
    body: { schemas: [PATCH_OP], Operations: [...Operations] },
  });
}

const refused = (name: string) => ({
  status: 400,
  json: {
    scimType: "invalidValue",
    detail: expect.stringMatching(
      new RegExp(`^${name} has a value that is not an assignable role here.*Entra ID.*Okta`),
    ),
  },
});

describe("where the rule unknownRoles refuses", () => {
  test("a user may be made with roles that can be given, also as Entra's JSON text, and with no other", async () => {
    expect(await create({ roles: [{ value: "editor" }], entitlements: [{ value: "sso" }] })).toMatchObject({
      status: 201,
    });
    expect(await create({ roles: [{ value: '{"id":"7","value":"editor","displayName":"Editor"}' }] })).toMatchObject({
      status: 201,
    });
    expect(await create({ roles: [{ value: "editor" }, { value: "secret-name" }] })).toMatchObject(refused("roles"));
    expect(JSON.stringify(lines)).not.toContain("secret-name");
    expect(lines).toMatchObject([{ detailCode: "value.unknownRole", status: 400 }]);
    expect(await create({ entitlements: [{ value: "Editor" }] })).toMatchObject(refused("entitlements"));
    expect(await create({ roles: [{ value: "root" }] })).toMatchObject(refused("roles"));
    expect(await create({ roles: [{ value: '{"value":"root"}' }] })).toMatchObject(refused("roles"));
  });

  test("a change is judged by what it adds: what is stored refuses nothing else", async () => {
    const made = await create({ roles: [{ value: "editor" }] });
    const id = at(made.json, "id");
    await target.admin("PATCH", `/orgs/${org.slug}`, { changedRules: { unknownRoles: "ignore" } });
    expect(await patch(id, [{ op: "add", path: "roles", value: [{ value: "old" }] }])).toMatchObject({ status: 200 });
    await target.admin("PATCH", `/orgs/${org.slug}`, { changedRules: { unknownRoles: "refuse" } });
    expect(await patch(id, [{ op: "replace", path: "title", value: "x" }])).toMatchObject({ status: 200 });
    expect(await patch(id, [{ op: "add", path: "roles", value: [{ value: "new" }] }])).toMatchObject(refused("roles"));
    expect(await patch(id, [{ op: "add", path: "entitlements", value: [{ value: "sso" }] }])).toMatchObject({
      status: 200,
    });
    const { json } = await org.request({ method: "GET", path: `/Users/${id}` });
    const put = (body: JsonObject) =>
      org.request({ method: "PUT", path: `/Users/${id}`, body: { ...(json as JsonObject), ...body } });
    expect(await put({ nickName: "y" })).toMatchObject({ status: 200 });
    expect(await put({ roles: [{ value: "another" }] })).toMatchObject(refused("roles"));
    expect(await patch(id, [{ op: "remove", path: 'roles[value eq "old"]' }])).toMatchObject({
      status: 200,
      json: { roles: [{ value: "editor" }] },
    });
  });

  test("nobody stays active because of a role: what would be refused keeps its value, the rest is applied", async () => {
    const id = at((await create({ roles: [{ value: "editor" }] })).json, "id");
    const answer = await patch(id, [
      { op: "replace", path: "roles", value: [{ value: "strange" }] },
      { op: "replace", path: "title", value: "Gone" },
      { op: "replace", path: "active", value: false },
    ]);
    expect(answer).toMatchObject({ status: 200, json: { active: false, title: "Gone", roles: [{ value: "editor" }] } });
    expect(JSON.stringify(lines)).toContain("deactivationKept");
    const other = at((await create({})).json, "id");
    const put = {
      schemas: [USER_SCHEMA],
      userName: `user${names}`,
      active: false,
      entitlements: [{ value: "strange" }],
    };
    const { status, json } = await org.request({ method: "PUT", path: `/Users/${other}`, body: put });
    expect({ status, active: at(json, "active"), entitlements: at(json, "entitlements") }).toEqual({
      status: 200,
      active: false,
    });
  });

  test("one read more is made where a request adds a role, and none elsewhere", async () => {
    const calls = async (more: JsonObject, of = org) => {
      expect(await create(more, of)).toMatchObject({ status: 201 });
      return Number(lines[0]?.ddbCalls);
    };
    const ignoring = await orgWith("ignore");
    await calls({}, ignoring);
    const [plain, ignored] = [await calls({}, ignoring), await calls({ roles: [{ value: "any" }] }, ignoring)];
    expect({
      ignored,
      without: await calls({ roles: [] }),
      with: await calls({ roles: [{ value: "editor" }] }),
    }).toEqual({
      ignored: plain,
      without: plain,
      with: plain + 1,
    });
  });
});

test("without a catalogue every role is unknown", async () => {
  const bare = inProcessTarget("memory", testEndpoint(createStore(localTable())), 1);
  const tenant = await bare.org({ changed: { unknownRoles: "refuse" } });
  expect(await create({ roles: [{ value: "editor" }] }, tenant)).toMatchObject(refused("roles"));
  expect(await create({}, tenant)).toMatchObject({ status: 201 });
});
