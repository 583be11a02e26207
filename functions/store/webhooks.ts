import { type Database, soundRecords } from "./database.ts";
import { feedHeadOf } from "./eventItems.ts";
import { eventKeys, FEED_SHARDS } from "./eventKeys.ts";
import { EVERY_ORG, keyItem, keyText, SCHEMA_VERSION, settingsKeys } from "./keys.ts";
import type { OrgRecord } from "./records.ts";
import { ABSENT, type Action, type Condition, type Item, PRESENT, stillIs } from "./table.ts";
import {
  type DisabledReason,
  dueFrom,
  type EndpointRecord,
  endpointItem,
  endpointRecord,
  endpointState,
  FAILURE_ATTRIBUTES,
  newStateItem,
  type WebhookEndpoint,
} from "./webhookItems.ts";
import { type WebhookOwner, webhookKeys } from "./webhookKeys.ts";

/** Per org, and for the deployment: one transaction must carry the messages of one feed entry for all of them. */
export const MOST_ENDPOINTS = 10;

const SHARDS = Array.from({ length: FEED_SHARDS }, (_, shard) => shard);
const TRIES = 12;

/** The org of the endpoints, as it was read. Absent: endpoints of the deployment. */
type InOrg = OrgRecord | undefined;

/** Webhook endpoints, for the operations of an operator. */
export class WebhookStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** In order of creation. Strongly consistent. */
  async list(owner: WebhookOwner): Promise<readonly WebhookEndpoint[]> {
    const records = await this.#database.query(webhookKeys.endpoints(owner));
    if (records.items.length === 0) return [];
    const states = await this.#database.query(webhookKeys.states(owner));
    const stored = new Map(states.items.map((state) => [state.sk, state]));
    const paired = records.items.filter(({ sk, d }) => d !== undefined && stored.has(sk));
    const endpoints = soundRecords(this.#database, paired, (item) =>
      endpointOf(owner, item, stored.get(item.sk) ?? {}),
    );
    return endpoints.sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1));
  }

  async find(owner: WebhookOwner, id: string): Promise<WebhookEndpoint | undefined> {
    const keys = [webhookKeys.endpoint(owner, id), webhookKeys.state(owner, id)];
    const [item, state] = await this.#database.getTogether(keys);
    return item && state && endpointOf(owner, item, state);
  }

  /**
   * From now on the endpoint gets messages for logged events. The deployment's first endpoint moves the feed positions to
   * the end, because without endpoints nobody moves them.
   * @returns `stale`: the org has changed
   */
  async create(record: EndpointRecord, org: InOrg): Promise<"created" | "stale" | "tooMany"> {
    const { owner, id } = record;
    const most = { all: [{ atMost: ["n", MOST_ENDPOINTS - 1] }], orAbsent: true } as const;
    const made: readonly Action[] = [
      { update: webhookKeys.count(owner), set: { sv: SCHEMA_VERSION }, add: { n: 1 }, condition: most },
      { put: endpointItem(record), condition: ABSENT },
      { put: newStateItem(owner, id), condition: ABSENT },
      { put: keyItem(webhookKeys.registered(owner, id)) },
      ...unchanged(org),
    ];
    for (let tries = 1; tries <= TRIES; tries += 1) {
      // Read the feed's ends first: if the registry is empty afterwards, they are older than every endpoint, and none misses an entry.
      const places = await this.#placesAtEnd();
      const refusals = await this.#database.transact((await this.hasAny()) ? made : [...made, ...places]);
      if (refusals.length === 0) return "created";
      if (refusals.some(({ index }) => index === 0)) return "tooMany";
      if (refusals.some(({ index }) => index < made.length)) return "stale";
      await this.#database.pause(tries);
    }
    return "stale";
  }

  /** Whether there is any endpoint in the deployment: one read. */
  async hasAny(): Promise<boolean> {
    return (await this.#database.query(webhookKeys.registry(), { limit: 1 })).items.length > 0;
  }

  /** @returns `stale`: the endpoint or the org has changed, or the endpoint is gone */
  async save(
    previous: WebhookEndpoint,
    next: Partial<EndpointRecord>,
    org: InOrg,
    now: number,
  ): Promise<"saved" | "stale"> {
    const { state, ...record } = previous;
    const { owner, id, version } = record;
    const saved: Action = {
      put: endpointItem({ ...record, ...next, owner, id, version: version + 1 }),
      condition: { all: [{ equals: ["v", version] }] },
    };
    // A new address has no failures yet.
    const isElsewhere = next.url !== undefined && next.url !== record.url;
    const refusals = await this.#database.transact([
      saved,
      ...(isElsewhere && state.disabled === undefined ? [renewed(owner, id, now)] : []),
      ...unchanged(org),
    ]);
    return refusals.length === 0 ? "saved" : "stale";
  }

  /** Sending starts again with the open messages. @returns `stale`: the endpoint is gone, or the org has changed */
  async enable(owner: WebhookOwner, id: string, org: InOrg, now: number): Promise<"saved" | "stale"> {
    const update = renewed(owner, id, now);
    const enabled = { ...update, remove: [...update.remove, "off", "oa"] };
    const refusals = await this.#database.transact([enabled, ...unchanged(org)]);
    return refusals.length === 0 ? "saved" : "stale";
  }

  /** Stops sending and making messages. A disabled endpoint keeps its reason. */
  async disable(owner: WebhookOwner, id: string, reason: DisabledReason, now: number): Promise<"saved" | "missing"> {
    const action = disabling(owner, id, reason, now);
    const [refusal] = await this.#database.transact([
      { ...action, condition: { all: [{ exists: "pk" }, { missing: "off" }] } },
    ]);
    return refusal === undefined || refusal.stored !== undefined ? "saved" : "missing";
  }

  /** Its messages are no longer sent or listed; TTL removes them. */
  async remove(owner: WebhookOwner, id: string): Promise<"removed" | "missing"> {
    const refusals = await this.#database.transact([
      { delete: webhookKeys.endpoint(owner, id), condition: PRESENT },
      { delete: webhookKeys.state(owner, id) },
      { delete: webhookKeys.registered(owner, id) },
      { update: webhookKeys.count(owner), add: { n: -1 }, condition: PRESENT },
    ]);
    return refusals.length === 0 ? "removed" : "missing";
  }

  async #placesAtEnd(): Promise<readonly Action[]> {
    const keys = SHARDS.flatMap((shard) => [eventKeys.feedHead(shard), webhookKeys.position(shard)]);
    const items = await this.#database.getMany(keys);
    const found = new Map(items.map((item) => [keyText(item), item]));
    return SHARDS.map((shard): Action => {
      const head = found.get(keyText(eventKeys.feedHead(shard)));
      const before = found.get(keyText(webhookKeys.position(shard)));
      const { number, generation } = head === undefined ? { number: 0, generation: "" } : feedHeadOf(head);
      return {
        put: { ...keyItem(webhookKeys.position(shard)), h: number, g: generation },
        condition: before === undefined ? ABSENT : unmoved(before),
      };
    });
  }
}

