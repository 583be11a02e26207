import { randomBytes } from "node:crypto";
import { newResourceId } from "../../../functions/provisioning/newId.ts";
import { storeGroup } from "../../support/records.ts";
import { at, type Connection } from "../../support/wire.ts";
import { groupBody, patchBody, userBody } from "../bodies.ts";
import { expectAnswer } from "../local.ts";
import type { Setup } from "./setup.ts";
import type { Operation } from "./turns.ts";

const CREATED_AT_ONCE = 16;

/** An org with users in it. */
export interface Populated {
  readonly org: Connection;
  readonly ids: readonly string[];
}

/** @param mirrored whether writes to this org will be measured: then its users are made in both databases */
export async function populate(setup: Setup, count: number, mirrored: boolean): Promise<Populated> {
  const org = await setup.org();
  const ids: string[] = [];
  const numbers = Array.from({ length: count }, (_, n) => n).values();
  const create = async (): Promise<void> => {
    for (const n of numbers) {
      const { recorded, answer } = setup.send(setup.prepare(org, "POST", "/Users", userBody(`user${n}`)));
      ids[n] = String(at(JSON.parse(expectAnswer(await answer, 201)), "id"));
      if (mirrored) await setup.repeatElsewhere(recorded.calls);
    }
  };
  await Promise.all(Array.from({ length: CREATED_AT_ONCE }, create));
  return { org, ids };
}

/** A group with so many members. Edges are the same whoever is at their end: these members were never created. */
export async function makeGroup(setup: Setup, org: Connection, size: number): Promise<string> {
  const id = newResourceId("g", randomBytes);
  const members = Array.from({ length: size }, () => newResourceId("u", randomBytes));
  const displayName = `group of ${size}, ${id}`;
  const attributes = JSON.stringify({ schemas: groupBody("").schemas, displayName });
  const write = { attributes, keys: { name: displayName, externalId: undefined, values: [] }, nameUnique: true };
  const stamp = { at: new Date().toISOString(), tokenId: "bench", reference: "bench" };
  const { groups, memberships } = await setup.directory(org);
  // Nobody who was never created has a list of groups: the store sees it, and no transaction is refused.
  await memberships.living(members);
  await storeGroup(groups, id, write, members, stamp);
  await setup.repeatElsewhere(setup.latest());
  return id;
}

export function userOperations({ org, ids }: Populated, clients: number): Operation[] {
  const share = Math.floor(ids.length / clients);
  const own = (client: number, n: number): string => ids[client * share + (n % share)] ?? "";
  const nth = (client: number, n: number): number => client * share + (n % share);
  const shape = { org, clients };
  return [
    {
      ...shape,
      name: "get user",
      writes: false,
      request: (client, n) => ({ method: "GET", path: `/Users/${own(client, n)}`, status: 200 }),
    },
    {
      ...shape,
      name: "filter userName eq",
      writes: false,
      request: (client, n) => ({
        method: "GET",
        path: `/Users?filter=userName eq "user${nth(client, n)}@example.com"`,
        status: 200,
      }),
    },
    {
      ...shape,
      name: "PATCH active",
      writes: true,
      request: (client, n) => ({
        method: "PATCH",
        path: `/Users/${own(client, n)}`,
        body: patchBody({ op: "Replace", path: "active", value: Math.floor(n / share) % 2 === 1 }),
        status: 200,
      }),
    },
    {
      ...shape,
      name: "PUT user",
      writes: true,
      request: (client, n) => ({
        method: "PUT",
        path: `/Users/${own(client, n)}`,
        body: userBody(`user${nth(client, n)}`, `title ${n}`),
        status: 200,
      }),
    },
  ];
}

export function createOperations({ org }: Populated, clients: number): Operation[] {
  const shape = { org, clients, writes: true };
  return [
    {
      ...shape,
      name: "create user",
      request: (client, n) => ({
        method: "POST",
        path: "/Users",
        body: userBody(`new${client}-${n}`),
        status: 201,
      }),
    },
    {
      ...shape,
      name: "create group",
      request: (client, n) => ({
        method: "POST",
        path: "/Groups",
        body: groupBody(`new ${client}-${n}`),
        status: 201,
      }),
    },
  ];
}

export function listOperations({ org, ids }: Populated, clients: number): Operation[] {
  const list = (name: string, startIndex: number): Operation => ({
    name: `list 100 ${name} of ${ids.length}`,
    org,
    clients,
    writes: false,
    request: () => ({ method: "GET", path: `/Users?startIndex=${startIndex}&count=100`, status: 200 }),
  });
  return [list("first", 1), list("last", ids.length - 99)];
}

export function memberOperations({ org, ids }: Populated, groupId: string, size: number, clients: number): Operation[] {
  const path = `/Groups/${groupId}`;
  return [
    {
      name: `add and remove a member, N = ${size}`,
      org,
      clients,
      writes: true,
      request(client, n) {
        const value = [{ value: ids[client] }];
        const operation =
          n % 2 === 0 ? { op: "Add", path: "members", value } : { op: "Remove", path: "members", value };
        return { method: "PATCH", path, body: patchBody(operation), status: 204 };
      },
    },
  ];
}

export function groupReadOperations(org: Connection, groupId: string, size: number, clients: number): Operation[] {
  return [
    {
      name: `GET group of ${size} without members`,
      org,
      clients,
      writes: false,
      request: () => ({ method: "GET", path: `/Groups/${groupId}?excludedAttributes=members`, status: 200 }),
    },
    {
      name: `GET group of ${size} with members`,
      org,
      clients: 1,
      writes: false,
      request: () => ({ method: "GET", path: `/Groups/${groupId}`, status: 200 }),
    },
  ];
}
