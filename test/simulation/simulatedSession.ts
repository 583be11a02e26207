import { Effects, type Session } from "../../functions/provisioning/session.ts";
import { Quirks } from "../../functions/scim/quirks.ts";
import { Rosters } from "../../functions/store/rosters.ts";
import { PRESETS } from "../../functions/store/rules.ts";
import { createStore, type Directory, type Store } from "../../functions/store/session.ts";
import type { Table } from "../../functions/store/table.ts";
import { PlainTable } from "../support/plainTable.ts";

import { ACME, orgRecord } from "../support/records.ts";
import { withinLimits } from "../support/withinLimits.ts";
import type { Scheduler } from "./world.ts";

const ORG = orgRecord(ACME, "acme");
const TIME_OF_A_REQUEST = 28_000;

/** In plain maps; every law of the table proves them equal to SQLite's (test/property/tableLaws.test.ts). */
export function emptyTable(): Table {
  return withinLimits(new PlainTable());
}

/** A store with the scheduler's clock, pauses and randomness. @param rosters of its process */
export function storeOver(table: Table, scheduler: Scheduler, rosters = new Rosters(1)): Store {
  return createStore(table, {
    rosters,
    now: () => scheduler.now,
    random: () => scheduler.chance.next(),
    wait: (milliseconds) => scheduler.point(milliseconds),
  });
}

/** The real use cases' session, with the scheduler's clock, pauses and randomness. */
export function simulatedSession(directory: Directory, scheduler: Scheduler, request: number): Session {
  const { chance } = scheduler;
  return {
    org: ORG,
    rules: PRESETS.open,
    tokenId: "token1",
    tokenHash: "",
    tokenExpiresAt: undefined,
    tokenMarked: Promise.resolve(),
    directory,
    quirks: new Quirks(),
    effects: new Effects(),
    effort: { looks: 0 },
    usage: { calls: 0, trips: 0, rcu: 0, wcu: 0, retries: 0, conflicts: 0 },
    reference: `r${request}.${scheduler.events}`,
    deadline: scheduler.now + TIME_OF_A_REQUEST,
    // The sweep comes with the request, or some time later.
    ...(chance.next() < 0.5 ? { sweepLater: () => undefined } : {}),
    now: () => scheduler.now,
    wait: (milliseconds) => scheduler.point(milliseconds),
    randomBytes: (length) => chance.bytes(length),
  };
}
