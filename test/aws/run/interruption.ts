/** Somebody wants the run to end, or its own code broke: what was made has to go first. */
export class Interruption {
  readonly #controller = new AbortController();
  /** How to take away by hand what the run made; undefined while there is nothing. */
  byHand: string | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @returns whether it was the first time */
  interrupt(reason: string): boolean {
    const first = !this.signal.aborted;
    this.#controller.abort(new Error(reason));
    return first;
  }
}

/** The part of `process` that is listened to. */
export interface Signals {
  on(event: string, listener: (cause: unknown) => void): unknown;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const FAULTS = ["uncaughtException", "unhandledRejection"];

/**
 * The first signal ends the run in order. The next one leaves at once.
 * @param leave ends the process; what is running stops with it
 */
export function listenFor(
  signals: Signals,
  interruption: Interruption,
  print: (line: string) => void,
  leave: (code: number) => void,
): void {
  for (const name of SIGNALS) {
    signals.on(name, () => {
      if (interruption.interrupt(`it was interrupted (${name})`)) {
        const next =
          interruption.byHand === undefined ? "" : " The stack is deleted first; once more to leave at once.";
        print(`\nInterrupted.${next}`);
        return;
      }
      print(byHandText(interruption));
      leave(1);
    });
  }
  for (const name of FAULTS) {
    // Without this Node would end the process, and the stack would stay.
    signals.on(name, (cause) => {
      const words = cause instanceof Error ? cause.message : String(cause);
      interruption.interrupt(`the run itself is at fault: ${words}`);
    });
  }
}

export function byHandText({ byHand }: Pick<Interruption, "byHand">): string {
  if (byHand === undefined) return "There is no stack of this run.";
  return `\n!!! The stack may still be there, and cost money. Delete it:\n\n    ${byHand}\n`;
}

/** What `work` gives, unless the signal comes first; work that goes on then is nobody's any more. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
