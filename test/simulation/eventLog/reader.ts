import { retentionOf } from "../../../functions/provisioning/events/logSettings.ts";
import { placeText, readPlace } from "../../../functions/provisioning/events/place.ts";
import { readEvents, readQuestion } from "../../../functions/provisioning/events/readEvents.ts";
import { readHead } from "../../../functions/provisioning/events/readLog.ts";
import { ScimError } from "../../../functions/scim/error.ts";
import type { ReadableEvent } from "../../../functions/store/eventItems.ts";
import { type OrgId, settingsKeys } from "../../../functions/store/keys.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import { orgRecord } from "../../../functions/store/settings.ts";
import { orgIdOf } from "../../support/records.ts";
import type { History } from "./history.ts";

export const RETENTION_DAYS = 90;
const DAY_MS = 86_400_000;
const PAGE = 3;

export type Answer =
  | { readonly status: 200; readonly events: readonly ReadableEvent[]; readonly next: string; readonly isEnd: boolean }
  | { readonly status: 404 }
  | { readonly status: 410 };

/** The event log's API for consumers; its answers are checked against the promises of eventlog.md 1.7. */
export class Reader {
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  async orgIdOf(session: StoreSession, slug: string): Promise<OrgId | undefined> {
    const entry = await session.database.get(settingsKeys.slug(slug));
    return entry && orgIdOf(String(entry.id));
  }

  async headOf(session: StoreSession, orgId: OrgId): Promise<string> {
    const head = await readHead(session.database, orgId);
    return placeText(orgId, { generation: head?.generation ?? "", seq: head?.seq ?? 0 });
  }

  /** @param now milliseconds since the epoch */
  async read({ database }: StoreSession, orgId: OrgId, cursor: string, now: number): Promise<Answer> {
    const item = await database.get(settingsKeys.org(orgId));
    if (item === undefined) return { status: 404 };
    const org = orgRecord(item);
    const retentionDays = retentionOf({ retentionDays: RETENTION_DAYS, keepsValues: true }, org);
    const reading = { database, org, now, retentionDays };
    try {
      const { events, next, head } = await readEvents(reading, readQuestion(reading, { after: cursor, limit: PAGE }));
      const [first] = events;
      if (first !== undefined && first.time + retentionDays * DAY_MS <= now)
        this.#history.problems.push("an event is shown whose time is over");
      return { status: 200, events, next: placeText(orgId, next), isEnd: head.seq <= next.seq };
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      if (error.status !== 410) this.#history.problems.push(`a cursor that was given out is refused: ${error.message}`);
      // A purge removes events early.
      const isOpen = (await readHead(database, orgId))?.closed === false;
      if (error.code === "gone.expired" && isOpen) this.#checkExpired(orgId, cursor, database.now(), retentionDays);
      return { status: 410 };
    }
  }

  /** @param now time of the answer */
  #checkExpired(orgId: OrgId, cursor: string, now: number, days: number): void {
    const { generation = "", seq = 0 } = readPlace(cursor)?.place ?? {};
    const next = this.#history.eventAt(orgId, generation, seq + 1);
    if (next === undefined) return;
    const isOver = next.event.time + days * DAY_MS <= now || Number(next.item.ttl) * 1000 <= now;
    if (!isOver) this.#history.problems.push("an event is refused whose time is not over");
  }
}
