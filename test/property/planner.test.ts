import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Filter, matches } from "../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../functions/scim/filter/parseFilter.ts";
import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { comparisonKey } from "../../functions/scim/paths.ts";
import { filtered, group, onMemory, user } from "../protocol/onWire.ts";
import { dynoxideTarget } from "../support/dynoxideTarget.ts";
import { amountOf } from "../support/proof.ts";
import { GROUP, USER } from "../support/scimTypes.ts";
import type { Target } from "../support/target.ts";
import { at, type Tenant } from "../support/wire.ts";

/**
 * Whatever index a query is answered from, it finds what looking at every resource finds: by index and by cursor, alone
 * and in an order, at each endpoint, on each store.
 */

const name = fc.constantFrom(
  "ada",
  "Adam",
  "ada b",
  "ada+b",
  "ada b+c d",
  "ß",
  "ss",
  "ΣΑΣ",
  "σας",
  "é",
  "e\u0301",
  "İda",
  "𝒳",
  "#x",
  "ada.b@c",
);
const anyCase = name.chain((text) => fc.constantFrom(text, text.toUpperCase(), text.toLowerCase()));
const type = fc.constantFrom("work", "home");

interface Person {
  readonly userName: string;
  readonly own: JsonObject;
}

const person: fc.Arbitrary<Person> = fc.record({
  userName: name,
  own: fc
    .record({
      externalId: fc.option(name, { nil: null }),
      title: fc.option(name, { nil: null }),
      active: fc.boolean(),
      emails: fc.array(fc.record({ value: name, type }), { maxLength: 3 }),
    })
    .map((own): JsonObject => own),
});

interface Team {
  readonly displayName: string;
  readonly externalId: string | null;
  /** Numbers of users, and of the teams before this one. */
  readonly users: readonly number[];
  readonly teams: readonly number[];
}

const team: fc.Arbitrary<Team> = fc.record({
  displayName: name,
  externalId: fc.option(name, { nil: null }),
  users: fc.array(fc.nat(9), { maxLength: 5 }),
  teams: fc.array(fc.nat(4), { maxLength: 2 }),
});

const quoted = anyCase.map((text) => JSON.stringify(text));
/** Filled in when the ids are known. */
const userId = fc.nat(9).map((n) => `"{u${n}}"`);
const groupId = fc.nat(4).map((n) => `"{g${n}}"`);
const other = fc.constantFrom("ne", "co", "sw", "ew", "gt", "le");

function joined(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  return fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((all) => all.join(""));
}

/** What a second try with pluses may confuse. */
const spaced = fc.constantFrom('"ada b"', '"ada b"', '"ada+b"', '"ada b+c d"');
const excluded = joined(
  fc.constantFrom("userName ", "externalId ", "displayName "),
  fc.constantFrom("eq ", "sw ", "ew ", "co "),
  spaced,
);

const ofAny = [
  joined("externalId eq ", spaced),
  joined(
    "externalId eq ",
    fc.oneof(spaced, quoted),
    " and not (displayName ",
    fc.constantFrom("eq ", "sw ", "co "),
    spaced,
    ")",
  ),
  joined("externalId eq ", quoted),
  joined("externalId ", other, " ", quoted),
  joined("id eq ", fc.oneof(userId, groupId)),
  joined("id ne ", userId),
  joined("displayName eq ", quoted),
  joined("displayName sw ", quoted),
  fc.constantFrom("externalId pr", 'meta.resourceType eq "User"', 'meta.resourceType eq "Group"', "displayName pr"),
];
const ofUsers = [
  joined("userName eq ", spaced),
  joined("userName eq ", spaced, " and not (", excluded, ")"),
  joined("emails.value eq ", fc.oneof(spaced, quoted), " and not (", excluded, ")"),
  joined("userName eq ", quoted),
  joined("userName sw ", quoted),
  joined("userName ", other, " ", quoted),
  joined("emails.value eq ", quoted),
  joined(
    "emails[type eq ",
    type.map((text) => `"${text}"`),
    " and value eq ",
    quoted,
    "]",
  ),
  joined("emails[value eq ", quoted, " or value eq ", quoted, "]"),
  joined("emails[not (value eq ", quoted, ")]"),
  joined('emails[type eq "work"].value eq ', quoted),
  joined("groups.value eq ", groupId),
  joined("groups[value eq ", groupId, " and display co ", quoted, "]"),
  joined("groups ne ", groupId),
  fc.constantFrom("title pr", "active eq true", "groups pr", "emails pr", 'userName sw ""', "userName eq null"),
];
const ofGroups = [
  joined("members eq ", fc.oneof(userId, groupId)),
  joined("members[value eq ", userId, ' and type eq "User"]'),
  joined("members[not (value eq ", userId, ")]"),
  joined("members.value ne ", userId),
  fc.constantFrom("members pr", 'members.type eq "Group"'),
];

