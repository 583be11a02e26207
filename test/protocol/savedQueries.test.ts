import { beforeAll, describe, expect, test } from "@jest/globals";
import { GROUP_SCHEMA, PATCH_OP } from "../../functions/scim/schema.ts";
import { SAVED_QUERIES } from "../../lib/observability/queries.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { fillQuery } from "../support/logsInsights/fillQuery.ts";
import { type Line, type Row, runQuery } from "../support/logsInsights/runQuery.ts";
import { runChecks, type Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";
import { replays } from "./idp/replays.ts";
import { ordinaryUser } from "./idp/setup.ts";

/** Every line that the recorded requests of all identity providers leave, with the failures below among them. */
const lines: Line[] = [];
let unlucky: Tenant;
let ada: string;
let engines: string;
let refused: Answer;
/** Id of an application key. */
let revoked: string;

function ask(name: string, values: Readonly<Record<string, string>> = {}): Row[] {
  const query = SAVED_QUERIES.find((one) => one.name === name);
  if (query === undefined) throw new Error(`there is no query ${name}`);
  return runQuery(fillQuery(query, values), lines);
}

/** What the queries are compared with: the same question put to the lines without the language. */
function scim(holds: (line: Line) => boolean = () => true): Line[] {
  return lines.filter((line) => line.type === "scim.request" && holds(line));
}

function failed(line: Line): boolean {
  return Number(line.status) >= 400;
}

async function seed(target: Target): Promise<void> {
  unlucky = await target.org();
  const create = (name: string, own = {}) =>
    unlucky.request({ method: "POST", path: "/Users", body: ordinaryUser(name, own) });
  ada = String(at((await create("ada")).json, "id"));
  for (let turn = 0; turn < 3; turn += 1) await create("ada");
  refused = await create("nomail", { emails: "$absent" });
  const group = {
    schemas: [GROUP_SCHEMA],
    displayName: "Engines",
    members: [{ value: ada }, { value: `u${"0".repeat(22)}` }],
  };
  engines = String(at((await unlucky.request({ method: "POST", path: "/Groups", body: group })).json, "id"));
  const strangers = [1, 2].map((n) => ({ value: `u${String(n).repeat(22)}` }));
  const Operations = [{ op: "add", path: "members", value: strangers }];
  await unlucky.request({ method: "PATCH", path: `/Groups/${engines}`, body: { schemas: [PATCH_OP], Operations } });
  const off = [{ op: "Replace", path: "active", value: "False" }];
  await unlucky.request({ method: "PATCH", path: `/Users/${ada}`, body: { schemas: [PATCH_OP], Operations: off } });
  for (let turn = 0; turn < 2; turn += 1) {
    await unlucky.request({ method: "GET", path: "/Users", headers: { Authorization: `Bearer ${unlucky.token}x` } });
  }
  const { slug } = unlucky;
  const { json } = await target.admin("POST", "/app-keys", { scope: "directory.read", description: "", org: slug });
  revoked = String(at(json, "key.id"));
  await target.admin("DELETE", `/app-keys/${revoked}?org=${slug}`);
  const headers = { Authorization: `Bearer ${at(json, "secretKey")}` };
  for (let turn = 0; turn < 2; turn += 1) {
    await target.transport({ method: "GET", target: `/app/v1/orgs/${slug}/users`, headers, body: undefined });
  }
  await target.transport({ method: "GET", target: "/portal/v1/session", headers: {}, body: undefined });
}

beforeAll(async () => {
  const target = inProcessTarget(
    "memory",
    testEndpoint(localStore(), (line) => lines.push(wire(line))),
    30,
  );
  const half = replays().length / 2;
  await runChecks(target, replays().slice(0, half));
  await seed(target);
  await runChecks(target, replays().slice(half));
});

/** As it reaches CloudWatch: what is undefined is not there. */
function wire(line: Line): Line {
  return JSON.parse(JSON.stringify(line));
}

describe("the saved queries, run over the log of every recorded request", () => {
  test("the log is large and of many organizations, so that finding something means something", () => {
    expect(lines.length).toBeGreaterThan(1_000);
    expect(new Set(lines.map(({ org }) => org)).size).toBeGreaterThan(100);
    expect(scim(failed).length).toBeGreaterThan(30);
  });

  test("by-reference finds the one line of the error that a customer pasted", () => {
    const [, ref = ""] = /\(ref: (\w+)\)/.exec(String(at(refused.json, "detail"))) ?? [];
    const rows = ask("by-reference", { ref });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ org: unlucky.slug, op: "users.create", status: 400, scimType: "invalidValue" });
    expect(ask("by-reference", { ref: "000000000000" })).toEqual([]);
  });

  test("failures-of-org finds exactly what this organization was refused, most frequent first", () => {
    const rows = ask("failures-of-org", { org: unlucky.slug });
    expect(rows.map(({ failures, op, status, detailCode }) => [failures, op, status, detailCode])).toEqual([
      [3, "users.create", 409, "uniqueness.userName"],
      [1, "users.create", 400, refusedCode()],
    ]);
    expect(ask("by-reference", { ref: String(rows[0]?.lastRef) })[0]).toMatchObject({ status: 409, org: unlucky.slug });
    expect(ask("failures-of-org", { org: "nobody" })).toEqual([]);
  });

  test("top-errors counts every failure once, in order", () => {
    const rows = ask("top-errors");
    const counted = new Map<string, number>();
    for (const { detailCode, status, type } of lines.filter(failed)) {
      const key = `${type} ${status} ${detailCode}`;
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    for (const { detailCode, errors, status, type } of rows)
      expect(errors).toBe(counted.get(`${type} ${status} ${detailCode}`));
    const highest = [...counted.values()].sort((a, b) => b - a).slice(0, 25);
    expect(rows.map(({ errors }) => errors)).toEqual(highest);
  });

  test("resource-life tells the life of one user, oldest first, and of nobody else", () => {
    const rows = ask("resource-life", { id: ada });
    expect(rows.map(({ op, status, changed }) => [op, status, changed])).toEqual([
      ["users.create", 201, undefined],
      ["users.patch", 200, 1],
    ]);
    expect(ask("resource-life", { id: engines }).map(({ op }) => op)).toEqual(["groups.create", "groups.members"]);
  });

  test("conflict-storms names the organization that was refused three times over, and the rest", () => {
    const rows = ask("conflict-storms");
    const ours = rows.filter(({ org }) => org === unlucky.slug);
    expect(ours.reduce((sum, { clashes }) => sum + Number(clashes), 0)).toBe(3);
    const all = scim(({ status }) => status === 409).length;
    expect(rows.reduce((sum, { clashes }) => sum + Number(clashes), 0)).toBe(all);
  });

  test("token-failures counts what the alarm Unauthorized counts, and names no organization that was not proven", () => {
    const rows = ask("token-failures");
    const wrong = rows.filter(({ status }) => status === 401);
    const counted = lines.filter(({ Unauthorized }) => Unauthorized === 1);
    expect(wrong.reduce((sum, { refused: count }) => sum + Number(count), 0)).toBe(counted.length);
    expect(wrong.length).toBeGreaterThan(0);
    for (const { keyId, org } of wrong) if (keyId === undefined) expect(org).toBeUndefined();
    const forbidden = scim(({ status }) => status === 403);
    const rest = rows.filter(({ status, type }) => status === 403 && type === "scim.request");
    expect(rest.reduce((sum, { refused: count }) => sum + Number(count), 0)).toBe(forbidden.length);
  });

  test("token-failures names an application's key that is revoked, and what it was refused", () => {
    expect(ask("token-failures").filter(({ keyId }) => keyId !== undefined)).toEqual([
      expect.objectContaining({ type: "directory.request", refused: 2, keyId: revoked, detailCode: "appKey.revoked" }),
    ]);
    const sessions = ask("token-failures").filter(({ type }) => type === "portal.request");
    expect(sessions).toEqual([expect.objectContaining({ refused: 1, status: 401 })]);
  });

  test("skipped-members names the group and how many it was sent in vain", () => {
    const [ours] = ask("skipped-members").filter(({ resourceId }) => resourceId === engines);
    expect(ours).toMatchObject({ org: unlucky.slug, skipped: 3, requests: 2 });
  });

  test("slowest-operations and slowest-requests order by time, and agree with the lines", () => {
    const operations = ask("slowest-operations");
    const highest = operations.map(({ p99 }) => Number(p99));
    expect(highest).toEqual([...highest].sort((a, b) => b - a));
    for (const { op, requests, route, slowest } of operations) {
      const same = lines.filter((line) => line.op === op && line.route === route);
      expect([requests, slowest]).toEqual([same.length, Math.max(...same.map(({ ms }) => Number(ms)))]);
    }
    const times = ask("slowest-requests", { org: unlucky.slug }).map(({ ms }) => Number(ms));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const isOurs = ({ org, type }: Line) => org === unlucky.slug && type !== "admin.request";
    expect(times).toHaveLength(lines.filter(isOurs).length);
  });

  test("cold-starts counts the first request of each function and no other", () => {
    const rows = ask("cold-starts");
    const cold = lines.filter((line) => line.cold === true && String(line.type).endsWith(".request"));
    expect(rows.reduce((sum, { coldStarts }) => sum + Number(coldStarts), 0)).toBe(cold.length);
    expect(cold.length).toBeGreaterThan(0);
    expect(rows.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(lines.length);
  });

  test("volume-by-idp adds up to every request", () => {
    const rows = ask("volume-by-idp");
    expect(rows.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(scim().length);
    expect(new Set(rows.map(({ idp }) => idp)).size).toBeGreaterThan(2);
  });

  test("changes-of-org counts what was changed, by what and with which token", () => {
    const rows = ask("changes-of-org", { org: unlucky.slug });
    const shape = rows.map(({ changes, op, resources }) => [op, changes, resources]);
    // The group's PATCH named strangers only, so it changed nothing.
    expect(shape.sort()).toEqual([
      ["groups.create", 1, 1],
      ["users.create", 1, 1],
      ["users.patch", 1, 1],
    ]);
    expect(rows.map(({ usersOff, membersIn }) => [usersOff, membersIn]).sort()).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    const { tokenId } = scim(({ org }) => org === unlucky.slug)[0] ?? {};
    expect(rows.map((row) => row.tokenId)).toEqual([tokenId, tokenId, tokenId]);
  });
});

function refusedCode(): unknown {
  return scim(({ org, status }) => org === unlucky.slug && status === 400)[0]?.detailCode;
}
