import { TransactionCanceledException, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Endpoint } from "../../functions/http/endpoint.ts";
import { SCIM_TEXTS } from "../../functions/scim/error.ts";
import { ERROR } from "../../functions/scim/schema.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { clientAround } from "../support/faultyClient.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { brokenInvariants, foundInAllOrgs, type StoredItem, scan } from "../support/invariants.ts";

import { share } from "../support/proof.ts";
import { type RunningDynamo, startDynamo } from "../support/storeKinds.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, connect, type Tenant, type WireRequest } from "../support/wire.ts";
import { created, group, patch, person, statusOf, values } from "./manyClients.ts";

/** Tries of one write that meets other transactions, and of one request that plans anew. */
const TRIES = 100;
const ATTEMPTS = 40;

interface Setup {
  readonly user: string;
  readonly other: string;
  readonly group: string;
}

/** Every kind of write, and what the repetition is answered once the conflict is over. */
const WRITES: readonly {
  readonly what: string;
  readonly request: (setup: Setup) => WireRequest;
  readonly status: number;
  /** Nobody can be faster than who makes something. */
  readonly creates?: true;
}[] = [
  {
    what: "a PATCH of a user",
    request: ({ user }) => patching(`/Users/${user}`, { op: "replace", path: "nickName", value: "mine" }),
    status: 200,
  },
  {
    what: "a rename of a user",
    request: ({ user }) => patching(`/Users/${user}`, { op: "replace", path: "userName", value: "mine@example.com" }),
    status: 200,
  },
  {
    what: "a PUT of a user",
    request: ({ user }) => ({ method: "PUT", path: `/Users/${user}`, body: { ...person("ada"), nickName: "mine" } }),
    status: 200,
  },
  { what: "a DELETE of a user", request: ({ user }) => ({ method: "DELETE", path: `/Users/${user}` }), status: 204 },
  {
    what: "a creation of a user",
    request: () => ({ method: "POST", path: "/Users", body: person("mine") }),
    status: 201,
    creates: true,
  },
  {
    what: "a rename of a group",
    request: ({ group: id }) => patching(`/Groups/${id}`, { op: "replace", path: "displayName", value: "mine" }),
    status: 200,
  },
  {
    what: "a replacement of the members",
    request: ({ group: id, other }) =>
      patching(`/Groups/${id}`, { op: "replace", path: "members", value: values([other]) }),
    status: 200,
  },
  {
    what: "a PUT of a group",
    request: ({ group: id, other }) => ({ method: "PUT", path: `/Groups/${id}`, body: group("mine", values([other])) }),
    status: 200,
  },
  {
    what: "a DELETE of a group",
    request: ({ group: id }) => ({ method: "DELETE", path: `/Groups/${id}` }),
    status: 204,
  },
  {
    what: "a creation of a group",
    request: ({ user }) => ({ method: "POST", path: "/Groups", body: group("mine", values([user])) }),
    status: 201,
    creates: true,
  },
];

