import type { Json } from "../scim/json.ts";
import { type ApplicationKeyStore, forgetApplicationKey, putApplicationKey } from "../store/applicationKeys.ts";
import type { OrgRecord } from "../store/records.ts";
import type { ApplicationKeyRecord, ApplicationScope } from "../store/tokenRecords.ts";
import { keyStatus, newApplicationKey, SCOPES } from "./applicationKey.ts";
import { type Administration, changeOrg, getOrg } from "./changeOrg.ts";
import { newTokenId } from "./newId.ts";
import { OperatorError } from "./operatorError.ts";
import { checkLine, checkWhole } from "./orgSettings.ts";
import { untilSaved } from "./retrying.ts";
import { hashToken, surplusOf } from "./token.ts";

/** Administration with the store of application keys. */
export type KeyAdministration = Administration & { readonly applicationKeys: ApplicationKeyStore };

export interface ApplicationKeyWishes {
  /** The request's own value, unchecked. */
  readonly scope: Json | undefined;
  /** Login name or id of the one org that the key opens; absent: every org. */
  readonly org?: string;
  /** Which application, on which host. */
  readonly description?: string;
  /** Whole days from now: a year by default. */
  readonly expiresInDays?: number;
}

export interface OneApplicationKey {
  readonly key: ApplicationKeyRecord;
  readonly org: OrgRecord | undefined;
}

export interface NewApplicationKey extends OneApplicationKey {
  /** The key itself: shown once, never stored. */
  readonly secret: string;
}

export interface ApplicationKeyList {
  readonly org: OrgRecord | undefined;
  /** Newest first, including keys that are no longer valid. */
  readonly keys: readonly ApplicationKeyRecord[];
  readonly lastUsed: ReadonlyMap<string, string>;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 365;
const MOST_DAYS = 400;
/** Live keys of one scope and description: the old one and its replacement. */
const MOST_ALIKE = 2;
/** Live keys of one org, or of all orgs: one for each application and host. */
const MOST_LIVE = 20;

/**
 * Creates a key and leaves earlier keys as they are. Two keys of one scope and description may live, so that an application
 * can change keys without a gap, but forgotten keys do not pile up.
 * @throws ScimError 400 invalidValue, 404, 409: deletion is scheduled, or too many live keys
 */
export async function createApplicationKey(
  administration: KeyAdministration,
  wishes: ApplicationKeyWishes,
): Promise<NewApplicationKey> {
  const { description = "", expiresInDays = DEFAULT_DAYS } = wishes;
  const scope = scopeOf(wishes.scope);
  if (scope === "admin" && wishes.org === undefined) throw OperatorError.invalidValue("scopeOrg");
  const text = checkLine("description", description, 200);
  const days = checkWhole("expiresInDays", expiresInDays, 1, MOST_DAYS);
  const { now, randomBytes, actor } = administration;
  const made = (org: OrgRecord | undefined, known: readonly ApplicationKeyRecord[]): NewApplicationKey => {
    refuseIfTooMany(known, { scope, description: text }, now);
    const secret = newApplicationKey(org?.id, randomBytes);
    const key: ApplicationKeyRecord = {
      id: newTokenId(randomBytes),
      ...(org && { orgId: org.id }),
      hash: hashToken(secret),
      scope,
      description: text,
      createdAt: new Date(now).toISOString(),
      createdBy: actor,
      expiresAt: new Date(now + days * DAY_MS).toISOString(),
    };
    return { org, key, secret };
  };
  return changeKeys(administration, wishes.org, (org, known) => {
    if (org?.deletion !== undefined) throw OperatorError.conflict("deletionScheduled");
    const answer = made(org, known);
    return { key: answer.key, answer };
  });
}

/** @param name of the keys' org; absent: the keys that open every org @throws ScimError 404 */
export async function listApplicationKeys(
  { applicationKeys, settings }: Pick<KeyAdministration, "applicationKeys" | "settings">,
  name: string | undefined,
): Promise<ApplicationKeyList> {
  const org = name === undefined ? undefined : await getOrg(settings, name);
  const keys = org === undefined ? (await applicationKeys.ofEveryOrg()).keys : await applicationKeys.ofOrg(org.id);
  return { org, keys, lastUsed: await settings.lastUsed(keys.map(({ id }) => id)) };
}

/**
 * Ends a key from the next request on. For a key that is no longer valid, nothing changes.
 * @param name of the key's org; absent: the key opens every org @throws ScimError 404 for the org or the key
 */
export async function revokeApplicationKey(
  administration: KeyAdministration,
  name: string | undefined,
  keyId: string,
): Promise<OneApplicationKey> {
  const { now } = administration;
  return changeKeys(administration, name, (org, known): KeyChange<OneApplicationKey> => {
    const key = known.find(({ id }) => id === keyId);
    if (key === undefined) throw OperatorError.notFound("applicationKey");
    if (keyStatus(key, now) !== "live") return { answer: { org, key } };
    const revoked = { ...key, revokedAt: new Date(now).toISOString() };
    return { key: revoked, answer: { org, key: revoked } };
  });
}

interface KeyChange<A> {
  /** The key to store; absent: nothing changes. */
  readonly key?: ApplicationKeyRecord;
  readonly answer: A;
}

/** Decides on the stored keys and stores the decision. Repeats both if another caller has changed the keys meanwhile. */
async function changeKeys<A>(
  administration: KeyAdministration,
  name: string | undefined,
  decide: (org: OrgRecord | undefined, known: readonly ApplicationKeyRecord[]) => KeyChange<A>,
): Promise<A> {
  const { applicationKeys, now } = administration;
  // Ended keys would pile up.
  const actionsFor = (key: ApplicationKeyRecord, known: readonly ApplicationKeyRecord[]) => [
    ...putApplicationKey(key),
    ...surplusOf(known, (one) => keyStatus(one, now) === "live").flatMap(forgetApplicationKey),
  ];
  if (name !== undefined) {
    // One transaction with the settings, as for tokens: no key can be added during a purge.
    return changeOrg(administration, name, async (org) => {
      const known = await applicationKeys.ofOrg(org.id);
      const { key, answer } = decide(org, known);
      return { ...(key && { beside: actionsFor(key, known) }), answer: () => answer };
    });
  }
  const saved = await untilSaved(administration, async () => {
    const seen = await applicationKeys.ofEveryOrg();
    const { key, answer } = decide(undefined, seen.keys);
    const isDone =
      key === undefined || (await applicationKeys.saveOfEveryOrg(seen, actionsFor(key, seen.keys))) === "saved";
    return isDone ? { answer } : undefined;
  });
  return saved.answer;
}

function scopeOf(json: Json | undefined): ApplicationScope {
  if (typeof json === "string" && isScope(json)) return json;
  throw OperatorError.invalidValue("scope", Object.keys(SCOPES).join(", "));
}

function isScope(text: string): text is ApplicationScope {
  return Object.hasOwn(SCOPES, text);
}

function refuseIfTooMany(
  known: readonly ApplicationKeyRecord[],
  { scope, description }: Pick<ApplicationKeyRecord, "scope" | "description">,
  now: number,
): void {
  const live = known.filter((key) => keyStatus(key, now) === "live");
  const alike = live.filter((key) => key.scope === scope && key.description === description);
  if (alike.length >= MOST_ALIKE) throw OperatorError.conflict("keysAlike", MOST_ALIKE);
  if (live.length >= MOST_LIVE) throw OperatorError.conflict("tooManyKeys", MOST_LIVE);
}
