import type { StreamPlace } from "../../functions/provisioning/deadLetters.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";

/** What a queue of dead letters holds, as far as it is understood. */
export type Letter =
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
  | { readonly kind: "foreign" };

/** @param body of a message */
export function readLetter(body: string): Letter {
  const letter = parsed(body);
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
  const [at, cause] = [text(letter?.at), text(letter?.cause)];
  if (letter === undefined || at === undefined || cause === undefined) return { kind: "foreign" };
  const [org, resourceId] = [text(letter.org), text(letter.resourceId)];
  return { kind: "record", org, resourceId, sequence: text(letter.sequence) ?? "unknown", cause, at };
}

/**
 * One line for a person.
 * @param nameOf the login name of an org's id, where it is known
 */
export function letterLine(letter: Letter, nameOf: (orgId: string) => string | undefined = () => undefined): string {
  switch (letter.kind) {
    case "place": {
      const { first, last, shardId } = letter.place;
      return `records ${first} to ${last} of ${shardId}: tried in vain until ${letter.at}`;
    }
    case "record": {
      const { org = "unknown", resourceId = "unknown", cause, sequence, at } = letter;
      return `org ${nameOf(org) ?? org}, ${resourceId}: ${cause}, record ${sequence}, ${at}`;
    }
    case "foreign":
      return "a message that is none of ours";
  }
}

function parsed(body: string): JsonObject | undefined {
  try {
    const json: Json = JSON.parse(body);
    return isObject(json) ? json : undefined;
  } catch {
    // Anybody with the right may have written anything.
    return undefined;
  }
}

function text(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
