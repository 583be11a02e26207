import type { Attempt, AttemptOutcome } from "../../../functions/provisioning/webhooks/ports.ts";
import type { Chance, Fate, Scheduler } from "../world.ts";

type Mood = "well" | "flaky" | "down" | "busy" | "slow" | "poisoned" | "gone";

interface Received {
  readonly body: string;
  /** Start of each attempt. */
  readonly times: number[];
  accepted: number;
}

const MOODS = ["well", "well", "well", "flaky", "down", "down", "busy", "slow", "poisoned"] as const;
/** Longest attempt. */
const LONGEST_MS = 15_000;
const MOST_AT_ONCE = 4;
/** A visit that read the endpoint before its removal may continue this long. */
const AFTER_REMOVAL_MS = 60_000;

/** The receivers: servers that answer or fail, with everything that arrived. */
export class Receivers {
  readonly problems: string[] = [];
  /** By `webhook-id`. */
  readonly received = new Map<string, Received>();
  readonly removed = new Map<string, number>();
  /** Attempts of the active run, by endpoint: only where a single run works. */
  readonly ofRun = new Map<string, number>();
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #moods = new Map<string, Mood>();
  readonly #active = new Map<string, number>();

  constructor(chance: Chance, scheduler: Scheduler) {
    this.#chance = chance;
    this.#scheduler = scheduler;
  }

  /** The endpoint's mood changes by chance. */
  change(endpoint: string): void {
    this.#moods.set(endpoint, this.#chance.next() < 0.03 ? "gone" : this.#chance.one(MOODS));
  }

  /** From now on it answers all requests, or none. */
  settle(endpoint: string, isWell: boolean): void {
    this.#moods.set(endpoint, isWell ? "well" : "down");
  }

  isDown(endpoint: string): boolean {
    return this.#moods.get(endpoint) === "down";
  }

  /** Delivers for the process of this fate. */
  async deliver({ id, body }: Attempt, fate: Fate): Promise<AttemptOutcome> {
    const endpoint = id.slice(0, 12);
    const { now } = this.#scheduler;
    const known = this.received.get(id) ?? { body, times: [], accepted: 0 };
    this.received.set(id, known);
    known.times.push(now);
    if (known.body !== body) this.problems.push(`${id} has another body`);
    const gone = this.removed.get(endpoint);
    if (gone !== undefined && now > gone + AFTER_REMOVAL_MS)
      this.problems.push(`${id} is sent after its endpoint went`);
    const active = (this.#active.get(endpoint) ?? 0) + 1;
    this.#active.set(endpoint, active);
    this.ofRun.set(endpoint, (this.ofRun.get(endpoint) ?? 0) + 1);
    if (active > MOST_AT_ONCE) this.problems.push(`${active} attempts at ${endpoint} at once`);
    await this.#scheduler.point(this.#duration(endpoint));
    this.#active.set(endpoint, (this.#active.get(endpoint) ?? 1) - 1);
    const outcome = this.#answer(endpoint, id);
    if (outcome.outcome === "answered" && outcome.status < 300) known.accepted += 1;
    // The sender has crashed: nobody gets the answer.
    if (fate.crashed) return new Promise(() => undefined);
    return outcome;
  }

  #duration(endpoint: string): number {
    if (this.#moods.get(endpoint) === "slow") return LONGEST_MS - this.#chance.below(4_000) - 100;
    return this.#chance.below(this.#chance.next() < 0.8 ? 400 : LONGEST_MS - 100);
  }

  #answer(endpoint: string, id: string): AttemptOutcome {
    switch (this.#moods.get(endpoint) ?? "well") {
      case "well":
      case "slow":
        return { outcome: "answered", status: 204 };
      case "flaky":
        return this.#chance.next() < 0.5
          ? { outcome: "answered", status: 200 }
          : { outcome: "failed", failure: "Timeout" };
      case "down":
        return this.#chance.next() < 0.7
          ? { outcome: "failed", failure: "ConnectionRefused" }
          : { outcome: "answered", status: 500 };
      case "busy":
        return { outcome: "answered", status: 429, retryAfter: this.#chance.below(9_000) };
      case "poisoned":
        return { outcome: "answered", status: id.charCodeAt(id.length - 1) % 3 === 0 ? 400 : 202 };
      case "gone":
        return { outcome: "answered", status: 410 };
    }
  }
}
