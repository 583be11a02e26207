import { describe, expect, test } from "@jest/globals";
import { maintenanceRoutes } from "../../../functions/http/generated/maintenance.js";
import { INDEXED_FIELDS, SAVED_QUERIES } from "../../../lib/observability/queries.ts";
import { LOG_FIELDS } from "../../support/logLineSchema.ts";
import { unknownFields } from "../../support/logsInsights/checkQuery.ts";
import { fieldOfLines } from "../../support/logsInsights/fieldOfLines.ts";
import { fillQuery } from "../../support/logsInsights/fillQuery.ts";
import { readQuery } from "../../support/logsInsights/readQuery.ts";
import { type Line, runQuery } from "../../support/logsInsights/runQuery.ts";

/** Operations on an org's data that a restore needs no repetition of, unless they repaired something. */
const LEAVES_NOTHING_TO_REPEAT = [
  "data.beginImport",
  "data.importLines",
  "data.sweepDeletions",
  "data.inspectOrg",
  "data.inspectLog",
];

/** The types of lines that a query keeps; all where it asks for none. */
function typesIn(text: string): string[] {
  const named = [...text.matchAll(/\btype (?:=|in) (?:\[([^\]]*)\]|("[^"]*"))/gu)].flatMap(([, list, one]) =>
    [...(list ?? one ?? "").matchAll(/"([^"]+)"/gu)].map(([, type = ""]) => type),
  );
  return named.length > 0 ? named : [...LOG_FIELDS.keys()];
}

function run(name: string, lines: readonly Line[], values: Readonly<Record<string, string>> = {}) {
  const query = SAVED_QUERIES.find((one) => one.name === name);
  if (query === undefined) throw new Error(`there is no query ${name}`);
  return runQuery(fillQuery(query, values), lines);
}

describe("saved queries", () => {
  test.each(SAVED_QUERIES.map((query) => [query.name, query] as const))(
    "%s can be read once what it asks for is filled in, and says what it answers",
    (name, query) => {
      const values = Object.fromEntries(query.parameters.map((parameter) => [parameter.name, "0a1b2c3d4e5f"]));
      expect(() => readQuery(fillQuery(query, values))).not.toThrow();
      expect(query.text.length).toBeLessThan(10_000);
      expect(name).toMatch(/^[a-z-]+$/);
      expect(query.answers.length).toBeGreaterThan(20);
    },
  );

  test.each(SAVED_QUERIES.filter(({ over }) => over === "functions").map((query) => [query.name, query] as const))(
    "%s speaks only of fields that the lines it looks at may have",
    (_name, query) => {
      const values = Object.fromEntries(query.parameters.map(({ name }) => [name, "any"]));
      const commands = readQuery(fillQuery(query, values));
      expect(unknownFields(commands, fieldOfLines(typesIn(query.text)))).toEqual([]);
    },
  );

  test("a field of another type of line is none of these", () => {
    const isField = fieldOfLines(["scim.request", "oauth.request"]);
    expect(["patchPaths", "why", "cause.name", "cause.at.0", "bent.opCase"].filter(isField)).toHaveLength(5);
    expect(["actor", "records", "cause.at.name", "cause.message", "ref.length", "nobody"].filter(isField)).toEqual([]);
    expect(() => fieldOfLines(["scim.requests"])).toThrow("no line is of type scim.requests");
  });

  test("indexes are of fields that lines have", () => {
    expect(INDEXED_FIELDS.filter((name) => !fieldOfLines([...LOG_FIELDS.keys()])(name))).toEqual([]);
  });

  test("a query that would take a value it does not ask for, or outside a text, is refused", () => {
    const query = {
      name: "q",
      answers: "",
      over: "functions",
      parameters: [{ name: "org", description: "" }],
    } as const;
    expect(() => fillQuery({ ...query, text: 'filter org = "{{orgs}}"' }, { org: "a" })).toThrow(
      "which it does not ask for",
    );
    expect(() => fillQuery({ ...query, text: "filter org = {{org}}" }, { org: "a" })).toThrow(
      "must stand alone within quotes",
    );
    expect(() => fillQuery({ ...query, text: "filter org = 1" }, { org: "a" })).toThrow("does not use it");
    expect(() => fillQuery({ ...query, text: 'filter org = "{{org}}"' })).toThrow("needs a value for org");
  });

  test("what one looks for by name is compared with =, which is what an index serves", () => {
    for (const { over, parameters, text } of SAVED_QUERIES) {
      if (over !== "functions" || parameters.length === 0) continue;
      expect(INDEXED_FIELDS.some((field) => text.includes(`filter ${field} = "{{`))).toBe(true);
    }
  });
});

describe("saved queries over lines that no recorded request leaves", () => {
  const ts = "2026-01-02T03:04:05.678Z";

  test("contention adds up what waited in five minutes of an organization, and leaves out who did not wait", () => {
    const line = { type: "scim.request", ts, org: "acme", op: "patch", status: 204, ms: 40, conflicts: 0, retries: 0 };
    const rows = run("contention", [
      line,
      { ...line, conflicts: 2, retries: 1, ms: 90, ref: "a" },
      { ...line, conflicts: 3, retries: 3, ms: 70, ref: "b", status: 503, ts: "2026-01-02T03:04:59.000Z" },
      { ...line, org: "bolt", retries: 1, ref: "c" },
    ]);
    expect(rows).toEqual([
      {
        time: Date.parse("2026-01-02T03:00:00Z"),
        org: "acme",
        op: "patch",
        requests: 2,
        conflictsInAll: 5,
        retriesInAll: 4,
        slowest: 90,
        lastRef: "b",
      },
      {
        time: Date.parse("2026-01-02T03:00:00Z"),
        org: "bolt",
        op: "patch",
        requests: 1,
        conflictsInAll: 0,
        retriesInAll: 1,
        slowest: 40,
        lastRef: "c",
      },
    ]);
  });

  test("worker-errors shows which shards of the feed a visit skipped: the line has no cause then", () => {
    const line = { type: "events.visit", ts, level: "ERROR", published: 0, missed: [3] };
    expect(run("worker-errors", [line])).toEqual([expect.objectContaining({ type: "events.visit", "missed.0": 3 })]);
  });

  test.each(["top-errors", "contention", "slowest-operations", "slowest-requests"])(
    "%s sees requests of the application too, which alarms count together with those of identity providers",
    (name) => {
      const line = { type: "directory.request", ts, org: "acme", op: "directory.getAccess", route: "/directory/v1" };
      const rows = run(name, [{ ...line, status: 503, detailCode: "busy.storage", retries: 3, ms: 4_000 }], {
        org: "acme",
      });
      expect(rows).toHaveLength(1);
    },
  );

  test("bulk-refusals adds up the refused operations of requests that were answered with 200", () => {
    const line = { type: "scim.request", ts, org: "acme", idp: "other", tokenId: "t", op: "bulk.run", status: 200 };
    const rows = run("bulk-refusals", [
      { ...line, ref: "a", operationsRefused: 2 },
      { ...line, ref: "b" },
      { ...line, ref: "c", operationsRefused: 1, ts: "2026-01-02T03:05:00.000Z" },
    ]);
    expect(rows).toEqual([
      {
        org: "acme",
        idp: "other",
        tokenId: "t",
        refused: 3,
        requests: 2,
        lastRef: "c",
        lastTime: "2026-01-02T03:05:00.000Z",
      },
    ]);
  });

  test("worker-errors shows what the stream's functions could not do, latest first", () => {
    const rows = run("worker-errors", [
      { type: "events.batch", ts, level: "INFO", published: 3 },
      {
        type: "events.unreadable",
        ts,
        level: "ERROR",
        orgId: "Ab12Cd34",
        resourceId: "u1",
        cause: { name: "SyntaxError" },
      },
      { type: "events.batch", ts: "2026-01-02T03:05:00.000Z", level: "ERROR", again: 4, published: 0 },
      { type: "scim.request", ts, level: "ERROR" },
    ]);
    expect(rows.map(({ type }) => type)).toEqual(["events.batch", "events.unreadable"]);
    expect(rows[1]).toMatchObject({ orgId: "Ab12Cd34", resourceId: "u1", "cause.name": "SyntaxError" });
  });

  test("gateway-errors counts what no function saw, and gateway-by-reference finds either form of a reference", () => {
    const line = {
      ts,
      status: "200",
      errorResponseType: "-",
      integrationStatus: "200",
      resourcePath: "/scim/v2/{org}/Users",
    };
    const refused = { ...line, status: "429", errorResponseType: "THROTTLED", integrationStatus: "-" };
    const lines = [
      { ...line, extendedRequestId: "JKJaXmPLvHcESH0=", integrationRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef" },
      { ...refused, extendedRequestId: "JKJaXmPLvHcESHA=", integrationRequestId: "-" },
      { ...refused, extendedRequestId: "JKJaXmPLvHcESHB=", integrationRequestId: "-" },
    ];
    expect(run("gateway-errors", lines)).toEqual([
      expect.objectContaining({ refused: 2, errorResponseType: "THROTTLED", status: "429" }),
    ]);
    expect(run("gateway-by-reference", lines, { ref: "JKJaXmPLvHcESHA=" })).toEqual([
      expect.objectContaining({ status: "429", errorResponseType: "THROTTLED" }),
    ]);
    expect(run("gateway-by-reference", lines, { ref: "93e8deadbeef" })).toEqual([
      expect.objectContaining({ status: "200", errorResponseType: "-" }),
    ]);
  });

  test("mass-changes and faults show what they are about and nothing else", () => {
    const lost = {
      type: "org.massChange",
      ts,
      orgId: "Ab12Cd34",
      kind: "users",
      lost: 25,
      roster: 80,
      windowMinutes: 60,
      ref: "a",
    };
    const cause = { name: "TypeError", at: ["at patchUser (index.mjs:1:2)", "at run (index.mjs:3:4)"] };
    const broken = {
      type: "scim.request",
      ts,
      status: 500,
      detailCode: "internal",
      op: "users.patch",
      ref: "b",
      cause,
    };
    const lines = [lost, broken, { type: "scim.request", ts, status: 400, ref: "c" }];
    expect(run("mass-changes", lines)).toEqual([expect.objectContaining({ orgId: "Ab12Cd34", lost: 25, roster: 80 })]);
    expect(run("faults", lines)).toEqual([
      expect.objectContaining({ ref: "b", "cause.name": "TypeError", "cause.at.0": "at patchUser (index.mjs:1:2)" }),
    ]);
  });

  test("held-removals names each organization that waits for a decision, since when, and how often it was refused", () => {
    const line = { type: "scim.request", ts, org: "acme", idp: "entra", RemovalsHeld: 1, ref: "a" };
    const later = "2026-01-09T03:04:05.678Z";
    const lines = [line, { ...line, ts: later, RemovalsHeld: 2, ref: "b" }, { ...line, RemovalsHeld: undefined }];
    expect(run("held-removals", [...lines, { ...line, type: "org.held" }, { ...line, org: "other" }])).toEqual([
      { org: "acme", idp: "entra", held: 3, firstTime: ts, lastTime: later, lastRef: "b" },
      expect.objectContaining({ org: "other", held: 1 }),
    ]);
  });

  test("expiring-tokens names who has to change a token soon, as the latest report says", () => {
    const line = { type: "tokens.notice", ts, org: "acme", tokenId: "t1", tokenKind: "org", expiresInDays: 9 };
    const rows = run("expiring-tokens", [
      { ...line, tokenId: "t2", expiresInDays: 29, unusedDays: 40 },
      line,
      { ...line, expiresInDays: 8, ts: "2026-01-03T03:04:05.678Z" },
      { type: "tokens.report", ts, tokens: 3 },
    ]);
    expect(rows.map(({ tokenId, days, unused }) => [tokenId, days, unused])).toEqual([
      ["t1", 8, undefined],
      ["t2", 29, 40],
    ]);
  });

  test("admin-changes lists what was changed and by whom, not what was read or refused", () => {
    const line = {
      type: "admin.request",
      ts,
      method: "POST",
      status: 201,
      org: "acme",
      op: "generateToken",
      actor: "ops",
    };
    const rows = run("admin-changes", [line, { ...line, method: "GET", status: 200 }, { ...line, status: 409 }]);
    expect(rows).toEqual([expect.objectContaining({ org: "acme", op: "generateToken", actor: "ops" })]);
  });

  test("admin-changes lists imports, erasures, new event logs and repairs of operators too, each of which a restore undoes", () => {
    const changing = Object.entries(maintenanceRoutes).flatMap(([name, { method }]) =>
      method === "GET"
        ? []
        : [{ type: "maintenance.request", ts, method, status: 200, org: "acme", op: `data.${name}` }],
    );
    const repairing = { ...changing.find(({ op }) => op === "data.inspectOrg"), repaired: 2 };
    const rows = run("admin-changes", [...changing.map((line) => ({ ...line, repaired: 0 })), repairing]);
    expect(rows.map(({ op }) => op)).toEqual([
      ...changing.map(({ op }) => op).filter((op) => !LEAVES_NOTHING_TO_REPEAT.includes(op)),
      "data.inspectOrg",
    ]);
  });
});
