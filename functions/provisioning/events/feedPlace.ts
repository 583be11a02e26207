import type { FeedPlace } from "../../store/eventFeed.ts";
import { GENERATION } from "../../store/eventKeys.ts";

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
