import { expect, test } from "@jest/globals";
import { holdCommands } from "../../bin/rollcall/holdCommands.ts";
import { orgCommands } from "../../bin/rollcall/orgCommands.ts";
import { loggedGuard } from "../../functions/http/massChangeWatch.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import type { MassChangeLimits } from "../../functions/provisioning/massChange.ts";
import { Database } from "../../functions/store/database.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import { NO_REMOVALS, RemovalCountStore, SPAN_MS } from "../../functions/store/removalCounts.ts";
import { createStore } from "../../functions/store/session.ts";
import { type Table, TableBusy } from "../../functions/store/table.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { orgIdOf } from "../support/records.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";
import { created, group, inLanes, membersOf, patch, person, statusOf, values } from "./manyClients.ts";

type Line = Readonly<Record<string, unknown>>;

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

const orgIdIn = ({ token }: Tenant) => orgIdOf(token.split("_")[1] ?? "");

interface HoldingOptions {
  readonly table?: Table;
  readonly guard?: boolean;
}

/** A service whose orgs hold mass changes, with a clock to move. */
class Holding {
  readonly lines: Line[] = [];
  readonly target: Target;
  /** The command line tool. */
  readonly rollcall: ReturnType<typeof rollcallOver>;
  readonly #counts: RemovalCountStore;
  /** At first to where a part of the count begins: what is put in its place is not in the past a moment later. */
  #ahead = SPAN_MS - (Date.now() % SPAN_MS);

  constructor(limits: MassChangeLimits, { table = localTable(), guard = true }: HoldingOptions = {}) {
    const now = () => Date.now() + this.#ahead;
    const { guard: _none, ...plain } = testEndpoint(createStore(table, { now }), (line) => this.lines.push(line));
    const endpoint = { ...plain, now };
    const watched: AdminEndpoint = { ...endpoint, ...(guard && { guard: loggedGuard(endpoint, limits) }) };
    this.#counts = new RemovalCountStore({ ...accessTo(table), now });
    this.target = inProcessTarget("memory", watched, 1);
    this.rollcall = rollcallOver(watched, [...orgCommands, ...holdCommands]);
  }

  org(rule: "hold" | "tell" = "hold"): Promise<Tenant> {
    return this.target.org({ preset: "open", changed: { massChange: rule } });
  }

