import type { GroupRecord, OpenDeletion, ResourceRecord, Stamp, Tombstone } from "../store/directoryPorts.ts";
import type { ImportState } from "../store/importPorts.ts";
import type { LookupKeys } from "../store/storedType.ts";
import { SortedRecords } from "./sortedRecords.ts";
import { ValueIndex } from "./valueIndex.ts";

const TOMBSTONE_MILLISECONDS = 30 * 86_400_000;

/** All that one side of one org has. */
export class MemoryOrg {
  readonly users = new SortedRecords<ResourceRecord>();
  /** userName key → id. */
  readonly userNames = new Map<string, string>();
  readonly userExternalIds = new ValueIndex();
  readonly emails = new ValueIndex();

  readonly groups = new SortedRecords<GroupRecord>();
  readonly groupNames = new ValueIndex();
  readonly groupExternalIds = new ValueIndex();

  /** Group id → its members; member id → its groups. */
  readonly members = new ValueIndex();
  readonly groupsOf = new ValueIndex();
  /** Deleted ids and when: their edges are invisible at once, and swept later. */
  readonly dead = new Map<string, OpenDeletion>();
  readonly tombstones = new Map<string, Tombstone>();

  cursorKey: Uint8Array | undefined;
  /** Of the managed side only. */
  importState: ImportState | undefined;

  indexUser(id: string, keys: LookupKeys): void {
    this.userNames.set(keys.name, id);
    this.userExternalIds.add(keys.externalId, id);
    for (const email of keys.values) this.emails.add(email, id);
  }

  unindexUser(id: string, keys: LookupKeys): void {
    this.userNames.delete(keys.name);
    this.userExternalIds.remove(keys.externalId, id);
    for (const email of keys.values) this.emails.remove(email, id);
  }

  indexGroup(id: string, keys: LookupKeys): void {
    this.groupNames.add(keys.name, id);
    this.groupExternalIds.add(keys.externalId, id);
  }

  unindexGroup(id: string, keys: LookupKeys): void {
    this.groupNames.remove(keys.name, id);
    this.groupExternalIds.remove(keys.externalId, id);
  }

  bury(id: string, kind: Tombstone["kind"], stamp: Stamp): void {
    this.dead.set(id, { id, at: stamp.at, swept: false });
    // Whole seconds, as in DynamoDB.
    const expires = Math.floor(Date.parse(stamp.at) / 1000) * 1000 + TOMBSTONE_MILLISECONDS;
    this.tombstones.set(id, { id, kind, stamp, expires });
  }

  addEdge(groupId: string, memberId: string): void {
    this.members.add(groupId, memberId);
    this.groupsOf.add(memberId, groupId);
  }

  removeEdge(groupId: string, memberId: string): void {
    this.members.remove(groupId, memberId);
    this.groupsOf.remove(memberId, groupId);
  }
}
