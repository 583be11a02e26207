import { createHash } from "node:crypto";
import { BASE62 } from "../../functions/scim/schema.ts";
import type { GroupStore } from "../../functions/store/groupStore.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { GroupRecord, OrgRecord, ResourceRecord, ResourceWrite, Stamp } from "../../functions/store/records.ts";
import type { ResourceStore } from "../../functions/store/resourceStore.ts";
import type { TokenRecord } from "../../functions/store/tokenRecords.ts";

export const STAMP: Stamp = { at: "2026-01-02T03:04:05.678Z", tokenId: "token1", reference: "request-1" };
export const LATER: Stamp = { at: "2026-01-02T03:05:00.000Z", tokenId: "token2", reference: "request-2" };
/** After any deletion marker's lifetime. */
export const MUCH_LATER: Stamp = { at: "2026-01-02T04:00:00.000Z", tokenId: "token3", reference: "request-3" };

/** An org id, as from authentication. */
export function orgIdOf(text: string): OrgId {
  // Tests replace authentication, the only maker of the branded type.
  return text as OrgId;
}

export const ACME = orgIdOf("Acme0000");
export const OTHER = orgIdOf("Other000");

/** The n-th id of a kind: always the same, distributed like random ones. */
export function idOf(kind: string, n: number): string {
  const bytes = createHash("sha256").update(`${kind}${n}`).digest();
  return kind + [...bytes.subarray(0, 22)].map((byte) => BASE62.charAt(byte % 62)).join("");
}

export function ids(kind: "u" | "g", count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => idOf(kind, first + index));
}

export function userWrite(name: string, more: Partial<ResourceWrite["keys"]> = {}): ResourceWrite {
  return {
    attributes: JSON.stringify({ userName: name }),
    keys: { name, externalId: `ext-${name}`, values: [`${name}@acme.example`], ...more },
  };
}

export function groupWrite(name: string, more: Partial<ResourceWrite["keys"]> = {}, nameUnique = true): ResourceWrite {
  return {
    attributes: JSON.stringify({ displayName: name }),
    keys: { name, externalId: `ext-${name}`, values: [], ...more },
    nameUnique,
  };
}

/** @throws Error when the user is not created */
export async function makeUser(
  users: ResourceStore,
  n: number,
  write = userWrite(`user${n}`),
): Promise<ResourceRecord> {
  const created = await users.create(idOf("u", n), write, STAMP);
  if (created.outcome !== "created") throw new Error(`user ${n}: ${created.outcome}`);
  return created.record;
}

export async function makeUsers(users: ResourceStore, count: number, first = 0): Promise<ResourceRecord[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => makeUser(users, first + index)));
}

/** @throws Error when the group is not created */
export async function makeGroup(
  groups: GroupStore,
  n: number,
  members: readonly string[] = [],
  write = groupWrite(`group${n}`),
): Promise<GroupRecord> {
  return storeGroup(groups, idOf("g", n), write, members, STAMP);
}

/** A group with any number of members, in as many writes as needed. @throws Error when it is not created */
export async function storeGroup(
  groups: GroupStore,
  id: string,
  write: ResourceWrite,
  members: readonly string[],
  stamp: Stamp,
): Promise<GroupRecord> {
  const distinct = [...new Set(members)];
  const most = groups.membersPerCreation(write);
  const created = await groups.create(id, write, distinct.slice(0, most), stamp);
  if (created.outcome !== "created") throw new Error(`${id} is not created: ${created.outcome}`);
  let group = created.record;
  const fits = groups.membersPerChange(group, undefined);
  for (let start = most; start < distinct.length; start += fits) {
    const changed = await groups.change(group, { add: distinct.slice(start, start + fits), remove: [] }, stamp);
    if (changed.outcome !== "changed") throw new Error(`${id} is not changed: ${changed.outcome}`);
    group = changed.record;
  }
  return group;
}

export function orgRecord(id: OrgId, slug: string, more: Partial<OrgRecord> = {}): OrgRecord {
  return {
    id,
    slug,
    displayName: slug,
    version: 1,
    created: STAMP.at,
    entitled: true,
    sso: { entityId: "https://idp.acme.example" },
    paused: undefined,
    admins: ["first"],
    preset: "standard",
    changedRules: {},
    tokenEpoch: 1,
    ...more,
  };
}

export function tokenRecord(orgId: OrgId, n: number, more: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: `token${n}`,
    orgId,
    hash: createHash("sha256").update(`token${n}`).digest("hex"),
    epoch: 1,
    description: `token ${n}`,
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
    createdBy: "tests",
    expiresAt: undefined,
    revokedAt: undefined,
    ...more,
  };
}

/** The given value; an undefined one fails the test. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("expected a value");
  return value;
}
