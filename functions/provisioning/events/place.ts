import type { FeedPlace } from "../../store/eventFeed.ts";
import { GENERATION } from "../../store/eventKeys.ts";
import { isOrgId } from "../../store/keys.ts";
import type { LogPlace } from "./readLog.ts";

const START = "0";

/**
 * A place in an org's log, as clients store it: opaque to them. A bare number would silently skip events after a purge with a new
 * org of the same name, or in a restored table.
 */
export function placeText(orgId: string, { generation, seq }: LogPlace): string {
  return Buffer.from(`${orgId}.${generation}.${seq}`).toString("base64url");
}

/**
 * `0` is the beginning of any log. A place in a log without events has no generation.
 * @returns undefined for a text that no release gave out
 */
export function readPlace(text: string): { readonly orgId: string | undefined; readonly place: LogPlace } | undefined {
  if (text === START) return { orgId: undefined, place: { generation: "", seq: 0 } };
  const [orgId = "", generation = "", digits] = Buffer.from(text, "base64url").toString("latin1").split(".");
  const place = { generation, seq: Number(digits) };
  const isPlace = GENERATION.test(generation) ? isNumber(place.seq) : generation === "" && place.seq === 0;
  return isOrgId(orgId) && isPlace && placeText(orgId, place) === text ? { orgId, place } : undefined;
}

function isNumber(seq: number): boolean {
  return Number.isSafeInteger(seq) && seq >= 0;
}

/** A place in a shard of the feed, as clients store it: opaque to them. */
export function feedPlaceText(shard: number, { generation, number }: FeedPlace): string {
  return Buffer.from(`F.${shard}.${generation}.${number}`).toString("base64url");
}

/** @returns undefined for a text that no release gave out, or that is of another shard */
export function readFeedPlace(shard: number, text: string): FeedPlace | undefined {
  const [, , generation = "", digits] = Buffer.from(text, "base64url").toString("latin1").split(".");
  const place = { generation, number: Number(digits) };
  const isNumber = Number.isSafeInteger(place.number) && place.number >= 0;
  const isPlace = GENERATION.test(generation) ? isNumber : generation === "" && place.number === 0;
  return isPlace && feedPlaceText(shard, place) === text ? place : undefined;
}