/** What outlasts the retries is 503 with an integer in Retry-After, and nothing is done (product.md 5.1). */
describe("where others are in the way for longer than a request tries", () => {
  let dynamo: RunningDynamo;
  let tableName: string;
  /** Nobody is in its way. */
  let org: Tenant;
  let setup: Setup;
  const lines: Readonly<Record<string, unknown>>[] = [];

  beforeAll(async () => {
    dynamo = await startDynamo();
    tableName = await dynamo.freshTable();
    org = await over(dynamo.client).org({ preset: "open" });
  });
  afterAll(() => dynamo.stop());

  beforeEach(async () => {
    for (const path of ["/Users", "/Groups"]) {
      const { json } = await org.request({ method: "GET", path });
      for (const one of [at(json, "Resources") ?? []].flat()) await statusOf(org, "DELETE", `${path}/${at(one, "id")}`);
    }
    const [user, other] = [await created(org, "/Users", person("ada")), await created(org, "/Users", person("bob"))];
    setup = { user, other, group: await created(org, "/Groups", group("crew", values([user]))) };
    lines.length = 0;
  });

  /** Pauses take no time; the clock goes on by them. */
  function over(client: Pick<RunningDynamo["client"], "send">, log: Endpoint["log"] = () => undefined) {
    const store = createDynamoStore({ client, tableName, wait: async () => undefined });
    let ahead = 0;
    const wait = async (milliseconds: number) => {
      ahead += milliseconds;
    };
    return inProcessTarget("dynoxide", { ...testEndpoint(store, log), now: () => Date.now() + ahead, wait }, 1);
  }

  const note = (line: Readonly<Record<string, unknown>>) => lines.push(line);

  /** One process of the service, whose writes meet something each time. */
  function meeting(before: (write: number) => Promise<void> | void): Tenant {
    let writes = 0;
    const client = clientAround(dynamo.client, async (send, command) => {
      if (!writesDirectory(command)) return send();
      writes += 1;
      await before(writes);
      return send();
    });
    return connect(over(client, note).transport, org);
  }

  const items = async (): Promise<StoredItem[]> =>
    (await scan(dynamo.client, tableName)).filter(({ pk }) => !pk.startsWith("L#"));

  async function expectSound(): Promise<void> {
    const store = createDynamoStore({ client: dynamo.client, tableName });
    expect(await foundInAllOrgs(store)).toEqual([]);
    expect(await brokenInvariants(dynamo.client, tableName, org.token.split("_")[1] ?? "")).toEqual([]);
  }

  // Half of them each, by turns: what their tries have in common does not depend on the write.
  describe.each(share(WRITES, 2))("$what", ({ request, status, creates }) => {
    test("is 503 when another transaction holds the item each time, and nothing is done", async () => {
      const before = await items();
      const answer = await meeting(conflict).request(request(setup));
      expectBusy(answer, "busy.conflict");
      expect(lines).toMatchObject([
        { status: 503, level: "ERROR", detailCode: "busy.conflict", conflicts: TRIES, retries: TRIES - 1 },
      ]);
      expect(await items()).toEqual(before);
      expect((await org.request(request(setup))).status).toBe(status);
      await expectSound();
    });

    if (creates) return;
    test("is 503 when another writer was faster each time, and only that one's changes are there", async () => {
      const { user, group: id } = setup;
      const asked = request(setup);
      const path = asked.path.startsWith("/Users") ? `/Users/${user}` : `/Groups/${id}`;
      const attribute = asked.path.startsWith("/Users") ? "title" : "displayName";
      let rivals = 0;
      const rival = async (write: number): Promise<void> => {
        rivals += 1;
        const operation = { op: "replace", path: attribute, value: `rival ${write}` };
        expect(await statusOf(org, "PATCH", path, patch(operation))).toBe(200);
      };
      const answer = await meeting(rival).request(asked);
      expectBusy(answer, "busy.contended");
      expect(rivals).toBe(ATTEMPTS);
      expect(lines.at(-1)).toMatchObject({ status: 503, detailCode: "busy.contended", conflicts: ATTEMPTS });
      expect((await org.request({ method: "GET", path })).json).toMatchObject({ [attribute]: `rival ${ATTEMPTS}` });
      const shown = await org.request({ method: "GET", path: `/Users/${user}` });
      expect(at(shown.json, "userName")).toBe("ada@example.com");
      expect(at(shown.json, "nickName")).toBeUndefined();
      const crew = await org.request({ method: "GET", path: `/Groups/${id}` });
      expect(at(crew.json, "displayName")).not.toBe("mine");
      expect(at(crew.json, "members")).toMatchObject([{ value: user }]);
      expect((await org.request(request(setup))).status).toBe(status);
      await expectSound();
    });
  });

  test.each(share(WRITES, 2, 1))("$what in a bulk request is 503 for this operation", async ({ request, status }) => {
    const { method, path, body } = request(setup);
    const before = await items();
    const bulkId = method === "POST" ? { bulkId: "b" } : {};
    const Operations = [{ method, path, data: body, ...bulkId }];
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
    const asked = { method: "POST", path: "/Bulk", body: { schemas, Operations } };
    const answer = await meeting(conflict).request(asked);
    expect(answer.status).toBe(200);
    const [done] = [at(answer.json, "Operations") ?? []].flat();
    const error = { schemas: [ERROR], status: "503" };
    expect(done).toMatchObject({ method, status: "503", response: error });
    expect(at(done, "response.detail")).toContain(SCIM_TEXTS["busy.conflict"]);
    expect(lines).toMatchObject([{ statuses: { 503: 1 }, codes: { "busy.conflict": 1 }, conflicts: TRIES }]);
    expect(await items()).toEqual(before);
    const again = await org.request(asked);
    expect(at(again.json, "Operations.0.status")).toBe(String(status));
    await expectSound();
  });

  test("a deletion is answered although its sweep meets others each time, and hides its edges", async () => {
    const { user, group: id } = setup;
    const afterTheFirst = (write: number) => (write > 1 ? conflict() : undefined);
    expect(await statusOf(meeting(afterTheFirst), "DELETE", `/Users/${user}`)).toBe(204);
    expect(lines).toMatchObject([{ status: 204 }]);
    // It waits as long as a sweep inside a request may, here without a pause between its tries.
    expect(Number(lines[0]?.conflicts)).toBeGreaterThanOrEqual(TRIES);
    expect(at((await org.request({ method: "GET", path: `/Groups/${id}` })).json, "members")).toEqual([]);
    await expectSound();
  });

  test("a request that has no time for another attempt is 503 before its tries are used up", async () => {
    const { user } = setup;
    let passed = 0;
    const slow = clientAround(dynamo.client, async (send, command) => {
      if (writesDirectory(command)) {
        passed += 6_000;
        await statusOf(org, "PATCH", `/Users/${user}`, patch({ op: "add", path: "title", value: String(passed) }));
      }
      return send();
    });
    const store = createDynamoStore({ client: slow, tableName });
    const endpoint = { ...testEndpoint(store, note), now: () => Date.now() + passed, wait: async () => undefined };
    const tenant = connect(inProcessTarget("dynoxide", endpoint, 1).transport, org);
    const title = patch({ op: "replace", path: "nickName", value: "mine" });
    expectBusy(await tenant.request({ method: "PATCH", path: `/Users/${user}`, body: title }), "busy.contended");
    // The fifth would have begun 30 seconds after the request came in.
    expect(lines.at(-1)).toMatchObject({ status: 503, conflicts: 5 });
  });
});

