import { type Database, inParallel } from "./database.ts";
import type { Condition, IndexKey, Scalar, Update } from "./table.ts";
import { unchangedMessage } from "./webhookDeliveries.ts";
import {
  attemptItem,
  type DisabledReason,
  DUE_ATTRIBUTES,
  dueFrom,
  type EndpointRecord,
  type EndpointState,
  endpointRecord,
  endpointState,
  FAILURE_ATTRIBUTES,
  type StoredMessage,
  storedMessage,
} from "./webhookItems.ts";
import {
  type AttemptPlace,
  attemptPlace,
  DUE_ENDPOINTS,
  FAILING_ENDPOINTS,
  failingEndpoints,
  stateOwner,
  timeText,
  type WebhookOwner,
  webhookKeys,
} from "./webhookKeys.ts";
import { disabling } from "./webhooks.ts";

/** A due endpoint, by the index. */
export interface DueEndpoint {
  readonly owner: WebhookOwner;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** An endpoint as a sender finds it. */
export interface FoundEndpoint {
  readonly record: EndpointRecord;
  readonly state: EndpointState;
  /** When it is due, milliseconds since the epoch; absent: nothing waits. */
  readonly due: number | undefined;
}

/** Results of the attempts, which a sender writes when it ends its lease. Times are milliseconds since the epoch. */
export type Health = Pick<
  EndpointState,
  "failingSince" | "lastSuccess" | "lastFailure" | "failures" | "probes" | "notBefore"
>;

/** What a sender writes when it leaves an endpoint. */
interface Leaving {
  readonly health: Health;
  readonly isFailing: boolean;
  /** When it is due next; absent: nothing waits. */
  readonly due: number | undefined;
  readonly seen: EndpointState["seen"];
}

const ENDPOINTS_OF_PARTITION = 200;

/** Reads the index, which may lag. The longest due come first. */
export async function dueEndpointsOf(
  database: Database,
  kind: "working" | "failing",
  now: number,
): Promise<readonly DueEndpoint[]> {
  const partitions = kind === "working" ? DUE_ENDPOINTS : FAILING_ENDPOINTS;
  const range = { before: timeText(now + 1), limit: ENDPOINTS_OF_PARTITION };
  const pages = await inParallel(partitions, (partition) => database.queryReverse(partition, range));
  return pages.flatMap(({ items }) => items.map(dueEndpoint)).sort((a, b) => a.since - b.since);
}

function dueEndpoint({ pk, sk, g1s }: IndexKey): DueEndpoint {
  return { owner: stateOwner(pk), id: sk, since: Number(g1s) };
}

/** The open messages of one endpoint, and the right to send them: a lease, whose number only rises. */
export class WebhookQueue {
  readonly #database: Database;
  readonly #owner: WebhookOwner;
  readonly #id: string;

  constructor(database: Database, { owner, id }: Pick<DueEndpoint, "owner" | "id">) {
    this.#database = database;
    this.#owner = owner;
    this.#id = id;
  }

