import { StoreBusy } from "../../store/records.ts";
import type { EndpointState, StoredMessage } from "../../store/webhookItems.ts";
import { type AttemptPlace, webhookId } from "../../store/webhookKeys.ts";
import { type DueEndpoint, type FoundEndpoint, WebhookQueue } from "../../store/webhookQueue.ts";
import { CLOCK_SKEW, hasCome } from "../timeBudget.ts";
import { livingSecrets } from "./endpoints.ts";
import { EndpointHealth, isDelivered, resultOf } from "./health.ts";
import { LADDER_MS, LONGEST_PROBE_MS, nextAttempt } from "./ladder.ts";
import type { AttemptOutcome, DeliveryFailure } from "./ports.ts";
import type { SendCounts, WebhookSending } from "./sending.ts";

/** Milliseconds of a lease: a sender that dies blocks its endpoint for this time. */
const LEASE_MS = 60_000;
/** An attempt takes at most 15 seconds. The rest is for storing its result. */
export const ATTEMPT_MS = 20_000;
const AT_ONCE = 4;
const MESSAGES_AT_ONCE = 25;
/** Milliseconds after which every read shows what one transaction wrote. */
const SETTLED_MS = 60_000;
const EXPIRED_AT_ONCE = 100;
const PAGES_OF_EXPIRED = 10;

/** `more`: there is more to send now, and other endpoints come first. */
type Visited = "over" | "more";

interface Lease {
  readonly fence: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

interface Due {
  readonly current: readonly StoredMessage[];
  /** Attempts that no message refers to. */
  readonly leftOver: readonly AttemptPlace[];
}

/** One sender's visit to one endpoint. */
export class EndpointVisit {
  readonly #sending: WebhookSending;
  readonly #due: DueEndpoint;
  readonly #counts: SendCounts;
  readonly #queue: WebhookQueue;
  #lease: Lease | undefined;
  #health: EndpointHealth | undefined;
  #isOver = false;

  constructor(sending: WebhookSending, due: DueEndpoint, counts: SendCounts) {
    this.#sending = sending;
    this.#due = due;
    this.#counts = counts;
    this.#queue = new WebhookQueue(sending.database, due);
  }

  /** @throws StoreBusy: the endpoint stays as it is until the lease is over */
  async carryOut(): Promise<Visited> {
    for (;;) {
      const found = await this.#queue.load();
      const now = this.#sending.now();
      if (found === undefined || found.state.disabled !== undefined) return "over";
      if (this.#lease === undefined ? isNotDue(found, now) : !this.#isHeld(found, this.#lease)) return "over";
      this.#health ??= new EndpointHealth(found.state);
      const visited = await this.#go(found, this.#health, now);
      if (visited !== "again") return visited;
    }
  }

  /** An operator's change takes the lease's number and keeps its time. Earlier failures then no longer count. */
  #isHeld({ state: { fence, leasedUntil } }: FoundEndpoint, lease: Lease): boolean {
    if (fence === lease.fence) return true;
    if (leasedUntil !== lease.until) return false;
    this.#lease = { ...lease, fence };
    this.#health = undefined;
    return true;
  }

  /** One round. The state was read before the attempts, so its number shows whether messages came meanwhile. */
  async #go({ record, state }: FoundEndpoint, health: EndpointHealth, now: number): Promise<Visited | "again"> {
    const { notBefore } = health.health;
    if (health.isFailing && !hasCome(notBefore, now, LONGEST_PROBE_MS)) return this.#leave(state, health, notBefore);
    const attempts = await this.#queue.attempts(MESSAGES_AT_ONCE);
    const ready = attempts.filter(({ due }) => hasCome(due, now, LADDER_MS));
    if (ready.length === 0) return this.#settle(state, health, attempts[0]?.due, now);
    if (this.#lease === undefined) {
      const until = now + LEASE_MS;
      const fence = await this.#queue.lease(state, until);
      if (fence === undefined) return "over";
      this.#lease = { fence, until };
    }
    const { fence } = this.#lease;
    const leased = { ...state, fence };
    const { current, leftOver } = await this.#sorted(ready);
    if (leftOver.length > 0) await this.#queue.dropAttempts(leftOver);
    if (current.length === 0) return leftOver.length > 0 ? "again" : this.#leave(leased, health, now + SETTLED_MS);
    if (!this.#hasTime()) return this.#giveWay(leased, health);
    const secrets = await this.#open(record);
    if (secrets === undefined) return this.#withoutSecret(current);
    const send = (message: StoredMessage) => this.#attempt(message, fence, health, { url: record.url, secrets });
    if (health.isFailing) await this.#probe(current, health, send);
    else await this.#sendAll(current, health, send);
    return this.#isOver ? "over" : "again";
  }

