import { keyItem, putItem } from "./actions.ts";
import type { Database } from "./database.ts";
import { settingsKeys } from "./keys.ts";
import type { Item } from "./table.ts";

const HOUR = 3_600_000;
const AFTER_FAILURE = 60_000;
/** Tokens that one process remembers; it forgets all of them then, and writes a mark too many at worst. */
const MOST_REMEMBERED = 10_000;

/** When tokens were last used: a mark each, written at most once an hour per process and once an hour altogether. */
export class UseMarks {
  /** Token id → milliseconds since the epoch of the mark this process wrote or met. */
  readonly #marked = new Map<string, number>();

  readonly #underWay = new Map<string, Promise<void>>();

  /**
   * Never throws: a mark that cannot be written is written by a later request. When it resolves the mark is stored, also
   * where another request of this process writes it: what depends on the first use may depend on every answer.
   */
  async mark(database: Database, tokenId: string, now: number): Promise<void> {
    const before = this.#marked.get(tokenId);
    if (before !== undefined && now - before < HOUR) return this.#underWay.get(tokenId);
    if (this.#marked.size >= MOST_REMEMBERED) this.#marked.clear();
    this.#marked.set(tokenId, now);
    const writing = this.#write(database, tokenId, now);
    this.#underWay.set(tokenId, writing);
    await writing;
    this.#underWay.delete(tokenId);
  }

  async #write(database: Database, tokenId: string, now: number): Promise<void> {
    try {
      await database.write([
        putItem(
          { ...keyItem(settingsKeys.lastUsed(tokenId)), lu: new Date(now).toISOString() },
          {
            orAbsent: true,
            all: [{ atMost: ["lu", new Date(now - HOUR).toISOString()] }],
          },
        ),
      ]);
    } catch {
      // Not at once again, or a slow database would slow every request.
      this.#marked.set(tokenId, now - HOUR + AFTER_FAILURE);
    }
  }
}

/** When tokens were last used, to the hour, by token id; those that never were are absent. */
export async function readLastUsed(
  database: Database,
  tokenIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const items = await database.getMany(tokenIds.map((id) => settingsKeys.lastUsed(id)));
  return new Map(items.map((item) => [tokenIdOf(item), String(item.lu)]));
}

function tokenIdOf({ pk }: Item): string {
  return String(pk).slice(settingsKeys.lastUsed("").pk.length);
}
