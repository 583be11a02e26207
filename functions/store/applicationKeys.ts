import type { Database } from "./database.ts";
import { EVERY_ORG, keyItem, LISTED_APPLICATION_KEYS, type OrgId, settingsKeys } from "./keys.ts";
import type { ApplicationKeyRecord } from "./records.ts";
import { ABSENT, type Action, type Item, type Key } from "./table.ts";

/** The keys that open every org, as they were read. */
export interface KeysOfEveryOrg {
  readonly keys: readonly ApplicationKeyRecord[];
  /** How often they were changed. */
  readonly version: number;
}

/** Application keys as they are listed. Only the admin function may write any of it. */
export class ApplicationKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Strongly consistent: no live one can be missed. Newest first, those that no longer count included. */
  async ofOrg(orgId: OrgId): Promise<ApplicationKeyRecord[]> {
    return this.#listed(orgId);
  }

  async ofEveryOrg(): Promise<KeysOfEveryOrg> {
    // Read first: a change that comes between the two reads makes the write stale, not the list old.
    const version = await this.#database.get(settingsKeys.applicationKeysVersion());
    return { version: Number(version?.v ?? 0), keys: await this.#listed(EVERY_ORG) };
  }

  /** `stale`: somebody else changed such keys since they were read. */
  async saveOfEveryOrg({ version }: KeysOfEveryOrg, key: ApplicationKeyRecord): Promise<"saved" | "stale"> {
    const refusals = await this.#database.transact([
      {
        put: { ...keyItem(settingsKeys.applicationKeysVersion()), v: version + 1 },
        condition: version === 0 ? ABSENT : { all: [{ equals: ["v", version] }] },
      },
      ...putApplicationKey(key),
    ]);
    return refusals.length === 0 ? "saved" : "stale";
  }

  async #listed(owner: string): Promise<ApplicationKeyRecord[]> {
    const found: ApplicationKeyRecord[] = [];
    const { pk } = settingsKeys.org(owner);
    let after: string | undefined;
    do {
      const page = await this.#database.query(pk, { prefix: LISTED_APPLICATION_KEYS, after });
      found.push(...page.items.map(applicationKeyRecord));
      after = page.last;
    } while (after !== undefined);
    return found.sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? 1 : -1));
  }
}

/** Both items of a key: as it is presented and as it is listed. */
export function putApplicationKey(key: ApplicationKeyRecord): readonly Action[] {
  const { hash, id, orgId = EVERY_ORG } = key;
  return [settingsKeys.applicationKey(hash), settingsKeys.listedApplicationKey(orgId, id)].map((at) => ({
    put: { ...keyItem(at), d: JSON.stringify(key) },
  }));
}

export function applicationKeyRecord(item: Item): ApplicationKeyRecord {
  // Only putApplicationKey writes it.
  return JSON.parse(String(item.d)) as ApplicationKeyRecord;
}

/** What else is stored of a listed key. */
export function otherItemsOfKey(item: Item): Key[] {
  const { hash, id } = applicationKeyRecord(item);
  return [settingsKeys.lastUsed(id), settingsKeys.applicationKey(hash)];
}
