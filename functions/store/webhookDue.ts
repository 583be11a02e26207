import { type Database, inParallel } from "./database.ts";
import { type IndexKey, PRESENT } from "./table.ts";
import { DUE_ENDPOINTS, FAILING_ENDPOINTS } from "./webhookKeys.ts";

/**
 * Due time of the first endpoint, milliseconds since the epoch; undefined: no endpoint has open messages. Eventually
 * consistent.
 * @param which `working`: without the endpoints where everything fails, which wait by design
 */
export async function earliestDue(database: Database, which: "working" | "all"): Promise<number | undefined> {
  const partitions = which === "all" ? [...DUE_ENDPOINTS, ...FAILING_ENDPOINTS] : DUE_ENDPOINTS;
  const firsts = await inParallel(partitions, async (partition) => {
    const { items } = await database.queryReverse(partition, { limit: 1 });
    return items.map(({ g1s }) => Number(g1s));
  });
  const due = firsts.flat();
  return due.length === 0 ? undefined : Math.min(...due);
}

/** Ends the leases of stopped senders at all due endpoints. Only where no other sender can be running. */
export async function endLeases(database: Database): Promise<void> {
  for (const partition of [...DUE_ENDPOINTS, ...FAILING_ENDPOINTS]) {
    let after: IndexKey | undefined;
    do {
      const page = await database.queryReverse(partition, { after });
      for (const { pk, sk } of page.items) {
        await database.write([{ update: { pk, sk }, set: { l: 0 }, add: { f: 1 }, condition: PRESENT }]);
      }
      after = page.last;
    } while (after !== undefined);
  }
}
