/** One operation of a history: its times of request and answer, and its possible effects. */
export interface Done<S> {
  /** For a report. */
  readonly what: string;
  /** Positions in the order of all events of the run. */
  readonly asked: number;
  readonly answered: number;
  /** The states after it, if it took place on this state with this answer; none where the answer contradicts the state. */
  readonly effects: (state: S) => readonly S[];
  /** The answer does not show whether it took place: it may never have. */
  readonly perhaps: boolean;
}

/**
 * Whether some order of the operations explains every answer, in which an operation answered before another was requested also
 * comes before it (linearizability; Wing and Gong's search with memory of tried states).
 * @param keyOf the same text for equal states
 */
export function isSerial<S>(history: readonly Done<S>[], start: S, keyOf: (state: S) => string): boolean {
  if (history.length > 52) throw new Error("a history of more than 52 operations takes too long to explain");
  // A set of operations is a number with a bit for each; bitwise operators allow only 31.
  const all = 2 ** history.length - 1;
  const has = (set: number, bit: number): boolean => Math.floor(set / bit) % 2 === 1;
  const tried = new Set<string>();
  const search = (done: number, state: S): boolean => {
    if (done === all) return true;
    const key = `${done} ${keyOf(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    // The next operation was requested before any open operation was answered.
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
