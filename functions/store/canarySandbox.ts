import { CANARY_ORG } from "./canaryKeys.ts";
import type { Database } from "./database.ts";
import { settingsKeys } from "./keys.ts";
import { OrgData } from "./orgData.ts";
import type { OrgRecord, Stamp } from "./records.ts";
import { newWriteId } from "./resourceItems.ts";
import { orgItem, tokenItem } from "./settings.ts";
import { type Item, storedText } from "./table.ts";
import type { TokenRecord } from "./tokenRecords.ts";

const ITEMS_PER_STEP = 1_000;
/** TTL removes what a run cannot remove, where no other run follows. */
const LIFE_SECONDS = 86_400;

/**
 * The items that a canary run writes besides its requests. Its settings are also the lock: their version is the beginning
 * of the run, milliseconds since the epoch, and they are removed last.
 */
export class CanarySandbox {
  readonly #database: Database;
  readonly #data: OrgData;

  constructor(database: Database) {
    this.#database = database;
    this.#data = new OrgData(database, CANARY_ORG);
  }

  /** @param brokenOff a run that began then or earlier counts as ended @returns whether no other run is active */
  async begin(org: OrgRecord, stamp: Stamp, brokenOff: number): Promise<boolean> {
    const put: Item = { ...orgItem(org, newWriteId(stamp)), ttl: ttlOf(org) };
    const free = { orAbsent: true, all: [{ atMost: ["v", brokenOff] }] } as const;
    const [refusal] = await this.#database.write([{ put, condition: free }]);
    // After a lost answer the SDK sends the item again and then finds its own write.
    return refusal === undefined || storedText(refusal, "lr") === put.lr;
  }

  /**
   * Stores an access token and the client secret that bought it.
   * @param secret has no text: its hash is none
   */
  async admit(org: OrgRecord, secret: TokenRecord, access: TokenRecord): Promise<void> {
    const listed = tokenItem(settingsKeys.listedToken(org.id, secret.id), secret);
    const presented = tokenItem(settingsKeys.accessToken(org.id, access.hash), access);
    const puts: readonly Item[] = [listed, presented].map((item) => ({ ...item, ttl: ttlOf(org) }));
    for (const put of puts) await this.#database.write([{ put }]);
  }

  /** Removes everything except the settings. @returns how many items were removed */
  async clear(): Promise<number> {
    let all = 0;
    for (;;) {
      const removed = await this.#data.remove(ITEMS_PER_STEP);
      all += removed;
      if (removed < ITEMS_PER_STEP) return all;
    }
  }

  /** Removes the settings, unless another run has taken them over. */
  async end(org: OrgRecord): Promise<void> {
    const mine = { all: [{ equals: ["v", org.version] }] } as const;
    await this.#database.write([{ delete: settingsKeys.org(org.id), condition: mine }]);
  }
}

function ttlOf({ version }: OrgRecord): number {
  return Math.ceil(version / 1_000) + LIFE_SECONDS;
}
