import type { Envelope } from "../../functions/provisioning/events/busEvents.ts";
import { codeOf } from "../rollcall/refused.ts";

interface EventPosterProps {
  readonly url: string;
  wait(milliseconds: number): Promise<unknown>;
  /** Receives messages for a person; not one for each event. */
  say(text: string): void;
}

/** Sends events to a receiver over HTTP. */
export interface EventPoster {
  /**
   * Resolves when each was taken or given up. Events of one user or team go one after the other. `brokenOff`: `hurry` stopped
   * it before all were taken.
   */
  deliver(envelopes: readonly Envelope[]): Promise<"done" | "brokenOff">;
  /** From now on each event is tried once, and none after the receiver has failed to answer. */
  hurry(): void;
}

const LANES = 8;
const TRIES = 6;
const FIRST_PAUSE_MS = 250;
const ANSWER_MS = 5_000;

/**
 * POSTs each event as JSON, in the form of the bus. The caller waits, so the stream itself is the queue and memory holds one
 * page of it. An event is tried for about 15 seconds. After one is given up, the next ones are tried once each until the
 * receiver takes one again.
 */
export function createEventPoster({ url, wait, say }: EventPosterProps): EventPoster {
  let lost = 0;
  let hurried = false;
  let isOver = false;
  const hurrying = Promise.withResolvers<void>();

  const deliverOne = async (envelope: Envelope): Promise<void> => {
    for (let tries = 1; !isOver; tries++) {
      const answer = await post(url, envelope);
      if (answer === "taken") {
        if (lost > 0) say(`${url} takes events again; ${lost} were not delivered.`);
        lost = 0;
        return;
      }
      if (hurried && !answer.final) isOver = true;
      else if (answer.final || lost > 0 || tries === TRIES) {
        if (lost === 0) say(`${url} does not take events (${answer.reason}). Rollcall skips events until it does.`);
        lost++;
        return;
      }
      if (!isOver) await Promise.race([wait(FIRST_PAUSE_MS * 2 ** (tries - 1)), hurrying.promise]);
    }
  };

  return {
    async deliver(envelopes) {
      const byResource = Map.groupBy(envelopes, ({ detail }) => detail.id);
      const waiting = byResource.values();
      const lane = async (): Promise<void> => {
        for (const events of waiting) for (const event of events) await deliverOne(event);
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      return isOver ? "brokenOff" : "done";
    },
    hurry() {
      hurried = true;
      hurrying.resolve();
    },
  };
}

type Answer = "taken" | { readonly reason: string; readonly final: boolean };

async function post(url: string, envelope: Envelope): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      // The page of a sign-in, at the end of a redirect, would count as a receiver that took the event.
      redirect: "manual",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(envelope),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    // Read to the end, so that the connection can be reused.
    await response.arrayBuffer();
    const { status } = response;
    if (response.ok) return "taken";
    return { reason: `status ${status}`, final: status < 500 && status !== 408 && status !== 429 };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { reason: codeOf(cause) ?? "no answer", final: false };
  }
}
