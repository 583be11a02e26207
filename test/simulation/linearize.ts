/** One operation of a history: when it was asked for and answered, and what it may have done to the state. */
export interface Done<S> {
  /** For a report. */
  readonly what: string;
  /** Places in the one order of all events of the run. */
  readonly asked: number;
  readonly answered: number;
  /** The states after it, if it took place on this state with this answer; none when the answer contradicts the state. */
  readonly effects: (state: S) => readonly S[];
  /** Without an answer that says whether it took place: then it may also never have. */
  readonly perhaps: boolean;
}

/**
 * Whether some order of the operations, in which nothing comes before what was answered before it was asked, explains every
 * answer (linearizability; Wing and Gong's search, with the states already tried kept).
 * @param keyOf the same text for equal states
 */
export function isSerial<S>(history: readonly Done<S>[], start: S, keyOf: (state: S) => string): boolean {
  if (history.length > 52) throw new Error("a history of more than 52 operations takes too long to explain");
  // A set of operations is a number with a bit for each; bitwise operators know no more than 31 of them.
  const all = 2 ** history.length - 1;
  const has = (set: number, bit: number): boolean => Math.floor(set / bit) % 2 === 1;
  const tried = new Set<string>();
  const search = (done: number, state: S): boolean => {
    if (done === all) return true;
    const key = `${done} ${keyOf(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    // Whatever comes next was asked for before any open operation was answered.
    let bound = Number.POSITIVE_INFINITY;
    for (const [index, { answered }] of history.entries()) {
      if (!has(done, 2 ** index)) bound = Math.min(bound, answered);
    }
    for (const [index, operation] of history.entries()) {
      const bit = 2 ** index;
      if (has(done, bit) || operation.asked > bound) continue;
      for (const next of operation.effects(state)) if (search(done + bit, next)) return true;
      if (operation.perhaps && search(done + bit, state)) return true;
    }
    return false;
  };
  return search(0, start);
}
