import type { EndpointState } from "../../store/webhookItems.ts";
import type { Health } from "../../store/webhookQueue.ts";
import { hasFailedTooLong, nextProbe } from "./ladder.ts";
import type { AttemptOutcome } from "./ports.ts";

/** When an attempt that failed began, and the one before it at the same message. Milliseconds since the epoch. */
export interface FailedTry {
  /** Name of the message. */
  readonly message: string;
  readonly began: number;
  readonly before: number | undefined;
}

/** So many messages fail in a row, and everything does. */
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
  /** Messages that failed since the last success, as far as this visit knows. */
  readonly #failed = new Set<string>();

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
    this.#failed.clear();
    const { failingSince: _over, ...health } = this.#health;
    this.#health = { ...health, lastSuccess: now, failures: 0, probes: 0, notBefore: 0 };
  }

  /** @param random from 0 up to 1 */
  failed({ message, began, before }: FailedTry, now: number, random: number): void {
    const { failingSince = began, failures, probes } = this.#health;
    this.#failed.add(message);
    // Every message counts once in a row of failures; what a sender that died did not write is seen at the next visit.
    const isNew = before === undefined || before < failingSince;
    const counted = Math.max(failures + (isNew ? 1 : 0), this.#failed.size);
    const since = { failingSince: Math.min(failingSince, began), lastFailure: now, failures: counted };
    this.#health = { ...this.#health, ...since };
    if (counted < ALL_FAIL) return;
    this.#health = { ...this.#health, probes: probes + 1, notBefore: now + nextProbe(probes + 1, random) };
  }

  /** Why nothing should be sent there any more, after a failure. */
  reasonToDisable(outcome: AttemptOutcome, now: number): "gone" | "failing" | undefined {
    if (outcome.outcome === "answered" && outcome.status === GONE) return "gone";
    const { failingSince } = this.#health;
    return failingSince !== undefined && hasFailedTooLong(failingSince, now) ? "failing" : undefined;
  }
}
