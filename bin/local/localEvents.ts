import { randomBytes } from "node:crypto";
import { type MassChangeWatch, removalReports } from "../../functions/http/massChangeWatch.ts";
import { type Appended, type AppendedEvent, appendSteps } from "../../functions/provisioning/events/append.ts";
import { assertReadable } from "../../functions/provisioning/events/describe.ts";
import { LOG_SETTINGS } from "../../functions/provisioning/events/logSettings.ts";
import { newGeneration } from "../../functions/provisioning/newId.ts";
import { catalogueStamp, putRoleWork } from "../../functions/provisioning/roles/roleTriggers.ts";
import type { Database } from "../../functions/store/database.ts";
import { feedShardOf } from "../../functions/store/eventKeys.ts";
import type { Stamp } from "../../functions/store/records.ts";
import { type LogStep, type OrgEnd, readStep } from "../../functions/store/steps.ts";
import { type EventWishes, forgetPlaces, startPublisher } from "./eventPublisher.ts";
import { AFTER_FAILURE_MS, failureName, type ShardFollower } from "./shardFollower.ts";
import type { ChangeRecord, ChangeSource, OpenStore } from "./storePort.ts";
import { pause } from "./terminal.ts";

interface LocalEvents {
  /** Resolves when everything written before the call is in the log. @throws the error of the log; the next call may succeed */
  settled(): Promise<void>;
  /** Logs and publishes what has happened so far, each event tried once, then ends. */
  stop(): Promise<void>;
}

/** Between two reads of a source that does not report news. */
const POLL_MS = 150;
/** From a change until it is logged: changes of that time share one transaction of the log. */
const GATHER_MS = 30;

/** Workers that follow the event log. */
interface EventFollowers {
  /** Learns which shards of the feed have news. */
  readonly webhooks?: Pick<ShardFollower, "wake">;
  /** Does the work that changes put about roles. Absent: no work is put. */
  readonly roles?: { wake(): void };
  /** Counts removals. Absent: nobody watches for mass changes. */
  readonly watch?: MassChangeWatch;
}

/**
 * The local counterpart of the events function on AWS: writes every change to the event log of its org, and publishes the
 * events where somebody wishes for them. It continues the work of a killed process.
 * @param failed receives the error; the work is tried again
 * @throws StartRefused where there is no source of changes
 */
export async function startEvents(
  opened: OpenStore,
  wishes: EventWishes | undefined,
  failed: (error: unknown) => void,
  now: () => number = Date.now,
  { webhooks, roles, watch }: EventFollowers = {},
): Promise<LocalEvents> {
  const source = await followed(opened, wishes, failed);
  if (source === undefined) {
    return { settled: async () => undefined, stop: async () => undefined };
  }
  const { database } = opened.store.begin();
  const publisher = wishes && startPublisher(database, wishes, failed);
  if (publisher === undefined) await forgetPlaces(database);
  const stopping = new AbortController();
  let changed = Promise.withResolvers<void>();
  source.watch?.(() => changed.resolve());
  const rest = async (): Promise<void> => {
    if (source.watch === undefined) return pause(POLL_MS, stopping.signal);
    await changed.promise;
    await pause(GATHER_MS, stopping.signal);
  };
  let asking: PromiseWithResolvers<void>[] = [];
  let asked = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    let begun = publisher === undefined;
    let failing = false;
    for (;;) {
      // Renewed before reading: a write during the read wakes the next round.
      changed = Promise.withResolvers();
      // Read before the source: everything written before the stop is then logged.
      const last = stopping.signal.aborted;
      // Likewise: everything written before these calls is read below.
      const answered = asking;
      asking = [];
      asked = Promise.withResolvers();
      let news = false;
      try {
        if (!begun) await publisher?.begin();
        begun = true;
        const steps = await logNext(database, source, failed, now, roles !== undefined);
        news = steps.some;
        publisher?.wake(steps.shards);
        webhooks?.wake(steps.shards);
        if (steps.ofRoles) roles?.wake();
        if (watch !== undefined) for (const report of removalReports(steps.events)) await watch(report);
        failing = false;
        if (news) asking.push(...answered);
        else for (const { resolve } of answered) resolve();
      } catch (error) {
        if (!failing && !last) {
          wishes?.say(`Events: changes cannot be read or logged (${failureName(error)}).`);
          failed(error);
        }
        failing = true;
        for (const { reject } of answered) reject(error);
        // A part may be logged already.
        publisher?.wake();
        webhooks?.wake();
      }
      // Callers of `settled` and `stop` do not wait for further changes.
      const gather = source.watch !== undefined && asking.length === 0 && !last;
      if (news && !failing && !gather) continue;
      if (last) return;
      const ms = failing ? AFTER_FAILURE_MS : news ? GATHER_MS : undefined;
      await Promise.race([ms === undefined ? rest() : pause(ms, stopping.signal), asked.promise]);
    }
  };
  const running = run();
  return {
    async settled() {
      if (stopping.signal.aborted) return running;
      const answer = Promise.withResolvers<void>();
      asking.push(answer);
      asked.resolve();
      await answer.promise;
    },
    async stop() {
      stopping.abort();
      changed.resolve();
      await running;
      await publisher?.stop();
    },
  };
}

