import { isMemberId } from "../scim/schema.ts";
import { ABSENT, deleteItem, PRESENT, putItem, when } from "./actions.ts";
import { derivedItems, type Moves, membershipItem, movesBetween } from "./derivedItems.ts";
import type { Changed, Created, Creation, GroupChange, GroupRecord, ResourceWrite, Stamp } from "./records.ts";
import { creationText, groupItem, groupRecord, groupText, membershipText, newWriteId } from "./resourceItems.ts";
import { CLAIMED, isApplied, OWN, refusalOf, StoredResources, taken } from "./resources.ts";
import type { TypeLayout } from "./storedType.ts";
import { ACTIONS_PER_TRANSACTION, type Action, type Condition } from "./table.ts";
import type { OrgView } from "./view.ts";

const NO_MOVES: Moves = { puts: [], deletes: [] };

/** Resources of a type with members: a change of the membership does not rewrite the group. */
export class GroupStore extends StoredResources<GroupRecord> {
  constructor(view: OrgView, type: TypeLayout) {
    super(view, type, groupRecord);
  }

  /** How many members `create` can carry beside this write. */
  membersPerCreation({ keys }: ResourceWrite): number {
    // Beside the group itself: what it is found by, and its counter.
    return ACTIONS_PER_TRANSACTION - 2 - derivedItems(this.view.keys, this.type, { id: "", keys }).length;
  }

  /** One transaction. @param creation says that more members follow */
  async create(
    id: string,
    write: ResourceWrite,
    members: readonly string[],
    stamp: Stamp,
    creation?: Creation,
  ): Promise<Created<GroupRecord>> {
    const { keys } = this.view;
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
      ...(creation === undefined ? {} : { creation }),
    };
    const writeId = newWriteId(stamp);
    const changed = distinct.length > 0 ? { mc: membershipText(writeId, distinct, []) } : {};
    const own = { ...groupItem(keys, record, writeId), ...changed };
    const memberships = distinct.map((member) => putItem(membershipItem(keys, id, member)));
    return this.insert(record, own, write.nameUnique, memberships);
  }

  /** How many memberships one `change` can carry beside this write: the change is one transaction. */
  membersPerChange(previous: GroupRecord, write: ResourceWrite | undefined): number {
    const { released, claimed, puts, deletes } = this.#moves(previous, write);
    const ofName = [released, claimed].filter((item) => item !== undefined);
    return ACTIONS_PER_TRANSACTION - 1 - ofName.length - puts.length - deletes.length;
  }

  replace(previous: GroupRecord, write: ResourceWrite, stamp: Stamp): Promise<Changed<GroupRecord>> {
    return this.change(previous, { write, add: [], remove: [] }, stamp);
  }

  /**
   * Without `write` and `onlyVersion` other writers may have come between: then the version of the record given back is
   * the lowest it can be, and so is its member count only that of `previous` with this change applied.
   */
  async change(previous: GroupRecord, change: GroupChange, stamp: Stamp): Promise<Changed<GroupRecord>> {
    const { keys } = this.view;
    const { id } = previous;
    const { write } = change;
    const add = checkedMembers(change.add);
    const remove = checkedMembers(change.remove);
    if (add.length + remove.length > this.membersPerChange(previous, write))
      throw new RangeError("too many memberships");
    if (add.some((member) => remove.includes(member))) throw new Error("a member cannot be added and removed at once");

    const writeId = newWriteId(stamp);
    const onlyVersion = write === undefined ? change.onlyVersion : previous.version;
    if (change.onlyVersion !== undefined && change.onlyVersion !== onlyVersion) return { outcome: "stale" };
    const memberships = [
      ...add.map((member) => putItem(membershipItem(keys, id, member), ABSENT)),
      ...remove.map((member) => deleteItem(keys.membership(id, member), PRESENT)),
    ];
    const own = this.#ownUpdate(previous, { ...change, add, remove }, writeId, onlyVersion);
    const moves = this.#moves(previous, write);
    const refusals = await this.write(id, own, moves, memberships, write?.nameUnique);
    if (refusals === undefined) return { outcome: "stale" };

    const refused = refusalOf(refusals, OWN);
    const applied = refusals.length === 0 || (refused !== undefined && isApplied(refused, writeId));
    if (!applied) {
      if (refused !== undefined) return { outcome: refused.stored === undefined ? "missing" : "stale" };
      const name = moves.claimed && refusalOf(refusals, CLAIMED);
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
        ...(change.creation === undefined ? {} : { creation: change.creation }),
      },
    };
  }

  #moves(previous: GroupRecord, write: ResourceWrite | undefined): Moves {
    if (write === undefined) return NO_MOVES;
    const { keys } = this.view;
    const after = derivedItems(keys, this.type, { id: previous.id, keys: write.keys });
    return movesBetween(derivedItems(keys, this.type, previous), after);
  }

  /** Attributes where they change, one version more, the count of the members, and for the stream which ones they are. */
  #ownUpdate(
    { id, created, creation: before }: GroupRecord,
    { write, creation, add, remove }: GroupChange,
    writeId: string,
    onlyVersion: number | undefined,
  ): Action {
    const sets: Record<string, string> = { lr: writeId };
    if (add.length + remove.length > 0) sets.mc = membershipText(writeId, add, remove);
    if (write !== undefined) sets.d = groupText({ created, ...write });
    if (creation !== undefined) sets.b = creationText(creation);
    return {
      update: this.view.keys.resource(id),
      set: sets,
      add: { v: 1, n: add.length - remove.length },
      // A change that is no part of a creation ends it.
      ...(creation === undefined ? { remove: ["b"] } : {}),
      condition: asPlanned(before, onlyVersion),
    };
  }
}

function checkedMembers(members: readonly string[]): string[] {
  const distinct = [...new Set(members)];
  if (distinct.every(isMemberId)) return distinct;
  throw new Error("a member has neither the id of a user nor of a group");
}

/** The group is there, its creation as it was read, and of the version the change is held to. */
function asPlanned(creation: Creation | undefined, version: number | undefined): Condition {
  return when(
    version === undefined ? { exists: "pk" } : { equals: ["v", version] },
    creation === undefined ? { missing: "b" } : { equals: ["b", creationText(creation)] },
  );
}
