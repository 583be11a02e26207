import { type Item, keyItem, putItem } from "./actions.ts";
import type { Database } from "./database.ts";
import { settingsKeys } from "./keys.ts";

const HOUR = 3_600_000;
const AFTER_FAILURE = 60_000;
/** Tokens that one process remembers; it forgets all of them then, and writes a mark too many at worst. */
const MOST_REMEMBERED = 10_000;

/** When tokens were last used: a mark each, written at most once an hour per process and once an hour altogether. */
export class UseMarks {
  /** Token id → milliseconds since the epoch of the mark this process wrote or met. */
  readonly #marked = new Map<string, number>();

  /** Never throws: a mark that cannot be written is written by a later request. */
  async mark(database: Database, tokenId: string, now: number): Promise<void> {
    const before = this.#marked.get(tokenId);
    if (before !== undefined && now - before < HOUR) return;
    if (this.#marked.size >= MOST_REMEMBERED) this.#marked.clear();
    this.#marked.set(tokenId, now);
    try {
      await database.write([
        putItem(
          { ...keyItem(settingsKeys.lastUsed(tokenId)), lu: new Date(now).toISOString() },
          {
            expression: "attribute_not_exists(pk) OR lu <= :hour",
            values: { ":hour": new Date(now - HOUR).toISOString() },
          },
        ),
      ]);
    } catch {
      // Not at once again, or a slow database would slow every request.
      this.#marked.set(tokenId, now - HOUR + AFTER_FAILURE);
    }
  }
}

export function tokenIdOfMark({ pk }: Item): string {
  return String(pk).slice(settingsKeys.lastUsed("").pk.length);
}
