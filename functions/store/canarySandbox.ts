import { CANARY_ORG } from "./canaryKeys.ts";
import type { Database } from "./database.ts";
import { settingsKeys } from "./keys.ts";
import { OrgData } from "./orgData.ts";
import type { OrgRecord, Stamp, TokenRecord } from "./records.ts";
import { newWriteId } from "./resourceItems.ts";
import { orgItem, tokenItem } from "./settings.ts";
import type { Item } from "./table.ts";

const ITEMS_PER_STEP = 1_000;
/** Where a run cannot remove what it wrote, and none follows, time does. */
const LIFE_SECONDS = 86_400;

/**
 * What a run of the canary writes beside its requests. Its settings are the lock as well: their version is when the run
 * began, in milliseconds since the epoch, and they go last.
 */
export class CanarySandbox {
  readonly #database: Database;
  readonly #data: OrgData;

  constructor(database: Database) {
    this.#database = database;
    this.#data = new OrgData(database, CANARY_ORG);
  }

  /** @param brokenOff a run that began then or earlier is over, whatever became of it @returns whether no other run is under way */
  async begin(org: OrgRecord, stamp: Stamp, brokenOff: number): Promise<boolean> {
    const put = { ...orgItem(org, newWriteId(stamp)), ttl: ttlOf(org) };
    const free = { orAbsent: true, all: [{ atMost: ["v", brokenOff] }] } as const;
    return (await this.#database.write([{ put, condition: free }])).length === 0;
  }

  /**
   * Lets an access token in, with the client secret that it was bought with.
   * @param secret nobody has its text: its hash is none
   */
  async admit(org: OrgRecord, secret: TokenRecord, access: TokenRecord): Promise<void> {
    const listed = tokenItem(settingsKeys.listedToken(org.id, secret.id), secret);
    const presented = tokenItem(settingsKeys.accessToken(org.id, access.hash), access);
    const puts: readonly Item[] = [listed, presented].map((item) => ({ ...item, ttl: ttlOf(org) }));
    for (const put of puts) await this.#database.write([{ put }]);
  }

  /** Everything but the settings. @returns how many items were removed */
  async clear(): Promise<number> {
    let all = 0;
    for (;;) {
      const removed = await this.#data.remove(ITEMS_PER_STEP);
      all += removed;
      if (removed < ITEMS_PER_STEP) return all;
    }
  }

  /** Removes the settings, unless another run took them over. */
  async end(org: OrgRecord): Promise<void> {
    const mine = { all: [{ equals: ["v", org.version] }] } as const;
    await this.#database.write([{ delete: settingsKeys.org(org.id), condition: mine }]);
  }
}

function ttlOf({ version }: OrgRecord): number {
  return Math.ceil(version / 1_000) + LIFE_SECONDS;
}
