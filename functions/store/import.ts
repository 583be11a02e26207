import { objectIn } from "../scim/json.ts";
import { countedTogether } from "./counters.ts";
import { addDerived, derivedItems } from "./derivedItems.ts";
import { listChanges } from "./groupLists.ts";
import { importKey, isIdOf, keyItem, keyText, type OrgKeys, type Side } from "./keys.ts";
import { linkedUserItem, linkItem, type UserLink } from "./links.ts";
import { type ResourceRecord, type Stamp, StoreBusy } from "./records.ts";
import { membershipItem, membershipText, newWriteId, storedItem, storedRecord, sumOfIds } from "./resourceItems.ts";
import type { TypeLayout } from "./storedTypes.ts";
import { ABSENT, ACTIONS_PER_TRANSACTION, type Action, type Item, PRESENT, type Refusal } from "./table.ts";
import type { OrgView } from "./view.ts";

/** How often memberships are read and written again while another run of the same import adds them too. */
const TRIES = 6;
/** Each member takes two actions; one more updates the group. */
const MEMBERS_AT_ONCE = Math.floor((ACTIONS_PER_TRANSACTION - 1) / 2);

/** Count of resources of each type, by the plural of its kind (`users`), and of `memberships`. */
export type SideCounts = Readonly<Record<string, number>>;
export type FileCounts = Readonly<Record<Side, SideCounts>>;

/** An org can have one import; its state exists from the first step on. */
export interface ImportState {
  /** SHA-256 of the file, hex: only the same file may continue. */
  readonly file: string;
  readonly begun: string;
  /** Counts in the file. */
  readonly counts: FileCounts;
  /** Absent while the import is running. */
  readonly finished?: string;
}

export async function readImportState(managed: OrgView): Promise<ImportState | undefined> {
  const item = await managed.get(importKey(managed.keys));
  // Only importStateItem writes it. What somebody damaged is gone: the import can be begun anew.
  return objectIn(String(item?.d)) as ImportState | undefined;
}

function importStateItem(keys: OrgKeys, state: ImportState): Item {
  return { ...keyItem(importKey(keys)), d: JSON.stringify(state) };
}

/** One resource from a line of the file. */
export interface ImportedResource {
  readonly record: ResourceRecord;
  /** On a user that is or was linked. */
  readonly link?: UserLink | undefined;
}

/** A resource to be added: the actions that create it, its own item first, and a test whether it is stored already. */
interface Newcomer {
  readonly id: string;
  readonly actions: readonly Action[];
  isStored(refusal: Refusal): boolean;
}

/**
 * Adds resources to an org as they were in another org, with their ids, versions and times. After each transaction the org
 * satisfies SCHEMA.md. Every step is all or nothing and can be repeated: stored resources stay, so an interrupted import
 * continues.
 */
export class OrgImport {
  readonly #views: Readonly<Record<Side, OrgView>>;

  constructor(views: Readonly<Record<Side, OrgView>>) {
    this.#views = views;
  }

