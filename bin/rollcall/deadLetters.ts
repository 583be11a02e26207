import type { StreamPlace } from "../../functions/provisioning/deadLetters.ts";
import { isObject, type Json, type JsonObject, objectIn } from "../../functions/scim/json.ts";

/** What a dead letter says, as far as it is understood. */
export type DeadLetterContent =
  /** Of ours: a record of the stream that cannot be read. */
  | {
      readonly kind: "record";
      /** Id of the org. */
      readonly org: string | undefined;
      readonly resourceId: string | undefined;
      readonly sequence: string;
      readonly cause: string;
      readonly at: string;
    }
  /** Of Lambda's: a place in the stream that a function failed on until Lambda gave up. */
  | {
      readonly kind: "place";
      readonly place: StreamPlace;
      /** When Lambda gave up. */
      readonly at: string;
      /** When the last of the records was written. */
      readonly newest: string;
    }
  /** Of Lambda's: lines of the log that the journal of the portal could not take. */
  | {
      readonly kind: "lines";
      /** As CloudWatch Logs hands them over: packed. */
      readonly handed: JsonObject;
      /** When Lambda gave up. */
      readonly at: string;
    }
  | { readonly kind: "foreign" };

export const QUEUES = ["events", "sweep", "journal"] as const;
export type Queue = (typeof QUEUES)[number];

interface WaitingDeadLetter {
  /** As SQS names the message. */
  readonly id: string;
  readonly queue: Queue;
  readonly content: DeadLetterContent;
}

/** One that nobody else receives for a while. */
export interface TakenDeadLetter extends WaitingDeadLetter {
  readonly handle: string;
}

export interface QueueView {
  readonly queue: Queue;
  /** About how many there are. */
  readonly waiting: number;
  /** Up to ten of them. */
  readonly shown: readonly WaitingDeadLetter[];
}

/** The queues of a stack, and the functions that can do again what failed. */
export interface DeadLetterQueues {
  /** Takes nothing out: each dead letter is there for the next reader as well. */
  look(): Promise<QueueView[]>;
  /** Up to a hundred of each queue. An interrupted run loses none: they come back by themselves after 15 minutes. */
  take(): Promise<TakenDeadLetter[]>;
  remove(deadLetter: TakenDeadLetter): Promise<void>;
  putBack(deadLetters: readonly TakenDeadLetter[]): Promise<void>;
  /**
   * Has events published again, unless the stream is that of another table than the deployed one.
   * @returns `otherTable` as `outcome`; otherwise what the function answers, see functions/http/republish.ts
   */
  republish(place: StreamPlace): Promise<JsonObject>;
  /** Hands the journal lines of the log again. @throws Refused where it fails again */
  journal(handed: JsonObject): Promise<void>;
}

export const MOST_TAKEN = 100;

/** @param body of a message */
export function readDeadLetter(body: string): DeadLetterContent {
  // Anybody with the right may have written anything.
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
 * @param nameOf the login name of an org's id, where it is known
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
