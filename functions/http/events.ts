import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { DeadLetters } from "../provisioning/deadLetters.ts";
import { type Appended, type AppendedEvent, appendSteps } from "../provisioning/events/append.ts";
import { type EventBus, OUT_OF_TIME } from "../provisioning/events/busEvents.ts";
import { assertReadable } from "../provisioning/events/describe.ts";
import { type Followed, followFeed } from "../provisioning/events/followFeed.ts";
import type { LogSettings } from "../provisioning/events/logSettings.ts";
import {
  type CatalogueChange,
  catalogueStamp,
  type PlacedStep,
  putRoleWork,
  type RoleChanges,
  type RoleWorkPut,
} from "../provisioning/roles/roleTriggers.ts";
import type { Database } from "../store/database.ts";
import { eraseDue } from "../store/eraseEvents.ts";
import { feedShardOf } from "../store/eventKeys.ts";
import type { LogStep, OrgEnd } from "../store/steps.ts";
import type { WorkerContext } from "./endpoint.ts";
import { causeOf } from "./logWriter.ts";
import { type MassChangeWatch, removalReports } from "./massChangeWatch.ts";
import { reportUnreadable } from "./unreadable.ts";
import { ALL_SHARDS, notify, type WebhooksEndpoint } from "./webhooksVisit.ts";
import { type WorkerRun, workerRuns } from "./workerRun.ts";

export interface EventsEndpoint extends WebhooksEndpoint {
  /** @throws Error for a record that cannot be read */
  readStep(record: DynamoDBRecord): LogStep | OrgEnd | undefined;
  readonly logSettings: LogSettings;
  newGeneration(): string;
  readonly bus: EventBus;
  readonly watch: MassChangeWatch;
  /** Starts the worker for roles. Absent: the deployment computes no roles. Never throws. */
  wakeRoles?(): Promise<unknown>;
  readonly deadLetters: DeadLetters;
}

/** The reader that copies the feed to the bus. */
const BUS_READER = "bus";
const LEASE_MS = 60_000;
/** Limit per batch, since later batches wait. A later batch or a visit continues. */
const PUBLISHING_MS = 15_000;
/** Limit per batch. */
const NOTIFYING_MS = 10_000;
/** After a fault of the bus, batches only write the logs for this time. */
const BUS_REST_MS = 60_000;
/** Damaged events in one line. */
const MOST_NAMED = 20;

/**
 * Writes a batch of the table's stream to the event logs and asks the stream again for records it could not write. Then it
 * publishes the logs' events to the bus. A bus that refuses or hangs delays no log: the bus's reader keeps its place, and a
 * later batch or visit continues there.
 */
export function eventsHandler(endpoint: EventsEndpoint) {
  const begin = workerRuns(endpoint);
  let restsUntil = 0;
  return async (batch: DynamoDBStreamEvent, context: WorkerContext): Promise<DynamoDBBatchResponse> => {
    const run = begin(context);
    const { until } = run;
    const { steps, catalogue, unreadable } = await readBatch(endpoint, run, batch);
    const database = endpoint.open();
    const appended = await append(endpoint, database, steps, until);
    const notLogged = appended.failed && steps[appended.failed.index]?.place;
    const shards = [...new Set(steps.map(({ step: { orgId } }) => feedShardOf(orgId)))];
    const now = endpoint.now();
    const [followed, notified, work] = await Promise.all([
      now < restsUntil ? NOT_OFFERED : follow(endpoint, database, shards, Math.min(until, now + PUBLISHING_MS)),
      notify(endpoint, database, shards, Math.min(until, now + NOTIFYING_MS)),
      workOnRoles(endpoint.wakeRoles, database, { steps, catalogue, withRoles: appended.withRoles }, until),
    ]);
    const failed = earlier(notLogged, work?.failed?.place);
    if (followed.cause !== undefined && followed.cause.name !== OUT_OF_TIME) restsUntil = endpoint.now() + BUS_REST_MS;
    if (endpoint.now() < until) for (const report of removalReports(appended.events)) await endpoint.watch(report);
    const isFault =
      unreadable > 0 || failed !== undefined || hasFailed(followed) || notified?.webhookCause !== undefined;
    run.end("events.batch", isFault ? "ERROR" : "INFO", {
      records: batch.Records.length,
      unreadable: unreadable === 0 ? undefined : unreadable,
      again: failed === undefined ? undefined : batch.Records.length - failed,
      cause: appended.failed === undefined ? undefined : causeOf(appended.failed.cause),
      ...busNote(followed),
      ...notified,
      ...roleNote(work),
      events: countsOf(appended.events),
      ...run.beginning,
    });
    // The stream resumes at the first record named here and ignores the other names.
    const itemIdentifier = failed === undefined ? undefined : batch.Records[failed]?.dynamodb?.SequenceNumber;
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  };
}

