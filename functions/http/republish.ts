import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { StreamPlace } from "../provisioning/deadLetters.ts";
import { LIMITS } from "../provisioning/timeBudget.ts";
import type { WorkerContext } from "./endpoint.ts";
import { type EventsEndpoint, eventsHandler, eventsVisit } from "./events.ts";
import { webhooksVisit } from "./webhooksVisit.ts";

interface RepublishingEndpoint extends EventsEndpoint {
  /** What the stream still has of a place; undefined when the records have expired. */
  readPlace(place: StreamPlace): Promise<readonly DynamoDBRecord[] | undefined>;
}

/** An operator's call to repeat a dead letter (`rollcall jobs --retry`). */
export interface RepublishCall {
  readonly again: StreamPlace;
}

/** The schedule's call. */
export interface VisitCall {
  readonly visit: true;
}

/** The schedule's call each minute, where there are webhooks. */
export interface NotifyCall {
  readonly notify: true;
}

/** `gone`: the records have expired from the stream. `refused`: the log could not take all records. */
type Republished =
  | { readonly outcome: "published"; readonly records: number }
  | { readonly outcome: "gone" }
  | { readonly outcome: "unreadable"; readonly records: number; readonly unreadable: number }
  | { readonly outcome: "refused"; readonly records: number };

/**
 * The function of events. It takes batches of the stream, an operator's place (whose records it reads from the stream again),
 * and the schedules' visits. A change that is already in the log makes no second event.
 */
export function eventsFunction(endpoint: RepublishingEndpoint) {
  const publish = eventsHandler(endpoint);
  const visit = eventsVisit(endpoint);
  const notify = webhooksVisit(endpoint);
  return async (
    event: DynamoDBStreamEvent | RepublishCall | VisitCall | NotifyCall,
    context: WorkerContext,
  ): Promise<DynamoDBBatchResponse | Republished | undefined> => {
    if ("again" in event) return republish(endpoint, event.again, context);
    if ("Records" in event) return publish(event, context);
    await ("notify" in event ? notify : visit)(context);
    return undefined;
  };
}

async function republish(
  endpoint: RepublishingEndpoint,
  place: StreamPlace,
  { awsRequestId, getRemainingTimeInMillis }: WorkerContext,
): Promise<Republished> {
  const until = endpoint.now() + Math.min(LIMITS.republish, getRemainingTimeInMillis());
  const Records = await endpoint.readPlace(place);
  if (Records === undefined) return { outcome: "gone" };
  let unreadable = 0;
  const publish = eventsHandler({
    ...endpoint,
    // Old removals do not count as removals of this hour.
    watch: async () => undefined,
    deadLetters: {
      // The dead letter of this place still exists and needs no second one.
      async send() {
        unreadable++;
        return true;
      },
    },
  });
  const context = { awsRequestId, getRemainingTimeInMillis: () => until - endpoint.now() };
  const { batchItemFailures } = await publish({ Records: [...Records] }, context);
  const records = Records.length;
  if (batchItemFailures.length > 0) return { outcome: "refused", records };
  return unreadable > 0 ? { outcome: "unreadable", records, unreadable } : { outcome: "published", records };
}
