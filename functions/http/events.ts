import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { DeadLetters } from "../provisioning/deadLetters.ts";
import {
  type DirectoryEvent,
  type EventBus,
  type EventType,
  eventsOf,
  type LoginNames,
} from "../provisioning/events.ts";
import { RESERVED } from "../provisioning/timeBudget.ts";
import type { Change } from "../store/changes.ts";
import type { OrgId } from "../store/keys.ts";
import { NO_REMOVALS, type Removals, sumOf } from "../store/removalCounts.ts";
import { causeOf, logWriter } from "./logWriter.ts";
import type { MassChangeWatch, RemovalReport } from "./massChangeWatch.ts";
import { reportUnreadable } from "./unreadable.ts";

export interface EventsEndpoint {
  /** @throws Error for a record that cannot be read */
  readChanges(record: DynamoDBRecord): Change[];
  readonly bus: EventBus;
  readonly nameOrgs: LoginNames;
  readonly watch: MassChangeWatch;
  readonly deadLetters: DeadLetters;
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
  /** Milliseconds from the start of the process until it could take a batch; the line of its first one says it. */
  readonly initMs?: number;
}

const REMOVAL_OF: Partial<Record<EventType, Removals>> = {
  "user.deactivated": { ...NO_REMOVALS, deactivated: 1 },
  "user.deleted": { ...NO_REMOVALS, deleted: 1 },
  "membership.removed": { ...NO_REMOVALS, membersRemoved: 1 },
};

/** Publishes the events of a batch of the table's stream, and asks again for what it could not publish. */
export function eventsHandler(endpoint: EventsEndpoint) {
  const write = logWriter(endpoint);
  let cold = true;
  return async (
    batch: DynamoDBStreamEvent,
    context: Pick<Context, "getRemainingTimeInMillis" | "awsRequestId">,
  ): Promise<DynamoDBBatchResponse> => {
    const started = endpoint.now();
    const until = started + context.getRemainingTimeInMillis() - RESERVED.worker;
    const read: DirectoryEvent[] = [];
    /** By event, the position of its record. */
    const origins: number[] = [];
    let unreadable = 0;
    for (const [position, record] of batch.Records.entries()) {
      try {
        for (const event of endpoint.readChanges(record).flatMap(eventsOf)) {
          read.push(event);
          origins.push(position);
        }
      } catch (error) {
        unreadable++;
        await reportUnreadable(endpoint, write, "events", record, error);
      }
    }
    const events = await endpoint.nameOrgs(read);
    const { taken, cause } = await publish(endpoint, events, until);
    const failed = origins[taken];
    if (endpoint.now() < until) for (const report of removalsOf(events.slice(0, taken))) await endpoint.watch(report);
    const line = {
      type: "events.batch",
      ts: new Date(started).toISOString(),
      level: unreadable > 0 || failed !== undefined ? "ERROR" : "INFO",
      ver: endpoint.version,
      reqId: context.awsRequestId,
      records: batch.Records.length,
      unreadable: unreadable === 0 ? undefined : unreadable,
      again: failed === undefined ? undefined : batch.Records.length - failed,
      cause,
      published: taken,
      events: countsOf(events.slice(0, taken)),
      ms: endpoint.now() - started,
      cold,
      initMs: cold ? endpoint.initMs : undefined,
    };
    write(() => ({ line, at: started }));
    cold = false;
    // The stream continues from the first one named here, whatever else is named.
    const itemIdentifier = failed === undefined ? undefined : batch.Records[failed]?.dynamodb?.SequenceNumber;
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  };
}

/** A surprise of the bus is a failure of the batch like any other: thrown, it would be logged with its message. */
async function publish(
  { bus }: EventsEndpoint,
  events: readonly DirectoryEvent[],
  until: number,
): Promise<{ readonly taken: number; readonly cause?: Record<string, unknown> }> {
  try {
    const { taken, cause } = await bus.publish(events, until);
    return { taken, cause: cause === undefined ? undefined : { name: cause } };
  } catch (error) {
    return { taken: 0, cause: causeOf(error) };
  }
}

/** What the identity providers took away, an entry for each org. */
function removalsOf(events: readonly DirectoryEvent[]): RemovalReport[] {
  const reports = new Map<string, RemovalReport>();
  for (const { managed, org, orgName, reference: ref, tokenId, type } of events) {
    const removals = managed ? REMOVAL_OF[type] : undefined;
    if (removals === undefined) continue;
    // Out of the key of an item that our own store wrote for an org that was authenticated.
    const orgId = org as OrgId;
    reports.set(orgId, {
      orgId,
      org: orgName,
      removals: sumOf(reports.get(orgId)?.removals ?? NO_REMOVALS, removals),
      ref,
      tokenId,
    });
  }
  return [...reports.values()];
}

function countsOf(events: readonly DirectoryEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
