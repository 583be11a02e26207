import type { Database } from "../../store/database.ts";
import { FEED_BEGINNING, feedBeginning, feedEnd, readFeedBehind } from "../../store/eventFeed.ts";
import { FEED_DAYS } from "../../store/eventItems.ts";
import { OperatorError } from "../operatorError.ts";
import { readFeedPlace } from "./place.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const ANY = "0";

/**
 * A page of one shard.
 * @param after absent: the answer has no entries, only the place to begin
 * @param now milliseconds since the epoch
 * @throws ScimError 400, 410
 */
export async function pageOfFeed(
  database: Database,
  shard: number,
  after: string | undefined,
  { limit, now }: { readonly limit: number; readonly now: number },
) {
  const place = after === undefined || after === ANY ? FEED_BEGINNING : readFeedPlace(shard, after);
  if (place === undefined) throw OperatorError.invalidValue("feedCursor");
  const head = await feedEnd(database, shard);
  if (after === undefined)
    return { entries: [], next: await feedBeginning(database, shard, head, now - HOUR_MS), head };
  // This place was also given out by the empty shard before the feed began again.
  if (after !== ANY && place.generation === "" && head.renewed === true) throw OperatorError.gone("feed");
  const page = await readFeedBehind(database, shard, head, place, limit);
  if (page.outcome === "gone") throw OperatorError.gone("feed");
  const [first] = page.entries;
  // Judged by time, whether or not TTL has already removed it.
  if (first !== undefined && now >= first.time + FEED_DAYS * DAY_MS) throw OperatorError.gone("feed");
  return { entries: page.entries, next: page.place, head: page.place.number > head.number ? page.place : head };
}
