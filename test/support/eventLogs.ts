import { randomBytes } from "node:crypto";
import type { EventsEndpoint } from "../../functions/http/events.ts";
import { appendSteps } from "../../functions/provisioning/events/append.ts";
import type { DirectoryEvent } from "../../functions/provisioning/events/busEvents.ts";
import { followFeed } from "../../functions/provisioning/events/followFeed.ts";
import { LOG_SETTINGS } from "../../functions/provisioning/events/logSettings.ts";
import { newGeneration } from "../../functions/provisioning/newId.ts";
import type { Database } from "../../functions/store/database.ts";
import { FEED_SHARDS } from "../../functions/store/eventKeys.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { readStep } from "../../functions/store/steps.ts";
import { LAYOUTS } from "../../functions/store/storedTypes.ts";
import { readRecord } from "../../functions/store/streamRecord.ts";
import type { ItemChange } from "../../functions/store/table.ts";
import { checkLogLine } from "./logLines.ts";
import { ACME, orgRecord, STAMP } from "./records.ts";

export const ALL_SHARDS = Array.from({ length: FEED_SHARDS }, (_, shard) => shard);

/** The settings of the log's writer, without a time limit. */
export const WRITING = {
  ...LOG_SETTINGS,
  now: Date.now,
  until: Number.POSITIVE_INFINITY,
  newGeneration: () => newGeneration(randomBytes),
};

/** An org whose changes are logged. */
export async function beginLogged(database: Database, orgId = ACME): Promise<void> {
  await new SettingsStore(database).createOrg(orgRecord(orgId, `org-${orgId.toLowerCase()}`), STAMP);
}

/** Writes changes to the event logs. @throws the writer's error */
async function logChanges(database: Database, changes: readonly ItemChange[], layouts = LAYOUTS): Promise<void> {
  const steps = changes.flatMap((change) => readStep(change, layouts) ?? []);
  const { failed } = await appendSteps(steps, { ...WRITING, database });
  if (failed !== undefined) throw failed.cause;
}

/** Writes changes to the event logs. @returns the bus's events since the last call, without those of settings and tokens */
export async function published(
  database: Database,
  changes: readonly ItemChange[],
  layouts = LAYOUTS,
): Promise<DirectoryEvent[]> {
  await logChanges(database, changes, layouts);
  const events: DirectoryEvent[] = [];
  const bus = {
    async publish(some: readonly DirectoryEvent[]) {
      events.push(...some);
      return { taken: some.length };
    },
  };
  await followFeed(ALL_SHARDS, { ...WRITING, database, reader: "test", bus, leaseMs: 60_000 });
  return events.filter(({ type }) => !/^(?:org|token)\./.test(type));
}

/** The further needs of the events function, for one test: a bus that takes everything, and no watcher. */
export function eventsEndpoint(open: () => Database, parts: Partial<EventsEndpoint> = {}): EventsEndpoint {
  return {
    readStep: (record) => readStep(readRecord(record)),
    open,
    logSettings: LOG_SETTINGS,
    newGeneration: WRITING.newGeneration,
    bus: { publish: async (events) => ({ taken: events.length }) },
    watch: async () => undefined,
    deadLetters: { send: async () => true },
    now: Date.now,
    version: "test",
    ...parts,
    log: (line) => {
      checkLogLine(line);
      parts.log?.(line);
    },
  };
}