  state(): Promise<ImportState | undefined> {
    return readImportState(this.#views.managed);
  }

  /** Whether neither side has a resource, a deletion marker or a tombstone. */
  async isUntouched(): Promise<boolean> {
    const partitions = Object.values(this.#views).flatMap((view) =>
      [...view.keys.types.map((type) => view.keys.collection(type)), view.keys.dead(), view.keys.tombstones()].map(
        (pk) => ({ view, pk }),
      ),
    );
    const found = await Promise.all(partitions.map(({ view, pk }) => view.query(pk, { limit: 1 })));
    return found.every(({ items }) => items.length === 0);
  }

  /** @returns `exists` when there is a state already */
  async begin(state: ImportState): Promise<"begun" | "exists"> {
    const refusals = await this.#views.managed.write([
      { put: importStateItem(this.#views.managed.keys, state), condition: ABSENT },
    ]);
    return refusals.length === 0 ? "begun" : "exists";
  }

  /** @param stamp of the call that ends the import, for the event log */
  async finish(stamp: Stamp): Promise<void> {
    const state = await this.state();
    if (state === undefined) throw new Error("no import to finish");
    const { managed } = this.#views;
    const item = importStateItem(managed.keys, { ...state, finished: stamp.at });
    await managed.write([{ put: { ...item, lr: newWriteId(stamp) }, condition: PRESENT }]);
  }

  /**
   * Without members, which are added later.
   * @param nameUnique whether names of types that share names must be free on this side
   * @returns ids of the resources left out, because another resource has the id or name
   */
  addResources(
    side: Side,
    type: TypeLayout,
    resources: readonly ImportedResource[],
    nameUnique: boolean,
    stamp: Stamp,
  ): Promise<readonly string[]> {
    const view = this.#views[side];
    const { keys } = view;
    const newcomers = resources.map(({ record, link }): Newcomer => {
      const { id, lastModified } = record;
      if (!isIdOf(type, id)) throw new Error(`not the id of a ${type.kind}`);
      // With members, the last modification is the time of the last write.
      const writeId = newWriteId(type.hasMembers ? { ...stamp, at: lastModified } : stamp);
      return {
        id,
        actions: [
          { put: storedItem(keys, type, record, writeId), condition: ABSENT },
          ...derivedItems(keys, type, record).map((item) => addDerived(item, id, nameUnique)),
          ...(link === undefined ? [] : linkActions(keys, id, link, newWriteId(stamp))),
        ],
        isStored: ({ stored }) => stored !== undefined && stateOf(storedRecord(type, stored)) === stateOf(record),
      };
    });
    return addAll(view, newcomers);
  }

  /** Keeps version and last modification of the group. `missing`: there is no such group. */
  async addMembers(side: Side, groupId: string, ids: readonly string[], stamp: Stamp): Promise<"added" | "missing"> {
    const view = this.#views[side];
    for (let start = 0; start < ids.length; start += MEMBERS_AT_ONCE) {
      const some = ids.slice(start, start + MEMBERS_AT_ONCE);
      if ((await addSome(view, groupId, some, stamp)) === "missing") return "missing";
    }
    return "added";
  }
}

/** The link of a deleted user with the same id does not count. */
function linkActions(keys: OrgKeys, id: string, link: UserLink, writeId: string): readonly Action[] {
  const own: Action = { put: linkedUserItem(keys, id, link, writeId), condition: { all: [{ missing: "a" }] } };
  const { applicationId } = link;
  return applicationId === undefined ? [own] : [own, { put: linkItem(keys, id, applicationId), condition: ABSENT }];
}

/** One text for each possible state of a resource. */
function stateOf({ id, version, created, lastModified, attributes, keys }: ResourceRecord): string {
  return JSON.stringify([id, version, created, lastModified, attributes, keys]);
}

/** @returns ids of those left out, because another resource has the id or name */
async function addAll(view: OrgView, newcomers: readonly Newcomer[]): Promise<readonly string[]> {
  const different: string[] = [];
  for (const pack of packsOf(newcomers)) {
    if ((await add(view, pack)).length === 0) continue;
    // Some of them are stored already: add each by itself.
    for (const one of pack) {
      const [refusal] = await add(view, [one]);
      if (refusal !== undefined && (refusal.index > 0 || !one.isStored(refusal))) different.push(one.id);
    }
  }
  return different;
}

function add(view: OrgView, pack: readonly Newcomer[]): Promise<readonly Refusal[]> {
  const counters = countedTogether(
    view.keys,
    pack.map(({ id }) => id),
  );
  return view.write([...pack.flatMap(({ actions }) => actions), ...counters]);
}

/**
 * As many newcomers at a time as a transaction carries, without using an item twice. The ids are in order, so neighbours
 * share a counter: one transaction with one update of it is faster than many that wait for each other.
 */
function* packsOf(newcomers: readonly Newcomer[]): Iterable<readonly Newcomer[]> {
  let pack: Newcomer[] = [];
  let keys = new Set<string>();
  for (const newcomer of newcomers) {
    const own = newcomer.actions.map(nameOf);
    const counters = new Set([...pack, newcomer].map(({ id }) => id.charAt(1))).size;
    if (keys.size + own.length + counters > ACTIONS_PER_TRANSACTION || own.some((key) => keys.has(key))) {
      yield pack;
      pack = [];
      keys = new Set();
    }
    pack.push(newcomer);
    for (const key of own) keys.add(key);
  }
  if (pack.length > 0) yield pack;
}

function nameOf(action: Action): string {
  if ("put" in action) return keyText(action.put);
  if ("update" in action) return keyText(action.update);
  throw new Error("a newcomer takes puts and updates only");
}

/** Adds the missing memberships and their count. Keeps the version, because it comes from the export. */
async function addSome(
  view: OrgView,
  groupId: string,
  ids: readonly string[],
  stamp: Stamp,
): Promise<"added" | "missing"> {
  const { keys } = view;
  let missing = ids;
  for (let tries = 0; tries < TRIES && missing.length > 0; tries++) {
    const actions: Action[] = [
      {
        update: keys.resource(groupId),
        set: { mc: membershipText(newWriteId(stamp), missing, []) },
        add: { n: missing.length, s: sumOfIds(missing) },
        condition: PRESENT,
      },
      ...missing.map((id) => ({ put: membershipItem(keys, groupId, id), condition: ABSENT })),
    ];
    const change = { groupId, add: missing, remove: [], at: stamp.at };
    const refusals = await view.write([...actions, ...listChanges(view, change)]);
    if (refusals.length === 0) return "added";
    if (refusals.some(({ index }) => index === 0)) return "missing";
    const there = new Set(refusals.map(({ index }) => missing[index - 1]));
    missing = missing.filter((id) => !there.has(id));
  }
  if (missing.length > 0) throw new StoreBusy("conflict");
  return "added";
}