/** The feed position has not moved. @param position its item */
export function unmoved({ h, g, ra }: Item): Condition {
  return { all: [...stillIs("h", h), ...stillIs("g", g), ...stillIs("ra", ra)] };
}

function endpointOf(owner: WebhookOwner, item: Item, state: Item): WebhookEndpoint {
  return { ...endpointRecord(owner, item), state: endpointState(state) };
}

/**
 * Clears the failures and makes open messages due. A running sender loses its fence, so that the result of an attempt at
 * the former address does not count here.
 */
function renewed(owner: WebhookOwner, id: string, now: number) {
  return {
    update: webhookKeys.state(owner, id),
    set: dueFrom(id, now),
    add: { n: 1, f: 1 },
    remove: FAILURE_ATTRIBUTES,
    condition: PRESENT,
  } as const;
}

/** The update that disables an endpoint, without a condition. */
export function disabling(owner: WebhookOwner, id: string, reason: DisabledReason, now: number) {
  return { update: webhookKeys.state(owner, id), set: { off: reason, oa: now }, remove: ["g1p", "g1s"] } as const;
}

/** The version also covers a purge: its start raised it. */
function unchanged(org: InOrg): readonly Action[] {
  if (org === undefined) return [];
  return [{ check: settingsKeys.org(org.id), condition: { all: [{ equals: ["v", org.version] }] } }];
}

/** The org's id; `--------` for the deployment. */
export function webhookOwner(org: InOrg): WebhookOwner {
  return org?.id ?? EVERY_ORG;
}
