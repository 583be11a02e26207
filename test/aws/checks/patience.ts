import { setTimeout as wait } from "node:timers/promises";
import { AwsCallFailed } from "../liveStack.ts";

/** Tries until there is an answer. @returns undefined when there was none in time */
export async function patiently<T>(
  question: () => Promise<T | undefined>,
  { seconds, everyMs }: { readonly seconds: number; readonly everyMs: number },
): Promise<T | undefined> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (Date.now() + everyMs > end) return undefined;
    await wait(everyMs);
  }
}

const TRIES = 6;

/** Makes a call again, later each time, when AWS says that there were too many. */
export async function unhurried<T>(call: () => Promise<T>, firstPauseMs = 500): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (cause) {
      const busy = cause instanceof AwsCallFailed && /Throttl|TooManyRequests|RequestLimit/.test(cause.code);
      if (!busy || attempt === TRIES) throw cause;
      await wait(firstPauseMs * 2 ** (attempt - 1));
    }
  }
}
