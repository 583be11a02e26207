const waiting = new WeakMap<object, Set<() => void>>();

/**
 * Calls `end` when the signal is aborted. Many calls may share a signal that outlives them: with AbortSignal.any, Node 22 would
 * keep 2 KB of each; of more than ten listeners, Node 20 warns. So a signal has one listener, and without calls none: with one,
 * Node keeps a signal of AbortSignal.any.
 * @returns takes it back
 */
export function onAbort(signal: AbortSignal, end: () => void): () => void {
  const ends = waiting.get(signal) ?? new Set();
  waiting.set(signal, ends.add(end));
  signal.addEventListener("abort", fire);
  return () => {
    ends.delete(end);
    if (!ends.size) signal.removeEventListener("abort", fire);
  };
}

function fire(this: object): void {
  for (const one of waiting.get(this) ?? []) one();
}
