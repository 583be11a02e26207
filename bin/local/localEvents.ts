import { setTimeout as wait } from "node:timers/promises";
import { type DirectoryEvent, type Envelope, envelopeOf, eventsOf } from "../../functions/provisioning/events.ts";
import { loginNames } from "../../functions/provisioning/loginNames.ts";
import { readChanges } from "../../functions/store/changes.ts";
import { readRecord, type StreamRecord } from "../../functions/store/streamRecord.ts";
import { switchStream } from "../../functions/store/tableDefinition.ts";
import { createEventPoster } from "./eventPoster.ts";
import { connectStore, type OpenStore } from "./openStore.ts";
import { StartRefused } from "./startRefused.ts";
import { TableStream } from "./tableStream.ts";

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
 * What the function of events does on AWS, here: the table's stream is switched on and read from now on. What happens
 * while this process does not run is told to nobody.
 * @throws StartRefused where there is no stream to read
 */
export async function startEvents(opened: OpenStore, wishes: EventWishes): Promise<LocalEvents> {
  const stream = await openStream(opened);
  const nameOrgs = loginNames(opened.store.begin().settings);
  const poster = wishes.url === undefined ? undefined : createEventPoster({ ...wishes, url: wishes.url, wait });
  const stopping = new AbortController();

  const tell = async (records: readonly StreamRecord[]): Promise<void> => {
    const events = await nameOrgs(records.flatMap((record) => eventsIn(record, wishes)));
    const envelopes = events.map(envelopeOf);
    for (const envelope of envelopes) wishes.onEvent?.(envelope);
    await poster?.deliver(envelopes);
  };
  const run = async (): Promise<void> => {
    let failing = false;
    for (;;) {
      // Asked before reading: what was written before the stop is read after it.
      const last = stopping.signal.aborted;
      try {
        const records = await stream.read();
        failing = false;
        await tell(records);
        if (records.length > 0) continue;
      } catch (error) {
        if (!failing && !last) wishes.say(`Events: the stream cannot be read (${nameOf(error)}).`);
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
function eventsIn(record: StreamRecord, { say }: EventWishes): DirectoryEvent[] {
  try {
    return readChanges(readRecord(record)).flatMap(eventsOf);
  } catch (error) {
    say(`Events: record ${record.dynamodb?.SequenceNumber} of the stream is passed over (${nameOf(error)}).`);
    return [];
  }
}

/** Where nobody asked for events the stream is off: dynoxide writes slower with every record in it. */
export async function silenceEvents({ kind, endpoint, tableName }: OpenStore): Promise<void> {
  if (kind !== "dynoxide" || endpoint === undefined || tableName === undefined) return;
  const { client, close } = connectStore(endpoint, tableName);
  try {
    await switchStream(client, tableName, "off");
  } finally {
    close();
  }
}

async function openStream({ endpoint, tableName }: OpenStore): Promise<TableStream> {
  if (endpoint === undefined || tableName === undefined) {
    throw new StartRefused(
      "Events are read from the database, and this server keeps everything in memory. Leave --memory out, or name a DynamoDB with DYNAMODB_ENDPOINT.",
    );
  }
  const { client, close } = connectStore(endpoint, tableName);
  try {
    const streamArn = await switchStream(client, tableName, "on");
    if (streamArn === undefined) throw new Error("NoStream");
    return await TableStream.open({ endpoint, streamArn }, "LATEST");
  } catch (error) {
    throw new StartRefused(`The database at ${endpoint} gives no stream of changes (${nameOf(error)}).`);
  } finally {
    close();
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early, which is all it shall do.
  await wait(milliseconds, undefined, { signal }).catch(() => {});
}

function nameOf(error: unknown): string {
  return error instanceof Error ? (error.name === "Error" ? error.message : error.name) : String(error);
}
