import type { StreamPlace } from "../../functions/provisioning/deadLetters.ts";
import { isObject, type Json, type JsonObject, objectIn } from "../../functions/scim/json.ts";

/** The content of a dead letter, as far as it is understood. */
export type DeadLetterContent =
  /** Rollcall's: an unreadable stream record. */
  | {
      readonly kind: "record";
      /** Id of the org. */
      readonly org: string | undefined;
      readonly resourceId: string | undefined;
      readonly sequence: string;
      readonly cause: string;
      readonly at: string;
    }
  /** Lambda's: a place in the stream at which a function failed until Lambda gave up. */
  | {
      readonly kind: "place";
      readonly place: StreamPlace;
      /** When Lambda gave up. */
      readonly at: string;
      /** When the last of the records was written. */
      readonly newest: string;
    }
  /** Lambda's: log lines that the portal's journal could not take. */
  | {
      readonly kind: "lines";
      /** The packed form from CloudWatch Logs. */
      readonly handed: JsonObject;
      /** When Lambda gave up. */
      readonly at: string;
    }
  | { readonly kind: "foreign" };

export const QUEUES = ["events", "sweep", "journal"] as const;
export type Queue = (typeof QUEUES)[number];

interface WaitingDeadLetter {
  /** SQS's id of the message. */
  readonly id: string;
  readonly queue: Queue;
  readonly content: DeadLetterContent;
}

/** Invisible to other readers for a while. */
export interface TakenDeadLetter extends WaitingDeadLetter {
  readonly handle: string;
}

export interface QueueView {
  readonly queue: Queue;
  /** Approximate. */
  readonly waiting: number;
  /** At most ten. */
  readonly shown: readonly WaitingDeadLetter[];
}

/** A stack's queues, and the functions that can repeat the failed work. */
export interface DeadLetterQueues {
  /** Removes nothing: other readers still see each dead letter. */
  look(): Promise<QueueView[]>;
  /** Up to a hundred of each queue. An interrupted run loses none: they reappear after 15 minutes. */
  take(): Promise<TakenDeadLetter[]>;
  remove(deadLetter: TakenDeadLetter): Promise<void>;
  putBack(deadLetters: readonly TakenDeadLetter[]): Promise<void>;
  /**
   * Publishes the events again, unless the stream belongs to another table than the deployed one.
   * @returns `otherTable` as `outcome`; otherwise the function's answer, see functions/http/republish.ts
   */
  republish(place: StreamPlace): Promise<JsonObject>;
  /** Sends the log lines to the journal again. @throws Refused where it fails again */
  journal(handed: JsonObject): Promise<void>;
}

export const MOST_TAKEN = 100;

/** @param body of a message */
export function readDeadLetter(body: string): DeadLetterContent {
  // Anybody with the permission may have written anything.
  const letter = objectIn(body);
  const batch = letter?.DDBStreamBatchInfo;
  if (isObject(batch)) {
    const [streamArn, shardId] = [text(batch.streamArn), text(batch.shardId)];
    const [first, last] = [text(batch.startSequenceNumber), text(batch.endSequenceNumber)];
    if (streamArn === undefined || shardId === undefined || first === undefined || last === undefined) {
      return { kind: "foreign" };
    }
    const newest = text(batch.approximateArrivalOfLastRecord) ?? "";
    return { kind: "place", place: { streamArn, shardId, first, last }, at: text(letter?.timestamp) ?? "", newest };
  }
  const handed = letter?.requestPayload;
  if (isObject(handed) && isObject(handed.awslogs)) return { kind: "lines", handed, at: text(letter?.timestamp) ?? "" };
  const [at, cause] = [text(letter?.at), text(letter?.cause)];
  if (letter === undefined || at === undefined || cause === undefined) return { kind: "foreign" };
  const [org, resourceId] = [text(letter.org), text(letter.resourceId)];
  return { kind: "record", org, resourceId, sequence: text(letter.sequence) ?? "unknown", cause, at };
}

/**
 * One line for a person.
 * @param nameOf the login name of an org's id, if known
 */
export function deadLetterLine(
  content: DeadLetterContent,
  nameOf: (orgId: string) => string | undefined = () => undefined,
): string {
  switch (content.kind) {
    case "place": {
      const { first, last, shardId } = content.place;
      return `records ${first} to ${last} of ${shardId}: failed until ${content.at}`;
    }
    case "record": {
      const { org = "unknown", resourceId = "unknown", cause, sequence, at } = content;
      return `org ${nameOf(org) ?? org}, ${resourceId}: ${cause}, record ${sequence}, ${at}`;
    }
    case "lines":
      return `lines of the log: failed until ${content.at}`;
    case "foreign":
      return "a message that Rollcall did not write";
  }
}

function text(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
