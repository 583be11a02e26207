import { getOrg } from "../../provisioning/changeOrg.ts";
import { pageOfFeed } from "../../provisioning/events/pageOfFeed.ts";
import { feedPlaceText, placeText } from "../../provisioning/events/place.ts";
import {
  type EventPage,
  type EventQuestion,
  type LogReading,
  readEvents,
  readQuestion,
} from "../../provisioning/events/readEvents.ts";
import { readHeads } from "../../provisioning/events/readLog.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { isSlug } from "../../provisioning/orgSettings.ts";
import { hasTimeTo } from "../../provisioning/timeBudget.ts";
import type { FeedEntry } from "../../store/eventItems.ts";
import type { SettingsStore } from "../../store/settings.ts";
import type { RequestContext } from "../requestContext.ts";
import type { EVENT_OPERATIONS } from "./declarations/events.ts";
import { eventViews, historyOf, logReading } from "./history.ts";
import type { Called, Handlers } from "./route.ts";

/** Dependencies of operations on event logs. */
export interface EventMeans {
  /** Only of orgs that the caller may name. */
  readonly settings: SettingsStore;
}

type OfOrg = Called<EventMeans> & { readonly parameters: { readonly org: string } };

const POLL_MS = 150;

export const eventHandlers: Handlers<EventMeans, typeof EVENT_OPERATIONS> = {
  listEvents: async (call) => {
    const reading = await logOf(call);
    const { org } = reading;
    const { events, next, head } = await awaitEvents(call.ctx, reading, readQuestion(reading, call.query), call.query);
    return {
      events: await eventViews(call.ctx, org, next.generation, events),
      next: placeText(org.id, next),
      head: placeText(org.id, head),
    };
  },
  getHistory: async (call) => {
    const { before, limit } = call.query;
    const { events, next } = await historyOf(call.ctx, await logOf(call), call.parameters.id, before, limit);
    return { events, ...(next !== undefined && { next }) };
  },
  listHeads: async ({ ctx: { store }, settings, query: { count, cursor } }) => {
    const after = cursor === undefined ? undefined : slugIn(cursor);
    const { orgs, next } = await settings.orgs(count, after);
    const heads = await readHeads(
      store.database,
      orgs.map(({ id }) => id),
    );
    const views = orgs.map(({ slug, id }) => {
      const { generation, seq } = heads.get(id) ?? { generation: "", seq: 0 };
      return { org: slug, id, head: placeText(id, { generation, seq }) };
    });
    return { orgs: views, ...(next !== undefined && { next: headsCursor(next) }) };
  },
  readFeed: async ({ ctx: { store, started }, query: { shard, after, limit } }) => {
    const { entries, next, head } = await pageOfFeed(store.database, shard, after, { limit, now: started });
    return {
      entries: entries.map(entryView),
      next: feedPlaceText(shard, next),
      head: feedPlaceText(shard, head),
    };
  },
};

/** The event log of the org in the path. @throws ScimError 404, 410 during a purge */
async function logOf({ ctx, parameters, settings }: OfOrg): Promise<LogReading> {
  return logReading(ctx, await getOrg(settings, parameters.org));
}

/**
 * Where long polling is allowed, waits for the first page with events.
 * @param wait seconds
 */
async function awaitEvents(
  ctx: RequestContext,
  reading: LogReading,
  question: EventQuestion,
  { wait }: { readonly wait: number },
): Promise<EventPage> {
  const { deadline, endpoint, signal, started } = ctx;
  const until = started + 1_000 * wait;
  const stopped = endpoint.longPoll;
  let page = await readEvents(reading, question);
  while (page.events.length === 0 && stopped?.aborted === false && !signal.aborted && endpoint.now() < until) {
    if (!hasTimeTo("search", { now: endpoint.now, deadline })) break;
    const isAtEnd = page.next.seq >= page.head.seq;
    if (isAtEnd) await endpoint.wait(POLL_MS);
    const now = endpoint.now();
    page = await readEvents({ ...reading, now }, { ...question, start: { place: page.next, log: "its" } });
  }
  return page;
}

function entryView({ orgId, slug, range }: FeedEntry) {
  return range === undefined ? { org: slug, orgId, ended: true as const } : { org: slug, orgId, ...range };
}

/** A cursor that continues after the org of that login name. */
function headsCursor(slug: string): string {
  return Buffer.from(slug).toString("base64url");
}

/** @throws ScimError 400 */
function slugIn(cursor: string): string {
  const slug = Buffer.from(cursor, "base64url").toString("latin1");
  if (isSlug(slug) && headsCursor(slug) === cursor) return slug;
  throw OperatorError.invalidValue("directoryCursor");
}
