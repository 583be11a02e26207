import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { nextPause } from "./api.ts";
import { asPortalError, type PortalError } from "./portalError.ts";

/** The answer: the last data stays during later requests and after their failures. */
export interface Polled<T> {
  readonly data: T | null;
  /** Of the latest request; null: it succeeded, or none has ended. */
  readonly error: PortalError | null;
  /** Whether the first answer, or the one after `askAgain`, is pending. */
  readonly waiting: boolean;
  askAgain(): void;
}

/** Asks once, and again when a value of `depends` changes; that aborts the earlier request. */
export function useOnce<T>(ask: (signal: AbortSignal) => Promise<T>, depends: readonly unknown[]): Polled<T> {
  return usePolled(ask, null, depends);
}

/**
 * Asks again this many milliseconds after each answer: no two requests at once, none while the page is hidden, and fewer while
 * they fail.
 * @param every null: once
 */
export function usePolled<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  every: number | null,
  depends: readonly unknown[],
): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, "askAgain">>({ data: null, error: null, waiting: true });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  const shown = useRef<readonly unknown[]>(depends);

  useEffect(() => {
    const control = new AbortController();
    const { signal } = control;
    // Data of another question must not appear as this one's answer.
    const same = shown.current.length === depends.length && shown.current.every((value, at) => value === depends[at]);
    shown.current = depends;
    setState((before) => ({ data: same ? before.data : null, error: null, waiting: true }));
    void askInTurn(signal);
    return () => control.abort();

    async function askInTurn(signal: AbortSignal): Promise<void> {
      let failures = 0;
      while (!signal.aborted) {
        try {
          const data = await latest.current(signal);
          if (signal.aborted) return;
          failures = 0;
          setState({ data, error: null, waiting: false });
        } catch (error) {
          if (signal.aborted) return;
          failures += 1;
          const known = asPortalError(error);
          setState((before) => ({ ...before, error: known, waiting: false }));
          if (known.status === 401) return;
        }
        if (every === null) return;
        await pause(nextPause(every, failures), signal);
        await visible(signal);
      }
    }
  }, [...depends, every, round]);

  const askAgain = useCallback(() => setRound((before) => before + 1), []);
  return { ...state, askAgain };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}

function visible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", end);
      resolve();
    };
    document.addEventListener("visibilitychange", end);
    signal.addEventListener("abort", end, { once: true });
  });
}
