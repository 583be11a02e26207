import { type Database, inParallel } from "../../store/database.ts";
import { ERASE_AFTER_MS } from "../../store/eraseEvents.ts";
import { feedShardOf } from "../../store/eventKeys.ts";
import {
  cursorName,
  EventLogStore,
  type LoggedOrg,
  type LogState,
  loggedOrg,
  type Subject,
} from "../../store/eventLog.ts";
import { keyText, type OrgId, OrgKeys } from "../../store/keys.ts";
import { LogTransaction, type NewEvent } from "../../store/logTransaction.ts";
import { StoreBusy } from "../../store/records.ts";
import type { LogStep, OrgEnd, ResourceStep } from "../../store/steps.ts";
import { type Draft, describeStep, type Trace } from "./describe.ts";
import { textsOf } from "./loggedEvent.ts";
import type { LogSettings } from "./logSettings.ts";

export interface AppendOptions extends LogSettings {
  readonly database: Database;
  now(): number;
  /** Milliseconds since the epoch. No work is begun after it. */
  readonly until: number;
  newGeneration(): string;
}

/** An event with a number. */
export interface AppendedEvent {
  readonly orgId: OrgId;
  /** The org's login name. */
  readonly slug: string;
  readonly draft: Draft;
}

export interface Appended {
  /** The written events, for each org in the order of their steps. */
  readonly events: readonly AppendedEvent[];
  /** Orgs with roles, according to their logs before these steps. May lack orgs whose steps failed. */
  readonly withRoles: ReadonlySet<OrgId>;
  /** The first failed step, and the cause; absent: none failed. */
  readonly failed?: { readonly index: number; readonly cause: unknown };
}

/** Bytes of a resource event's values. Larger values are left out. */
const MOST_VALUES = 16_384;
/** Steps that share one read of heads and cursors. */
const STEPS_AT_ONCE = 45;
/** Attempts for a transaction that loses against other transactions. */
const TRIES = 12;

/** The version that a step counts. */
const COUNTED_AS = {
  resource: "version",
  settings: "version",
  token: "version",
  import: "version",
  hold: "version",
  link: "linkVersion",
  roles: "rolesVersion",
} as const;

interface Entry {
  readonly index: number;
  readonly step: LogStep | OrgEnd;
}

/**
 * Numbers the steps and writes them to the logs of their orgs. Steps may come twice, late, in another order or during another
 * run, because each transaction is conditional on everything it was planned from. Orgs of one shard are written in turn. A
 * failure blocks only its shard.
 */
export async function appendSteps(steps: readonly (LogStep | OrgEnd)[], options: AppendOptions): Promise<Appended> {
  const shards = Map.groupBy(
    steps.map((step, index): Entry => ({ index, step })),
    ({ step }) => feedShardOf(step.orgId),
  );
  const outcomes = await inParallel([...shards], async ([shard, entries]) => {
    const writer = new ShardWriter(shard, entries, options);
    return writer.run();
  });
  const failures = outcomes.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
  const [first] = failures.sort((a, b) => a.index - b.index);
  return {
    events: outcomes.flatMap(({ events }) => events),
    withRoles: new Set(outcomes.flatMap(({ withRoles }) => [...withRoles])),
    ...(first && { failed: first }),
  };
}

class ShardWriter {
  readonly #entries: readonly Entry[];
  readonly #options: AppendOptions;
  readonly #shard: number;
  readonly #store: EventLogStore;
  /** Orgs without a log yet; undefined: the org is gone. */
  readonly #orgs = new Map<OrgId, LoggedOrg | undefined>();
  readonly #events: AppendedEvent[] = [];
  readonly #withRoles = new Set<OrgId>();

  constructor(shard: number, entries: readonly Entry[], options: AppendOptions) {
    this.#shard = shard;
    this.#entries = entries;
    this.#options = options;
    this.#store = new EventLogStore(options.database, shard);
  }