  later(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  async admin(method: string, org: Tenant, path: string, body?: object) {
    return this.target.admin(method, `/orgs/${org.slug}${path}`, body);
  }

  /** As the function of events does, which follows the changes. */
  async countDeactivated(org: Tenant, deactivated: number): Promise<void> {
    await this.#counts.add(orgIdIn(org), { ...NO_REMOVALS, deactivated }, Date.now() + this.#ahead);
  }

  async status(org: Tenant): Promise<unknown> {
    return at((await this.admin("GET", org, "/hold")).json, "status");
  }

  /** Metric and line of the holds so far. */
  get holds(): Line[] {
    return this.lines.filter(({ type }) => type === "org.held");
  }

  /** Lines with the metric of what is held. */
  get counted(): Line[] {
    return this.lines.filter((line) => JSON.stringify(line).includes("RemovalsHeld"));
  }
}

const people = (org: Tenant, count: number) =>
  inLanes(4, count, (n) => created(org, "/Users", { ...person(`p${n}`), active: true }));

const remove = (org: Tenant, path: string) => statusOf(org, "DELETE", path);

const send = (org: Tenant, method: string, path: string, body?: object): Promise<Answer> =>
  org.request({ method, path, ...(body && { body }) });

/** Two of ten may go: the third is held. */
const TWO = { percent: 20, atLeast: 3 };

async function orgOf(count: number, options?: HoldingOptions) {
  const holding = new Holding(TWO, options);
  const org = await holding.org();
  return { holding, org, ids: await people(org, count) };
}

async function heldOrg() {
  const { holding, org, ids } = await orgOf(10);
  const team = await created(org, "/Groups", group("Engines", values(ids.slice(0, 5))));
  const empty = await created(org, "/Groups", group("Empty"));
  expect(await remove(org, `/Users/${ids[8]}`)).toBe(204);
  expect(await remove(org, `/Users/${ids[9]}`)).toBe(204);
  expect(await remove(org, `/Users/${ids[7]}`)).toBe(503);
  return { holding, org, ids, team, empty };
}

test("beyond the share a deletion is held: 503 with Retry-After, and a text that names the hold and what to do", async () => {
  const { holding, org, ids } = await heldOrg();
  const answer = await send(org, "DELETE", `/Users/${ids[7]}`);
  expect(answer.status).toBe(503);
  expect(answer.headers["retry-after"]).toBe("600");
  expect(at(answer.json, "detail")).toMatch(
    /^Removals are held for this organization since 20.*: more than 2 .* ask the operator of this service to release/,
  );
  expect(await statusOf(org, "GET", `/Users/${ids[7]}`)).toBe(200);
  const shown = (await holding.admin("GET", org, "/hold")).json;
  expect(shown).toMatchObject({
    rule: "hold",
    status: "held",
    hold: { kind: "users", lost: 2, asked: 1, roster: 10, limit: 2, requests: { users: 2, groups: 0, members: 0 } },
    decision: null,
  });
  expect(at(shown, "hold.latest.reference")).toBe(holding.lines.findLast(({ op }) => op === "users.delete")?.ref);
  expect(holding.holds).toEqual([
    expect.objectContaining({ level: "WARN", MassChange: 1, kind: "users", org: org.slug, limit: 2, asked: 1 }),
  ]);
  expect(at(shown, "hold.reference")).toBe(holding.holds[0]?.ref);
});

test("a hold keeps back every deletion and every removal of members, each as a whole, and nothing else", async () => {
  const { holding, org, ids, team, empty } = await heldOrg();
  const path = `/Groups/${team}`;
  const [first = "", second = ""] = ids;
  const before = await membersOf(org, team);
  const held: readonly (readonly [string, string, object?])[] = [
    ["DELETE", `/Users/${first}`],
    ["DELETE", path],
    ["DELETE", `/Groups/${empty}`],
    ["PATCH", path, patch({ op: "remove", path: `members[value eq "${first}"]` })],
    ["PATCH", path, patch({ op: "Remove", path: "members", value: [{ value: first }] })],
    ["PATCH", path, patch({ op: "remove", path: "members" })],
    ["PATCH", path, patch({ op: "replace", path: "members", value: values([first, ids[6] ?? ""]) })],
    [
      "PATCH",
      path,
      patch(
        { op: "add", path: "members", value: values([ids[6] ?? ""]) },
        { op: "remove", path: `members[value eq "${second}"]` },
        { op: "replace", path: "displayName", value: "Other" },
      ),
    ],
    ["PUT", path, group("Other", values([first, ids[6] ?? ""]))],
    ["PUT", path, group("Engines")],
  ];
  for (const [method, where, body] of held) {
    expect({ method, body, status: await statusOf(org, method, where, body) }).toEqual({ method, body, status: 503 });
  }
  expect(await membersOf(org, team)).toEqual(before);
  expect((await send(org, "GET", path)).json).toMatchObject({ displayName: "Engines" });
  expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({
    hold: { requests: { users: 2, groups: 2, members: 7 } },
  });

  const off = { ...person("p1"), active: false };
  const on = { ...person("p1"), active: true, displayName: "P" };
  const passed: readonly (readonly [string, string, number, object?])[] = [
    ["POST", "/Users", 201, person("new")],
    ["POST", "/Groups", 201, group("New", values([first]))],
    ["PATCH", path, 200, patch({ op: "add", path: "members", value: values([ids[5] ?? ""]) })],
    ["PATCH", path, 200, patch({ op: "remove", path: `members[value eq "${ids[6]}"]` })],
    ["PUT", path, 200, group("Renamed", values(ids.slice(0, 7)))],
    ["PATCH", `/Users/${first}`, 200, patch({ op: "replace", path: "active", value: false })],
    ["PATCH", `/Users/${first}`, 200, patch({ op: "replace", path: "active", value: true })],
    ["PUT", `/Users/${second}`, 200, off],
    ["PUT", `/Users/${second}`, 200, on],
    [
      "PATCH",
      `/Users/${second}`,
      200,
      patch({ op: "replace", value: { active: "False", title: "left", "name.familyName": "New" } }),
    ],
    ["GET", "/Users?count=2", 200],
    ["GET", path, 200],
  ];
  for (const [method, where, status, body] of passed) {
    expect({ method, body, status: await statusOf(org, method, where, body) }).toEqual({ method, body, status });
  }
  // One hold is reported once.
  expect(holding.holds).toHaveLength(1);
});

test("removals of members count for themselves, a group's deletion with its members; a group without any is no loss", async () => {
  const { holding, org, ids } = await orgOf(10);
  const [pair, four, empty] = await Promise.all([
    created(org, "/Groups", group("Pair", values(ids.slice(0, 2)))),
    created(org, "/Groups", group("Four", values(ids.slice(0, 4)))),
    created(org, "/Groups", group("Empty")),
  ]);
  expect(await remove(org, `/Groups/${pair}`)).toBe(204);
  expect(await remove(org, `/Groups/${empty}`)).toBe(204);
  // The share of users is another one.
  expect(await remove(org, `/Users/${ids[9]}`)).toBe(204);
  const gone = patch({ op: "remove", path: `members[value eq "${ids[0]}"]` });
  expect(await statusOf(org, "PATCH", `/Groups/${four}`, gone)).toBe(503);
  expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({ hold: { kind: "members", lost: 2 } });
  expect(await remove(org, `/Users/${ids[8]}`)).toBe(503);
});

test("deactivations are counted and never held: after a storm of them the next deletion is", async () => {
  const { holding, org, ids } = await orgOf(10);
  const off = patch({ op: "replace", path: "active", value: false });
  await inLanes(4, 9, async (n) => expect(await statusOf(org, "PATCH", `/Users/${ids[n]}`, off)).toBe(200));
  await holding.countDeactivated(org, 9);
  expect(await remove(org, `/Users/${ids[0]}`)).toBe(503);
  expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({ hold: { lost: 9, asked: 1 } });
  expect(await statusOf(org, "PATCH", `/Users/${ids[9]}`, off)).toBe(200);
});

test("what would be refused anyway is not counted, nor what was deleted before", async () => {
  const { holding, org, ids } = await orgOf(10);
  const team = await created(org, "/Groups", group("Engines", values(ids.slice(0, 5))));
  const other = await created(org, "/Groups", group("Taken"));
  await holding.admin("POST", org, `/protected/${ids[5]}`);
  expect(await remove(org, `/Users/${ids[0]}`)).toBe(204);
  for (let times = 0; times < 3; times += 1) {
    expect(await remove(org, `/Users/${ids[0]}`)).toBe(404);
    expect(await remove(org, `/Users/${ids[5]}`)).toBe(403);
    const stale = { method: "DELETE", path: `/Users/${ids[1]}`, headers: { "If-Match": 'W/"99"' } };
    expect((await org.request(stale)).status).toBe(412);
    // A name that is taken is found out by the write: what was counted before is taken back.
    expect(await statusOf(org, "PUT", `/Groups/${team}`, group("taken", values(ids.slice(0, 4))))).toBe(409);
  }
  expect(await remove(org, `/Users/${ids[2]}`)).toBe(204);
  expect(await statusOf(org, "PUT", `/Groups/${team}`, group("Engines", values(ids.slice(0, 4))))).toBe(200);
  expect(await remove(org, `/Groups/${other}`)).toBe(204);
  expect(await holding.status(org)).toBe("none");
});

test("a hold does not end by itself; released, removals pass uncounted for so long, and then count anew", async () => {
  const { holding, org, ids } = await heldOrg();
  holding.later(3 * HOUR);
  expect(await remove(org, `/Users/${ids[7]}`)).toBe(503);
  const released = await holding.admin("POST", org, "/hold/release", { hours: 2 });
  expect(released.status).toBe(200);
  expect(released.json).toMatchObject({
    status: "released",
    hold: { lost: 2 },
    decision: { until: expect.any(String) },
  });
  for (const id of ids.slice(3, 8)) expect(await remove(org, `/Users/${id}`)).toBe(204);
  holding.later(2 * HOUR + 1);
  expect(await holding.status(org)).toBe("none");
  expect(await remove(org, `/Users/${ids[0]}`)).toBe(204);
  expect(await remove(org, `/Users/${ids[1]}`)).toBe(204);
  expect(await remove(org, `/Users/${ids[2]}`)).toBe(503);
  expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({
    status: "held",
    hold: { lost: 2, roster: 3, requests: { users: 1 } },
  });
  expect(holding.holds).toHaveLength(2);
});

test("a hold stays one though what was counted before it is gone, however it went", async () => {
  const table = localTable();
  const { holding, org, ids } = await orgOf(10, { table });
  const beyond = await created(org, "/Groups", group("Engines", values(ids.slice(0, 3))));
  expect(await remove(org, `/Groups/${beyond}`)).toBe(503);
  expect((await holding.admin("POST", org, "/hold/release", { hours: 1 })).status).toBe(200);
  const orgId = orgIdIn(org);
  await new Database(accessTo(table)).write([{ delete: new OrgKeys(orgId).hold() }]);
  holding.later(2 * HOUR);
  expect(await remove(org, `/Groups/${beyond}`)).toBe(503);
  holding.later(2 * HOUR);
  expect(await remove(org, `/Users/${ids[9]}`)).toBe(503);
  expect([await holding.status(org), holding.holds.length]).toEqual(["held", 2]);
});

test.each([
  ...["broken", "7", '"text"', "[]", "null", "{}"],
  ...[
    '{"past":7,"begun":null,"hold":"x"}',
    '{"past":[null,{"start":"x"}],"begun":{"a":null,"b":{"left":"x"}},"hold":{"since":1}}',
  ],
])(
  "a guard's item whose text is damaged counts as one without a hold: removals go on, and write it anew: %s",
  async (d) => {
    const table = localTable();
    const { holding, org, ids } = await orgOf(10, { table });
    for (const id of ids.slice(0, 2)) expect(await remove(org, `/Users/${id}`)).toBe(204);
    expect(await remove(org, `/Users/${ids[2]}`)).toBe(503);
    const key = new OrgKeys(orgIdIn(org)).hold();
    const database = new Database(accessTo(table));
    await database.write([{ update: key, set: { d } }]);
    expect(await holding.status(org)).toBe("none");
    // What was let through before is still counted, so that this is a hold again: another one, and whole.
    expect(await remove(org, `/Users/${ids[3]}`)).toBe(503);
    expect(await holding.status(org)).toBe("held");
    expect(holding.holds).toHaveLength(2);
    expect(JSON.parse(String((await database.get(key))?.d))).toMatchObject({ hold: expect.anything() });
  },
);

test.each(["e", "n", "s", "ro", "u", "m", "hu"])(
  "a guard's item whose number %s is none counts anew in part: no removal fails, and the share is held all the same",
  async (name) => {
    const table = localTable();
    const { holding, org, ids } = await orgOf(10, { table });
    const update = new OrgKeys(orgIdIn(org)).hold();
    const break_ = () => new Database(accessTo(table)).write([{ update, set: { [name]: "many" } }]);
    const answers: number[] = [];
    const untilHeld = async () => {
      while (answers.at(-1) !== 503) answers.push(await remove(org, `/Users/${ids.pop()}`));
    };
    answers.push(await remove(org, `/Users/${ids.pop()}`));
    await break_();
    await untilHeld();
    await break_();
    answers.push(await remove(org, `/Users/${ids.pop()}`));
    // A hold of which nobody knows the number is none.
    await untilHeld();
    // What was let through before is forgotten once for each damage.
    expect(answers.filter((status) => status === 204).length).toBeLessThanOrEqual(5);
    expect(new Set(answers)).toEqual(new Set([204, 503]));
    expect(await holding.status(org)).toBe("held");
  },
);

test("a release is refused twice over, as are decisions about nothing: 409, and nothing changes", async () => {
  const { holding, org, ids } = await heldOrg();
  const other = await holding.org();
  const decide = (one: Tenant, what: string, body: object) => holding.admin("POST", one, `/hold/${what}`, body);
  expect((await decide(other, "release", {})).json).toMatchObject({ status: "409", code: "conflict.noHold" });
  expect((await decide(other, "refuse", { reason: "no" })).status).toBe(409);
  for (const hours of [0, 169, 1.5, "2"]) expect((await decide(org, "release", { hours })).status).toBe(400);
  expect((await decide(org, "refuse", { reason: " " })).status).toBe(400);
  expect(await holding.status(org)).toBe("held");
  const answers = await Promise.all([1, 2, 3].map(() => decide(org, "release", {})));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  const again = await decide(org, "release", { hours: 100 });
  expect(again.json).toMatchObject({ status: "409", code: "conflict.holdReleased" });
  expect((await decide(org, "refuse", { reason: "late" })).status).toBe(409);
  const day = 24 * HOUR;
  holding.later(day - HOUR);
  expect(await remove(org, `/Users/${ids[7]}`)).toBe(204);
});

test("refused, removals are answered 403 with the reason until they are released, and not counted as held", async () => {
  const { holding, org, ids } = await heldOrg();
  const refuse = (reason: string) => holding.admin("POST", org, "/hold/refuse", { reason });
  expect((await refuse("the scope is wrong.")).json).toMatchObject({ status: "refused" });
  const answer = await send(org, "DELETE", `/Users/${ids[7]}`);
  expect(answer.status).toBe(403);
  expect(at(answer.json, "detail")).toContain("refused this organization's removals: the scope is wrong. ");
  expect(answer.headers).not.toHaveProperty("retry-after");
  holding.later(48 * HOUR);
  expect(await remove(org, `/Users/${ids[7]}`)).toBe(403);
  expect(await statusOf(org, "POST", "/Users", person("joiner"))).toBe(201);
  expect((await refuse("still wrong")).json).toMatchObject({ decision: { reason: "still wrong" } });
  const decided = (await holding.admin("GET", org, "")).json;
  holding.later(HOUR);
  expect((await refuse("still wrong")).json).toMatchObject({ status: "refused", decision: { reason: "still wrong" } });
  expect((await holding.admin("GET", org, "")).json).toEqual(decided);
  expect((await holding.admin("POST", org, "/hold/release", {})).json).toMatchObject({ status: "released" });
  expect(await remove(org, `/Users/${ids[7]}`)).toBe(204);
  expect(holding.counted).toEqual([
    expect.objectContaining({ status: 503, detailCode: "busy.removalsHeld", RemovalsHeld: 1, Busy: 1 }),
  ]);
});

test.each(["held", "refused", "released"])(
  "what is %s ends when the rule leaves hold: removals go on, and back on hold they count from none",
  async (status) => {
    const { holding, org, ids } = await heldOrg();
    if (status === "refused") await holding.admin("POST", org, "/hold/refuse", { reason: "no" });
    if (status === "released") await holding.admin("POST", org, "/hold/release", {});
    expect(await holding.status(org)).toBe(status);
    const set = (massChange: string) => holding.admin("PATCH", org, "", { changedRules: { massChange } });
    await set("tell");
    expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({
      status: "none",
      hold: null,
      decision: null,
    });
    expect((await holding.admin("POST", org, "/hold/release", {})).json).toMatchObject({ code: "conflict.noHold" });
    for (const id of ids.slice(5, 8)) expect(await remove(org, `/Users/${id}`)).toBe(204);
    await set("hold");
    expect(await holding.status(org)).toBe("none");
    const answers: number[] = [];
    for (const id of ids.slice(0, 4)) answers.push(await remove(org, `/Users/${id}`));
    expect(answers).toEqual([204, 204, 503, 503]);
    expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({ status: "held", decision: null });
    expect(holding.holds).toHaveLength(2);
    expect((await holding.admin("POST", org, "/hold/release", {})).json).toMatchObject({ status: "released" });
    expect(await remove(org, `/Users/${ids[3]}`)).toBe(204);
  },
);

test("in a bulk request each removal is held and counted by itself, and failOnErrors counts it", async () => {
  const { holding, org, ids } = await orgOf(10);
  const operations = [0, 1, 2, 3].map((n) => ({ method: "DELETE", path: `/Users/${ids[n]}` }));
  const bulk = (failOnErrors: number | undefined, ...Operations: readonly object[]) =>
    send(org, "POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      ...(failOnErrors && { failOnErrors }),
      Operations,
    });
  const statuses = ({ json }: Answer) => (at(json, "Operations") as { status: string }[]).map(({ status }) => status);
  const mixed = await bulk(undefined, ...operations, {
    method: "POST",
    path: "/Users",
    bulkId: "new",
    data: person("new"),
  });
  expect(mixed.status).toBe(200);
  expect(statuses(mixed)).toEqual(["204", "204", "503", "503", "201"]);
  expect(statuses(await bulk(1, ...operations.slice(2)))).toEqual(["503"]);
  // What the request made itself and takes back is no loss.
  const clash = await bulk(
    undefined,
    { method: "POST", path: "/Groups", bulkId: "a", data: group("A", values(["bulkId:b"])) },
    { method: "POST", path: "/Groups", bulkId: "b", data: { ...group("B", values(["bulkId:a"])), displayName: 7 } },
  );
  expect(statuses(clash)).toEqual(expect.not.arrayContaining(["503"]));
  const held = { op: "bulk.run", status: 200 };
  expect(holding.counted).toEqual([
    expect.objectContaining({ ...held, RemovalsHeld: 2 }),
    expect.objectContaining({ ...held, RemovalsHeld: 1 }),
  ]);
});

