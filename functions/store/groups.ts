import { isGroupId, isUserId } from "../scim/schema.ts";
import { ABSENT, deleteItem, PRESENT, putItem, storedText } from "./actions.ts";
import { counted } from "./counters.ts";
import type {
  Birth,
  Deleted,
  GroupChange,
  GroupChanged,
  GroupCreated,
  GroupRecord,
  Groups,
  GroupWrite,
  Listed,
  Page,
  Stamp,
} from "./directoryPorts.ts";
import {
  bearersOf,
  birthText,
  claimName,
  edgeItem,
  externalIdMoves,
  GROUP_TEXT,
  groupItem,
  groupRecord,
  groupText,
  releaseName,
} from "./groupItems.ts";
import { type ListedItems, listOf, pageOf, scanOf } from "./listing.ts";
import { membershipText } from "./membershipText.ts";
import { ACTIONS_PER_TRANSACTION, type Action, type Condition, type Refusal } from "./table.ts";
import { deletionTraces, writeMark } from "./traces.ts";
import type { OrgView } from "./view.ts";

/** How often the two forms of giving a name up are tried in turn, while other groups take and leave the same name. */
const NAME_TRIES = 6;

const GROUP_LIST: ListedItems<GroupRecord> = { kind: "group", only: GROUP_TEXT, recordOf: groupRecord };

/** Groups in DynamoDB: SCHEMA.md has the items. */
export class DynamoGroups implements Groups {
  readonly #view: OrgView;

  constructor(view: OrgView) {
    this.#view = view;
  }

  async find(id: string): Promise<GroupRecord | undefined> {
    if (!isGroupId(id)) return undefined;
    const item = await this.#view.get(this.#view.keys.group(id));
    return item && groupRecord(item);
  }