  async run(): Promise<Appended> {
    let done = 0;
    try {
      for (let tries = 0; done < this.#entries.length; ) {
        if (this.#options.now() >= this.#options.until || tries > TRIES)
          throw new StoreBusy(tries > TRIES ? "conflict" : "timeout");
        const window = this.#entries.slice(done, done + STEPS_AT_ONCE);
        const taken = await this.#write(window);
        tries = taken === 0 ? tries + 1 : 0;
        if (tries > 0) await this.#options.database.pause(tries);
        done += taken;
      }
    } catch (cause) {
      return { ...this.#appended(), failed: { index: this.#entries[done]?.index ?? 0, cause } };
    }
    return this.#appended();
  }

  #appended(): Appended {
    return { events: this.#events, withRoles: this.#withRoles };
  }

  /** @returns number of finished steps, counted from the first: 0 where another writer was faster */
  async #write(window: readonly Entry[]): Promise<number> {
    const subjects = distinct(window.flatMap(({ step }) => (step.of === "end" ? [] : [step])));
    const orgs = window.map(({ step }) => step.orgId);
    let state = await this.#store.state(orgs, subjects);
    for (const [orgId, { closed, roles }] of state.heads) if (roles === true && !closed) this.#withRoles.add(orgId);
    const traces = await this.#tracesOf(window, state);
    let done = 0;
    while (done < window.length) {
      const transaction = new LogTransaction(state, {
        shard: this.#shard,
        now: Math.floor(this.#options.now()),
        retentionDays: this.#options.retentionDays,
        newGeneration: this.#options.newGeneration,
      });
      let next = done;
      const events: AppendedEvent[] = [];
      for (; next < window.length; next += 1) {
        const entry = window[next];
        if (entry === undefined) break;
        const added = await this.#add(transaction, state, entry.step, traces.get(entry.index));
        if (added === "full") break;
        events.push(...added);
      }
      if (!transaction.isEmpty) {
        if ((await this.#store.commit(transaction.actions())) === "refused") return done;
        state = transaction.stateAfter();
      }
      if (next === done) throw new Error("an event that no transaction takes");
      done = next;
      this.#events.push(...events);
    }
    return done;
  }

  async #add(
    transaction: LogTransaction,
    state: LogState,
    step: LogStep | OrgEnd,
    trace: Trace | undefined,
  ): Promise<readonly AppendedEvent[] | "full"> {
    const { orgId } = step;
    const head = state.heads.get(orgId);
    if (step.of === "end") {
      if (head?.closed !== true || transaction.isEnded(orgId)) return [];
      return transaction.end(orgId, head) ? [] : "full";
    }
    if (head?.closed === true) return [];
    const org =
      step.of === "settings" ? loggedOrg(step.after) : (transaction.orgOf(orgId) ?? (await this.#orgOf(orgId, head)));
    if (org === undefined) return [];
    const { slug, retentionDays, roles } = org;
    const description = describeStep(step, transaction.logged(step), trace);
    if (description.outcome === "known") return [];
    const drafts = description.outcome === "silent" ? [] : description.drafts;
    const events = drafts.map((draft) => this.#newEvent(draft));
    const eraseAt = step.after === undefined ? new Date(this.#options.now() + ERASE_AFTER_MS).toISOString() : undefined;
    const reached = { [COUNTED_AS[step.of]]: step.version };
    if (!transaction.add(step, { slug, retentionDays, roles }, reached, events, eraseAt)) return "full";
    return drafts.map((draft) => ({ orgId, slug, draft }));
  }

  async #orgOf(orgId: OrgId, head: LoggedOrg | undefined): Promise<LoggedOrg | undefined> {
    if (!this.#orgs.has(orgId)) this.#orgs.set(orgId, await this.#store.orgOf(orgId, head));
    return this.#orgs.get(orgId);
  }

  #newEvent(draft: Draft): NewEvent {
    return { version: draft.version, ...textsOf(draft, this.#options.keepsValues ? MOST_VALUES : 0) };
  }

  /**
   * Tombstones of deleted resources, each read together with the resource's own item at one moment. While a transaction is under
   * way, separate reads might show neither.
   */
  async #tracesOf(window: readonly Entry[], state: LogState): Promise<ReadonlyMap<number, Trace>> {
    const gone = window.flatMap(({ index, step }) => {
      if (step.of !== "resource" || step.after !== undefined) return [];
      const cursor = state.cursors.get(cursorName(step));
      // After a restore, a cursor of an earlier generation may be ahead of the resource.
      const ofThisLog = cursor?.generation === state.heads.get(step.orgId)?.generation ? cursor : undefined;
      return ofThisLog !== undefined && ofThisLog.version >= step.version ? [] : [{ index, step }];
    });
    const traces = new Map<number, Trace>();
    if (gone.length === 0) return traces;
    // A batch may contain a deletion twice, but a transaction may not contain an item twice.
    const keys = new Map(gone.flatMap(({ step }) => keysOf(step)).map((key) => [keyText(key), key]));
    const items = await this.#options.database.getTogether([...keys.values()]);
    const found = new Map([...keys.keys()].map((name, position) => [name, items[position]]));
    for (const { index, step } of gone) {
      const [own, tombstone] = keysOf(step).map((key) => found.get(keyText(key)));
      if (own !== undefined) continue;
      if (step.goneBy !== undefined) traces.set(index, { version: step.version, stamp: step.goneBy });
      if (tombstone === undefined) continue;
      const stamp = {
        at: String(tombstone.at),
        tokenId: String(tombstone.tokenId),
        reference: String(tombstone.reference),
      };
      traces.set(index, { version: Number(tombstone.v), stamp });
    }
    return traces;
  }
}

function keysOf({ orgId, side, layout, subject }: ResourceStep) {
  const keys = new OrgKeys(orgId, side, [layout]);
  return [keys.resource(subject), keys.tombstone(subject)];
}

function distinct(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map((one) => [cursorName(one), one])).values()];
}