/**
 * A schedule calls it: it publishes to the bus what the bus missed, and erases the values of deleted people from the logs.
 * It writes a line only where it did something or failed.
 */
export function eventsVisit(endpoint: EventsEndpoint) {
  const begin = workerRuns(endpoint);
  return async (context: WorkerContext): Promise<void> => {
    const run = begin(context);
    const { until } = run;
    const database = endpoint.open();
    const followed = await follow(endpoint, database, ALL_SHARDS, until);
    let erased = 0;
    let cause: Record<string, unknown> | undefined;
    try {
      erased = await eraseDue(database, endpoint.logSettings.retentionDays, until);
    } catch (error) {
      cause = causeOf(error);
    }
    const failed = cause !== undefined || hasFailed(followed);
    if (!failed && erased + followed.published === 0) return;
    const metrics = { VisitsFailed: failed ? 1 : 0 };
    run.end("events.visit", failed ? "ERROR" : "INFO", { ...busNote(followed), erased, cause }, metrics);
  };
}

async function readBatch(endpoint: EventsEndpoint, run: WorkerRun, { Records }: DynamoDBStreamEvent) {
  const steps: PlacedStep[] = [];
  const catalogue: CatalogueChange[] = [];
  let unreadable = 0;
  for (const [place, record] of Records.entries()) {
    try {
      const { Keys, NewImage } = record.dynamodb ?? {};
      const stamp = catalogueStamp({ pk: Keys?.pk?.S, lr: NewImage?.lr?.S });
      if (stamp !== undefined) catalogue.push({ place, stamp });
      const step = endpoint.readStep(record);
      if (step === undefined) continue;
      if (step.of !== "end") assertReadable(step);
      steps.push({ place, step });
    } catch (error) {
      unreadable++;
      await reportUnreadable(endpoint.deadLetters, run, "events", record, error);
    }
  }
  return { steps, catalogue, unreadable };
}

/** Turns an unexpected error into a failure of the batch. If it were thrown, Lambda would log its message. */
async function append(
  { logSettings, newGeneration, now }: EventsEndpoint,
  database: Database,
  placed: readonly PlacedStep[],
  until: number,
): Promise<Appended> {
  const steps = placed.map(({ step }) => step);
  try {
    return await appendSteps(steps, { ...logSettings, database, now, until, newGeneration });
  } catch (cause) {
    return { events: [], withRoles: new Set(), failed: { index: 0, cause } };
  }
}

const NOT_OFFERED: Publication = { published: 0, missed: [], unreadable: [] };

type Publication = Pick<Followed, "published" | "missed" | "unreadable"> & { readonly cause?: Record<string, unknown> };

async function follow(
  { bus, now }: EventsEndpoint,
  database: Database,
  shards: readonly number[],
  until: number,
): Promise<Publication> {
  try {
    const { cause, ...followed } = await followFeed(shards, {
      database,
      reader: BUS_READER,
      bus,
      now,
      until,
      leaseMs: LEASE_MS,
    });
    return { ...followed, ...(cause !== undefined && { cause: { name: cause } }) };
  } catch (error) {
    return { ...NOT_OFFERED, cause: causeOf(error) };
  }
}

/** Called before the batch counts as done: work that is not put now would be lost. */
async function workOnRoles(
  wakeWorker: (() => Promise<unknown>) | undefined,
  database: Database,
  changes: RoleChanges,
  until: number,
): Promise<RoleWorkPut | undefined> {
  if (wakeWorker === undefined) return undefined;
  const put = await putRoleWork(changes, { database, until });
  if (put.marks + put.walks > 0) await wakeWorker();
  return put;
}

/** No fields for a batch without work on roles. */
function roleNote(work: RoleWorkPut | undefined) {
  if (work === undefined || work.marks + work.walks + (work.failed === undefined ? 0 : 1) === 0) return {};
  const { marks, walks, failed } = work;
  return { roleMarks: marks, roleWalks: walks, ...(failed && { roleCause: causeOf(failed.cause) }) };
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function hasFailed({ cause, missed, unreadable }: Publication): boolean {
  return cause !== undefined || missed.length + unreadable.length > 0;
}

function busNote({ published, missed, unreadable, cause }: Publication) {
  return {
    published,
    missed: missed.length === 0 ? undefined : missed,
    damagedEvents: unreadable.length === 0 ? undefined : unreadable.slice(0, MOST_NAMED),
    busCause: cause,
  };
}

/** What identity providers removed, one report per org. */
function countsOf(events: readonly AppendedEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { draft } of events) counts[draft.type] = (counts[draft.type] ?? 0) + 1;
  return counts;
}
