import { applicationKeyRecord } from "./applicationKeys.ts";
import type { Database } from "./database.ts";
import { appKeys, isOrgId, isTokenHash, settingsKeys } from "./keys.ts";
import { type OrgAhead, orgRecord } from "./settings.ts";
import type { Key } from "./table.ts";
import type { ApplicationKeyRecord } from "./tokenRecords.ts";

/** The unverified content of an application key, and the org of the request, which the key may not open. */
interface KeyClaim {
  readonly hash: string;
  readonly orgId: string | undefined;
  /** Login name of the org in the path, if well-formed. */
  readonly slug: string | undefined;
}

interface OpenedKey extends OrgAhead {
  readonly key: ApplicationKeyRecord | undefined;
}

/**
 * One round trip: the key and the org that it claims; for a key without an org, the id of the org in the path. Strongly
 * consistent. Unverified: use or show nothing of it before the key is checked to be live.
 */
export async function openApplicationKey(database: Database, { hash, orgId, slug }: KeyClaim): Promise<OpenedKey> {
  // The claim is text from outside: only these forms may become part of a key.
  if (!isTokenHash(hash) || (orgId !== undefined && !isOrgId(orgId))) return { key: undefined };
  const keyKey = appKeys.presented(hash);
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
