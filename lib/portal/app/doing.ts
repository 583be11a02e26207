import { useEffect, useRef, useState } from "preact/hooks";
import { asPortalError, type PortalError } from "./portalError.ts";

/** A reader's action, such as a change: one at a time, aborted when the page is left. */
export interface Doing {
  readonly busy: boolean;
  /** Of the latest action; null: it succeeded, or none has ended. */
  readonly error: PortalError | null;
  start(work: (signal: AbortSignal) => Promise<unknown>): void;
  stop(): void;
}

export function useDoing(): Doing {
  const [state, setState] = useState<Pick<Doing, "busy" | "error">>({ busy: false, error: null });
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  return {
    ...state,
    stop: () => control.current?.abort(),
    start: (work) => {
      if (state.busy) return;
      const own = new AbortController();
      control.current = own;
      setState({ busy: true, error: null });
      work(own.signal).then(
        () => setState({ busy: false, error: null }),
        (error: unknown) => setState({ busy: false, error: own.signal.aborted ? null : asPortalError(error) }),
      );
    },
  };
}