/** What each of a removal of a member, a deletion of a user and one of a group costs, as their lines say. */
async function costsIn(holding: Holding, rule: "hold" | "tell") {
  const org = await holding.org(rule);
  const ids = await people(org, 12);
  const team = await created(org, "/Groups", group("Engines", values(ids.slice(0, 2))));
  const first = patch({ op: "remove", path: "members", value: values(ids.slice(0, 1)) });
  const second = patch({ op: "remove", path: "members", value: values(ids.slice(1, 2)) });
  await remove(org, `/Users/${ids[11]}`);
  const costs: { calls: number; trips: number; rcu: number; wcu: number }[] = [];
  for (const [method, path, body] of [
    ["PATCH", `/Groups/${team}`, first],
    ["PATCH", `/Groups/${team}`, second],
    ["DELETE", `/Users/${ids[10]}`],
    ["DELETE", `/Groups/${team}`],
  ] as const) {
    expect((await send(org, method, path, body)).status).toBeLessThan(300);
    const { ddbCalls, trips, rcu, wcu } = holding.lines.findLast(({ type }) => type === "scim.request") ?? {};
    costs.push({ calls: Number(ddbCalls), trips: Number(trips), rcu: Number(rcu), wcu: Number(wcu) });
  }
  return { org, ids, costs };
}

