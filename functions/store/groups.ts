import type {
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
} from "../provisioning/directoryPorts.ts";
import { StoreBusy } from "../provisioning/ports.ts";
import { isGroupId, isUserId } from "../scim/identifiers.ts";
import { ABSENT, type Action, type Condition, deleteItem, PRESENT, putItem } from "./actions.ts";
import { announcementItems, membershipText } from "./announcements.ts";
import { counted } from "./counters.ts";
import { ACTIONS_PER_TRANSACTION } from "./database.ts";
import { type Refusal, storedText } from "./failures.ts";
import { storeEarlyEdges } from "./groupCreation.ts";
import {
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
    return item?.ids instanceof Set ? [...item.ids].map(String).sort() : [];
  }

  idsByExternalId(externalId: string): Promise<string[]> {
    return this.#view.idsByValue(this.#view.keys.groupExternalIds(), externalId);
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

  async create(id: string, write: GroupWrite, members: readonly string[], stamp: Stamp): Promise<GroupCreated> {
    if (!isGroupId(id)) throw new Error("not the id of a group");
    const { keys } = this.#view;
    const distinct = checkedMembers(members);
    const record: GroupRecord = {
      id,
      version: 1,
      created: stamp.at,
      lastModified: stamp.at,
      attributes: write.attributes,
      keys: write.keys,
      memberCount: distinct.length,
    };
    const mark = writeMark(stamp);
    const rest = [
      claimName(keys, id, write.keys.displayName, write.nameUnique),
      ...externalIdMoves(keys, id, undefined, write.keys.externalId),
      counted(keys, id, 1),
    ];
    const edges = distinct.map((member) => edgeItem(keys, id, member));
    const inOne = 1 + rest.length + edges.length <= ACTIONS_PER_TRANSACTION;
    // The transaction decides; but thousands of edges are not written and taken away again for a name that is taken.
    const holder = inOne || !write.nameUnique ? undefined : (await this.idsByName(write.keys.displayName))[0];
    if (holder !== undefined) return { outcome: "taken", attribute: "displayName", holder };
    const told = inOne && distinct.length > 0 ? { mc: membershipText(mark, distinct, []) } : {};
    const actions = [putItem({ ...groupItem(keys, record, mark), ...told }, ABSENT), ...rest];
    const announcements = inOne ? [] : announcementItems(keys, id, distinct, mark);
    const early = inOne ? undefined : await storeEarlyEdges(this.#view, id, edges, stamp);

    const refusals = await this.#view.write(
      early === undefined
        ? [...actions, ...edges.map((edge) => putItem(edge))]
        : [...actions, early.finish, ...announcements.map((item) => putItem(item))],
    );
    const own = refusals.find(({ index }) => index === 0);
    if (own !== undefined && storedText(own, "lr") !== mark) throw new Error("a new group's id is in use");
    if (own !== undefined || refusals.length === 0) return { outcome: "created", record };
    // Whatever was refused, the edges stored so far belong to no group.
    await early?.abandon();
    const name = refusals.find(({ index }) => index === 1);
    if (name !== undefined) return taken(name);
    throw new StoreBusy("timeout");
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
    const group = this.#groupUpdate(previous, write, { add, remove }, mark, onlyVersion);
    const claim = renamed ? claimName(keys, id, write.keys.displayName, write.nameUnique) : undefined;
    const refusals = claim
      ? await this.#writeReleasing(id, previous.keys.displayName, (release) => [group, release, claim, ...rest])
      : await this.#view.write([group, ...rest]);

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
      },
    };
  }

  async delete(previous: GroupRecord, stamp: Stamp): Promise<Deleted> {
    const { keys } = this.#view;
    const { id } = previous;
    const refusals = await this.#writeReleasing(id, previous.keys.displayName, (release) => [
      deleteItem(keys.group(id), { expression: "v = :v", values: { ":v": previous.version } }),
      release,
      ...externalIdMoves(keys, id, previous.keys.externalId, undefined),
      counted(keys, id, -1),
      ...deletionTraces(keys, "group", previous, stamp),
    ]);
    const own = refusals.find(({ index }) => index === 0);
    if (own !== undefined) return { outcome: own.stored === undefined ? "missing" : "stale" };
    this.#view.deleted.add(id);
    return { outcome: "deleted" };
  }

  /** Attributes where they change, one version more, the count of the edges, and for the stream which ones they are. */
  #groupUpdate(
    previous: GroupRecord,
    write: GroupWrite | undefined,
    { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
    mark: string,
    onlyVersion: number | undefined,
  ): Action {
    const told = add.length + remove.length > 0;
    const values = {
      ":one": 1,
      ":edges": add.length - remove.length,
      ":lr": mark,
      ...(told ? { ":mc": membershipText(mark, add, remove) } : {}),
    };
    const condition: Condition =
      onlyVersion === undefined ? PRESENT : { expression: "v = :v", values: { ":v": onlyVersion } };
    const update = this.#view.keys.group(previous.id);
    const counts = "ADD v :one, n :edges";
    const sets = `SET lr = :lr${told ? ", mc = :mc" : ""}`;
    if (write === undefined) return { update, expression: `${sets} ${counts}`, values, condition };
    const text = groupText(previous.created, write.keys, write.attributes);
    return { update, expression: `${sets}, d = :d ${counts}`, values: { ...values, ":d": text }, condition };
  }

  /** Writes with a part, the second, that gives a name up, in the form that fits whether others bear the name. */
  async #writeReleasing(id: string, name: string, actions: (release: Action) => Action[]): Promise<readonly Refusal[]> {
    for (let tries = 0; tries < NAME_TRIES; tries++) {
      const form = tries % 2 === 0 ? "only" : "oneOfSeveral";
      const refusals = await this.#view.write(actions(releaseName(this.#view.keys, id, name, form)));
      const formRefused = refusals.length > 0 && refusals.every(({ index }) => index === 1);
      if (!formRefused) return refusals;
    }
    throw new StoreBusy("conflict");
  }
}

function checkedMembers(members: readonly string[]): string[] {
  const distinct = [...new Set(members)];
  if (distinct.every((id) => isUserId(id) || isGroupId(id))) return distinct;
  throw new Error("a member has neither the id of a user nor of a group");
}

function taken(name: Refusal): {
  readonly outcome: "taken";
  readonly attribute: "displayName";
  readonly holder: string;
} {
  const holder = name.stored?.ids?.SS?.toSorted()[0];
  if (holder === undefined) throw new Error("a taken displayName has no holder");
  return { outcome: "taken", attribute: "displayName", holder };
}
