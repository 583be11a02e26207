import { randomUUID } from "node:crypto";
import type { Stamp } from "./records.ts";

/**
 * The last write of a resource, one text: when, by which token, on which request, and a part that is new each time, so
 * that a write is recognised when it is sent twice.
 */
export function newWriteId(stamp: Stamp): string {
  return `${stamp.at} ${stamp.tokenId} ${stamp.reference} ${randomUUID().slice(0, 8)}`;
}

export function timeOf(writeId: string): string {
  return writeId.slice(0, writeId.indexOf(" "));
}
