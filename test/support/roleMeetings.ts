import { expect } from "@jest/globals";
import { runRoles } from "../../functions/provisioning/roles/runRoles.ts";
import { Database } from "../../functions/store/database.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import { AssignedRoleStore } from "../../functions/store/roles/assigned.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { createStore } from "../../functions/store/session.ts";
import type { Table } from "../../functions/store/table.ts";
import { accessTo } from "./localStore.ts";
import { PlainTable } from "./plainTable.ts";
import { STAMP } from "./records.ts";
import { PEOPLE, ROLE_ORG, RoleWorld } from "./roleWorld.ts";
import { tableAround } from "./tableAround.ts";

/** Managed, in no team: when active, this user has the default role. */
const USER = 4;

/**
 * A worker that stops before one of its calls until it may continue.
 * @param dies after its next write, so that it does not look again at what came meanwhile
 */
function worker(table: Table, standsAt: number, dies = false) {
  const stands = Promise.withResolvers<"stands">();
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  let isDead = false;
  const stopped = tableAround(table, async (send, call) => {
    calls += 1;
    if (calls === standsAt) {
      stands.resolve("stands");
      await gate.promise;
    }
    if (isDead) throw new StoreBusy("storage");
    const answer = await send();
    isDead ||= dies && calls >= standsAt && call !== "read";
    return answer;
  });
  const session = createStore(stopped, { wait: async () => undefined }).begin();
  const means = { session, now: Date.now, until: Number.POSITIVE_INFINITY, report: () => undefined };
  const ended = runRoles(means).then(() => "ended" as const);
  return {
    standing: Promise.race([stands.promise, ended]),
    goOn: () => {
      gate.resolve();
      return ended;
    },
  };
}

/**
 * One worker stops before its call `first`, a change comes, another worker stops before its call `second`, the first one
 * continues and dies after a write, then the second continues: for any two calls, the person's roles are those computed from
 * scratch.
 * @param kind of the first worker's work
 * @param isChanged whether an earlier change gave the first worker its work
 * @returns the number of pairs of calls
 */
export async function meetAtEachCall(kind: "mark" | "walk", isChanged: boolean): Promise<number> {
  const world = await RoleWorld.make(new PlainTable());
  const work = new RoleWork(new Database(accessTo(world.table)));
  for (const mark of await world.change({ kind: "map", mode: "union", mappings: [], defaultRole: undefined })) {
    await mark(work);
  }
  await worker(world.table, 0).goOn();
  const id = PEOPLE[USER] ?? "";
  let active = true;
  const flip = async (): Promise<void> => {
    active = !active;
    const marks = await world.change({ kind: active ? "activate" : "deactivate", user: USER });
    for (const mark of marks) await mark(work);
  };
  let meetings = 0;
  for (let first = 1, isOver = false; !isOver; first += 1) {
    for (let second = 1, isLast = false; !isLast; second += 1) {
      if (isChanged) await flip();
      if (kind === "walk") await work.walk(ROLE_ORG, STAMP);
      else await work.mark(ROLE_ORG, [id], STAMP);
      const one = worker(world.table, first, true);
      isOver = (await one.standing) === "ended";
      await flip();
      const other = worker(world.table, second);
      isLast = (await other.standing) === "ended";
      await one.goOn();
      await other.goOn();
      for (let runs = 0; (await work.orgs()).length > 0 && runs < 5; runs += 1) await worker(world.table, 0).goOn();
      const stored = await new AssignedRoleStore(new Database(accessTo(world.table)), ROLE_ORG).ofUsers([id]);
      const keys = stored.get(id)?.roles.map(({ key }) => key);
      expect({ first, second, keys }).toEqual({ first, second, keys: active ? ["viewer"] : [] });
      meetings += 1;
    }
  }
  return meetings;
}
