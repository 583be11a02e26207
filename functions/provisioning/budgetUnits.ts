/** Write units that one unit stands for: creating a user takes 12. At 200 units a second that is what a new table carries. */
const WRITES_PER_UNIT = 20;
/** DynamoDB asks five times as much for a write unit as for a read unit. */
const READS_PER_WRITE = 5;
/** Bytes of a body that count as a unit before any work is done. */
const BYTES_PER_UNIT = 8_192;

/** What a request counts for before anything is done: one, and more with a large body. */
export function unitsOfBody(bytes: number): number {
  return Math.max(1, Math.floor(bytes / BYTES_PER_UNIT));
}

/** What the work of a request counts for. */
export function unitsOfWork({ rcu, wcu }: { readonly rcu: number; readonly wcu: number }): number {
  return Math.floor((wcu + rcu / READS_PER_WRITE) / WRITES_PER_UNIT);
}
