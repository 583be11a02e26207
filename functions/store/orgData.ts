import { otherItemsOf } from "./applicationKeys.ts";
import { type Database, inParallel, pagesOf } from "./database.ts";
import { CLOSED_DAYS, ttlOf } from "./eventItems.ts";
import { eventKeys } from "./eventKeys.ts";
import { journalPartitions } from "./journalKeys.ts";
import {
  appKeys,
  budgetKey,
  importKey,
  keyIn,
  LISTED_APPLICATION_KEYS,
  LISTED_TOKENS,
  type OrgId,
  OrgKeys,
  portalKeys,
  SCHEMA_VERSION,
  settingsKeys,
} from "./keys.ts";
import { soundMappings } from "./roles/policy.ts";
import { roleKeys } from "./roles/roleKeys.ts";
import { noMappingsActions } from "./roles/roleSettings.ts";
import { LAYOUTS } from "./storedTypes.ts";
import { type Item, type Key, PRESENT, type Range } from "./table.ts";
import { webhookKeys } from "./webhookKeys.ts";

const ITEMS_AT_ONCE = 200;
/** For partitions that are only counted. */
const COUNTED: Range = { only: ["sk"], limit: 1_000 };

/** How many items one partition, or one kind of item, holds. */
export interface Remainder {
  /** e.g. `O#Ab12Cd34#UN`; a large number of partitions is summed up under their common prefix. */
  readonly partition: string;
  readonly items: number;
}

/**
 * All items of one org, for its purge. Nobody may write for the org any more when this is used. Deletes items one by one,
 * so the right to delete is enough.
 */
export class OrgData {
  readonly #database: Database;
  readonly #orgId: OrgId;
  readonly #sides: readonly OrgKeys[];

  constructor(database: Database, orgId: OrgId, types = LAYOUTS) {
    this.#database = database;
    this.#orgId = orgId;
    this.#sides = [new OrgKeys(orgId, "managed", types), new OrgKeys(orgId, "unmanaged", types)];
  }

  /** From now on nothing is added to the org's event log, not even by a late stream record. */
  async close(slug: string): Promise<void> {
    // Where the log was never begun, adding 0 gives its head the numbers of an empty log.
    const set = { sv: SCHEMA_VERSION, closed: 1, sl: slug };
    await this.#database.write([{ update: eventKeys.head(this.#orgId), set, add: { h: 0, t: 0 } }]);
  }