test("an org with the rule tell pays nothing for the guard, and loses what it is asked to lose", async () => {
  const without = new Holding(TWO, { guard: false });
  const guarded = new Holding(TWO);
  const { costs: before } = await costsIn(without, "tell");
  const { costs, org, ids } = await costsIn(guarded, "tell");
  expect(costs).toEqual(before);
  for (const id of ids.slice(0, 9)) expect(await remove(org, `/Users/${id}`)).toBe(204);
  expect(guarded.holds).toEqual([]);
});

test("with the rule hold a removal costs three calls, two round trips and a write unit more", async () => {
  const holding = new Holding({ percent: 100, atLeast: 20 });
  const { costs: told } = await costsIn(holding, "tell");
  const { costs: held } = await costsIn(holding, "hold");
  const more = held.map(({ calls, trips, rcu, wcu }, index) => {
    const than = told[index] ?? { calls: 0, trips: 0, rcu: 0, wcu: 0 };
    return { calls: calls - than.calls, trips: trips - than.trips, rcu: rcu - than.rcu, wcu: wcu - than.wcu };
  });
  // The guard's item and the spans of what was deactivated are read together; then it is counted.
  const removal = { calls: 3, trips: 2, rcu: 2, wcu: 1 };
  // A group that has no members any more is not counted.
  expect(more).toEqual([removal, removal, removal, { ...removal, calls: 2, trips: 1, wcu: 0 }]);
});

