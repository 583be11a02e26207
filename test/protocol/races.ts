import { teamMembers } from "../support/cascade.ts";
import type { Check, Target } from "../support/target.ts";
import { at, type Tenant } from "../support/wire.ts";
import { created, group, inLanes, patch, person, statusOf, values } from "./manyClients.ts";

const CLIENTS = 32;

/**
 * What many clients do at once must end as if they had come one after the other (product.md 5.1).
 * @param members so many all clients together add to one group, each by a PATCH of its own
 */
export function races(members: number): Check[] {
  return [
    {
      name: `32 clients adding ${members} distinct members to one group lose none`,
      run: (target) => addMembers(target, members),
    },
    {
      name: "32 concurrent creates of one userName give one 201 and 31 409s",
      run: async (target) => createOne(await target.org()),
    },
    {
      name: "32 concurrent creates of one group name give one 201 and 31 409s",
      run: async (target) => createOneGroup(await target.org()),
    },
    {
      name: "of 16 PUTs with the same If-Match one succeeds and the others answer 412",
      run: async (target) => replaceOnce(await target.org()),
    },
    {
      name: "16 clients patching different attributes of one user lose no change",
      run: async (target) => patchMany(await target.org()),
    },
  ];
}

async function addMembers(target: Target, count: number): Promise<string[]> {
  const org = await target.org();
  const id = await created(org, "/Groups", group("everybody"));
  const people = await inLanes(CLIENTS, count, (index) => created(org, "/Users", person(`member${index}`)));
  const statuses = await inLanes(CLIENTS, count, (index) => {
    const value = values(people.slice(index, index + 1));
    return statusOf(org, "PATCH", `/Groups/${id}`, patch({ op: "Add", path: "members", value }));
  });
  // An answer of SCIM shows ten thousand members at most.
  const members = await teamMembers(target, org, id);
  const shown = new Set(members);
  const lost = people.filter((person) => !shown.has(person));
  return [
    ...tally(statuses, { 204: count }),
    ...(lost.length === 0 ? [] : [`${lost.length} of ${count} members are missing`]),
    ...(members.length === count ? [] : [`the group shows ${members.length} members`]),
  ];
}

async function createOne(org: Tenant): Promise<string[]> {
  const statuses = await inLanes(CLIENTS, CLIENTS, () => statusOf(org, "POST", "/Users", person("one")));
  const found = await org.request({ method: "GET", path: '/Users?filter=userName eq "one@example.com"' });
  const total = at(found.json, "totalResults");
  return [
    ...tally(statuses, { 201: 1, 409: CLIENTS - 1 }),
    ...(total === 1 ? [] : [`${total} users have the userName`]),
  ];
}

async function createOneGroup(org: Tenant): Promise<string[]> {
  const statuses = await inLanes(CLIENTS, CLIENTS, () => statusOf(org, "POST", "/Groups", group("one")));
  return tally(statuses, { 201: 1, 409: CLIENTS - 1 });
}

async function replaceOnce(org: Tenant): Promise<string[]> {
  const id = await created(org, "/Users", person("raced"));
  const statuses = await inLanes(16, 16, async (index) => {
    const body = { ...person("raced"), title: `title ${index}` };
    return (await org.request({ method: "PUT", path: `/Users/${id}`, headers: { "If-Match": 'W/"1"' }, body })).status;
  });
  return tally(statuses, { 200: 1, 412: 15 });
}

async function patchMany(org: Tenant): Promise<string[]> {
  const attributes = [
    "title",
    "nickName",
    "displayName",
    "userType",
    "locale",
    "timezone",
    "preferredLanguage",
    "profileUrl",
  ];
  const names = [
    "name.givenName",
    "name.familyName",
    "name.middleName",
    "name.formatted",
    "name.honorificPrefix",
    "name.honorificSuffix",
  ];
  const paths = [
    ...attributes,
    ...names,
    "externalId",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
  ];
  const id = await created(org, "/Users", person("patched"));
  const statuses = await inLanes(paths.length, paths.length, (index) =>
    statusOf(org, "PATCH", `/Users/${id}`, patch({ op: "replace", path: paths[index], value: `value ${index}` })),
  );
  const read = await org.request({ method: "GET", path: `/Users/${id}` });
  const missing = paths.filter((_path, index) => !read.text.includes(`"value ${index}"`));
  return [...tally(statuses, { 200: paths.length }), ...missing.map((path) => `the change of ${path} was lost`)];
}

function tally(statuses: readonly number[], expected: Readonly<Record<number, number>>): string[] {
  const counted: Record<number, number> = {};
  for (const status of statuses) counted[status] = (counted[status] ?? 0) + 1;
  const same = JSON.stringify(counted) === JSON.stringify(expected);
  return same ? [] : [`expected the answers ${JSON.stringify(expected)}, got ${JSON.stringify(counted)}`];
}
