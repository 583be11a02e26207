import { isMemberId } from "../scim/schema.ts";
import { actionsIn, derivedItems, type Moves, movesBetween } from "./derivedItems.ts";
import { listChanges } from "./groupLists.ts";
import {
  type Changed,
  type Created,
  type Creation,
  type GroupChange,
  type GroupRecord,
  type ResourceWrite,
  type Stamp,
  StoreBusy,
} from "./records.ts";
import {
  creationText,
  groupItem,
  groupRecord,
  groupText,
  membershipItem,
  membershipText,
  newWriteId,
  sumOfIds,
} from "./resourceItems.ts";
import { CLAIMED, isApplied, OWN, refusalOf, StoredResources, taken } from "./resources.ts";
import { ABSENT, ACTIONS_PER_TRANSACTION, type Action, PRESENT } from "./table.ts";

/** Its membership and its own item. */
const ACTIONS_PER_MEMBER = 2;

/** Resources of a type with members: a membership change does not rewrite the group. */
export class GroupStore extends StoredResources<GroupRecord> {
  protected readonly recordOf = groupRecord;

  /** How many members one `create` with this write can add. */
  membersPerCreation({ keys }: ResourceWrite): number {
    // Also in the transaction: the group, its counter and its derived items.
    const others = 2 + derivedItems(this.view.keys, this.type, { id: "", keys }).length;
    return Math.floor((ACTIONS_PER_TRANSACTION - others) / ACTIONS_PER_MEMBER);
  }

  /** One transaction. @param creation set when more members follow */
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
      rosterSum: sumOfIds(distinct),
      ...(creation === undefined ? {} : { creation }),
    };
    const writeId = newWriteId(stamp);
    const changed = distinct.length > 0 ? { mc: membershipText(writeId, distinct, []) } : {};
    const own = { ...groupItem(keys, record, writeId), ...changed };
    const memberships = distinct.map((member) => ({ put: membershipItem(keys, id, member) }));
    const actions = [...this.insertion(record, own, write.nameUnique), ...memberships];
    const lists = listChanges(this.view, { groupId: id, add: distinct, remove: [], at: stamp.at });
    const created = this.inserted(record, own, await this.view.write([...actions, ...lists]));
    // Other requests keep changing the lists of its members.
    if (created.outcome === "refused") throw new StoreBusy("conflict");
    return created;
  }

  /** How many memberships one `change` with this write can carry: the change is one transaction. */
  membersPerChange(previous: GroupRecord, write: ResourceWrite | undefined): number {
    const others = 1 + (write === undefined ? 0 : actionsIn(this.#moves(previous, write)));
    return Math.floor((ACTIONS_PER_TRANSACTION - others) / ACTIONS_PER_MEMBER);
  }

  replace(previous: GroupRecord, write: ResourceWrite, stamp: Stamp): Promise<Changed<GroupRecord>> {
    return this.change(previous, { write, add: [], remove: [] }, stamp);
  }

  /**
   * Without `write` and `onlyVersion`, other writes may have come between. Then the returned version is only the lowest
   * possible, and member count and sum are those of `previous` plus this change.
   */
  async change(previous: GroupRecord, change: GroupChange, stamp: Stamp): Promise<Changed<GroupRecord>> {
    const { keys } = this.view;
    const { id, created, creation: before } = previous;
    const { write, creation } = change;
    const add = checkedMembers(change.add);
    const remove = checkedMembers(change.remove);
    const count = add.length + remove.length;
    if (new Set([...add, ...remove]).size < count) throw new Error("a member cannot be added and removed at once");
    const onlyVersion = write === undefined ? change.onlyVersion : previous.version;
    if (change.onlyVersion !== undefined && change.onlyVersion !== onlyVersion) return { outcome: "stale" };

    const memberships: Action[] = [];
    for (const member of add) memberships.push({ put: membershipItem(keys, id, member), condition: ABSENT });
    for (const member of remove) memberships.push({ delete: keys.membership(id, member), condition: PRESENT });
    const sum = sumOfIds(add) - sumOfIds(remove);
    // Attributes where they change, the next version, count and sum of the members, and the member ids for the stream.
    const writeId = newWriteId(stamp);
    const set: Record<string, string> = { lr: writeId };
    if (count > 0) set.mc = membershipText(writeId, add, remove);
    if (write !== undefined) set.d = groupText({ created, ...write });
    if (creation !== undefined) set.b = creationText(creation);
    const own: Action = {
      update: keys.resource(id),
      set,
      add: { v: 1, n: add.length - remove.length, s: sum },
      // A change outside the creation ends the creation.
      remove: creation === undefined ? ["b"] : [],
      // The group exists, its creation is as it was read, and it has the required version.
      condition: {
        all: [
          onlyVersion === undefined ? { exists: "pk" } : { equals: ["v", onlyVersion] },
          before === undefined ? { missing: "b" } : { equals: ["b", creationText(before)] },
        ],
      },
    };
    const moves = write && this.#moves(previous, write);
    const moving = moves === undefined ? [] : this.moving(id, moves, write?.nameUnique);
    const lists = listChanges(this.view, { groupId: id, add, remove, at: stamp.at });
    const actions = [own, ...moving, ...memberships, ...lists];
    if (actions.length > ACTIONS_PER_TRANSACTION) throw new RangeError("too many memberships");
    const refusals = await this.view.write(actions);
    if (refusals.length > 0) {
      const refused = refusalOf(refusals, OWN);
      const name = moves?.claimed && refusalOf(refusals, CLAIMED);
      if (refused === undefined) return name === undefined ? { outcome: "stale" } : taken(name);
      if (!isApplied(refused, writeId)) return { outcome: refused.stored === undefined ? "missing" : "stale" };
    }
    const { attributes, keys: lookup } = write ?? previous;
    return {
      outcome: "changed",
      record: {
        id,
        version: previous.version + 1,
        created,
        lastModified: stamp.at,
        attributes,
        keys: lookup,
        memberCount: previous.memberCount + add.length - remove.length,
        rosterSum: previous.rosterSum === undefined ? undefined : previous.rosterSum + sum,
        ...(creation === undefined ? {} : { creation }),
      },
    };
  }

  #moves(previous: GroupRecord, { keys }: ResourceWrite): Moves {
    const after = derivedItems(this.view.keys, this.type, { id: previous.id, keys });
    return movesBetween(derivedItems(this.view.keys, this.type, previous), after);
  }
}

function checkedMembers(members: readonly string[]): string[] {
  const distinct = [...new Set(members)];
  if (distinct.every(isMemberId)) return distinct;
  throw new Error("a member has neither the id of a user nor of a group");
}
