import type { GroupRecord, UserRecord } from "../provisioning/ports.ts";
import { SortedRecords } from "./sortedRecords.ts";
import { ValueIndex } from "./valueIndex.ts";

/** All that one org has. */
export class MemoryOrg {
  readonly users = new SortedRecords<UserRecord>();
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
  readonly dead = new Map<string, string>();

  addEdge(groupId: string, memberId: string): void {
    this.members.add(groupId, memberId);
    this.groupsOf.add(memberId, groupId);
  }

  removeEdge(groupId: string, memberId: string): void {
    this.members.remove(groupId, memberId);
    this.groupsOf.remove(memberId, groupId);
  }
}