test("while the guard's item cannot be written nothing is deleted, and nothing is lost: 503", async () => {
  const table = localTable();
  let broken = false;
  const faulty = standIn(table, async (actions, ...rest) => {
    if (broken && JSON.stringify(actions).includes('#HOLD"')) throw new TableBusy("outage");
    return table.write(actions, ...rest);
  });
  const { holding, org, ids } = await orgOf(5, { table: faulty });
  broken = true;
  expect(await remove(org, `/Users/${ids[0]}`)).toBe(503);
  expect(await statusOf(org, "GET", `/Users/${ids[0]}`)).toBe(200);
  expect(await statusOf(org, "PATCH", `/Users/${ids[0]}`, patch({ op: "replace", path: "active", value: false }))).toBe(
    200,
  );
  broken = false;
  expect(await remove(org, `/Users/${ids[0]}`)).toBe(204);
  expect(holding.counted).toEqual([]);
});

test("deletions sent together cannot pass the share: as many as may go are gone, however many were sent at once", async () => {
  const holding = new Holding({ percent: 20, atLeast: 3 });
  const org = await holding.org();
  const ids = await people(org, 60);
  const statuses = await inLanes(30, 40, (n) => remove(org, `/Users/${ids[n]}`));
  expect(statuses.filter((status) => status === 204)).toHaveLength(12);
  expect(new Set(statuses)).toEqual(new Set([204, 503]));
  expect(at((await send(org, "GET", "/Users?count=0")).json, "totalResults")).toBe(48);
});

