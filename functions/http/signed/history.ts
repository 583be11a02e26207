import { LOG_SETTINGS, retentionOf } from "../../provisioning/events/logSettings.ts";
import { placeText } from "../../provisioning/events/place.ts";
import type { LogReading } from "../../provisioning/events/readEvents.ts";
import { readHistory } from "../../provisioning/events/readHistory.ts";
import { type EventView, showEvent } from "../../provisioning/events/showEvent.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { isUserId } from "../../scim/schema.ts";
import type { ReadableEvent } from "../../store/eventItems.ts";
import { LinkStore } from "../../store/links.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { RequestContext } from "../requestContext.ts";

/** @throws ScimError 410 while the org is purged */
export function logReading(ctx: RequestContext, org: OrgRecord): LogReading {
  if (org.deletion?.purging === true) throw OperatorError.gone("purging");
  return anyLogReading(ctx, org);
}

/** Also while the org is purged. */
export function anyLogReading({ endpoint, started, store }: RequestContext, org: OrgRecord): LogReading {
  const retentionDays = retentionOf(endpoint.logSettings ?? LOG_SETTINGS, org);
  return { database: store.database, org, now: started, retentionDays };
}

/** A page of one resource's events, and the place before which the next page begins. @throws ScimError 400, 410 */
export async function historyOf(
  ctx: RequestContext,
  reading: LogReading,
  resource: string,
  before: string | undefined,
  limit: number,
): Promise<{ readonly events: readonly EventView[]; readonly next: string | undefined }> {
  const { org } = reading;
  const { events, generation, next } = await readHistory(reading, resource, before, limit);
  return { events: await eventViews(ctx, org, generation, events), next: next && placeText(org.id, next) };
}

/** Event views with their users' current links. A deleted user's link is shown until the sweep removes it. */
export async function eventViews(
  { store }: RequestContext,
  org: OrgRecord,
  generation: string,
  events: readonly ReadableEvent[],
): Promise<EventView[]> {
  const users = events.map(({ subject }) => subject).filter(isUserId);
  const links = new LinkStore(store.view(org.id, "managed"), store.view(org.id, "unmanaged"));
  const linked = users.length === 0 ? undefined : await links.ofUsers(users);
  return events.map((event) => showEvent(org, generation, event, linked?.get(event.subject)?.applicationId));
}
