import { allOf, type Database, newestFirst, soundRecords } from "./database.ts";
import { isOrgId, isTokenHash, keyItem, type OrgId, portalKeys, settingsKeys } from "./keys.ts";
import type { OrgRecord } from "./records.ts";
import { orgRecord } from "./settings.ts";
import { ABSENT, type Action, type Item, type Key } from "./table.ts";
import type { PortalSessionRecord } from "./tokenRecords.ts";

/** How long ended links and sessions are listed. */
const LISTED_SECONDS = 86_400;
const MINUTE_SECONDS = 60;

/** The content of a presented text, unverified. */
export interface PortalClaim {
  readonly kind: PortalSessionRecord["kind"];
  readonly orgId: string;
  /** SHA-256 of the whole text, hex. */
  readonly hash: string;
}

/**
 * One round trip: the link or session, and the settings of the org that it claims. Strongly consistent. Unverified: use or
 * show nothing of it before the record is checked to be live.
 */
export async function openPortal(database: Database, { kind, orgId, hash }: PortalClaim) {
  // The claim is text from outside: only these forms may become part of a key.
  if (!isOrgId(orgId) || !isTokenHash(hash)) return { record: undefined, org: undefined };
  const at = keyOf({ kind, orgId, hash });
  const settings = settingsKeys.org(orgId);
  const items = await database.getMany([at, settings]);
  const record = items.find(({ pk }) => pk === at.pk);
  const org = items.find(({ pk }) => pk === settings.pk);
  return { record: record && portalRecord(record), org: org && orgRecord(org) };
}

/** `stale`: the record, or the settings of the org, have changed. */
type Saved = "saved" | "stale";

/** The portal links and sessions of one org. Only the admin functions may write them. */
export class PortalSessionStore {
  readonly #database: Database;
  readonly #orgId: OrgId;

  constructor(database: Database, orgId: OrgId) {
    this.#database = database;
    this.#orgId = orgId;
  }

  /** Strongly consistent, newest first. */
  async all(): Promise<PortalSessionRecord[]> {
    const pk = portalKeys.partition(this.#orgId);
    const links = await allOf(this.#database, pk, { prefix: "L#" });
    const sessions = await allOf(this.#database, pk, { prefix: "S#" });
    const records = soundRecords(this.#database, [...links, ...sessions], portalRecord);
    return records.sort(newestFirst);
  }

  /** @param org as it was read: a purge that began meanwhile has raised its version */
  async create(org: OrgRecord, record: PortalSessionRecord): Promise<Saved> {
    const refusals = await this.#database.transact([
      { put: portalItem(record), condition: ABSENT },
      this.#unchanged(org),
    ]);
    return refusals.length === 0 ? "saved" : "stale";
  }

  /**
   * Writes a redemption, all or nothing: the link is used, its session begins, and the minute's count rises.
   * @param most redemptions in a minute
   */
  async redeem(
    org: OrgRecord,
    link: PortalSessionRecord,
    session: PortalSessionRecord,
    most: number,
  ): Promise<Saved | "tooMany"> {
    const { createdAt } = session;
    const minute = `${createdAt.slice(0, 16)}Z`;
    const refusals = await this.#database.transact([
      replaced(link, { ...link, redeemedAt: createdAt }),
      { put: portalItem(session), condition: ABSENT },
      {
        update: portalKeys.redemptions(this.#orgId, minute),
        set: { sv: 1, ttl: secondsOf(minute) + 2 * MINUTE_SECONDS },
        add: { n: 1 },
        condition: { orAbsent: true, all: [{ atMost: ["n", most - 1] }] },
      },
      this.#unchanged(org),
    ]);
    if (refusals.length === 0) return "saved";
    return refusals.every(({ index }) => index === 2) ? "tooMany" : "stale";
  }

  /** @param changes each record as it was read, and its new state */
  async replace(
    changes: readonly (readonly [before: PortalSessionRecord, after: PortalSessionRecord])[],
  ): Promise<Saved> {
    const refusals = await this.#database.transact(changes.map(([before, after]) => replaced(before, after)));
    return refusals.length === 0 ? "saved" : "stale";
  }

  #unchanged({ version }: OrgRecord): Action {
    return { check: settingsKeys.org(this.#orgId), condition: { all: [{ equals: ["v", version] }] } };
  }
}

function replaced(before: PortalSessionRecord, after: PortalSessionRecord): Action {
  return { put: portalItem(after), condition: { all: [{ equals: ["d", JSON.stringify(before)] }] } };
}

function portalItem(record: PortalSessionRecord): Item {
  const ttl = secondsOf(record.expiresAt) + LISTED_SECONDS;
  return { ...keyItem(keyOf(record)), d: JSON.stringify(record), ttl };
}

function portalRecord(item: Item): PortalSessionRecord {
  // Only portalItem writes it.
  return JSON.parse(String(item.d)) as PortalSessionRecord;
}

function keyOf({ kind, orgId, hash }: PortalClaim): Key {
  return kind === "link" ? portalKeys.link(orgId, hash) : portalKeys.session(orgId, hash);
}

function secondsOf(time: string): number {
  return Math.ceil(Date.parse(time) / 1000);
}