test("a change too large for one request is finished by its repeat, neither counted again nor held", async () => {
  const table = localTable();
  const holding = new Holding({ percent: 100, atLeast: 1 }, { table: lateAfter(table, () => holding.later(27_000)) });
  const org = await holding.org();
  const ids = await people(org, 120);
  const large = await created(org, "/Groups", group("Large", values(ids)));
  const small = await created(org, "/Groups", group("Small", values(ids.slice(0, 2))));
  const clear = () => send(org, "PUT", `/Groups/${large}`, group("Large", []));
  const first = await clear();
  expect(first.status).toBe(503);
  const left = (await membersOf(org, large)).length;
  expect(at(first.json, "detail")).toContain(`${left} membership changes are left`);
  expect([0, 120]).not.toContain(left);
  // The share is used up: everything else is held.
  expect(await remove(org, `/Groups/${small}`)).toBe(503);
  expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({
    status: "held",
    hold: { lost: 120, asked: 2 },
  });
  expect((await clear()).status).toBe(200);
  expect(await membersOf(org, large)).toEqual([]);
  expect((await holding.admin("GET", org, "/hold")).json).toMatchObject({ hold: { requests: { groups: 1 } } });
  // That was all that it had been let.
  const again = patch({ op: "add", path: "members", value: values(ids.slice(0, 1)) });
  expect(await statusOf(org, "PATCH", `/Groups/${large}`, again)).toBe(200);
  expect((await clear()).status).toBe(503);
});

