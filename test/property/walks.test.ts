import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { JsonObject } from "../../functions/scim/json.ts";
import { filtered, group, onMemory, user } from "../protocol/onWire.ts";
import { patchOf } from "../protocol/rows/client.ts";
import { dynoxideTarget } from "../support/dynoxideTarget.ts";
import { amountOf } from "../support/proof.ts";
import type { Target } from "../support/target.ts";
import { at, type Tenant } from "../support/wire.ts";

/**
 * RFC 9865: whatever is created, deleted and changed between the pages of a walk, what exists from its first page to its
 * last comes exactly once, and nothing comes twice.
 */

type Endpoint = "/Users" | "/Groups";

interface Resource {
  readonly endpoint: Endpoint;
  readonly id: string;
}

const title = fc.constantFrom("a", "b", "B", "c", "");
const endpointOf = fc.constantFrom<Endpoint>("/Users", "/Groups");

/** What happens between two pages. Numbers choose among the resources there are; one that stays is never deleted. */
const event = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), endpoint: endpointOf, title }),
  fc.record({ kind: fc.constant("delete" as const), which: fc.nat() }),
  fc.record({ kind: fc.constant("deleteLastSeen" as const) }),
  fc.record({ kind: fc.constant("change" as const), which: fc.nat() }),
  fc.record({ kind: fc.constant("join" as const), which: fc.nat(), member: fc.nat() }),
);

type Happening = typeof event extends fc.Arbitrary<infer T> ? T : never;

const walkOf = fc.record({
  endpoint: fc.constantFrom("/Users", "/Groups", ""),
  filter: fc.constantFrom("", "displayName pr", 'displayName ne "b"', 'displayName sw "n"', 'not (externalId eq "B")'),
  sort: fc.constantFrom(
    "",
    "&sortBy=displayName",
    "&sortBy=displayName&sortOrder=descending",
    "&sortBy=externalId",
    "&sortBy=meta.created&sortOrder=descending",
    "&sortBy=id&sortOrder=descending",
  ),
  count: fc.integer({ min: 1, max: 5 }),
});

const story = fc.record({
  walk: walkOf,
  people: fc.array(title, { minLength: 1, maxLength: 8 }),
  teams: fc.array(title, { minLength: 1, maxLength: 6 }),
  going: fc.array(fc.record({ endpoint: endpointOf, title }), { maxLength: 8 }),
  /** One list for each pause between two pages, again and again. */
  pauses: fc.array(fc.array(event, { maxLength: 4 }), { minLength: 1, maxLength: 8 }),
});

/** One org and what is done to it. */
class Setup {
  readonly #tenant: Tenant;
  #made = 0;
  staying: Resource[] = [];
  going: Resource[] = [];

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  async create(endpoint: Endpoint, externalId: string): Promise<Resource> {
    const name = `n${this.#made++}`;
    const own: JsonObject = externalId === "" ? {} : { externalId };
    const body = endpoint === "/Users" ? user(name, { ...own, displayName: name }) : group(name, own);
    const answer = await this.#tenant.request({ method: "POST", path: endpoint, body });
    if (answer.status !== 201) throw new Error(answer.text);
    return { endpoint, id: String(at(answer.json, "id")) };
  }

  async happen(what: Happening, lastSeen: string | undefined): Promise<void> {
    switch (what.kind) {
      case "create":
        this.going.push(await this.create(what.endpoint, what.title));
        return;
      case "delete":
        return this.#remove(this.going[what.which % Math.max(1, this.going.length)]);
      case "deleteLastSeen":
        return this.#remove(this.going.find(({ id }) => id === lastSeen));
      case "change": {
        // Neither what the walk selects by nor what it is ordered by.
        const one = this.staying[what.which % this.staying.length];
        if (one?.endpoint === "/Users")
          await this.#patch(one, { op: "replace", path: "nickName", value: `${what.which}` });
        return;
      }
      case "join": {
        const teams = this.staying.filter(({ endpoint }) => endpoint === "/Groups");
        const all = [...this.staying, ...this.going];
        const team = teams[what.which % teams.length];
        const value = [{ value: all[what.member % all.length]?.id ?? "" }];
        if (team !== undefined) await this.#patch(team, { op: "add", path: "members", value });
      }
    }
  }

  async #patch({ endpoint, id }: Resource, operation: JsonObject): Promise<void> {
    const body = patchOf(operation);
    const { status, text } = await this.#tenant.request({ method: "PATCH", path: `${endpoint}/${id}`, body });
    if (status >= 300) throw new Error(text);
  }

  async #remove(one: Resource | undefined): Promise<void> {
    if (one === undefined) return;
    this.going = this.going.filter(({ id }) => id !== one.id);
    const { status, text } = await this.#tenant.request({ method: "DELETE", path: `${one.endpoint}/${one.id}` });
    if (status !== 204) throw new Error(text);
  }

  /** @returns the ids in the order in which they come */
  async page(path: string): Promise<{ ids: string[]; next: string | undefined }> {
    const { status, json, text } = await this.#tenant.request({ method: "GET", path });
    if (status !== 200) throw new Error(text);
    const resources = at(json, "Resources");
    const next = at(json, "nextCursor");
    const ids = (Array.isArray(resources) ? resources : []).map((one) => String(at(one, "id")));
    return { ids, next: typeof next === "string" ? next : undefined };
  }
}

async function holds(target: Target, runs: number): Promise<void> {
  let pages = 0;
  await fc.assert(
    fc.asyncProperty(story, async ({ walk, people, teams, going, pauses }) => {
      const setup = new Setup(await target.org({ preset: "rfc" }));
      for (const one of people) setup.staying.push(await setup.create("/Users", one));
      for (const one of teams) setup.staying.push(await setup.create("/Groups", one));
      for (const one of going) setup.going.push(await setup.create(one.endpoint, one.title));
      const query = `${walk.endpoint}?${walk.filter === "" ? "" : filtered(walk.filter)}${walk.sort}`;
      const there = new Set((await setup.page(`${query}&count=200`)).ids);
      const expected = setup.staying.map(({ id }) => id).filter((id) => there.has(id));

      const seen: string[] = [];
      for (let cursor: string | undefined = "", page = 0; cursor !== undefined; page += 1) {
        const { ids, next } = await setup.page(`${query}&count=${walk.count}&cursor=${cursor}`);
        expect(ids.length).toBeLessThanOrEqual(walk.count);
        // At most 22 resources at first, and 4 more after each of 12 pages.
        expect(page).toBeLessThan(100);
        seen.push(...ids);
        cursor = next;
        // So many pages that whoever makes new resources all the time comes to an end.
        if (page < 12) for (const what of pauses[page % pauses.length] ?? []) await setup.happen(what, ids.at(-1));
        pages += 1;
      }
      expect({ query, twice: seen.filter((id, index) => seen.indexOf(id) !== index) }).toEqual({ query, twice: [] });
      expect({ query, missing: expected.filter((id) => !seen.includes(id)) }).toEqual({ query, missing: [] });
    }),
    { numRuns: runs },
  );
  expect(pages).toBeGreaterThan(runs);
}

describe("N-2, N-6: a walk by cursor gives what is there all the time exactly once, whatever happens between its pages", () => {
  test("in memory", () => holds(onMemory, amountOf("walks")), 3_600_000);

  test("in DynamoDB", async () => {
    const target = await dynoxideTarget();
    try {
      await holds(target, 15);
    } finally {
      await target.close();
    }
  });
});
