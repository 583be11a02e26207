import { ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Finding, FindingCode, Inspection, InspectionStep } from "../store/inspection/findings.ts";
import { STORED_GROUPS, STORED_USERS } from "../store/storedTypes.ts";
import type { MemoryOrg } from "./org.ts";

/**
 * Looks at one org in memory, in one go. Nothing can be cut off half-way here, so that what is found is a mistake of this
 * store: there is nothing to repair, and what follows from a resource is made from it.
 */
export class MemoryInspection implements Inspection {
  readonly #managed: MemoryOrg;
  readonly #unmanaged: MemoryOrg;

  constructor(managed: MemoryOrg, unmanaged: MemoryOrg) {
    this.#managed = managed;
    this.#unmanaged = unmanaged;
  }

  async step(): Promise<InspectionStep> {
    const findings = [
      ...findingsOf(this.#managed, true, () => false),
      ...findingsOf(this.#unmanaged, false, (id) => isKnown(this.#managed, id) || this.#managed.tombstones.has(id)),
    ];
    const examined = sizeOf(this.#managed) + sizeOf(this.#unmanaged);
    return { findings, unsettled: [], examined, next: undefined };
  }
}

/** @param elsewhere whether the other side accounts for a member */
function findingsOf(org: MemoryOrg, managed: boolean, elsewhere: (id: string) => boolean): Finding[] {
  const found: Finding[] = [];
  const expect = (holds: boolean, code: FindingCode, ...ids: string[]): void => {
    if (!holds) found.push({ code, managed, ids, repair: "none" });
  };
  for (const { id, keys, attributes } of everyOne(org.users)) {
    expect(
      isFiledAs(keys, () => STORED_USERS.keysOf(parsed(attributes))),
      "user.keys",
      id,
    );
    expect(org.userNames.get(keys.name) === id, "userName.missing", id);
    expect(keys.externalId === undefined || org.userExternalIds.has(keys.externalId, id), "externalId.missing", id);
    for (const email of keys.values) expect(org.emails.has(email, id), "email.missing", id);
    expect(!org.dead.has(id), "marker.living", id);
    expect(!org.tombstones.has(id), "tombstone.living", id);
  }
  for (const [name, id] of org.userNames) expect(org.users.get(id)?.keys.name === name, "userName.stray", id);
  for (const { id, keys, attributes, memberCount } of everyOne(org.groups)) {
    expect(
      isFiledAs(keys, () => STORED_GROUPS.keysOf(parsed(attributes))),
      "group.keys",
      id,
    );
    expect(org.groupNames.has(keys.name, id), "groupName.missing", id);
    expect(keys.externalId === undefined || org.groupExternalIds.has(keys.externalId, id), "externalId.missing", id);
    expect(!org.dead.has(id), "marker.living", id);
    expect(!org.tombstones.has(id), "tombstone.living", id);
    const members = org.members.of(id);
    expect(members.length === memberCount, "group.memberCount", id);
    for (const member of members) {
      expect(isKnown(org, member) || elsewhere(member), "edge.member", id, member);
      expect(org.groupsOf.has(member, id), "edge.reverse", id, member);
    }
  }
  for (const id of org.dead.keys()) expect(org.tombstones.has(id), "marker.tombstone", id);
  return found;
}

/** Attributes of which no keys can be made are filed under wrong ones. */
function isFiledAs<T>(keys: T, made: () => T): boolean {
  try {
    return JSON.stringify(made()) === JSON.stringify(keys);
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
}

function isKnown({ users, groups, dead }: MemoryOrg, id: string): boolean {
  return users.get(id) !== undefined || groups.get(id) !== undefined || dead.has(id);
}

function everyOne<T>(records: {
  page(start: number, limit: number): { readonly records: readonly T[] };
}): readonly T[] {
  return records.page(0, Number.MAX_SAFE_INTEGER).records;
}

function parsed(attributes: string): JsonObject {
  // We wrote this text ourselves, from an object.
  return JSON.parse(attributes) as JsonObject;
}

function sizeOf({ users, groups, dead }: MemoryOrg): number {
  return users.page(0, 0).total + groups.page(0, 0).total + dead.size;
}