/** The clock jumps when the first transaction of so many actions is through that removes members. */
function lateAfter(table: Table, jump: () => void): Table {
  let jumped = false;
  return standIn(table, async (actions, ...rest) => {
    const written = await table.write(actions, ...rest);
    if (!jumped && actions.filter((action) => "delete" in action).length > 30) {
      jumped = true;
      jump();
    }
    return written;
  });
}

function standIn(table: Table, write: Table["write"]): Table {
  return new Proxy(table, {
    get(from, name) {
      const value: unknown = name === "write" ? write : Reflect.get(from, name);
      return typeof value === "function" && name !== "write" ? value.bind(from) : value;
    },
  });
}

test("an org that grows within the hour may lose more of it", async () => {
  const { holding, org, ids } = await orgOf(4);
  expect(await remove(org, `/Users/${ids[0]}`)).toBe(204);
  await inLanes(4, 26, (n) => created(org, "/Users", person(`late${n}`)));
  for (const id of ids.slice(1)) expect(await remove(org, `/Users/${id}`)).toBe(204);
  expect(await holding.status(org)).toBe("none");
});

test.each([3, 2])("%i removals under a clock that is years ahead hold no later ones once released", async (count) => {
  const { holding, org, ids } = await orgOf(10);
  holding.later(10 * YEAR);
  await holding.countDeactivated(org, count);
  for (const id of ids.slice(0, count)) await remove(org, `/Users/${id}`);
  holding.later(-10 * YEAR);
  const held = await holding.status(org);
  if (held === "held") {
    expect((await holding.admin("POST", org, "/hold/release", { hours: 1 })).status).toBe(200);
    holding.later(2 * HOUR);
  }
  expect(await holding.status(org)).toBe("none");
  expect(await remove(org, `/Users/${ids[9]}`)).toBe(204);
});