function combined(conditions: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const condition = fc.oneof(...conditions);
  return fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      condition,
      joined(tie("filter"), fc.constantFrom(" and ", " or "), tie("filter")),
      joined("(", tie("filter"), fc.constantFrom(" and ", " or "), tie("filter"), ")"),
      joined("not (", tie("filter"), ")"),
      joined(condition, " and not (", tie("filter"), ")"),
    ),
  })).filter;
}

/** Somebody whom only a second try with pluses finds. */
const PLUS: Person = { userName: "eve+f", own: { externalId: "eve+f", emails: [{ value: "eve+f" }] } };
const withoutPlus = fc.constantFrom("userName", "externalId", "emails.value").map((name) => `${name} eq "eve f"`);

const query = fc.record({
  asked: fc.oneof(fc.record({ endpoint: fc.constant("/Users" as const), filter: withoutPlus }), {
    weight: 9,
    arbitrary: fc.oneof(
      fc.record({ endpoint: fc.constant("/Users" as const), filter: combined([...ofAny, ...ofUsers]) }),
      fc.record({ endpoint: fc.constant("/Groups" as const), filter: combined([...ofAny, ...ofGroups]) }),
      fc.record({ endpoint: fc.constant("" as const), filter: combined([...ofAny, ...ofUsers, ...ofGroups]) }),
    ),
  }),
  sort: fc.constantFrom("", "", "&sortBy=displayName", "&sortBy=externalId&sortOrder=descending", "&sortBy=id"),
  count: fc.integer({ min: 1, max: 6 }),
});

const setup = fc.record({
  people: fc
    .uniqueArray(person, { minLength: 3, maxLength: 10, selector: ({ userName }) => userName })
    .map((people) => [...people, PLUS]),
  teams: fc.array(team, { minLength: 1, maxLength: 5 }),
});

/** @returns how many resources a second try found, with pluses for spaces */
async function holds(target: Target, worlds: number, queries: number): Promise<number> {
  let found = 0;
  let byPlus = 0;
  await fc.assert(
    fc.asyncProperty(setup, fc.array(query, { minLength: queries, maxLength: queries }), async (described, asked) => {
      const tenant = await target.org({ preset: "rfc", changed: { groupNameUnique: false } });
      const ids = await populate(tenant, described);
      const everything = await all(tenant, ids);
      for (const {
        asked: { endpoint, filter },
        sort,
        count,
      } of asked) {
        const text = filter.replace(/\{(\w\d)\}/g, (_whole, place: string) => ids.get(place) ?? "nobody");
        const unknown = endpoint === "" ? "unassigned" : "refuse";
        const path = `${endpoint}?${filtered(text)}${sort}`;
        const shown = await walked(tenant, path, count);
        const expected = (["/Users", "/Groups"] as const).flatMap((own) => {
          if (endpoint !== "" && endpoint !== own) return [];
          const parsed = parseFilter(text, own === "/Users" ? USER : GROUP, unknown);
          const ofType = everything.flatMap((one) => (one.endpoint === own ? [one.resource] : []));
          const exact = idsMatching(parsed, ofType);
          if (exact.length > 0) return exact;
          // A miss may be tried once more with pluses, at each type: what is found then, the filter so read must match.
          const second = idsMatching(orWithPlus(parsed), ofType).filter((id) => shown.includes(id));
          byPlus += second.length;
          return second;
        });
        found += expected.length;
        expect({ path, ids: shown }).toEqual({ path, ids: inOrder(expected, sort) });
        expect({ path, ids: await paged(tenant, path, count, expected.length) }).toEqual({
          path,
          ids: inOrder(expected, sort),
        });
      }
    }),
    { numRuns: worlds },
  );
  // A law about nothing would hold as well.
  expect(found).toBeGreaterThan((worlds * queries) / 4);
  return byPlus;
}

function idsMatching(filter: Filter, resources: readonly JsonObject[]): string[] {
  return resources.filter((resource) => matches(filter, resource)).map(({ id }) => String(id));
}

