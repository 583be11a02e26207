import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "@jest/globals";
import type { FunctionName } from "../../functions/routes.ts";
import { createStore } from "../../functions/store/session.ts";
import type { Action, Key, Table } from "../../functions/store/table.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localTable } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";
import { isAllowed, TABLE } from "./isAllowed.ts";
import { type Statement, synthesise } from "./synthesis.ts";

const plain = synthesise();
const adopting = synthesise({ adoption: true });
const NAMES: readonly FunctionName[] = [
  "users",
  "groups",
  "bulk",
  "search",
  "oauth",
  "discovery",
  "admin",
  "maintenance",
  "directory",
];

/** One line for each action at each pattern of keys. */
function rightsIn(statements: readonly Statement[]): Set<string> {
  return new Set(
    statements.flatMap(({ Action: actions, Condition }) =>
      [actions].flat().flatMap((action) => {
        const patterns = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? ["everything"];
        return patterns.map((pattern) => `${action} ${pattern}`);
      }),
    ),
  );
}

test("the setting grants users and bulk what adopting takes, and nothing to anybody else", () => {
  for (const name of NAMES) {
    const before = rightsIn(plain.role(name));
    const more = [...rightsIn(adopting.role(name))].filter((right) => !before.has(right)).sort();
    const expected = ["BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "Query"].map(
      (action) => `dynamodb:${action} N#????????#U*`,
    );
    const adopts = name === "users" || name === "bulk";
    expect({ name, more }).toEqual({ name, more: adopts ? [...expected, "dynamodb:UpdateItem N#????????#C"] : [] });
  }
});

test("the default template says nothing of it, and the setting tells every function", () => {
  expect(JSON.stringify(plain.template.toJSON())).not.toMatch(/ADOPTION|N#\?{8}#U\*/);
  for (const [id, { Properties }] of adopting.resources("AWS::Lambda::Function")) {
    expect({ id, adoption: Properties.Environment.Variables.ADOPTION }).toEqual({ id, adoption: "on" });
  }
});

const PARTS = { put: "PutItem", delete: "DeleteItem", check: "ConditionCheckItem", update: "UpdateItem" };

/** Action and partition key of each part of a write: of a transaction IAM asks for each by itself (ADR 41). */
function askedBy(action: Action): readonly [action: string, key: string] {
  if ("put" in action) return [PARTS.put, String(action.put.pk)];
  if ("delete" in action) return [PARTS.delete, action.delete.pk];
  if ("check" in action) return [PARTS.check, action.check.pk];
  return [PARTS.update, action.update.pk];
}

test("no function asks for more than its role allows while users are adopted, created and refused", async () => {
  const current = new AsyncLocalStorage<string>();
  const seen = new Set<string>();
  const refused = new Set<string>();
  const ask = (action: string, keys: readonly string[], resource = `table/${TABLE}`): void => {
    const name = current.getStore() ?? "nobody";
    for (const key of keys) seen.add(`${name} ${action} ${key.replace(/^([A-Z])#\w{8}#/, "$1#…#")}`);
    // biome-ignore lint/suspicious/noExplicitAny: the names of functions are those of the roles.
    const allowed = isAllowed(adopting.role(name as any), `dynamodb:${action}`, { keys, resource });
    if (!allowed) refused.add(`${name}: ${action} at ${keys.join(" + ")}`);
  };
  const table = localTable();
  const partitions = (keys: readonly Key[]) => keys.map(({ pk }) => pk);
  const asking: Table = {
    get: (key, ...more) => {
      ask("GetItem", [key.pk]);
      return table.get(key, ...more);
    },
    getMany: (keys, ...more) => {
      ask("BatchGetItem", partitions(keys));
      return table.getMany(keys, ...more);
    },
    getTogether: (keys, ...more) => {
      for (const { pk } of keys) ask("GetItem", [pk]);
      return table.getTogether(keys, ...more);
    },
    query: (pk, ...more) => {
      ask("Query", [pk]);
      return table.query(pk, ...more);
    },
    queryReverse: (pk, ...more) => {
      ask("Query", [pk], `table/${TABLE}/index/gsi1`);
      return table.queryReverse(pk, ...more);
    },
    write: (actions, ...more) => {
      for (const action of actions) {
        const [name, key] = askedBy(action);
        ask(name, [key]);
      }
      return table.write(actions, ...more);
    },
    deleteMany: (keys, ...more) => {
      ask("BatchWriteItem", partitions(keys));
      return table.deleteMany(keys, ...more);
    },
  };
  let value = "";
  const endpoint = { ...testEndpoint(createStore(asking)), resolveTxt: async () => ({ records: [value] }) };
  const target = inProcessTarget("asking", { ...endpoint, sweepLater: () => undefined }, 1, (name, handler) => {
    return (event, context) => current.run(name, () => handler(event, context));
  });
  const user = (userName: string) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    externalId: userName,
    emails: [{ value: `${userName}@acme.example`, type: "work" }],
  });
  for (const adoption of ["userName", "email"] as const) {
    const org = await target.org({ preset: "open", changed: { adoption } });
    const path = `/orgs/${org.slug}/domains`;
    value = String(at(at((await target.admin("POST", path, { domain: "acme.example" })).json, "record"), "value"));
    expect((await target.admin("POST", `${path}/acme.example/verify`)).status).toBe(200);
    const { emails } = user("ada");
    const made: unknown[] = [];
    for (const userName of ["ada", "bob"]) {
      const body = { userName, emails: userName === "ada" ? emails : user("bob").emails };
      made.push(at((await target.directory("POST", `/orgs/${org.slug}/users`, body)).json, "id"));
    }
    const adopted = await org.request({ method: "POST", path: "/Users", body: user("ada") });
    expect([adopted.status, at(adopted.json, "id")]).toEqual([201, made[0]]);
    expect((await org.request({ method: "POST", path: "/Users", body: user("new") })).status).toBe(201);
    expect((await org.request({ method: "POST", path: "/Users", body: user("x@other.example") })).status).toBe(201);
    const Operations = [{ method: "POST", path: "/Users", bulkId: "b", data: user("bob") }];
    const bulk = { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], Operations };
    const carried = await org.request({ method: "POST", path: "/Bulk", body: bulk });
    expect(carried.json).toMatchObject({
      Operations: [{ status: "201", location: expect.stringContaining(String(made[1])) }],
    });
    await target.directory("POST", `/orgs/${org.slug}/users`, { userName: "ada" });
  }
  expect([...refused]).toEqual([]);
  // It did what it takes.
  for (const name of ["users", "bulk"]) {
    for (const part of ["DeleteItem N#…#U", "DeleteItem N#…#UN", "DeleteItem N#…#UE", "UpdateItem N#…#C"]) {
      expect(seen).toContain(`${name} ${part}`);
    }
  }
  expect([...seen].filter((one) => /^(?:users|bulk) (?:Put|Update|BatchWrite)Item N#/.test(one)).sort()).toEqual([
    "bulk UpdateItem N#…#C",
    "users UpdateItem N#…#C",
  ]);
});