  /** @returns undefined where the endpoint is gone */
  async load(): Promise<FoundEndpoint | undefined> {
    const items = await this.#database.getMany([webhookKeys.endpoint(this.#owner, this.#id), this.#state()]);
    const item = items.find(({ d }) => d !== undefined);
    const state = items.find(({ pk }) => pk === this.#state().pk);
    if (item === undefined || state === undefined) return undefined;
    const due = state.g1s === undefined ? undefined : Number(state.g1s);
    return { record: endpointRecord(this.#owner, item), state: endpointState(state), due };
  }

  /**
   * Clears what was seen before: a sender whose lease is over may still be writing the result of its attempt.
   * @returns the fence of the new lease; undefined where another sender was faster
   */
  async lease({ fence }: EndpointState, until: number): Promise<number | undefined> {
    const condition: Condition = { all: [{ equals: ["f", fence] }, { missing: "off" }] };
    const update = { update: this.#state(), set: { l: until }, add: { f: 1 }, remove: ["sn", "sa"], condition };
    return (await this.#database.write([update])).length === 0 ? fence + 1 : undefined;
  }

  /**
   * Ends the lease, if any, and sets when the endpoint is due next.
   * @param read the state before the attempts, with the fence of the lease
   * @returns `again`: messages were added since; `lost`: another sender has the lease, or the endpoint is disabled
   */
  async leave(read: EndpointState, leaving: Leaving): Promise<"left" | "again" | "lost"> {
    const [refusal] = await this.#database.write([
      this.#leaving(leaving, {
        all: [{ equals: ["f", read.fence] }, { equals: ["n", read.added] }, { missing: "off" }],
      }),
    ]);
    if (refusal === undefined) return "left";
    const { f, off } = refusal.stored ?? {};
    return f === read.fence && off === undefined ? "again" : "lost";
  }

  /** Ends the lease; the endpoint stays due, even if messages were added meanwhile. */
  async yieldNow({ fence }: EndpointState, leaving: Omit<Leaving, "seen">): Promise<void> {
    const condition: Condition = { all: [{ equals: ["f", fence] }, { missing: "off" }] };
    await this.#database.write([this.#leaving({ ...leaving, seen: undefined }, condition)]);
  }

  /** @returns whether this call disabled it: false where another sender has the lease, or the endpoint is disabled already */
  async disable({ fence }: Pick<EndpointState, "fence">, reason: DisabledReason, now: number): Promise<boolean> {
    const { set, ...update } = disabling(this.#owner, this.#id, reason, now);
    const condition: Condition = { all: [{ equals: ["f", fence] }, { missing: "off" }] };
    const action: Update = { ...update, set: { ...set, l: 0, lf: now }, condition };
    const [refusal] = await this.#database.write([action]);
    // After a lost answer the SDK sends the update again and then finds its own write.
    return refusal === undefined || (refusal.stored?.off === reason && refusal.stored.oa === now);
  }

  /** The first attempts by due time; strongly consistent. */
  async attempts(limit: number): Promise<readonly AttemptPlace[]> {
    const { items } = await this.#database.query(webhookKeys.attempts(this.#owner), {
      prefix: `${this.#id}#`,
      limit,
      only: ["pk", "sk"],
    });
    return items.map(({ sk }) => attemptPlace(this.#owner, String(sk)));
  }

  /** The messages of these attempts, in their order; undefined where the message certainly does not exist. */
  async messages(attempts: readonly AttemptPlace[]): Promise<readonly (StoredMessage | undefined)[]> {
    const keys = attempts.map(({ message }) => webhookKeys.message(message));
    const found = new Map((await this.#database.getMany(keys)).map((item) => [String(item.sk), item]));
    const missing = keys.filter(({ sk }) => !found.has(sk));
    // A plain read may see an attempt of a transaction before its message; a transactional read cannot.
    if (missing.length > 0) {
      for (const item of await this.#database.getTogether(missing)) if (item) found.set(String(item.sk), item);
    }
    return attempts.map(({ message }, index) => {
      const item = found.get(keys[index]?.sk ?? "");
      return item && storedMessage(message, item);
    });
  }

  /** Claims the message for one attempt. @returns its new state; undefined where another sender has it or it has changed */
  async claim(message: StoredMessage, fence: number, now: number): Promise<StoredMessage | undefined> {
    const { tries, turn, firstTry = now } = message;
    const update: Update = {
      update: webhookKeys.message(message),
      set: { f: fence, lt: now, ft: firstTry },
      add: { a: 1 },
      condition: asRead(message),
    };
    if ((await this.#database.write([update])).length > 0) return undefined;
    return { ...message, tries: tries + 1, turn, fence, firstTry, lastTry: now };
  }

  /** Stores why the message waits, where no attempt could be made. Writes nothing where the message has changed. */
  async note(message: StoredMessage, result: string): Promise<void> {
    await this.#database.write([
      { update: webhookKeys.message(message), set: { r: result }, condition: asRead(message) },
    ]);
  }

  /** Closes the message: it is not sent again. @returns false where it has changed since it was claimed */
  async close(message: StoredMessage, status: "delivered" | "givenUp", result: string): Promise<boolean> {
    const set = { s: status, r: result };
    const update: Update = { update: webhookKeys.message(message), set, add: { k: 1 }, condition: asRead(message) };
    const isClosed = (await this.#database.write([update])).length === 0;
    if (isClosed) await this.#database.write([{ delete: this.#attempt(message) }]);
    return isClosed;
  }

  /** Schedules another try: one transaction replaces the attempt, so the message always has one. */
  async postpone(message: StoredMessage, next: { readonly step: number; readonly due: number }, result: string) {
    const later: StoredMessage = { ...message, ...next, turn: message.turn + 1 };
    const set = { u: later.due, k: later.turn, st: later.step, r: result };
    await this.#database.transact([
      { update: webhookKeys.message(message), set, condition: asRead(message) },
      { put: attemptItem(later) },
      { delete: this.#attempt(message) },
    ]);
  }

  async dropAttempts(attempts: readonly AttemptPlace[]): Promise<void> {
    await this.#database.deleteMany(attempts.map((one) => webhookKeys.attempt(one.message, one.due, one.turn)));
  }

  #attempt(message: StoredMessage) {
    return webhookKeys.attempt(message, message.due, message.turn);
  }

  #state() {
    return webhookKeys.state(this.#owner, this.#id);
  }

  #leaving({ health, isFailing, due, seen }: Leaving, condition: Condition): Update {
    const { failingSince, lastSuccess, lastFailure, failures, probes, notBefore } = health;
    const set: Record<string, Scalar> = { l: 0 };
    if (failingSince !== undefined) Object.assign(set, { fs: failingSince, cf: failures, pf: probes, nb: notBefore });
    if (lastSuccess !== undefined) set.ls = lastSuccess;
    if (lastFailure !== undefined) set.lf = lastFailure;
    if (due !== undefined) Object.assign(set, dueFrom(this.#id, due));
    if (due !== undefined && isFailing) set.g1p = failingEndpoints(this.#id);
    if (due !== undefined && seen !== undefined) Object.assign(set, { sn: seen.added, sa: seen.at });
    const gone = [
      ...(failingSince === undefined ? FAILURE_ATTRIBUTES : []),
      ...(due === undefined ? [...DUE_ATTRIBUTES, "sn", "sa"] : []),
    ];
    return { update: this.#state(), set, ...(gone.length > 0 && { remove: gone }), condition };
  }
}

/** The message is open and was not claimed, postponed or replayed since. */
function asRead(message: StoredMessage): Condition {
  return { all: [{ equals: ["s", "open"] }, ...unchangedMessage(message).all] };
}