const WRITING: ReadonlySet<string> = new Set([
  "TransactWriteCommand",
  "PutCommand",
  "UpdateCommand",
  "DeleteCommand",
  "BatchWriteCommand",
]);

/** When the token was used is remembered beside the request. */
function writesDirectory({ constructor: { name }, input }: { readonly input: object }): boolean {
  return WRITING.has(name) && !JSON.stringify(input).includes('"L#');
}

function patching(path: string, operation: object): WireRequest {
  return { method: "PATCH", path, body: patch(operation) };
}

let turn = 0;

/** Both forms in which DynamoDB says so: of a transaction, and of a single write. */
function conflict(): never {
  turn += 1;
  const said = { $metadata: {}, message: "busy" };
  if (turn % 2 === 0) throw new TransactionConflictException(said);
  throw new TransactionCanceledException({ ...said, CancellationReasons: [{ Code: "TransactionConflict" }] });
}

function expectBusy({ status, headers, json }: Answer, code: "busy.conflict" | "busy.contended"): void {
  expect(status).toBe(503);
  expect(headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  expect(headers["content-type"]).toBe("application/scim+json");
  expect(json).toMatchObject({ schemas: [ERROR], status: "503" });
  expect(at(json, "detail")).toContain(SCIM_TEXTS[code]);
}