  /** Matches attempts with their messages. An attempt ahead of its message is being postponed or replayed, and is left alone. */
  async #sorted(attempts: readonly AttemptPlace[]): Promise<Due> {
    const messages = await this.#queue.messages(attempts);
    const current: StoredMessage[] = [];
    const leftOver: AttemptPlace[] = [];
    for (const [index, attempt] of attempts.entries()) {
      const message = messages[index];
      if (message !== undefined && attempt.turn > message.turn) continue;
      const isNamed = message?.status === "open" && message.turn === attempt.turn && message.due === attempt.due;
      if (isNamed) current.push(message);
      else leftOver.push(attempt);
    }
    return { current, leftOver };
  }

  async #sendAll(
    messages: readonly StoredMessage[],
    health: EndpointHealth,
    send: (message: StoredMessage) => Promise<void>,
  ): Promise<void> {
    const left = [...messages];
    const failures: unknown[] = [];
    const lane = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        if (this.#isOver || health.isFailing || failures.length > 0 || !this.#hasTime()) return;
        await send(next).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    if (failures.length > 0) throw failures[0];
  }

  /** Probes with the message that failed least, because a message that always fails would hide that the endpoint works again. */
  async #probe(
    messages: readonly StoredMessage[],
    health: EndpointHealth,
    send: (message: StoredMessage) => Promise<void>,
  ): Promise<void> {
    const [first] = messages.toSorted((a, b) => a.step - b.step);
    if (first === undefined) return;
    await send(first);
    if (health.isFailing && !this.#isOver) await this.#giveUpExpired(health);
  }

  async #attempt(
    message: StoredMessage,
    fence: number,
    health: EndpointHealth,
    to: { readonly url: string; readonly secrets: readonly string[] },
  ): Promise<void> {
    const { now, random } = this.#sending;
    const began = now();
    const claimed = await this.#queue.claim(message, fence, began);
    if (claimed === undefined || !this.#hasTime()) return;
    this.#counts.sent += 1;
    const outcome = await this.#deliver(claimed, to);
    const at = now();
    if (isDelivered(outcome)) {
      this.#counts.delivered += 1;
      health.succeeded(at);
      await this.#queue.close(claimed, "delivered", resultOf(outcome));
      return;
    }
    this.#counts.failed += 1;
    health.failed({ message: message.name, began, before: message.lastTry }, at, random());
    const { step, firstTry = at } = claimed;
    const retryAfter = outcome.outcome === "answered" ? outcome.retryAfter : undefined;
    const next = nextAttempt({ step, firstTry, now: at, retryAfter }, random());
    if (next !== undefined) await this.#queue.postpone(claimed, next, resultOf(outcome));
    else if (await this.#queue.close(claimed, "givenUp", resultOf(outcome))) this.#counts.givenUp += 1;
    const reason = health.reasonToDisable(outcome, at);
    if (reason !== undefined) await this.#disable(fence, reason, at);
  }

  async #deliver(
    message: StoredMessage,
    { url, secrets }: { readonly url: string; readonly secrets: readonly string[] },
  ): Promise<AttemptOutcome> {
    const attempt = { url, id: webhookId(message), body: message.body, secrets, at: this.#sending.now() };
    try {
      return await this.#sending.deliver(attempt);
    } catch {
      // `deliver` must not throw. The error's message could hold the address.
      return { outcome: "failed", failure: "Unknown" };
    }
  }

  /**
   * Opens the secrets. A secret whose key no longer exists is left out.
   * @returns undefined where none opens: because of the function's rights, or the key
   * @throws StoreBusy while the key service does not answer
   */
  async #open({ owner, id, secrets }: FoundEndpoint["record"]): Promise<readonly string[] | undefined> {
    const living = livingSecrets(secrets, this.#sending.now());
    const context = { org: owner, endpoint: id };
    const tries = await Promise.allSettled(living.map(({ sealed }) => this.#sending.secrets.open(sealed, context)));
    const opened: string[] = [];
    for (const one of tries) {
      if (one.status === "fulfilled") opened.push(one.value);
      else if (one.reason instanceof StoreBusy) throw one.reason;
    }
    return opened.length === 0 ? undefined : opened;
  }

  /**
   * The receiver did not fail, so no message loses an attempt. The endpoint stays due and is visited again when the lease is over. An
   * alarm watches how long it is overdue.
   */
  async #withoutSecret([first]: readonly StoredMessage[]): Promise<Visited> {
    const failure: DeliveryFailure = "Secret";
    if (first !== undefined && first.result !== failure) await this.#queue.note(first, failure);
    return "over";
  }

  async #disable(fence: number, reason: "gone" | "failing", now: number): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { owner, id } = this.#due;
    if (await this.#queue.disable({ fence }, reason, now)) this.#counts.disabled.push({ owner, id, reason });
    // Another caller changed or leased the endpoint. The next round reads its state.
    else this.#isOver = false;
  }

  /** Gives up messages that have waited for a day while everything failed, without an attempt of their own. */
  async #giveUpExpired(health: EndpointHealth): Promise<void> {
    const { failingSince = Number.POSITIVE_INFINITY } = health.health;
    const now = this.#sending.now();
    for (let pages = 0; pages < PAGES_OF_EXPIRED && this.#hasTime(); pages += 1) {
      const attempts = (await this.#queue.attempts(EXPIRED_AT_ONCE)).filter(({ due }) => due <= now);
      const { current } = await this.#sorted(attempts);
      const expired = current.filter(({ firstTry, due }) => {
        const began = firstTry ?? due;
        return failingSince <= began && began + LADDER_MS <= now;
      });
      for (const message of expired) {
        if (await this.#queue.close(message, "givenUp", message.result ?? NOT_TRIED)) this.#counts.givenUp += 1;
      }
      if (expired.length === 0) return;
    }
  }

  /** Nothing is due. A message that was just added may not show yet, so the endpoint is visited once more. */
  async #settle(
    state: EndpointState,
    health: EndpointHealth,
    next: number | undefined,
    now: number,
  ): Promise<Visited | "again"> {
    const seen = state.seen?.added === state.added ? state.seen : { added: state.added, at: now };
    const look = seen.at + SETTLED_MS;
    const due = look <= now ? next : Math.min(look, next ?? look);
    return this.#leave(state, health, due, seen);
  }

  async #leave(
    state: EndpointState,
    health: EndpointHealth,
    due: number | undefined,
    seen?: EndpointState["seen"],
  ): Promise<Visited | "again"> {
    const leaving = { health: health.health, isFailing: health.isFailing, due, seen };
    const left = await this.#queue.leave(state, leaving);
    if (left === "left") return "over";
    return left === "again" || this.#lease !== undefined ? "again" : "over";
  }

  /** Time is over, and there is more to send. */
  async #giveWay(state: EndpointState, health: EndpointHealth): Promise<Visited> {
    const due = this.#sending.now();
    await this.#queue.yieldNow(state, { health: health.health, isFailing: health.isFailing, due });
    return "more";
  }

  /** Whether there is time for one more attempt, within the lease and the run. */
  #hasTime(): boolean {
    const end = Math.min(this.#sending.until, this.#lease?.until ?? 0);
    return this.#sending.now() + ATTEMPT_MS <= end;
  }
}

/** The result of a message that was given up without an attempt. */
const NOT_TRIED = "NotTried";

function isNotDue({ due, state }: FoundEndpoint, now: number): boolean {
  return due === undefined || due > now || !hasCome(state.leasedUntil, now, LEASE_MS + CLOCK_SKEW);
}
