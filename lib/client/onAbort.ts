const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `end` when the signal is aborted. Many calls may share a signal that outlives them: with AbortSignal.any, Node 22 would
 * keep 2 KB of each; of more than ten listeners, Node 20 warns. So a signal has one listener.
 * @returns takes it back
 */
export function onAbort(signal: AbortSignal, end: () => void): () => void {
  const ends = waiting.get(signal) ?? new Set();
  if (!waiting.has(signal)) {
    signal.addEventListener("abort", () => {
      for (const one of ends) one();
    });
  }
  waiting.set(signal, ends.add(end));
  return () => ends.delete(end);
}
