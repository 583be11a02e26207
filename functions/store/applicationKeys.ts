import { objectIn } from "../scim/json.ts";
import { allOf, type Database, newestFirst, soundRecords } from "./database.ts";
import { appKeys, EVERY_ORG, keyItem, LISTED_APPLICATION_KEYS, type OrgId, settingsKeys } from "./keys.ts";
import { ABSENT, type Action, type Item, type Key } from "./table.ts";
import type { ApplicationKeyRecord } from "./tokenRecords.ts";

/** The keys that open every org, as read. */
interface KeysOfEveryOrg {
  readonly keys: readonly ApplicationKeyRecord[];
  /** How often these keys were changed. */
  readonly version: number;
}

/** Application keys as listed. Only the admin function may write them. */
export class ApplicationKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest first, including ended keys. Strongly consistent: every live key is found. */
  async ofOrg(orgId: OrgId): Promise<ApplicationKeyRecord[]> {
    return this.#listed(orgId);
  }

  async ofEveryOrg(): Promise<KeysOfEveryOrg> {
    // Read the version first: a change between the two reads then makes the write stale, not the list old.
    const version = await this.#database.get(appKeys.version());
    return { version: Number(version?.v ?? 0), keys: await this.#listed(EVERY_ORG) };
  }

  /** `stale`: such keys have changed since they were read. */
  async saveOfEveryOrg({ version }: KeysOfEveryOrg, actions: readonly Action[]): Promise<"saved" | "stale"> {
    const refusals = await this.#database.transact([
      {
        put: { ...keyItem(appKeys.version()), v: version + 1 },
        condition: version === 0 ? ABSENT : { all: [{ equals: ["v", version] }] },
      },
      ...actions,
    ]);
    return refusals.length === 0 ? "saved" : "stale";
  }

  async #listed(owner: string): Promise<ApplicationKeyRecord[]> {
    const items = await allOf(this.#database, settingsKeys.org(owner).pk, { prefix: LISTED_APPLICATION_KEYS });
    const keys = soundRecords(this.#database, items, applicationKeyRecord);
    return keys.sort(newestFirst);
  }
}

/** Both items of a key: as presented and as listed. */
export function putApplicationKey(key: ApplicationKeyRecord): readonly Action[] {
  const { hash, id, orgId = EVERY_ORG } = key;
  return [appKeys.presented(hash), appKeys.listed(orgId, id)].map((at) => ({
    put: { ...keyItem(at), d: JSON.stringify(key) },
  }));
}

/** Removes everything that is stored of a key. */
export function forgetApplicationKey({ id, orgId, hash }: ApplicationKeyRecord): readonly Action[] {
  const keys = [appKeys.listed(orgId ?? EVERY_ORG, id), appKeys.presented(hash), settingsKeys.lastUsed(id)];
  return keys.map((key) => ({ delete: key }));
}

export function applicationKeyRecord(item: Item): ApplicationKeyRecord {
  // Only putApplicationKey writes it.
  return JSON.parse(String(item.d)) as ApplicationKeyRecord;
}

/** What else is stored of a listed key, or token, as far as its text says it: what somebody damaged holds up no purge. */
export function otherItemsOf(item: Item, keyOf: (hash: string) => Key): Key[] {
  const { hash, id }: { readonly [name: string]: unknown } = Object(objectIn(String(item.d)));
  const named = [[id, settingsKeys.lastUsed] as const, [hash, keyOf] as const];
  return named.flatMap(([text, of]) => (text ? of(String(text)) : []));
}
