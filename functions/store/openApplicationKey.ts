import { applicationKeyRecord } from "./applicationKeys.ts";
import type { Database } from "./database.ts";
import { isOrgId, isTokenHash, settingsKeys } from "./keys.ts";
import type { ApplicationKeyRecord } from "./records.ts";
import { type OrgAhead, orgRecord } from "./settings.ts";
import type { Key } from "./table.ts";

/** An application key as it says of itself, and the org that the request is about, which it need not open. */
export interface KeyClaim {
  readonly hash: string;
  readonly orgId: string | undefined;
  /** Login name of the org in the path, where it can be one. */
  readonly slug: string | undefined;
}

export interface OpenedKey extends OrgAhead {
  readonly key: ApplicationKeyRecord | undefined;
}

/**
 * One round trip: the key, and the org that it claims; of a key that claims none, the id of the org in the path. Strongly
 * consistent, and all of it unverified: nothing of it is used or revealed before the key was found to be live.
 */
export async function openApplicationKey(database: Database, { hash, orgId, slug }: KeyClaim): Promise<OpenedKey> {
  // The claim is text from outside: nothing but these forms gets near a key of the table.
  if (!isTokenHash(hash) || (orgId !== undefined && !isOrgId(orgId))) return { key: undefined };
  const keyKey = settingsKeys.applicationKey(hash);
  const orgKey = orgId === undefined ? undefined : settingsKeys.org(orgId);
  const slugKey = orgId !== undefined || slug === undefined ? undefined : settingsKeys.slug(slug);
  const items = await database.getMany([keyKey, orgKey, slugKey].filter((key) => key !== undefined));
  const at = (key: Key | undefined) => key && items.find(({ pk, sk }) => pk === key.pk && sk === key.sk);
  const [key, org, entry] = [at(keyKey), at(orgKey), at(slugKey)];
  const settings = org && orgRecord(org);
  return {
    key: key && applicationKeyRecord(key),
    org: settings,
    slug: settings ?? (slug === undefined || entry === undefined ? undefined : { slug, id: String(entry.id) }),
  };
}
