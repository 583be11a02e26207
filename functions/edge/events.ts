import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { type Change, type DirectoryEvent, type EventBus, eventsOf } from "../provisioning/events.ts";
import { isGroupId, isUserId } from "../scim/identifiers.ts";

export interface EventsEndpoint {
  /** @throws Error for a record that cannot be read */
  readChanges(record: DynamoDBRecord): Change[];
  readonly bus: EventBus;
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
}

/** What is left for the answer and the log line when the function's own time ends. */
const MARGIN_MS = 5_000;

/** Publishes what a batch of the table's stream tells. What could not be published is asked for again. */
export function eventsHandler(endpoint: EventsEndpoint) {
  let cold = true;
  return async (
    batch: DynamoDBStreamEvent,
    context: Pick<Context, "getRemainingTimeInMillis">,
  ): Promise<DynamoDBBatchResponse> => {
    const started = endpoint.now();
    const until = started + context.getRemainingTimeInMillis() - MARGIN_MS;
    const events: DirectoryEvent[] = [];
    /** By event, the position of its record. */
    const origins: number[] = [];
    let unreadable = 0;
    for (const [position, record] of batch.Records.entries()) {
      const read = readEvents(endpoint, record);
      if (read === undefined) unreadable++;
      for (const event of read ?? []) {
        events.push(event);
        origins.push(position);
      }
    }
    const { taken, cause } = await endpoint.bus.publish(events, until);
    const failed = origins[taken];
    endpoint.log({
      type: "events.batch",
      ts: new Date(started).toISOString(),
      level: unreadable > 0 || failed !== undefined ? "ERROR" : "INFO",
      ver: endpoint.version,
      records: batch.Records.length,
      unreadable: unreadable === 0 ? undefined : unreadable,
      again: failed === undefined ? undefined : batch.Records.length - failed,
      cause,
      published: taken,
      events: countsOf(events.slice(0, taken)),
      ms: endpoint.now() - started,
      cold,
    });
    cold = false;
    // The stream goes on from the first one named here, whatever else is named.
    const itemIdentifier = failed === undefined ? undefined : batch.Records[failed]?.dynamodb?.SequenceNumber;
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  };
}

/**
 * A record that cannot be read will not become readable: it is passed over, because it would hold up every later change
 * of its shard, deactivations among them. Its line says which resource the application should look up.
 */
function readEvents(endpoint: EventsEndpoint, record: DynamoDBRecord): DirectoryEvent[] | undefined {
  try {
    return endpoint.readChanges(record).flatMap(eventsOf);
  } catch (error) {
    const { Keys: key, SequenceNumber: sequence } = record.dynamodb ?? {};
    const id = key?.sk?.S?.split("#")[0] ?? "";
    endpoint.log({
      type: "events.unreadable",
      ts: new Date(endpoint.now()).toISOString(),
      level: "ERROR",
      ver: endpoint.version,
      sequence,
      org: /^[ON]#([0-9A-Za-z]{8})#/.exec(key?.pk?.S ?? "")?.[1],
      resourceId: isUserId(id) || isGroupId(id) ? id : undefined,
      // Not its message: that of a JSON parser quotes what it could not read.
      cause: error instanceof Error ? error.name : typeof error,
    });
    return undefined;
  }
}

function countsOf(events: readonly DirectoryEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
