import { afterEach, describe, expect, test } from "@jest/globals";
import { startEvents } from "../../bin/local/localEvents.ts";
import { watchOver } from "../../bin/local/localFunctions.ts";
import { openStore } from "../../bin/local/openStore.ts";
import { eventsHandler } from "../../functions/http/events.ts";
import { massChangeWatch } from "../../functions/http/massChangeWatch.ts";
import { MASS_CHANGE_LIMITS, readMassChangeLimits } from "../../functions/provisioning/massChange.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { NO_REMOVALS, RemovalCountStore } from "../../functions/store/removalCounts.ts";
import { duringTests } from "../support/duringTests.ts";
import { eventsEndpoint } from "../support/eventLogs.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { accessTo, localStore } from "../support/localStore.ts";
import { ACME } from "../support/records.ts";
import { type StreamedStore, startStreamed } from "../support/streamedStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import type { Tenant } from "../support/wire.ts";
import { created, group, inLanes, patch, person, values } from "./manyClients.ts";

type Line = Readonly<Record<string, unknown>>;

/** An org in a process that watches over it, and a clock to move. */
interface Watched {
  readonly org: Tenant;
  readonly other: Tenant;
  /** What the watch has told so far. */
  told(): Promise<Line[]>;
  later(minutes: number): void;
}

const streamed = duringTests(startStreamed);

/** As on a laptop: a worker of the process that answers. */
async function inOneProcess(): Promise<Watched> {
  const lines: Line[] = [];
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const log = (line: Line) => void lines.push(line);
  const opened = await openStore({ folder: undefined, now });
  const failed = (error: unknown) => log({ type: "org.failed", error });
  const watch = watchOver(opened, { now, log });
  const events = await startEvents(opened, undefined, failed, now, { watch });
  closing.push(async () => {
    await events.stop();
    opened.close();
  });
  const target = inProcessTarget("memory", { ...testEndpoint(opened.store), now }, 1);
  return {
    org: await target.org({ preset: "open" }),
    other: await target.org({ preset: "open" }),
    told: async () => {
      await events.settled();
      return lines.filter(({ type }) => String(type).startsWith("org."));
    },
    later: (minutes) => {
      ahead += minutes * 60_000;
    },
  };
}

/** As on AWS: the stream of the table comes to a function of its own. */
async function overTheStream(): Promise<Watched> {
  const fresh: StreamedStore = await streamed().fresh();
  const lines: Line[] = [];
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const parts = eventsEndpoint(() => fresh.store.begin().database, {
    watch: massChangeWatch({
      counts: new RemovalCountStore(accessTo(dynamoTable(fresh.access.client, fresh.access.tableName))),
      limits: MASS_CHANGE_LIMITS,
      now,
      log: (line) => lines.push(line),
      version: "test",
    }),
    now,
  });
  const handler = eventsHandler(parts);
  const target = inProcessTarget("dynoxide", testEndpoint(fresh.store), 1);
  return {
    org: await target.org({ preset: "open" }),
    other: await target.org({ preset: "open" }),
    told: async () => {
      // Small batches, as many invocations see them.
      const records = await fresh.records();
      for (let start = 0; start < records.length; start += 7) {
        const batch = records.slice(start, start + 7) as Parameters<typeof handler>[0]["Records"];
        await handler({ Records: batch }, { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 });
      }
      return lines;
    },
    later: (minutes) => {
      ahead += minutes * 60_000;
    },
  };
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const deactivate = (org: Tenant, ids: readonly string[]) =>
  inLanes(4, ids.length, async (n) => {
    const body = patch({ op: "replace", path: "active", value: false });
    const answer = await org.request({ method: "PATCH", path: `/Users/${ids[n]}`, body });
    expect(answer.status).toBe(200);
  });

const people = (org: Tenant, count: number) =>
  inLanes(4, count, (n) => created(org, "/Users", { ...person(`p${n}`), active: true }));

describe.each([
  { where: "in one process", open: inOneProcess },
  { where: "over the stream", open: overTheStream },
])("a mass change, watched $where", ({ open }) => {
  test("is more than a fifth of the org's users deactivated or deleted within an hour, and reported once", async () => {
    const { org, other, told } = await open();
    const ids = await people(org, 110);
    await people(other, 3);
    await deactivate(org, ids.slice(0, 12));
    for (const id of ids.slice(12, 22)) await org.request({ method: "DELETE", path: `/Users/${id}` });
    // 22 of 110 is a fifth and not more.
    expect(await told()).toEqual([]);
    await deactivate(org, ids.slice(22, 24));
    const [line, ...more] = await told();
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      type: "org.massChange",
      level: "WARN",
      kind: "users",
      roster: 110,
      windowMinutes: 60,
    });
    expect([23, 24]).toContain(line?.lost);
    expect(line?.ref).toMatch(/^[0-9a-f]{12}$/);
    await deactivate(org, ids.slice(24, 40));
    expect(await told()).toHaveLength(1);
  });

  test("is not what a small org does in everyday life, nor what happens slowly", async () => {
    const { org, later, told } = await open();
    const ids = await people(org, 60);
    await deactivate(org, ids.slice(0, 19));
    expect(await told()).toEqual([]);
    later(75);
    await deactivate(org, ids.slice(19, 38));
    expect(await told()).toEqual([]);
  });

  test("is a roster that is emptied, which deactivates nobody", async () => {
    const { org, told } = await open();
    const ids = await people(org, 30);
    const team = await created(org, "/Groups", group("Engineering", values(ids)));
    const body = patch({ op: "replace", path: "members", value: [] });
    expect((await org.request({ method: "PATCH", path: `/Groups/${team}`, body })).status).toBe(200);
    expect(await told()).toEqual([
      expect.objectContaining({ type: "org.massChange", kind: "members", lost: 30, roster: 30 }),
    ]);
  });

  test("is not a push that only adds, nor a reactivation", async () => {
    const { org, told } = await open();
    const ids = await people(org, 30);
    await created(org, "/Groups", group("Engineering", values(ids)));
    await inLanes(4, ids.length, async (n) => {
      const body = patch({ op: "replace", path: "active", value: true });
      await org.request({ method: "PATCH", path: `/Users/${ids[n]}`, body });
    });
    expect(await told()).toEqual([]);
  });
});

