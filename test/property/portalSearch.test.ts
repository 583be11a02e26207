import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { applicationOf } from "../../functions/provisioning/application.ts";
import { listGroups } from "../../functions/provisioning/portal/groups.ts";
import { listPeople } from "../../functions/provisioning/portal/people.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { foldCase, mapUserName } from "../../functions/scim/paths.ts";
import type { Store } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { group, user } from "../protocol/onWire.ts";
import { patchOf } from "../protocol/rows/client.ts";
import { orgIdBehind } from "../support/cascade.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { amountOf } from "../support/proof.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

/**
 * What the pages find by a text is what begins with it, by the comparison that the store uses: everybody once over all pages and
 * nobody else, whoever is renamed, changed, deleted or made between two of them.
 */

/** What names begin with, and what makes them differ only for a reader: case, width, composition, direction, planes. */
const rare = fc.constantFrom(
  ...[
    "a",
    "A",
    "b",
    "ab",
    "@",
    ".",
    "%",
    "_",
    "-",
    " ",
    "+",
    "#sha256:",
    "é",
    "e\u0301",
    "E\u0301",
    "ß",
    "ss",
    "Σ",
    "ς",
    "İ",
    "i\u0307",
  ],
  ...[
    "ａ",
    "ｱ",
    "ア",
    "א",
    "\u202eא",
    "م",
    "\u0939\u093f",
    "漢",
    "한",
    "😀",
    "👩‍💻",
    "\u{10ffff}",
    "x".repeat(200),
    "😀".repeat(120),
  ],
);
const fragment = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom("a", "A", "b", "ab") },
  { weight: 3, arbitrary: rare },
);
const name = fc.array(fragment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
/** Some are too long for a key. */
const address = fc.oneof(
  { weight: 6, arbitrary: name },
  { weight: 1, arbitrary: name.map((beginning) => beginning + "😀".repeat(230)) },
);
const person = fc.record({
  userName: name,
  emails: fc.uniqueArray(address, { maxLength: 3 }),
  externalId: fc.option(name, { nil: undefined }),
});
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

/** Numbers choose among those there are. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), person }),
  fc.record({ kind: fc.constant("rename" as const), which: fc.nat(), person }),
  fc.record({ kind: fc.constant("delete" as const), which: fc.nat() }),
  fc.record({ kind: fc.constant("touch" as const), which: fc.nat() }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const story = fc.record({
  staying: fc.array(person, { minLength: 3, maxLength: 12 }),
  going: fc.array(person, { maxLength: 6 }),
  /** Perhaps nobody's. Otherwise what one of those who stay is found by, or its beginning. */
  text: fc.record({
    of: fc.constantFrom("nobody", "id", "externalId", "userName", "email", "userName", "email"),
    length: fc.integer({ min: 1, max: 3 }),
    other: fragment,
  }),
  count: fc.integer({ min: 1, max: 4 }),
  pauses: fc.array(fc.array(happening, { maxLength: 3 }), { minLength: 1, maxLength: 6 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

interface Kind {
  readonly endpoint: "/Users" | "/Groups";
  body(person: Person): JsonObject;
  /** Whether the text leads to somebody who is called so. */
  leads(text: string, person: Person): boolean;
  page(
    store: Store,
    org: Tenant,
    asked: { search: string; after: string | undefined; count: number },
  ): Promise<{ ids: readonly string[]; next: string | null }>;
}

async function applicationOn(store: Store, org: Tenant) {
  const session = store.begin();
  const orgId = orgIdBehind(org);
  const record = await new SettingsStore(session.database).orgById(orgId);
  if (record === undefined) throw new Error("no such org");
  const { now, wait, randomBytes } = testEndpoint(store);
  return applicationOf(record, session.directory(orgId), session.unmanaged(orgId), {
    ...{ base: org.tenantUrl, mayTidy: false, tokenId: "", usage: session.usage, reference: "test" },
    ...{ deadline: Number.MAX_SAFE_INTEGER, now, wait, randomBytes },
  });
}

const PEOPLE: Kind = {
  endpoint: "/Users",
  body: ({ userName, emails, externalId }) =>
    user(userName, { emails: emails.map((value) => ({ value })), ...(externalId !== undefined && { externalId }) }),
  leads: (text, { userName, emails, externalId }) =>
    mapUserName(userName).startsWith(mapUserName(text)) ||
    emails.some((one) => foldCase(one).startsWith(foldCase(text))) ||
    externalId === text,
  async page(store, org, asked) {
    const { records, next } = await listPeople(await applicationOn(store, org), asked);
    return { ids: records.map(({ id }) => id), next };
  },
};

const GROUPS: Kind = {
  endpoint: "/Groups",
  body: ({ userName, externalId }) => group(userName, externalId === undefined ? {} : { externalId }),
  leads: (text, { userName, externalId }) => foldCase(userName).startsWith(foldCase(text)) || externalId === text,
  async page(store, org, asked) {
    const { records, next } = await listGroups(await applicationOn(store, org), asked);
    return { ids: records.map(({ id }) => id), next };
  },
};

/** One org, whose people are remembered as they are. */
class Crowd {
  readonly #org: Tenant;
  readonly #kind: Kind;
  /** By id. */
  readonly staying = new Map<string, Person>();
  readonly going = new Map<string, Person>();

  constructor(org: Tenant, kind: Kind) {
    this.#org = org;
    this.#kind = kind;
  }

  /** Not where the name is taken, or no name at all. */
  async create(among: Map<string, Person>, one: Person): Promise<void> {
    const body = this.#kind.body(one);
    const { status, json } = await this.#org.request({ method: "POST", path: this.#kind.endpoint, body });
    if (status === 201) among.set(String(at(json, "id")), one);
    else expect([400, 409]).toContain(status);
  }

  async happen(what: Happening): Promise<void> {
    if (what.kind === "create") return this.create(this.going, what.person);
    const among = what.kind === "touch" ? this.staying : this.going;
    const [id, one] = [...among][what.which % Math.max(1, among.size)] ?? [];
    if (id === undefined || one === undefined) return;
    const path = `${this.#kind.endpoint}/${id}`;
    switch (what.kind) {
      case "rename": {
        const { status } = await this.#org.request({ method: "PUT", path, body: this.#kind.body(what.person) });
        if (status === 200) this.going.set(id, what.person);
        return;
      }
      case "delete":
        await this.#org.request({ method: "DELETE", path });
        this.going.delete(id);
        return;
      case "touch": {
        // Whatever somebody is not found by.
        const [attribute, value] = this.#kind === PEOPLE ? ["nickName", `${what.which}`] : ["members", []];
        const body = patchOf({ op: "add", path: `${attribute}`, value: value ?? "" });
        await this.#org.request({ method: "PATCH", path, body });
      }
    }
  }
}

function textOf(kind: Kind, { of, length, other }: Story["text"], staying: ReadonlyMap<string, Person>): string {
  const [[id, one] = []] = staying;
  const beginning = (text = other) => [...text].slice(0, length).join("");
  const texts: Readonly<Record<string, string | undefined>> = {
    id,
    externalId: one?.externalId,
    userName: beginning(one?.userName),
    email: beginning(kind === GROUPS ? one?.userName : one?.emails[0]),
  };
  return [...(texts[of] ?? other)].slice(0, 256).join("");
}

async function holds(store: Store, kind: Kind, runs: number): Promise<void> {
  const target = inProcessTarget("portal", testEndpoint(store), 1);
  let found = 0;
  await fc.assert(
    fc.asyncProperty(story, async (told: Story) => {
      const changed = { groupNameUnique: false };
      const org = await target.org({ preset: "open", ...(kind === GROUPS && { changed }) });
      const crowd = new Crowd(org, kind);
      for (const one of told.staying) await crowd.create(crowd.staying, one);
      for (const one of told.going) await crowd.create(crowd.going, one);
      const search = textOf(kind, told.text, crowd.staying);
      const leads = (id: string, one: Person) => id === search || kind.leads(search, one);

      const seen: string[] = [];
      for (let after: string | undefined, page = 0; page === 0 || after !== undefined; page += 1) {
        const { ids, next } = await kind.page(store, org, { search, after, count: told.count });
        expect(ids.length).toBeLessThanOrEqual(told.count);
        expect(page).toBeLessThan(200);
        const wrong = ids.filter((id) => {
          const one = crowd.staying.get(id) ?? crowd.going.get(id);
          return one === undefined || !leads(id, one);
        });
        expect({ search, wrong }).toEqual({ search, wrong: [] });
        seen.push(...ids);
        after = next ?? undefined;
        if (page < 12) for (const what of told.pauses[page % told.pauses.length] ?? []) await crowd.happen(what);
      }
      const expected = [...crowd.staying].flatMap(([id, one]) => (leads(id, one) ? [id] : []));
      expect({ search, twice: seen.filter((id, index) => seen.indexOf(id) !== index) }).toEqual({ search, twice: [] });
      expect({ search, missing: expected.filter((id) => !seen.includes(id)) }).toEqual({ search, missing: [] });
      found += seen.length;
    }),
    { numRuns: runs },
  );
  expect(found).toBeGreaterThan(runs / 8);
}

describe.each([
  ["people by userName, e-mail, externalId and id", PEOPLE],
  ["groups by name, externalId and id", GROUPS],
] as const)("a search finds %s", (_title, kind) => {
  test("in memory", () => holds(localStore(), kind, amountOf("searches")), 3_600_000);

  describe("in DynamoDB", () => {
    let running: Awaited<ReturnType<typeof dynoxideStore>>;
    beforeAll(async () => {
      running = await dynoxideStore();
    });
    afterAll(() => running.close());
    test("as well", () => holds(running.store, kind, 15), 60_000);
  });
});
