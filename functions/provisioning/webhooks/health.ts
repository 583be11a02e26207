import type { EndpointState } from "../../store/webhookItems.ts";
import type { Health } from "../../store/webhookQueue.ts";
import { hasFailedTooLong, nextProbe } from "./ladder.ts";
import type { AttemptOutcome } from "./ports.ts";

/** The beginning of a failed attempt, and of the message's earlier attempt. Milliseconds since the epoch. */
interface FailedTry {
  /** Name of the message. */
  readonly message: string;
  readonly began: number;
  readonly before: number | undefined;
}

/** Failures in a row, of different messages, after which the endpoint counts as failing. */
const ALL_FAIL = 4;
const GONE = 410;

export function isDelivered(outcome: AttemptOutcome): boolean {
  return outcome.outcome === "answered" && outcome.status >= 200 && outcome.status < 300;
}

/** The stored and shown form: a status, or a class of failure. */
export function resultOf(outcome: AttemptOutcome): string {
  return outcome.outcome === "answered" ? String(outcome.status) : outcome.failure;
}

/**
 * The success and failure of attempts at one endpoint. Each message counts once in a row of failures, so that a single bad message
 * does not stop the others. A failing endpoint gets one probe at a time, at growing intervals.
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

  /** True: only one attempt at a time, and none before `notBefore`. */
  get isFailing(): boolean {
    return this.#health.failures >= ALL_FAIL;
  }

  succeeded(now: number): void {
    this.#failed.clear();
    const { failingSince: _over, ...health } = this.#health;
    this.#health = { ...health, lastSuccess: now, failures: 0, probes: 0, notBefore: 0 };
  }

  /** @param random from 0 (inclusive) to 1 (exclusive) */
  failed({ message, began, before }: FailedTry, now: number, random: number): void {
    const { failingSince = began, failures, probes } = this.#health;
    this.#failed.add(message);
    // Each message counts once in a row of failures. The next visit counts a failure that a dead sender did not store.
    const isNew = before === undefined || before < failingSince;
    const counted = Math.max(failures + (isNew ? 1 : 0), this.#failed.size);
    const since = { failingSince: Math.min(failingSince, began), lastFailure: now, failures: counted };
    this.#health = { ...this.#health, ...since };
    if (counted < ALL_FAIL) return;
    this.#health = { ...this.#health, probes: probes + 1, notBefore: now + nextProbe(probes + 1, random) };
  }

  /** Why the endpoint should be disabled after a failure. */
  reasonToDisable(outcome: AttemptOutcome, now: number): "gone" | "failing" | undefined {
    if (outcome.outcome === "answered" && outcome.status === GONE) return "gone";
    const { failingSince } = this.#health;
    return failingSince !== undefined && hasFailedTooLong(failingSince, now) ? "failing" : undefined;
  }
}