test("a watch whose counts are out of reach fails nothing and says so", async () => {
  const lines: Line[] = [];
  const counts = {
    add: () => Promise.reject(new Error("secret@example.com")),
    users: async () => 0,
    claim: async () => false,
  };
  const endpoint = testEndpoint(localStore(), (line) => lines.push(line));
  const removals = { ...NO_REMOVALS, deactivated: 1 };
  const report = { orgId: ACME, org: "acme", removals, ref: "0123456789ab", tokenId: "AAAAAAAA" };
  await massChangeWatch({ ...endpoint, counts, limits: MASS_CHANGE_LIMITS })(report);
  expect(lines).toEqual([
    expect.objectContaining({
      type: "org.massChangeUnwatched",
      level: "ERROR",
      cause: expect.objectContaining({ name: "Error" }),
    }),
  ]);
  expect(JSON.stringify(lines)).not.toContain("secret");
});

test("the request's line says how many lost access or left, and who joined", async () => {
  const lines: Line[] = [];
  const org = await inProcessTarget(
    "memory",
    testEndpoint(localStore(), (line) => lines.push(line)),
    1,
  ).org({ preset: "open" });
  const ids = await people(org, 3);
  const team = await created(org, "/Groups", group("Engineering", values(ids)));
  expect(lines.at(-1)).toMatchObject({ membersAdded: 3 });
  await org.request({ method: "PUT", path: `/Groups/${team}`, body: group("Engineering", values(ids.slice(2))) });
  expect(lines.at(-1)).toMatchObject({ membersRemoved: 2 });
  expect(lines.at(-1)).not.toHaveProperty("membersAdded");
  await deactivate(org, ids.slice(0, 1));
  expect(lines.at(-1)).toMatchObject({ deactivated: 1 });
});

describe("limits as text", () => {
  test("are percent and the least number", () => {
    expect(readMassChangeLimits("35/100")).toEqual({ percent: 35, atLeast: 100 });
    expect(readMassChangeLimits(undefined)).toEqual(MASS_CHANGE_LIMITS);
  });
  test.each(["", "0/20", "101/20", "20", "20/0", "x/y"])("%j is refused", (text) => {
    expect(() => readMassChangeLimits(text)).toThrow("PERCENT/AT_LEAST");
  });
});