/** What the second try may find at most: a plus counts for a space in an equality, and nothing that a `not` encloses changes. */
function orWithPlus(filter: Filter): Filter {
  switch (filter.kind) {
    case "and":
    case "or":
      return { ...filter, left: orWithPlus(filter.left), right: orWithPlus(filter.right) };
    case "value":
      return { ...filter, filter: orWithPlus(filter.filter) };
    case "compare": {
      if (filter.operator !== "eq" || typeof filter.value !== "string") return filter;
      const value = filter.value.split(" ").join("+");
      return { kind: "or", left: filter, right: { ...filter, value, key: comparisonKey(filter.path, value) } };
    }
    default:
      return filter;
  }
}

/** Where an order is asked for, which one is another test's business: here nobody may be missing or come twice. */
function inOrder(ids: readonly string[], sort: string): readonly string[] {
  return sort === "" ? ids : ids.toSorted();
}

async function populate(tenant: Tenant, { people, teams }: { people: readonly Person[]; teams: readonly Team[] }) {
  const ids = new Map<string, string>();
  const made = async (path: string, body: JsonObject): Promise<string> => {
    const answer = await tenant.request({ method: "POST", path, body });
    // Two spellings may be one name: then the first one keeps it.
    return answer.status === 409 ? "" : String(at(answer.json, "id"));
  };
  for (const [n, { userName, own }] of people.entries()) {
    const id = await made("/Users", user(userName, own));
    if (id !== "") ids.set(`u${n}`, id);
  }
  for (const [n, { displayName, externalId, users, teams: inner }] of teams.entries()) {
    const members = [...users.map((one) => `u${one}`), ...inner.filter((one) => one < n).map((one) => `g${one}`)];
    const values = members.flatMap((one) => ids.get(one) ?? []).map((value) => ({ value }));
    const id = await made("/Groups", group(displayName, { externalId, members: values }));
    if (id !== "") ids.set(`g${n}`, id);
  }
  return ids;
}

/** Every resource as it is read alone: users before groups, each in the order of ids. */
async function all(tenant: Tenant, ids: ReadonlyMap<string, string>) {
  const resources = await Promise.all(
    [...ids].map(async ([place, id]) => {
      const endpoint = place.startsWith("u") ? "/Users" : "/Groups";
      const { json } = await tenant.request({ method: "GET", path: `${endpoint}/${id}` });
      if (!isObject(json)) throw new Error(`${endpoint}/${id} cannot be read`);
      return { endpoint, resource: json };
    }),
  );
  const key = ({ endpoint, resource }: (typeof resources)[number]) => (endpoint === "/Users" ? "1" : "2") + resource.id;
  return resources.sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

function idsIn(json: unknown): string[] {
  const resources = isObject(json as JsonObject) ? (json as JsonObject).Resources : [];
  return (Array.isArray(resources) ? resources : []).map((one) => String(at(one, "id")));
}

async function walked(tenant: Tenant, path: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const { status, json } = await tenant.request({ method: "GET", path: `${path}&count=${count}&cursor=${cursor}` });
    if (status !== 200) return [`status ${status}`];
    if (ids.length > 100) return ["a walk without an end"];
    ids.push(...idsIn(json));
    const next = at(json, "nextCursor");
    cursor = typeof next === "string" ? next : undefined;
  }
  return path.includes("&sortBy") ? ids.sort() : ids;
}

/** All pages by index; each must count all matches. */
async function paged(tenant: Tenant, path: string, count: number, total: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let startIndex = 1; startIndex <= Math.max(1, total); startIndex += count) {
    const { status, json } = await tenant.request({
      method: "GET",
      path: `${path}&count=${count}&startIndex=${startIndex}`,
    });
    const counted = at(json, "totalResults");
    if (status !== 200 || counted !== total) return [`status ${status}, totalResults ${counted}, not ${total}`];
    ids.push(...idsIn(json));
  }
  return path.includes("&sortBy") ? ids.sort() : ids;
}

describe("a query answered from an index finds what looking at everybody finds", () => {
  test("in memory", async () => {
    expect(await holds(onMemory, amountOf("worlds"), 40)).toBeGreaterThan(0);
  }, 3_600_000);

  test("in DynamoDB", async () => {
    const target = await dynoxideTarget();
    try {
      await holds(target, 4, 25);
    } finally {
      await target.close();
    }
  }, 3_600_000);
});
