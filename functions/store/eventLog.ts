import { type Database, soundRecords } from "./database.ts";
import { type Cursor, cursorOf, type FeedHead, feedHeadOf, type Head, headOf } from "./eventItems.ts";
import { eventKeys } from "./eventKeys.ts";
import { keyText, type OrgId, settingsKeys } from "./keys.ts";
import type { OrgRecord } from "./records.ts";
import { orgRecord } from "./settings.ts";
import type { Action, Item, Key } from "./table.ts";

/** The basis of one shard's next transaction. A head or cursor that is absent does not exist yet. */
export interface LogState {
  readonly heads: Map<OrgId, Head>;
  /** By `cursorName`. */
  readonly cursors: Map<string, Cursor>;
  feed: FeedHead | undefined;
}

export interface Subject {
  readonly orgId: OrgId;
  readonly subject: string;
}

export function cursorName({ orgId, subject }: Subject): string {
  return `${orgId} ${subject}`;
}

/** The last versions of a subject that the log accounts for. */
export type LoggedVersions = Pick<Cursor, "version" | "linkVersion" | "rolesVersion" | "gone">;

/** The event logs of one shard of the feed, for their writer. */
export class EventLogStore {
  readonly #database: Database;
  readonly #shard: number;

  constructor(database: Database, shard: number) {
    this.#database = database;
    this.#shard = shard;
  }

  /** Strongly consistent, but not a snapshot: the write is conditional on what was read. */
  async state(orgs: readonly OrgId[], subjects: readonly Subject[]): Promise<LogState> {
    const orgIds = [...new Set(orgs)];
    const items = await this.#database.getMany([
      eventKeys.feedHead(this.#shard),
      ...orgIds.map(eventKeys.head),
      ...subjects.map(({ orgId, subject }) => eventKeys.cursor(orgId, subject)),
    ]);
    const found = new Map(items.map((item) => [keyText(item), item]));
    const read = <T>(key: Key, of: (item: Item) => T): T | undefined => {
      const item = found.get(keyText(key));
      return item && of(item);
    };
    const state: LogState = {
      heads: new Map(),
      cursors: new Map(),
      feed: read(eventKeys.feedHead(this.#shard), feedHeadOf),
    };
    for (const orgId of orgIds) {
      const head = read(eventKeys.head(orgId), headOf);
      if (head !== undefined) state.heads.set(orgId, head);
    }
    for (const one of subjects) {
      const cursor = read(eventKeys.cursor(one.orgId, one.subject), cursorOf);
      if (cursor !== undefined) state.cursors.set(cursorName(one), cursor);
    }
    return state;
  }

  /** The settings of an org that the log needs; undefined where the org is gone. */
  async orgOf(orgId: OrgId, head: LoggedOrg | undefined): Promise<LoggedOrg | undefined> {
    const item = await this.#database.get(settingsKeys.org(orgId));
    if (item === undefined) return undefined;
    // Settings that somebody damaged by hand must not hold up the shard: the log goes on with what its head knows.
    return soundRecords(this.#database, [item], orgRecord).map(loggedOrgOf)[0] ?? head;
  }

  /** @returns `refused` where an item differs from what was read: then nothing is written */
  async commit(actions: readonly Action[]): Promise<"written" | "refused"> {
    return (await this.#database.transact(actions)).length === 0 ? "written" : "refused";
  }
}

/** The org settings that the head of a log stores. */
export type LoggedOrg = Pick<Head, "slug" | "retentionDays" | "roles">;

/** @param settings the org's item */
export function loggedOrg(settings: Item): LoggedOrg {
  return loggedOrgOf(orgRecord(settings));
}

export function loggedOrgOf({ slug, eventRetentionDays, roles }: OrgRecord): LoggedOrg {
  return { slug, retentionDays: eventRetentionDays, roles: roles === undefined ? undefined : true };
}
