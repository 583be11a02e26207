import { describe, expect, test } from "@jest/globals";
import type { DynamoDBRecord } from "aws-lambda";
import { eventsHandler } from "../../functions/http/events.ts";
import { massChangeWatch } from "../../functions/http/massChangeWatch.ts";
import { sweepHandler } from "../../functions/http/sweep.ts";
import { tokensReportHandler } from "../../functions/http/tokensReport.ts";
import type { DeadLetter } from "../../functions/provisioning/deadLetters.ts";
import { type FunctionName, ROUTES } from "../../functions/routes.ts";
import { Database } from "../../functions/store/database.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { eventsEndpoint } from "../support/eventLogs.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { accessTo, localStore } from "../support/localStore.ts";
import { checkLogLine } from "../support/logLines.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import type { Answer, Tenant } from "../support/wire.ts";

/** A log on a full disk, until `full` is taken back. */
class FullLog {
  full = true;
  readonly lines: Readonly<Record<string, unknown>>[] = [];

  readonly log = (line: Readonly<Record<string, unknown>>): void => {
    if (this.full) throw new Error("no space left on device");
    checkLogLine(line);
    this.lines.push(line);
  };
}

const context = { awsRequestId: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", getRemainingTimeInMillis: () => 60_000 };
const POISON: DynamoDBRecord = {
  eventName: "INSERT",
  dynamodb: { SequenceNumber: "7", Keys: { pk: { S: "O#Ab12Cd34#U" }, sk: { S: "u" } } },
};

/** How each function is asked for something that it answers with a good status; the org is one that may use SCIM. */
const ASKED: Readonly<
  Record<FunctionName, (target: ReturnType<typeof inProcessTarget>, org: Tenant) => Promise<Answer>>
> = {
  users: (_target, org) => org.request({ method: "GET", path: "/Users" }),
  groups: (_target, org) => org.request({ method: "GET", path: "/Groups" }),
  search: (_target, org) => org.request({ method: "POST", path: "/.search", body: { schemas: [] } }),
  bulk: (_target, org) => org.request({ method: "POST", path: "/Bulk", body: { schemas: [] } }),
  discovery: (_target, org) => org.request({ method: "GET", path: "/Schemas" }),
  oauth: (_target, org) => org.request({ method: "GET", path: "/oauth/token" }),
  admin: (target, org) => target.admin("GET", `/orgs/${org.slug}`),
  maintenance: (target, org) => target.admin("GET", `/orgs/${org.slug}/data/totals`),
  directory: (target, org) => target.directory("GET", `/orgs/${org.slug}/users`),
};

describe("a log that cannot be written fails nothing, and the next line says how many are missing", () => {
  test("of every function that has a route", () => {
    expect(Object.keys(ASKED).sort()).toEqual([...new Set(ROUTES.map((route) => route.function))].sort());
  });

  test.each(Object.entries(ASKED))("of %s", async (_name, ask) => {
    const disk = new FullLog();
    disk.full = false;
    const target = inProcessTarget("memory", testEndpoint(localStore(), disk.log), 1);
    const org = await target.org();
    const good = (await ask(target, org)).status;
    disk.full = true;
    expect([(await ask(target, org)).status, (await ask(target, org)).status]).toEqual([good, good]);
    disk.full = false;
    await ask(target, org);
    await ask(target, org);
    expect(disk.lines.slice(-2).map(({ LogFailures }) => LogFailures)).toEqual([2, undefined]);
  });

  test("of the function of events, whose dead letter is kept all the same", async () => {
    const disk = new FullLog();
    const letters: DeadLetter[] = [];
    const parts = {
      readStep: () => {
        throw new SyntaxError("what is this");
      },
      deadLetters: { send: async (letter: DeadLetter) => letters.push(letter) > 0 },
      log: disk.log,
    };
    const handler = eventsHandler(eventsEndpoint(() => new Database(accessTo()), parts));
    expect(await handler({ Records: [POISON] }, context)).toEqual({ batchItemFailures: [] });
    expect(letters).toEqual([expect.objectContaining({ sequence: "7" })]);
    disk.full = false;
    await handler({ Records: [] }, context);
    expect(disk.lines).toEqual([expect.objectContaining({ type: "events.batch", LogFailures: 2 })]);
  });

  test("of the function that sweeps, whose dead letter is kept all the same", async () => {
    const disk = new FullLog();
    const letters: DeadLetter[] = [];
    const handler = sweepHandler({
      store: localStore(),
      readDeletion: () => {
        throw new SyntaxError("what is this");
      },
      deadLetters: { send: async (letter) => letters.push(letter) > 0 },
      now: () => 1_000,
      log: disk.log,
      version: "test",
    });
    expect(await handler({ Records: [POISON] }, context)).toEqual({ batchItemFailures: [] });
    expect(letters).toEqual([expect.objectContaining({ sequence: "7" })]);
    disk.full = false;
    await handler({ Records: [] }, context);
    expect(disk.lines).toEqual([expect.objectContaining({ type: "sweep.batch", LogFailures: 2 })]);
  });

  test("of the report of tokens", async () => {
    const disk = new FullLog();
    const handler = tokensReportHandler(testEndpoint(localStore(), disk.log));
    await handler({}, context);
    disk.full = false;
    await handler({}, context);
    expect(disk.lines).toEqual([expect.objectContaining({ type: "tokens.report", LogFailures: 1 })]);
  });

  test("of the watch over mass changes", async () => {
    const disk = new FullLog();
    const watch = massChangeWatch({
      counts: {
        add: () => Promise.reject(new Error("no table")),
        users: () => Promise.reject(new Error("no table")),
        claim: () => Promise.reject(new Error("no table")),
      },
      limits: { atLeast: 1, percent: 1 },
      now: () => 1_000,
      log: disk.log,
      version: "test",
    });
    const report = {
      // As an org's own key would say it.
      orgId: "Ab12Cd34" as OrgId,
      removals: { deactivated: 5, deleted: 0, membersRemoved: 0 },
      ref: "0a1b2c3d4e5f",
      tokenId: "Xk29fLq0aB71",
    };
    await watch(report);
    disk.full = false;
    await watch(report);
    expect(disk.lines).toEqual([expect.objectContaining({ type: "org.massChangeUnwatched", LogFailures: 1 })]);
  });
});
