import { setTimeout as wait } from "node:timers/promises";
import {
  type DirectoryEvent,
  type Envelope,
  envelopeOf,
  eventsOf,
  loginNames,
} from "../../functions/provisioning/events.ts";
import { readChanges } from "../../functions/store/changes.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { createEventPoster } from "./eventPoster.ts";
import type { ChangeRecord, OpenStore } from "./storePort.ts";

export interface EventWishes {
  /** Takes each event. */
  onEvent?(envelope: Envelope): void;
  /** Gets each event by POST. */
  readonly url?: string;
  /** Takes what a person should know. */
  say(text: string): void;
}

export interface LocalEvents {
  /** Hands on what has happened so far, each event tried once, then ends. */
  stop(): Promise<void>;
}

const POLL_MS = 150;
const AFTER_FAILURE_MS = 1_000;

/**
 * What the function of events does on AWS, here. An event is published at least once: of a process that was killed the next
 * one publishes again what was not confirmed.
 * @throws StartRefused where there is nothing to read changes from
 */
export async function startEvents(opened: OpenStore, wishes: EventWishes): Promise<LocalEvents> {
  const source = await opened.follow();
  const nameOrgs = loginNames(new SettingsStore(opened.store.begin().database));
  const poster = wishes.url === undefined ? undefined : createEventPoster({ ...wishes, url: wishes.url, wait });
  const stopping = new AbortController();

  const publish = async (records: readonly ChangeRecord[]): Promise<void> => {
    const events = await nameOrgs(records.flatMap((record) => eventsIn(record, wishes)));
    const envelopes = events.map(envelopeOf);
    for (const envelope of envelopes) wishes.onEvent?.(envelope);
    await poster?.deliver(envelopes);
  };
  const run = async (): Promise<void> => {
    let failing = false;
    // Delivered, and not confirmed yet.
    let owed = false;
    for (;;) {
      // Asked before reading: what was written before the stop is read after it.
      const last = stopping.signal.aborted;
      try {
        if (owed) source.confirm();
        const records = await source.next();
        await publish(records);
        owed = true;
        source.confirm();
        [owed, failing] = [false, false];
        if (records.length > 0) continue;
      } catch (error) {
        if (!failing && !last) wishes.say(`Events: changes cannot be read or confirmed (${nameOf(error)}).`);
        failing = true;
      }
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

/** As in the function of events, a record that cannot be read holds up none of the others. */
function eventsIn(record: ChangeRecord, { say }: EventWishes): DirectoryEvent[] {
  try {
    return readChanges(record.read()).flatMap(eventsOf);
  } catch (error) {
    say(`Events: change ${record.name} is skipped (${nameOf(error)}).`);
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