  /**
   * Removes the org's items except settings and login name. The order keeps every item that leads to others until those are
   * removed: a call may be interrupted at any time and repeated.
   * @param limit items, roughly
   * @returns how many were removed; 0: nothing is left
   */
  async remove(limit: number): Promise<number> {
    let removed = 0;
    const remove = async (keys: readonly Key[]): Promise<boolean> => {
      await inParallel(keys, (key) => this.#database.write([{ delete: key }]));
      removed += keys.length;
      return removed >= limit;
    };
    if (await this.#switchRolesOff()) removed += 1;
    // Remove a group's memberships before what names the group, and a token's other items before its listing.
    for (const keys of this.#sides) {
      for (const source of groupIdPartitions(keys)) {
        for await (const items of this.#pages(source)) {
          for (const groupId of groupIdsIn(keys, items)) {
            for await (const memberships of this.#pages(keys.memberships(groupId))) {
              if (await remove(memberships.map(keyIn))) return removed;
            }
          }
          if (await remove(items.map(keyIn))) return removed;
        }
      }
    }
    for (const partition of this.#plainPartitions()) {
      for await (const items of this.#pages(partition)) if (await remove(items.map(keyIn))) return removed;
    }
    for await (const items of this.#pages(this.#endpoints())) {
      await remove(items.map(({ sk }) => webhookKeys.registered(this.#orgId, String(sk))));
      if (await remove(items.map(keyIn))) return removed;
    }
    for (const { prefix, othersOf } of LISTED) {
      for await (const items of this.#listed(prefix)) {
        for (const item of items) {
          await remove(othersOf(item));
          if (await remove([keyIn(item)])) return removed;
        }
      }
    }
    return removed;
  }

  /** Counts every partition that the org can have, once each and strongly consistent. */
  async remains(): Promise<readonly Remainder[]> {
    const sources = this.#sides.flatMap((keys) => groupIdPartitions(keys).map((partition) => ({ keys, partition })));
    const others = [...new Set([...this.#plainPartitions(), this.#endpoints()])].filter((plain) =>
      sources.every(({ partition }) => partition !== plain),
    );
    const groupIds = new Map<OrgKeys, Set<string>>(this.#sides.map((keys) => [keys, new Set()]));
    const ofGroups = await inParallel(sources, async ({ keys, partition }) => {
      let items = 0;
      for await (const page of this.#pages(partition, COUNTED)) {
        for (const id of groupIdsIn(keys, page)) groupIds.get(keys)?.add(id);
        items += page.length;
      }
      return { partition, items };
    });
    const counted: Remainder[] = [];
    for (const [keys, ids] of groupIds) {
      const sizes = await inParallel([...ids], (id) => this.#sizeOf(keys.memberships(id)));
      counted.push({ partition: keys.memberships("*"), items: sizes.reduce((sum, { items }) => sum + items, 0) });
    }
    counted.push(...ofGroups, ...(await inParallel(others, (partition) => this.#sizeOf(partition))));
    const settings = settingsKeys.org(this.#orgId);
    const mappings = await this.#database.get(roleKeys.mappings(this.#orgId));
    counted.push({ partition: `${settings.pk} mappings`, items: mappings === undefined ? 0 : 1 });
    for (const kind of LISTED) {
      const [others, listed] = await this.#listedItems(kind);
      counted.push({ partition: kind.others, items: others });
      counted.push({ partition: `${settings.pk} ${kind.called}`, items: listed });
    }
    return [...counted, { partition: settings.pk, items: (await this.#database.get(settings)) === undefined ? 0 : 1 }];
  }

  /**
   * Removes the settings and frees the login name in one transaction. The closed head of the event log stays for
   * CLOSED_DAYS: it refuses late stream records.
   * @param now milliseconds since the epoch
   */
  async finish(slug: string, now: number): Promise<void> {
    const mine = { all: [{ equals: ["id", this.#orgId] }] } as const;
    const forget = { update: eventKeys.head(this.#orgId), set: { ttl: ttlOf(now, CLOSED_DAYS) } };
    const settings = { delete: settingsKeys.org(this.#orgId) };
    const name = { delete: settingsKeys.slug(slug), condition: mine };
    const refusals = await this.#database.transact([settings, name, forget]);
    // Another call has finished before; the name may belong to another org by now.
    if (refusals.length > 0) await this.#database.transact([settings, forget]);
  }

  /** Deletes the mappings of roles: the org uses no role any more, and the worker of roles finds no work for it. */
  async #switchRolesOff(): Promise<boolean> {
    const item = await this.#database.get(roleKeys.mappings(this.#orgId));
    if (item === undefined) return false;
    const actions = noMappingsActions(this.#orgId, soundMappings(item));
    // The condition makes sure that the uses are subtracted once, however often this is sent.
    const once = actions.map((action) =>
      "delete" in action && action.delete.sk === item.sk ? { ...action, condition: PRESENT } : action,
    );
    return (await this.#database.transact(once)).length === 0;
  }

  #plainPartitions(): readonly string[] {
    const ofLog = [eventKeys.events(this.#orgId), eventKeys.cursors(this.#orgId)];
    // Nobody adds messages where there is no state.
    const ofWebhooks = [webhookKeys.states, webhookKeys.attempts, webhookKeys.messages].map((of) => of(this.#orgId));
    const ofOrg = [
      settingsKeys.accessTokens(this.#orgId),
      budgetKey(this.#orgId).pk,
      portalKeys.partition(this.#orgId),
      roleKeys.assignedOf(this.#orgId),
      roleKeys.holdersOf(this.#orgId),
      ...ofLog,
      ...ofWebhooks,
      ...journalPartitions(this.#orgId),
    ];
    return [...this.#sides.flatMap(partitionsOf), ...ofOrg];
  }

  #endpoints(): string {
    return webhookKeys.endpoints(this.#orgId);
  }

  async #listedItems({ prefix, othersOf }: Listed): Promise<readonly [others: number, listed: number]> {
    let [others, listed] = [0, 0];
    for await (const items of this.#listed(prefix)) {
      listed += items.length;
      others += (await this.#database.getMany(items.flatMap(othersOf), ["pk"])).length;
    }
    return [others, listed];
  }

  #listed(prefix: string): AsyncIterable<readonly Item[]> {
    return this.#pages(settingsKeys.org(this.#orgId).pk, { prefix, only: undefined });
  }

  async #sizeOf(partition: string): Promise<Remainder> {
    let items = 0;
    for await (const page of this.#pages(partition, COUNTED)) items += page.length;
    return { partition, items };
  }

  #pages(pk: string, options: Range = { only: ["pk", "sk"] }) {
    // Small pages, so that an interrupted step has little to repeat.
    return pagesOf(this.#database, pk, { limit: ITEMS_AT_ONCE, ...options });
  }
}

/** Partitions whose items may name groups that have or had memberships. */
function groupIdPartitions(keys: OrgKeys): readonly string[] {
  const withMembers = keys.types.filter(({ hasMembers }) => hasMembers);
  return [...withMembers.map((type) => keys.collection(type)), keys.dead(), keys.tombstones()];
}

/** Every partition of one side except the memberships; the partitions that lead to memberships come last. */
export function partitionsOf(keys: OrgKeys): readonly string[] {
  const ofTypes = keys.types.flatMap((type) => [
    ...(type.hasMembers ? [] : [keys.collection(type)]),
    keys.names(type),
    keys.externalIds(type),
    ...(type.valueName === undefined ? [] : [keys.values(type)]),
  ]);
  const ofSide = keys.side === "managed" ? [] : [keys.links(), keys.linkedUsers()];
  const single = [
    keys.counters(),
    keys.cursorKey().pk,
    keys.removals("").pk,
    keys.hold().pk,
    importKey(keys).pk,
    ...ofSide,
  ];
  return [...ofTypes, ...single, ...groupIdPartitions(keys)];
}

function groupIdsIn(keys: OrgKeys, items: readonly Item[]): string[] {
  return items.map(({ sk }) => String(sk)).filter((id) => keys.typeOf(id)?.hasMembers === true);
}

/** A kind of item that is listed beside an org's settings and leads to items in other partitions. */
interface Listed {
  readonly prefix: string;
  /** Name in reports for the items in the settings' partition. */
  readonly called: string;
  readonly others: string;
  othersOf(item: Item): Key[];
}

const LISTED: readonly Listed[] = [
  {
    prefix: LISTED_TOKENS,
    called: "tokens",
    others: "T#* and L#* of listed tokens",
    othersOf: (item) => otherItemsOf(item, settingsKeys.token),
  },
  {
    prefix: LISTED_APPLICATION_KEYS,
    called: "application keys",
    others: "K#* and L#* of application keys",
    othersOf: (item) => otherItemsOf(item, appKeys.presented),
  },
];
