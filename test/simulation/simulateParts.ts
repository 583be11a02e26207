import { GROUP_ACTIONS } from "../../functions/provisioning/resources/groupActions.ts";
import { USER_ACTIONS } from "../../functions/provisioning/resources/userActions.ts";
import type { Session } from "../../functions/provisioning/session.ts";
import { ScimError } from "../../functions/scim/error.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { resolvePatch } from "../../functions/scim/patch/resolvePatch.ts";
import { groupType } from "../../functions/scim/resourceTypes.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import type { Directory } from "../../functions/store/session.ts";
import type { Table } from "../../functions/store/table.ts";
import { ACME } from "../support/records.ts";
import { proxied } from "./breakages.ts";
import { type Done, isSerial } from "./linearize.ts";
import type { Outcome } from "./simulate.ts";
import { emptyTable, simulatedSession, storeOver } from "./simulatedSession.ts";
import { type Breakage, Chance, Crash, FAIR, Fate, FOUL, IndexPast, Scheduler, simulatedTable } from "./world.ts";

/** So few that every change is a large one with several transactions. */
const EDGES_AT_ONCE = 2;
const PEOPLE = 5;

interface Asked {
  readonly op: "add" | "remove" | "set" | "put" | "read";
  readonly members: readonly string[];
}

/**
 * Rosters that change in several transactions. A large change is not atomic, so each member is checked alone: in or out, as in
 * some serial order of all requests. It follows that no reader sees a member who was in neither the old nor the new roster. If
 * every request sets the whole roster, the last roster is one of theirs.
 */
export async function simulateParts(seed: number, breakage: Breakage = (directory) => directory): Promise<Outcome> {
  const chance = new Chance(seed);
  const scheduler = new Scheduler(chance);
  const weather = chance.next() < 0.5 ? FAIR : FOUL;
  const table = emptyTable();
  const past = new IndexPast();
  const reaching = (over: Table = table): Directory =>
    breakage(inSmallParts(storeOver(over, scheduler).begin().directory(ACME)));
  const sessionOver = (directory: Directory): Session => simulatedSession(directory, scheduler, seed);

  const calm = sessionOver(reaching());
  const people: string[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    people.push((await USER_ACTIONS.create(calm, { schemas: [USER_SCHEMA], userName: `p${n}` })).id);
  }
  const first = people.filter(() => chance.next() < 0.5);
  const group = (await GROUP_ACTIONS.create(calm, bodyOf(first))).id;

  const histories = new Map<string, Done<boolean>[]>(people.map((id) => [id, []]));
  const problems: string[] = [];
  const rosters: (readonly string[])[] = [];
  let requests = 0;
  let allSaid = true;
  const exactOnly = chance.next() < 0.4;

  const draw = (): Asked => {
    const members = people.filter(() => chance.next() < 0.5);
    if (exactOnly) return { op: chance.next() < 0.5 ? "set" : "put", members };
    return { op: chance.one(["add", "remove", "set", "put", "read"]), members };
  };
  const request = async (asked: Asked, disturbed: boolean): Promise<boolean> => {
    requests += 1;
    const fate = new Fate();
    const directory = reaching(disturbed ? simulatedTable(table, scheduler, weather, fate, past) : table);
    scheduler.events += 1;
    const from = scheduler.events;
    let said: readonly string[] | "done" | "unknown";
    try {
      said = await Promise.race([carryOut(sessionOver(directory), group, asked), fate.death]);
    } catch (error) {
      const silent = error instanceof StoreBusy || error instanceof Crash;
      if (!silent && !(error instanceof ScimError && error.status === 503)) throw error;
      said = "unknown";
    }
    scheduler.events += 1;
    for (const [id, history] of histories) {
      if (said === "unknown" && asked.op === "read") continue;
      if (said === "done" && !touches(asked, id)) continue;
      if (said === "unknown" && !touches(asked, id)) continue;
      const whether = Array.isArray(said) ? said.includes(id) : becomes(asked, id);
      const one: Done<boolean> = {
        what: `${from}-${scheduler.events} ${asked.op} ${whether}`,
        asked: from,
        answered: scheduler.events,
        effects: (state) => (asked.op !== "read" ? [whether] : state === whether ? [state] : []),
        perhaps: said === "unknown",
      };
      history.push(one);
      // A change that met another one half-way plans again: it may repeat earlier steps after the other one.
      if (asked.op !== "read") history.push({ ...one, perhaps: true });
    }
    if (said === "unknown") allSaid = false;
    else if (asked.op !== "read") rosters.push(asked.members);
    return said !== "unknown";
  };
  const client = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      const asked = draw();
      for (let repeat = 0; repeat < 2 && !(await request(asked, true)); repeat += 1);
    }
  };
  const clients = Array.from({ length: 2 + chance.below(2) }, () => client(1 + chance.below(2)));
  await scheduler.run();
  await Promise.all(clients);
  await request({ op: "read", members: [] }, false);

  for (const [id, history] of histories) {
    if (isSerial(history, first.includes(id), String)) continue;
    problems.push(`no serial order explains ${id}: ${history.map(({ what }) => what).join(" | ")}`);
  }
  const { ids } = await reaching().memberships.members(group, 100);
  const isOneOfThem = rosters.some((roster) => [...roster].sort().join() === [...ids].sort().join());
  if (exactOnly && allSaid && !isOneOfThem) problems.push("the roster is none that a request asked for");
  return { problems, events: scheduler.events, requests };
}

function inSmallParts(directory: Directory): Directory {
  const few = { membersPerChange: () => EDGES_AT_ONCE, membersPerCreation: () => EDGES_AT_ONCE };
  return { ...directory, groups: proxied(directory.groups, few) };
}

function touches({ op, members }: Asked, id: string): boolean {
  return op !== "add" && op !== "remove" ? true : members.includes(id);
}

function becomes({ op, members }: Asked, id: string): boolean {
  return op !== "remove" && members.includes(id);
}

function bodyOf(members: readonly string[]): JsonObject {
  return { schemas: [GROUP_SCHEMA], displayName: "Crew", members: valuesOf(members) };
}

function valuesOf(members: readonly string[]): JsonObject[] {
  return members.map((value) => ({ value }));
}

async function carryOut(session: Session, id: string, { op, members }: Asked): Promise<readonly string[] | "done"> {
  switch (op) {
    case "read": {
      await GROUP_ACTIONS.read(session, id);
      return (await session.directory.memberships.members(id, 100)).ids;
    }
    case "put":
      await GROUP_ACTIONS.replace(session, id, () => bodyOf(members), undefined);
      return "done";
    default: {
      const operation = { op: op === "set" ? ("replace" as const) : op, path: "members", value: valuesOf(members) };
      const { rules, quirks } = session;
      await GROUP_ACTIONS.patch(
        session,
        id,
        () => resolvePatch(groupType(rules), [operation], rules, quirks),
        undefined,
      );
      return "done";
    }
  }
}
