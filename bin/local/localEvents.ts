import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type Appended, appendSteps } from "../../functions/provisioning/events/append.ts";
import { type Envelope, type EventBus, envelopeOf } from "../../functions/provisioning/events/busEvents.ts";
import { assertReadable } from "../../functions/provisioning/events/describe.ts";
import { followFeed } from "../../functions/provisioning/events/followFeed.ts";
import { LOG_SETTINGS } from "../../functions/provisioning/events/logSettings.ts";
import { newGeneration } from "../../functions/provisioning/newId.ts";
import { type Database, inParallel } from "../../functions/store/database.ts";
import { FeedReader } from "../../functions/store/eventFeed.ts";
import { FEED_SHARDS, feedShardOf } from "../../functions/store/eventKeys.ts";
import { type LogStep, type OrgEnd, readStep } from "../../functions/store/steps.ts";
import { createEventPoster, type EventPoster } from "./eventPoster.ts";
import type { ChangeRecord, ChangeSource, OpenStore } from "./storePort.ts";

export interface EventWishes {
  /** Takes each event. */
  onEvent?(envelope: Envelope): void;
  /** Gets each event by POST. */
  readonly url?: string;
  /** Takes what a person should know. */
  say(text: string): void;
}

export interface LocalEvents {
  /** Logs and hands on what has happened so far, each event tried once, then ends. */
  stop(): Promise<void>;
}

const POLL_MS = 150;
const AFTER_FAILURE_MS = 1_000;
const READER = "local";
const SHARDS = Array.from({ length: FEED_SHARDS }, (_, shard) => shard);

/**
 * What the function of events does on AWS, here: writes every change to the event log of its org, and hands the events on
 * where somebody wishes for them. Of a process that was killed the next one goes on.
 * @param failed takes what went wrong: it is tried again
 * @throws StartRefused where there is nothing to read changes from
 */
export async function startEvents(
  opened: OpenStore,
  wishes: EventWishes | undefined,
  failed: (error: unknown) => void,
): Promise<LocalEvents> {
  const source = await followed(opened, wishes, failed);
  if (source === undefined) return { stop: async () => undefined };
  const { database } = opened.store.begin();
  const poster = wishes?.url === undefined ? undefined : createEventPoster({ ...wishes, url: wishes.url, wait });
  const bus = wishes && busTo(wishes, poster);
  if (bus === undefined) await forgetPlaces(database);
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let failing = false;
    // So that a reader that begins, begins here.
    let touched: Iterable<number> = SHARDS;
    for (;;) {
      // Asked before reading: what was written before the stop is read after it.
      const last = stopping.signal.aborted;
      let news = false;
      try {
        if (bus !== undefined) await publish(database, bus, [...touched]);
        touched = [];
        const steps = await logNext(database, source, failed);
        news = steps.some;
        if (bus !== undefined) await publish(database, bus, steps.shards);
        failing = false;
      } catch (error) {
        if (!failing && !last) {
          wishes?.say(`Events: changes cannot be read or logged (${nameOf(error)}).`);
          failed(error);
        }
        failing = true;
        touched = SHARDS;
      }
      if (news && !failing) continue;
      if (last) return;
      await pause(failing ? AFTER_FAILURE_MS : POLL_MS, stopping.signal);
    }
  };
  const running = run();
  return {
    async stop() {
      poster?.hurry();
      stopping.abort();
      await running;
    },
  };
}

/** A DynamoDB without a stream serves all the same, and has no event log: a start that wishes for events is refused. */
async function followed(opened: OpenStore, wishes: EventWishes | undefined, failed: (error: unknown) => void) {
  try {
    return await opened.follow();
  } catch (error) {
    if (wishes !== undefined) throw error;
    failed(error);
    return undefined;
  }
}

/** Writes what is not logged yet, and ends: for a process that opens the data for one command. */
export async function catchUp(opened: OpenStore, failed: (error: unknown) => void): Promise<void> {
  const source = await opened.follow();
  const { database } = opened.store.begin();
  while ((await logNext(database, source, failed)).some);
}

/** @returns which shards of the feed went on, and whether there was anything to read */
async function logNext(
  database: Database,
  source: ChangeSource,
  failed: (error: unknown) => void,
): Promise<{ readonly shards: readonly number[]; readonly some: boolean }> {
  const records = await source.next();
  const steps = records.flatMap((record) => stepIn(record, failed));
  const { failed: failure } = await append(database, steps);
  if (failure !== undefined) throw failure.cause;
  if (records.length > 0) source.confirm();
  return { shards: [...new Set(steps.map(({ orgId }) => feedShardOf(orgId)))], some: records.length > 0 };
}

function append(database: Database, steps: readonly (LogStep | OrgEnd)[]): Promise<Appended> {
  return appendSteps(steps, {
    ...LOG_SETTINGS,
    database,
    now: Date.now,
    until: Number.POSITIVE_INFINITY,
    newGeneration: () => newGeneration(randomBytes),
  });
}

async function publish(database: Database, bus: EventBus, shards: readonly number[]): Promise<void> {
  await followFeed(shards, {
    database,
    reader: READER,
    bus,
    now: Date.now,
    until: Number.POSITIVE_INFINITY,
    begin: "atEnd",
  });
}

/** Nothing is owed to a reader that begins another time. */
async function forgetPlaces(database: Database): Promise<void> {
  await inParallel(SHARDS, async (shard) => {
    const reader = new FeedReader(database, shard, READER);
    if ((await reader.place()) !== undefined) await reader.forget();
  });
}

/** What is tried in vain is given up (`eventPoster.ts`): everything is taken. */
function busTo({ onEvent }: EventWishes, poster: EventPoster | undefined): EventBus {
  return {
    async publish(events) {
      const envelopes = events.map(envelopeOf);
      for (const envelope of envelopes) onEvent?.(envelope);
      await poster?.deliver(envelopes);
      return { taken: events.length };
    },
  };
}

/** As in the function of events, a record that cannot be read holds up none of the others. */
function stepIn(record: ChangeRecord, failed: (error: unknown) => void): (LogStep | OrgEnd)[] {
  try {
    const step = readStep(record.read());
    if (step === undefined) return [];
    if (step.of !== "end") assertReadable(step);
    return [step];
  } catch (error) {
    failed(error);
    return [];
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early, which is all it shall do.
  await wait(milliseconds, undefined, { signal }).catch(() => {});
}

function nameOf(error: unknown): string {
  return error instanceof Error ? (error.name === "Error" ? error.message : error.name) : String(error);
}
