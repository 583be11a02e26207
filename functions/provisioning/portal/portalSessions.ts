import type { Database } from "../../store/database.ts";
import type { OrgId } from "../../store/keys.ts";
import { PORTAL_PAGES, type PortalPage } from "../../store/portalPages.ts";
import { openPortal, type PortalSessionStore } from "../../store/portalSessions.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { PortalSessionRecord } from "../../store/tokenRecords.ts";
import { type Administration, getOrg, isActorName } from "../changeOrg.ts";
import { PortalRefusal } from "../errors/portal.ts";
import { newTokenId } from "../newId.ts";
import { OperatorError } from "../operatorError.ts";
import { checkLine, checkWhole } from "../orgSettings.ts";
import { untilSaved } from "../retrying.ts";
import { CLOCK_SKEW, hasCome } from "../timeBudget.ts";
import { hashToken } from "../token.ts";
import { newPortalText, readPortalText } from "./portalText.ts";

/** Administration with the store of links and sessions. */
export type PortalAdministration = Pick<Administration, "settings" | "now" | "randomBytes" | "actor" | "wait"> & {
  sessionsOf(orgId: OrgId): PortalSessionStore;
};

export interface PortalWishes {
  readonly actor: string;
  readonly intent?: PortalPage;
  readonly access?: PortalSessionRecord["access"];
  readonly returnUrl?: string;
  /** Seconds. */
  readonly expiresIn?: number;
  readonly embed?: boolean;
}

export interface NewPortalSession {
  readonly org: OrgRecord;
  readonly record: PortalSessionRecord;
  /** The link or session itself: shown once, never stored. */
  readonly text: string;
}

interface SessionWishes extends Pick<PortalSessionRecord, "actor" | "intent" | "access" | "createdBy"> {
  readonly returnUrl?: string | undefined;
}

/** Seconds. */
export const SESSION_LIFE = 3_600;
const LINK_LIFE = { least: 60, otherwise: 900, most: 86_400 };
/** Redemptions of one org's links in a minute. */
const MOST_REDEMPTIONS = 30;
/** Only the newest ones are listed. */
const MOST_LISTED = 1_000;

/**
 * Creates a link that can be redeemed once, or a session for the embedded component.
 * @throws ScimError 400 invalidValue, 404, 409 if deletion is scheduled
 */
export async function createPortalSession(
  administration: PortalAdministration,
  name: string,
  wishes: PortalWishes,
): Promise<NewPortalSession> {
  const { actor: createdBy } = administration;
  const { actor, intent = "connect", access = "manage", expiresIn = LINK_LIFE.otherwise, embed = false } = wishes;
  if (!isActorName(actor)) throw PortalRefusal.invalidValue("portalActor");
  if (!PORTAL_PAGES.includes(intent)) throw PortalRefusal.invalidValue("portalPage", PORTAL_PAGES.join(", "));
  if (access !== "manage" && access !== "read") throw PortalRefusal.invalidValue("portalAccess");
  const most = embed ? SESSION_LIFE : LINK_LIFE.most;
  const seconds = checkWhole("expiresIn", expiresIn, LINK_LIFE.least, most);
  const returnUrl = wishes.returnUrl === undefined ? undefined : checkReturnUrl(wishes.returnUrl);
  return untilSaved(administration, async () => {
    const org = await getOrg(administration.settings, name);
    if (org.deletion !== undefined) throw OperatorError.conflict("deletionScheduled");
    const kind = embed ? "session" : "link";
    const of = { actor, intent, access, returnUrl, createdBy };
    const { text, record: made } = newSession(administration, org.id, kind, of, seconds);
    const record = embed ? { ...made, embedded: true as const } : made;
    const saved = await administration.sessionsOf(org.id).create(org, record);
    return saved === "stale" ? undefined : { org, record, text };
  });
}

/** Newest first. Ended ones are included for a day. @throws ScimError 404 */
export async function listPortalSessions(
  { settings, sessionsOf }: PortalAdministration,
  name: string,
): Promise<readonly PortalSessionRecord[]> {
  const org = await getOrg(settings, name);
  return (await sessionsOf(org.id).all()).slice(0, MOST_LISTED);
}

/**
 * Ends a link or session with the next request; with a link also the session that began with it. For one that has already ended,
 * nothing changes.
 * @throws ScimError 404 for the org or the session
 */
