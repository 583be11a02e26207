import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openLocalFile } from "../../bin/local/localFile.ts";
import * as rows from "../../functions/store/sqliteRows.ts";
import type { Item } from "../../functions/store/table.ts";
import { checkItem } from "../../functions/store/tableChecks.ts";
import type { StoredItem } from "../support/invariants.ts";

/** What a local server leaves in its folder, as JSON: sets stand as lists, which no item has otherwise. */
export interface KeptData {
  readonly webhookKey: string;
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

const KEY_FILE = "webhook.key";

/** Reads the folder of a server that has ended. */
export function readData(folder: string): KeptData {
  const db = new DatabaseSync(join(folder, "rollcall.db"), { readOnly: true });
  try {
    const found = db.prepare("select item from items order by pk, sk").all();
    const items = found.map(({ item }) => JSON.parse(String(item)));
    return { webhookKey: readFileSync(join(folder, KEY_FILE), "utf8"), items };
  } finally {
    db.close();
  }
}

export function storedItems({ items }: KeptData): StoredItem[] {
  return items.map((item) => {
    const values = Object.entries(item).map(([name, value]) => [name, Array.isArray(value) ? new Set(value) : value]);
    return Object.fromEntries(values);
  });
}

/**
 * Makes a folder of a local server with these items. Their time to live is in them and not in the column by which they are removed: however
 * old the record is, nothing of it is gone.
 */
export function layData(folder: string, kept: KeptData): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, KEY_FILE), kept.webhookKey, { mode: 0o600 });
  const file = openLocalFile(folder, "test");
  const { put } = rows.prepare(file.table.db);
  for (const item of storedItems(kept)) {
    const [g1p = null, g1s = null] = rows.columnsOf(item);
    put.run(item.pk, item.sk, g1p, g1s, null, checkItem(item as Item), rows.encode(item));
  }
  file.close();
}
