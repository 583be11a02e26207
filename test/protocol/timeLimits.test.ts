import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import type { Store } from "../../functions/store/session.ts";
import type { TableClient } from "../../lib/bundling.ts";
import { freshTable, localClient } from "../support/dynamoTable.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { given, inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { amountOf, OTHER_CLIENT, SEED, TABLE_CLIENT } from "../support/proof.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, connect } from "../support/wire.ts";
import { ordinaryUser } from "./idp/setup.ts";
import type { Found } from "./timeLimits/matrix.ts";

/** At every which call through the client that the suites do not go through: other calls in each run. */
const EVERY = amountOf("faultyThroughOtherEvery");

/** Both at once, and beside the other tests: they wait most of the time. */
const MATRICES = [
  [TABLE_CLIENT, matrix(TABLE_CLIENT, 1)],
  [OTHER_CLIENT, matrix(OTHER_CLIENT, EVERY)],
] as const;

function matrix(kind: TableClient, every: number): Promise<{ readonly stdout: string }> {
  const script = fileURLToPath(new URL("timeLimits/matrix.ts", import.meta.url));
  return promisify(execFile)(process.execPath, ["--no-warnings", script, kind, String(every), String(SEED)]);
}

describe("a request whose time is over", () => {
  test.each([
    ["in memory", async () => ({ store: localStore(), close: async () => undefined })],
    ["on dynoxide", openDynoxide],
  ] as const)("writes nothing any more behind its 503, %s", async (_name, open) => {
    const { store, close } = await open();
    const held = Promise.withResolvers<void>();
    let holds = false;
    let begun = 0;
    const slow: Store = {
      begin: (allowance) => {
        const session = store.begin(allowance);
        const { directory } = session;
        return Object.assign(session, {
          directory: (orgId: Parameters<typeof directory>[0]) => {
            const side = directory.call(session, orgId);
            const { create } = side.users;
            side.users.create = async (...args) => {
              if (holds) {
                begun += 1;
                await held.promise;
              }
              return create.apply(side.users, args);
            };
            return side;
          },
        });
      },
    };
    const lines: Readonly<Record<string, unknown>>[] = [];
    const endpoint = testEndpoint(slow, (line) => lines.push(line));
    const patient = inProcessTarget("patient", endpoint, 1);
    const org = await patient.org({ preset: "open" });
    // A second until its 503, in which it comes to the write; on a busy machine perhaps not at once.
    const hasty = inProcessTarget("hasty", endpoint, 1, given(1_700));
    holds = true;
    for (let round = 0; begun === 0 && round < 10; round += 1) {
      lines.splice(0);
      const late = { method: "POST", path: "/Users", body: ordinaryUser("late") };
      expect((await connect(hasty.transport, org).request(late)).status).toBe(503);
      expect(lines).toMatchObject([{ op: "users.create", status: 503, detailCode: "busy.timeout" }]);
    }
    expect(begun).toBeGreaterThan(0);
    holds = false;
    const { json } = await patient.admin("POST", `/orgs/${org.slug}/tokens/regenerate`, {});
    held.resolve();
    const renewed = { slug: org.slug, tenantUrl: org.tenantUrl, token: String(at(json, "secretToken")) };
    const found = await connect(patient.transport, renewed).request({ method: "GET", path: "/Users" });
    expect(at(found.json, "totalResults")).toBe(0);
    expect(lines.filter(({ op }) => op === "users.create")).toHaveLength(1);
    await close();
  });
});

test("a function that says to have months left is not out of time", async () => {
  const store = localStore();
  let turns = 0;
  const slow: Store = {
    begin: (allowance) => {
      const session = store.begin(allowance);
      const { open } = session;
      return Object.assign(session, {
        // Longer than the shortest timer, which is what Node makes of one that is too long.
        open: async (...asked: Parameters<typeof open>) => {
          const until = Date.now() + 3;
          for (turns = 0; turns < 20 || Date.now() <= until; turns += 1) await new Promise(setImmediate);
          return open.apply(session, asked);
        },
      });
    },
  };
  const org = await inProcessTarget("patient", testEndpoint(slow), 1).org();
  const endless = inProcessTarget("endless", testEndpoint(slow), 1, given(2 ** 40));
  expect((await connect(endless.transport, org).request({ method: "GET", path: "/Users" })).status).toBe(200);
  expect(turns).toBeGreaterThan(0);
});

test.each(MATRICES)(
  "through the client %s, a database that hangs, drips, breaks off, fails or is gone, at any call of any request, is answered 503 with Retry-After and one line, and is sent nothing after that",
  async (kind, running) => {
    const { stdout } = await running;
    const { found, gone } = JSON.parse(stdout) as {
      readonly found: Readonly<Record<string, Found>>;
      readonly gone: { readonly status: number; readonly lines: readonly unknown[] };
    };
    for (const [fault, { points, faults, sentLate, slowest }] of Object.entries(found)) {
      process.stdout.write(
        `time limits, ${kind}: ${points} points, a database that ${fault}; the slowest answer took ${slowest} ms\n`,
      );
      expect({ fault, faults, sentLate }).toEqual({ fault, faults: [], sentLate: 0 });
      expect(points).toBeGreaterThan(0);
    }
    expect(gone).toMatchObject({
      status: 503,
      lines: [{ detailCode: "busy.storage", cause: { name: "ECONNREFUSED" } }],
    });
  },
);

async function openDynoxide() {
  const dynoxide = await startDynoxide();
  const client = localClient(dynoxide.endpoint);
  const store = createDynamoStore({ client, tableName: await freshTable(dynoxide.endpoint) });
  return {
    store,
    close: async () => {
      client.destroy();
      await dynoxide.stop();
    },
  };
}