export async function revokePortalSession(
  administration: PortalAdministration,
  name: string,
  sessionId: string,
): Promise<PortalSessionRecord> {
  const { settings, now } = administration;
  const org = await getOrg(settings, name);
  const store = administration.sessionsOf(org.id);
  return untilSaved(administration, async () => {
    const all = await store.all();
    const named = all.find(({ id }) => id === sessionId);
    if (named === undefined) throw PortalRefusal.notFound("portalSession");
    const ended = all.filter(
      (one) =>
        (one === named || one.linkId === named.id) && one.revokedAt === undefined && Date.parse(one.expiresAt) > now,
    );
    const changes = ended.map((one) => [one, { ...one, revokedAt: timeOf(now) }] as const);
    if (changes.length > 0 && (await store.replace(changes)) === "stale") return undefined;
    return changes.find(([before]) => before === named)?.[1] ?? named;
  });
}

/** Ends the caller's own session. */
export async function endPortalSession(
  administration: PortalAdministration,
  session: PortalSessionRecord,
): Promise<void> {
  await administration
    .sessionsOf(session.orgId)
    .replace([[session, { ...session, revokedAt: timeOf(administration.now) }]]);
}

/**
 * Redeems a link, which is possible once, and begins its session.
 * @param found called with the link before any decision
 * @throws ScimError 404 for a text that is no link here, 410 for a link that is used, revoked or expired, 429
 */
export async function redeemPortalLink(
  administration: Pick<PortalAdministration, "now" | "randomBytes" | "wait" | "sessionsOf"> & {
    readonly database: Database;
  },
  linkText: string,
  found: (link: PortalSessionRecord, org: OrgRecord) => void,
): Promise<NewPortalSession> {
  const { now, database } = administration;
  const claim = readPortalText(linkText);
  if (claim?.kind !== "link") throw PortalRefusal.notFound("portalLink");
  return untilSaved(administration, async () => {
    const { record: link, org } = await openPortal(database, claim);
    if (link === undefined || org === undefined || org.deletion?.purging === true) {
      throw PortalRefusal.notFound("portalLink");
    }
    found(link, org);
    const status = portalStatus(link, now);
    switch (status) {
      case "used":
      case "revoked":
      case "expired":
        throw PortalRefusal.gone(LINK_OVER[status]);
      case "live":
    }
    const { text, record: made } = newSession(administration, org.id, "session", link, SESSION_LIFE);
    const record = { ...made, linkId: link.id };
    const saved = await administration.sessionsOf(org.id).redeem(org, link, record, MOST_REDEMPTIONS);
    if (saved === "tooMany") throw PortalRefusal.tooManyRedemptions(MOST_REDEMPTIONS, secondsLeft(now));
    return saved === "stale" ? undefined : { org, record, text };
  });
}

/** A link or session, with its text. @param life seconds */
function newSession(
  { now, randomBytes }: Pick<PortalAdministration, "now" | "randomBytes">,
  orgId: OrgId,
  kind: PortalSessionRecord["kind"],
  { actor, intent, access, returnUrl, createdBy }: SessionWishes,
  life: number,
): { readonly text: string; readonly record: PortalSessionRecord } {
  const text = newPortalText(kind, orgId, randomBytes);
  const record: PortalSessionRecord = {
    id: newTokenId(randomBytes),
    orgId,
    kind,
    hash: hashToken(text),
    actor,
    intent,
    access,
    ...(returnUrl !== undefined && { returnUrl }),
    createdAt: timeOf(now),
    createdBy,
    expiresAt: timeOf(now + life * 1000),
  };
  return { text, record };
}

const LINK_OVER = { used: "linkUsed", revoked: "linkRevoked", expired: "linkExpired" } as const;

/** @param now milliseconds since the epoch */
export function portalStatus(
  { revokedAt, redeemedAt, expiresAt }: PortalSessionRecord,
  now: number,
): "live" | "used" | "revoked" | "expired" {
  if (revokedAt !== undefined) return "revoked";
  if (redeemedAt !== undefined) return "used";
  return hasCome(Date.parse(expiresAt), now, LINK_LIFE.most * 1000 + CLOCK_SKEW) ? "expired" : "live";
}

/** Allows plain http only for the local machine, for development. */
function checkReturnUrl(text: string): string {
  const url = URL.parse(checkLine("returnUrl", text, 2048));
  const isLoopback = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  const isFit = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
  if (url === null || !isFit || url.username !== "" || url.password !== "")
    throw PortalRefusal.invalidValue("returnUrl");
  return url.href;
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Seconds left of the current minute: at least one. */
function secondsLeft(now: number): number {
  return 60 - Math.floor((now % 60_000) / 1000);
}
