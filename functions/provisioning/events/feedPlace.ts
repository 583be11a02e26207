import type { FeedPlace } from "../../store/eventFeed.ts";
import { GENERATION } from "../../store/eventKeys.ts";

/** A place in a shard of the feed, as clients keep it: opaque to them. */
export function feedPlaceText(shard: number, { generation, number }: FeedPlace): string {
  return Buffer.from(`F.${shard}.${generation}.${number}`).toString("base64url");
}

/** @returns undefined for a text that was given out by no release, or for another shard */
export function readFeedPlace(shard: number, text: string): FeedPlace | undefined {
  const parts = Buffer.from(text, "base64url").toString("latin1").split(".");
  const [letter, ofShard, generation = "", digits = ""] = parts;
  const number = Number(digits);
  if (parts.length !== 4 || letter !== "F" || ofShard !== String(shard) || !/^\d{1,16}$/.test(digits)) return undefined;
  const isPlace = GENERATION.test(generation) || (generation === "" && number === 0);
  return isPlace && Number.isSafeInteger(number) ? { generation, number } : undefined;
}
