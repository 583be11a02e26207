import { at, type Tenant } from "../support/wire.ts";

/** What tests say to an org with many requests at once. */

export function person(name: string) {
  const userName = `${name}@example.com`;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    externalId: `ext-${name}`,
    active: true,
    emails: [{ type: "work", value: userName, primary: true }],
  };
}

export function group(displayName: string, members?: readonly { readonly value: string }[]) {
  return { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName, members };
}

export function patch(...Operations: readonly object[]) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
}

export function values(ids: readonly string[]): { value: string }[] {
  return ids.map((value) => ({ value }));
}

export async function statusOf(org: Tenant, method: string, path: string, body?: unknown): Promise<number> {
  return (await org.request({ method, path, body })).status;
}

/** @returns the new id */
export async function created(org: Tenant, path: string, body: unknown): Promise<string> {
  const answer = await org.request({ method: "POST", path, body });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
  return String(at(answer.json, "id"));
}

/** Ascending. */
export async function membersOf(org: Tenant, groupId: string): Promise<string[]> {
  const answer = await org.request({ method: "GET", path: `/Groups/${groupId}` });
  const members = at(answer.json, "members");
  if (!Array.isArray(members)) throw new Error(`no members in ${answer.status} ${answer.text.slice(0, 300)}`);
  return members.map((member) => String(at(member, "value"))).toSorted();
}

/** Runs `count` pieces of work, so many at a time, and gives their answers in order. */
export async function inLanes<T>(lanes: number, count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  const queue = Array.from({ length: count }, (_none, index) => index).values();
  const lane = async (): Promise<void> => {
    for (const index of queue) answers[index] = await work(index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return answers;
}
