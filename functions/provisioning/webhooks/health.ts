import type { EndpointState } from "../../store/webhookItems.ts";
import type { Health } from "../../store/webhookQueue.ts";
import { hasFailedTooLong, nextProbe } from "./ladder.ts";
import type { AttemptOutcome } from "./ports.ts";

/** So many messages in a row whose first attempt fails, and everything does. */
const ALL_FAIL = 4;
const GONE = 410;

export function isDelivered(outcome: AttemptOutcome): boolean {
  return outcome.outcome === "answered" && outcome.status >= 200 && outcome.status < 300;
}

/** As it is kept and shown: a status, or a class of failure. */
export function resultOf(outcome: AttemptOutcome): string {
  return outcome.outcome === "answered" ? String(outcome.status) : outcome.failure;
}

/**
 * How the attempts at one endpoint go. A message that fails alone counts once, so that it holds up no other; where everything
 * fails one probe at a time is sent, less and less often.
 */
export class EndpointHealth {
  #health: Health;

  constructor({ failingSince, lastSuccess, lastFailure, failures, probes, notBefore }: EndpointState) {
    const since = failingSince === undefined ? {} : { failingSince };
    const success = lastSuccess === undefined ? {} : { lastSuccess };
    const failure = lastFailure === undefined ? {} : { lastFailure };
    this.#health = { ...since, ...success, ...failure, failures, probes, notBefore };
  }

  get health(): Health {
    return this.#health;
  }

  /** Everything fails: one attempt at a time, and not before `notBefore`. */
  get isFailing(): boolean {
    return this.#health.failures >= ALL_FAIL;
  }

  succeeded(now: number): void {
    const { failingSince: _over, ...health } = this.#health;
    this.#health = { ...health, lastSuccess: now, failures: 0, probes: 0, notBefore: 0 };
  }

  /** @param isFirst of its message, since it was made or replayed @param random from 0 up to 1 */
  failed(isFirst: boolean, now: number, random: number): void {
    const { failingSince = now, failures, probes } = this.#health;
    const counted = { ...this.#health, failingSince, lastFailure: now, failures: failures + (isFirst ? 1 : 0) };
    const isProbe = counted.failures >= ALL_FAIL;
    const failedProbes = isProbe ? probes + 1 : probes;
    const notBefore = isProbe ? now + nextProbe(failedProbes, random) : counted.notBefore;
    this.#health = { ...counted, probes: failedProbes, notBefore };
  }

  /** Why nothing should be sent there any more, after a failure. */
  reasonToDisable(outcome: AttemptOutcome, now: number): "gone" | "failing" | undefined {
    if (outcome.outcome === "answered" && outcome.status === GONE) return "gone";
    const { failingSince } = this.#health;
    return failingSince !== undefined && hasFailedTooLong(failingSince, now) ? "failing" : undefined;
  }
}
