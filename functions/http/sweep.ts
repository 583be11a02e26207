import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { DeadLetters } from "../provisioning/deadLetters.ts";
import { sweepOpenDeletions, sweepStamp, sweepTogether } from "../provisioning/sweeping.ts";
import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import type { Deletion, Usage } from "../store/records.ts";
import type { Store, StoreSession } from "../store/session.ts";
import type { WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf, type LogLine, usageFields } from "./logWriter.ts";
import type { Metrics } from "./metrics.ts";
import { referenceOf } from "./requestContext.ts";
import { faultNote, reportUnreadable } from "./unreadable.ts";
import { type WorkerRun, workerRuns } from "./workerRun.ts";

interface SweepEndpoint extends WorkerEndpoint {
  readonly store: Store;
  /** The deletion that a record tells of; undefined for other records. @throws Error for a record that cannot be read */
  readDeletion(record: DynamoDBRecord): Deletion | undefined;
  readonly deadLetters: DeadLetters;
}

/** A call without stream records: by the schedule or by an operator. */
type SweepVisit = { readonly Records?: undefined };

/**
 * Sweeps deletions from the stream at once. Each scheduled visit sweeps deletions that are five minutes old or older, for the
 * second and last time (ADR 0023).
 */
export function sweepHandler(endpoint: SweepEndpoint) {
  const begin = workerRuns(endpoint);
  return async (event: DynamoDBStreamEvent | SweepVisit, context: WorkerContext): Promise<DynamoDBBatchResponse> => {
    const run = new SweepRun(endpoint, begin(context), referenceOf(context.awsRequestId));
    return event.Records === undefined ? run.visit() : run.records(event.Records);
  };
}

class SweepRun {
  readonly #endpoint: SweepEndpoint;
  readonly #run: WorkerRun;
  readonly #reference: string;

  constructor(endpoint: SweepEndpoint, run: WorkerRun, reference: string) {
    this.#endpoint = endpoint;
    this.#run = run;
    this.#reference = reference;
  }

  /** Asks the stream again for the first record that fails and all later records: the stream keeps the order. */
  async records(records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> {
    const store = this.#begin();
    const read = records.map((record) => this.#read(record));
    const deletions = read.filter((one): one is Deletion => one !== undefined && !("unreadable" in one));
    const stamp = sweepStamp({ now: this.#endpoint.now, reference: this.#reference });
    // An unfinished sweep is left to the schedule. Here it would delay the deletions after it.
    const outcomes = await sweepTogether(store, deletions, this.#run.until, stamp);
    const outcomeOf = new Map(deletions.map((deletion, index) => [deletion, outcomes[index]]));
    const unfinished = outcomes.filter((outcome) => outcome === "unfinished").length;
    let unreadable = 0;
    for (const [index, one] of read.entries()) {
      const record = records[index];
      if (one === undefined || record === undefined) continue;
      if ("unreadable" in one) {
        unreadable++;
        await reportUnreadable(this.#endpoint.deadLetters, this.#run, "sweep", record, one.unreadable);
        continue;
      }
      const outcome = outcomeOf.get(one);
      if (typeof outcome !== "object") continue;
      const { orgId, id: resourceId } = one;
      const counts = { deletions: deletions.length, unreadable: unreadable || undefined, unfinished };
      this.#log("sweep.batch", "ERROR", store.usage, { ...counts, orgId, resourceId, cause: causeOf(outcome.error) });
      const itemIdentifier = record.dynamodb?.SequenceNumber;
      // The record has no sequence number, so the whole batch has to come again.
      if (itemIdentifier === undefined) throw outcome.error;
      return { batchItemFailures: [{ itemIdentifier }] };
    }
    const level = unreadable > 0 ? "ERROR" : "INFO";
    const counts = { deletions: deletions.length, unreadable: unreadable || undefined, unfinished };
    this.#log("sweep.batch", level, store.usage, counts);
    return { batchItemFailures: [] };
  }

  async visit(): Promise<DynamoDBBatchResponse> {
    const store = this.#begin();
    const means = { now: this.#endpoint.now, until: this.#run.until, reference: this.#reference };
    const { done, open, unreadable, fault } = await sweepOpenDeletions(store, means);
    // A visit without work writes no line, so that idle costs nothing.
    if (done + open > 0) {
      const level = fault !== undefined || unreadable > 0 ? "ERROR" : open > 0 ? "WARN" : "INFO";
      const more = { done, open, unreadable: unreadable || undefined, ...faultNote(fault) };
      this.#log("sweep.visit", level, store.usage, more, { JobsOpen: open });
    }
    return { batchItemFailures: [] };
  }

  /** A contended change retries until this function's time is over. A call without an answer is aborted before that. */
  #begin(): StoreSession {
    const { now, store } = this.#endpoint;
    const signal = workerTime(this.#run.until - now() + RESERVED.worker / 2);
    return store.begin({ hasTime: () => now() < this.#run.until, signal });
  }

  #read(record: DynamoDBRecord): Deletion | { readonly unreadable: unknown } | undefined {
    try {
      return this.#endpoint.readDeletion(record);
    } catch (error) {
      return { unreadable: error };
    }
  }

  #log(
    type: "sweep.batch" | "sweep.visit",
    level: "INFO" | "WARN" | "ERROR",
    usage: Usage,
    more: LogLine,
    metrics?: Metrics,
  ): void {
    const ms = this.#endpoint.now() - this.#run.started;
    this.#run.note(type, level, { ref: this.#reference, ...more, ms, ...usageFields(usage) }, metrics);
  }
}
