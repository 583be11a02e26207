import type { Attempt, AttemptOutcome, Deliver } from "../../functions/provisioning/webhooks/ports.ts";
import type { Chance } from "./chance.ts";
import { FaultPlan, type Occasion } from "./faultPlan.ts";

/** Faults between the sender of webhooks and the receiver. */
type WebhookFault =
  | { readonly kind: "duplicate" | "lose" | "loseAnswer" | "reorder" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "answer"; readonly status: number; readonly retryAfter: number | undefined };

interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface InjectedWebhookFault {
  readonly fault: WebhookFault["kind"];
  readonly url: string;
  /** `webhook-id`. */
  readonly id: string;
}

/** An attempt that has not arrived yet. */
interface Late {
  readonly attempt: Attempt;
  /** Milliseconds since the epoch; undefined: after the next delivery. */
  readonly due: number | undefined;
}

/**
 * Faults between the sender of webhooks and their receivers, by the seed; an attempt gets at most one. Late attempts arrive
 * while `settled` waits.
 */
export class WebhookFaults {
  readonly #plan: FaultPlan<WebhookFault, Attempt>;
  readonly #clock: Clock;
  readonly #injected: InjectedWebhookFault[] = [];
  #late: Late[] = [];
  #deliver: Deliver | undefined;

  constructor(chance: Chance, clock: Clock) {
    this.#plan = new FaultPlan(chance);
    this.#clock = clock;
  }

  /** The faults so far, in order. */
  get injected(): readonly InjectedWebhookFault[] {
    return this.#injected;
  }

  /** The receiver gets the message twice. */
  duplicate(occasion: Occasion): void {
    this.#plan.add(occasion, { kind: "duplicate" });
  }

  /** The receiver gets nothing; Rollcall tries again later. */
  lose(occasion: Occasion): void {
    this.#plan.add(occasion, { kind: "lose" });
  }

  /** The receiver takes the message, but Rollcall gets no answer: the message comes again. */
  loseAnswer(occasion: Occasion): void {
    this.#plan.add(occasion, { kind: "loseAnswer" });
  }

  /** Rollcall stops waiting and tries again later; this attempt arrives when the clock is this many milliseconds ahead. */
  delay(occasion: Occasion, ms: number): void {
    this.#plan.add(occasion, { kind: "delay", ms });
  }

  /** The message arrives after the next one. */
  reorder(occasion: Occasion): void {
    this.#plan.add(occasion, { kind: "reorder" });
  }

  /** Something in front of the receiver answers: 500, 429, 410 … @param retryAfter seconds */
  answer(occasion: Occasion, status: number, retryAfter?: number): void {
    this.#plan.add(occasion, { kind: "answer", status, retryAfter });
  }

  /** Removes all planned faults; late attempts still arrive. */
  clear(): void {
    this.#plan.clear();
  }

  /** Wraps the sender. */
  around(deliver: Deliver): Deliver {
    this.#deliver = deliver;
    return async (attempt) => {
      const fault = this.#plan.take(attempt);
      if (fault !== undefined) this.#injected.push({ fault: fault.kind, url: attempt.url, id: attempt.id });
      const outcome = await this.#meet(fault, attempt, deliver);
      if (fault?.kind !== "reorder") await this.#arrive((one) => one.due === undefined);
      return outcome;
    };
  }

  /** Delivers late attempts that are due. @returns their number */
  arriveLate(): Promise<number> {
    const now = this.#clock.now();
    return this.#arrive(({ due }) => due === undefined || due <= now);
  }

  async #meet(fault: WebhookFault | undefined, attempt: Attempt, deliver: Deliver): Promise<AttemptOutcome> {
    switch (fault?.kind) {
      case undefined:
        return deliver(attempt);
      case "duplicate": {
        const outcome = await deliver(attempt);
        await deliver(attempt);
        return outcome;
      }
      case "lose":
        return { outcome: "failed", failure: "ConnectionLost" };
      case "loseAnswer":
        await deliver(attempt);
        return { outcome: "failed", failure: "Timeout" };
      case "delay":
        this.#late.push({ attempt, due: this.#clock.now() + fault.ms });
        return { outcome: "failed", failure: "Timeout" };
      case "reorder":
        this.#late.push({ attempt, due: undefined });
        return { outcome: "answered", status: 202 };
      case "answer": {
        const { retryAfter, status } = fault;
        return { outcome: "answered", status, ...(retryAfter !== undefined && { retryAfter }) };
      }
    }
  }

  /** A taken message is kept until the receiver takes it. */
  async #arrive(whose: (one: Late) => boolean): Promise<number> {
    const arriving = this.#late.filter(whose);
    this.#late = this.#late.filter((one) => !whose(one));
    let arrived = 0;
    for (const one of arriving) {
      const outcome = await this.#deliver?.(one.attempt);
      const isTaken = outcome?.outcome === "answered" && outcome.status < 300;
      if (isTaken) arrived += 1;
      else if (one.due === undefined) this.#late.push(one);
    }
    return arrived;
  }
}