  async findMany(ids: readonly string[]): Promise<GroupRecord[]> {
    const keys = ids.filter(isGroupId).map((id) => this.#view.keys.group(id));
    return (await this.#view.getMany(keys, GROUP_TEXT)).map(groupRecord);
  }

  async idsByName(key: string): Promise<string[]> {
    if (key === "") return [];
    const item = await this.#view.get(this.#view.keys.groupName(key));
    return item === undefined ? [] : bearersOf(item).sort();
  }

  idsByNamePrefix(prefix: string, limit: number): Promise<string[] | undefined> {
    return this.#view.idsByPrefix(this.#view.keys.groupName("").pk, prefix, limit, bearersOf);
  }

  idsByExternalId(externalId: string): Promise<string[]> {
    return this.#view.idsOf(this.#view.byValue(this.#view.keys.groupExternalIds(), externalId));
  }

  page(start: number, limit: number): Promise<Page<GroupRecord>> {
    return pageOf(this.#view, GROUP_LIST, start, limit);
  }

  list(limit: number, after?: string): Promise<Listed<GroupRecord>> {
    return listOf(this.#view, GROUP_LIST, limit, after);
  }

  scan(): AsyncIterable<readonly GroupRecord[]> {
    return scanOf(this.#view, GROUP_LIST);
  }

  membersPerCreation(write: GroupWrite): number {
    // Beside the group itself: its name and its counter.
    return ACTIONS_PER_TRANSACTION - 3 - (write.keys.externalId === undefined ? 0 : 1);
  }

  async create(
    id: string,
    write: GroupWrite,
    members: readonly string[],
    stamp: Stamp,
    birth?: Birth,
  ): Promise<GroupCreated> {
    if (!isGroupId(id)) throw new Error("not the id of a group");
    const { keys } = this.#view;
    const distinct = checkedMembers(members);
    if (distinct.length > this.membersPerCreation(write)) throw new RangeError("too many members");
    const record: GroupRecord = {
      id,
      version: 1,
      created: stamp.at,
      lastModified: stamp.at,
      attributes: write.attributes,
      keys: write.keys,
      memberCount: distinct.length,
      ...(birth === undefined ? {} : { birth }),
    };
    const mark = writeMark(stamp);
    const told = distinct.length > 0 ? { mc: membershipText(mark, distinct, []) } : {};
    const refusals = await this.#view.write([
      putItem({ ...groupItem(keys, record, mark), ...told }, ABSENT),
      claimName(keys, id, write.keys.displayName, write.nameUnique),
      ...externalIdMoves(keys, id, undefined, write.keys.externalId),
      counted(keys, id, 1),
      ...distinct.map((member) => putItem(edgeItem(keys, id, member))),
    ]);
    const own = refusals.find(({ index }) => index === 0);
    if (own !== undefined && storedText(own, "lr") !== mark) throw new Error("a new group's id is in use");
    if (own !== undefined || refusals.length === 0) return { outcome: "created", record };
    const name = refusals.find(({ index }) => index === 1);
    if (name === undefined) throw new Error("a creation was refused for no reason that it can have");
    return taken(name);
  }

  edgesPerChange(previous: GroupRecord, write: GroupWrite | undefined): number {
    if (write === undefined) return ACTIONS_PER_TRANSACTION - 1;
    const nameMoves = previous.keys.displayName === write.keys.displayName ? 0 : 2;
    const moves = externalIdMoves(this.#view.keys, previous.id, previous.keys.externalId, write.keys.externalId);
    return ACTIONS_PER_TRANSACTION - 1 - nameMoves - moves.length;
  }

  /**
   * Without `write` and `onlyVersion` other writers may have come between: then the version of the record given back is
   * the lowest it can be, and so is its member count only that of `previous` with this change applied.
   */
  async change(previous: GroupRecord, change: GroupChange, stamp: Stamp): Promise<GroupChanged> {
    const { keys } = this.#view;
    const { id } = previous;
    const { write } = change;
    const add = checkedMembers(change.add);
    const remove = checkedMembers(change.remove);
    if (add.length + remove.length > this.edgesPerChange(previous, write)) throw new RangeError("too many edges");
    if (add.some((member) => remove.includes(member))) throw new Error("an edge cannot be added and removed at once");

    const mark = writeMark(stamp);
    const onlyVersion = write === undefined ? change.onlyVersion : previous.version;
    if (change.onlyVersion !== undefined && change.onlyVersion !== onlyVersion) return { outcome: "stale" };
    const renamed = write !== undefined && write.keys.displayName !== previous.keys.displayName;
    const rest = [
      ...(write ? externalIdMoves(keys, id, previous.keys.externalId, write.keys.externalId) : []),
      ...add.map((member) => putItem(edgeItem(keys, id, member), ABSENT)),
      ...remove.map((member) => deleteItem(keys.edge(id, member), PRESENT)),
    ];
    const group = this.#groupUpdate(previous, change, { add, remove }, mark, onlyVersion);
    const claim = renamed ? claimName(keys, id, write.keys.displayName, write.nameUnique) : undefined;
    const refusals = claim
      ? await this.#writeReleasing(id, previous.keys.displayName, (release) => [group, release, claim, ...rest])
      : await this.#view.write([group, ...rest]);
    if (refusals === undefined) return { outcome: "stale" };

    const own = refusals.find(({ index }) => index === 0);
    const applied = refusals.length === 0 || (own !== undefined && storedText(own, "lr") === mark);
    if (!applied) {
      if (own !== undefined) return { outcome: own.stored === undefined ? "missing" : "stale" };
      const name = claim && refusals.find(({ index }) => index === 2);
      return name === undefined ? { outcome: "stale" } : taken(name);
    }
    return {
      outcome: "changed",
      record: {
        id,
        version: previous.version + 1,
        created: previous.created,
        lastModified: stamp.at,
        attributes: write === undefined ? previous.attributes : write.attributes,
        keys: write === undefined ? previous.keys : write.keys,
        memberCount: previous.memberCount + add.length - remove.length,
        ...(change.birth === undefined ? {} : { birth: change.birth }),
      },
    };
  }

  async delete(previous: GroupRecord, stamp: Stamp): Promise<Deleted> {
    const { keys } = this.#view;
    const { id } = previous;
    const refusals = await this.#writeReleasing(id, previous.keys.displayName, (release) => [
      deleteItem(keys.group(id), { all: [{ equals: ["v", previous.version] }] }),
      release,
      ...externalIdMoves(keys, id, previous.keys.externalId, undefined),
      counted(keys, id, -1),
      ...deletionTraces(keys, "group", previous, stamp),
    ]);
    if (refusals === undefined) return { outcome: "stale" };
    const own = refusals.find(({ index }) => index === 0);
    if (own !== undefined) return { outcome: own.stored === undefined ? "missing" : "stale" };
    this.#view.deleted.add(id);
    return { outcome: "deleted" };
  }

  /** Attributes where they change, one version more, the count of the edges, and for the stream which ones they are. */
  #groupUpdate(
    previous: GroupRecord,
    { write, birth }: GroupChange,
    { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
    mark: string,
    onlyVersion: number | undefined,
  ): Action {
    const sets: Record<string, string> = { lr: mark };
    if (add.length + remove.length > 0) sets.mc = membershipText(mark, add, remove);
    if (write !== undefined) sets.d = groupText(previous.created, write.keys, write.attributes);
    if (birth !== undefined) sets.b = birthText(birth);
    return {
      update: this.#view.keys.group(previous.id),
      // Whatever is no part of a creation ends it.
      set: sets,
      add: { v: 1, n: add.length - remove.length },
      ...(birth === undefined ? { remove: ["b"] } : {}),
      condition: groupAsPlanned(previous.birth, onlyVersion),
    };
  }

  /**
   * Writes with a part, the second, that gives a name up, in the form that fits whether others bear the name.
   * @returns undefined when others came and went each time, so that no form did
   */
  async #writeReleasing(
    id: string,
    name: string,
    actions: (release: Action) => Action[],
  ): Promise<readonly Refusal[] | undefined> {
    for (let tries = 0; tries < NAME_TRIES; tries++) {
      const form = tries % 2 === 0 ? "only" : "oneOfSeveral";
      const refusals = await this.#view.write(actions(releaseName(this.#view.keys, id, name, form)));
      const formRefused = refusals.length > 0 && refusals.every(({ index }) => index === 1);
      if (!formRefused) return refusals;
    }
    return undefined;
  }
}

function checkedMembers(members: readonly string[]): string[] {
  const distinct = [...new Set(members)];
  if (distinct.every((id) => isUserId(id) || isGroupId(id))) return distinct;
  throw new Error("a member has neither the id of a user nor of a group");
}

/** The group is there, in the hands in which it was read, and of the version the change is held to. */
function groupAsPlanned(birth: Birth | undefined, version: number | undefined): Condition {
  return {
    all: [
      version === undefined ? { exists: "pk" } : { equals: ["v", version] },
      birth === undefined ? { missing: "b" } : { equals: ["b", birthText(birth)] },
    ],
  };
}

function taken(name: Refusal): {
  readonly outcome: "taken";
  readonly attribute: "displayName";
  readonly holder: string;
} {
  const holder = bearersOf(name.stored ?? {}).sort()[0];
  if (holder === undefined) throw new Error("a taken displayName has no holder");
  return { outcome: "taken", attribute: "displayName", holder };
}