test("removals under a clock that was half an hour ahead leave the later ones counted", async () => {
  const { holding, org, ids } = await orgOf(10);
  const outcomes: number[] = [];
  for (const [index, ahead] of [0, HOUR / 2, -HOUR / 2, 0].entries()) {
    holding.later(ahead);
    outcomes.push(await remove(org, `/Users/${ids[index]}`));
  }
  expect(outcomes).toEqual([204, 204, 204, 503]);
  expect(await holding.status(org)).toBe("held");
});

test("a release under a clock that was years ahead lets nothing pass later", async () => {
  const { holding, org, ids } = await heldOrg();
  holding.later(10 * YEAR);
  expect((await holding.admin("POST", org, "/hold/release", { hours: 1 })).status).toBe(200);
  holding.later(-10 * YEAR);
  expect(await holding.status(org)).toBe("none");
  expect(await remove(org, `/Users/${ids[7]}`)).toBe(503);
  expect((await holding.admin("POST", org, "/hold/release", { hours: 1 })).status).toBe(200);
  expect(await remove(org, `/Users/${ids[7]}`)).toBe(204);
});

test("the window slides: slow removals are everyday work", async () => {
  const { holding, org, ids } = await orgOf(10);
  for (const id of ids.slice(0, 8)) {
    expect(await remove(org, `/Users/${id}`)).toBe(204);
    holding.later(HOUR / 2 + 600_000);
  }
});

test("an operator types what becomes of a hold, and reads what is held, why, and what to type next", async () => {
  const { holding, org } = await heldOrg();
  const hold = async (...words: string[]) => (await holding.rollcall("org", "hold", ...words)).out;
  const held = await hold("show", org.slug);
  expect(held).toMatch(/^Removals: held since 20\S+Z$/m);
  expect(held).toMatch(
    /^Why: 2 users went within an hour, .* 1 more; the limit for 10 users is 2 \(ref: \w+, token \w+\)$/m,
  );
  expect(held).toMatch(
    /^Requests held: 1 deletions of users, 0 deletions of groups, 0 removals of members; the latest /m,
  );
  expect(held).toMatch(new RegExp(`org hold release ${org.slug}$`, "m"));
  expect((await holding.rollcall("org", "show", org.slug)).out).toMatch(/^Removals: held since /m);
  await holding.org();
  const [, ...rows] = (await hold("list")).trim().split("\n");
  expect(rows).toEqual([expect.stringMatching(new RegExp(`^${org.slug} +20\\S+Z +20\\S+Z$`))]);
  expect(await hold("refuse", org.slug, "--reason", "not meant")).toMatch(/^Removals: refused: not meant$/m);
  expect(await hold("list")).toMatch(/^Nothing is held\.$/m);
  expect(await hold("release", org.slug, "--hours", "2")).toMatch(/^Removals: released until 20\S+Z$/m);
  const again = await holding.rollcall("org", "hold", "release", org.slug);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining("released") });
});