/**
 * A DynamoDB without a stream still serves, but has no event log, and nobody watches for mass changes. A start that wishes for
 * events is refused.
 */
async function followed(opened: OpenStore, wishes: EventWishes | undefined, failed: (error: unknown) => void) {
  try {
    return await opened.follow();
  } catch (error) {
    if (wishes !== undefined) throw error;
    failed(error);
    return undefined;
  }
}

/** Writes everything to the log that is missing there, and ends: for a process that opens the data for one command. */
export async function catchUp(opened: OpenStore, failed: (error: unknown) => void): Promise<void> {
  const source = await opened.follow();
  const { database } = opened.store.begin();
  // The next start does the work that this puts about roles.
  while ((await logNext(database, source, failed, Date.now, true)).some);
}

interface Logged {
  /** Shards of the feed that have news. */
  readonly shards: readonly number[];
  /** Whether there was anything to read. */
  readonly some: boolean;
  /** Whether there is work about roles. */
  readonly ofRoles: boolean;
  readonly events: readonly AppendedEvent[];
}

async function logNext(
  database: Database,
  source: ChangeSource,
  failed: (error: unknown) => void,
  now: () => number,
  giveRoles: boolean,
): Promise<Logged> {
  const records = await source.next();
  const read = records.map((record, place) => ({ place, ...readChange(record, failed) }));
  const steps = read.flatMap(({ place, step }) => (step === undefined ? [] : [{ place, step }]));
  const catalogue = read.flatMap(({ place, stamp }) => (stamp === undefined ? [] : [{ place, stamp }]));
  const appended = await append(
    database,
    steps.map(({ step }) => step),
    now,
  );
  if (appended.failed !== undefined) throw appended.failed.cause;
  const changes = { steps, catalogue, withRoles: appended.withRoles };
  const work = giveRoles ? await putRoleWork(changes, { database, until: Number.POSITIVE_INFINITY }) : undefined;
  if (work?.failed !== undefined) throw work.failed.cause;
  if (records.length > 0) source.confirm();
  return {
    shards: [...new Set(steps.map(({ step: { orgId } }) => feedShardOf(orgId)))],
    some: records.length > 0,
    ofRoles: work !== undefined && work.marks + work.walks > 0,
    events: appended.events,
  };
}

function append(database: Database, steps: readonly (LogStep | OrgEnd)[], now: () => number): Promise<Appended> {
  return appendSteps(steps, {
    ...LOG_SETTINGS,
    database,
    now,
    until: Number.POSITIVE_INFINITY,
    newGeneration: () => newGeneration(randomBytes),
  });
}

interface ReadChange {
  readonly step?: LogStep | OrgEnd;
  /** Of a change to the catalogue of roles. */
  readonly stamp?: Stamp;
}

/** As in the events function, an unreadable record does not stop the others. */
function readChange(record: ChangeRecord, failed: (error: unknown) => void): ReadChange {
  try {
    const change = record.read();
    const stamp = catalogueStamp({ pk: change.key.pk, lr: change.after?.lr });
    if (stamp !== undefined) return { stamp };
    const step = readStep(change);
    if (step === undefined) return {};
    if (step.of !== "end") assertReadable(step);
    return { step };
  } catch (error) {
    failed(error);
    return {};
  }
}
