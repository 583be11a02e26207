import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { loggedStore } from "../support/logWriter.ts";
import { amountOf, SEED } from "../support/proof.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

const RUNS = amountOf("logReaders");
const CORE = "urn:ietf:params:scim:schemas:core:2.0:";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** One change in one of two orgs; what it is about is chosen among what is there. */
interface Change {
  readonly org: number;
  readonly what: "user" | "team" | "nickName" | "active" | "members" | "delete" | "settings" | "own" | "write";
  readonly pick: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  org: fc.nat(1),
  what: fc.constantFrom("user", "user", "team", "nickName", "active", "members", "delete", "settings", "own", "write"),
  pick: fc.nat(5),
});
const TYPES = ["user.*", "team.*", "membership.*", "org.*", "token.*", "user.created", "user.updated,team.created"];

interface Asked {
  readonly status: number;
  readonly json: JsonObject;
}

/** Two orgs, and what was made in each. */
class TwoOrgs {
  readonly logged = loggedStore();
  readonly target: Target;
  readonly tenants: Tenant[] = [];
  readonly ids: string[][] = [[], []];
  #names = 0;

  constructor() {
    this.target = inProcessTarget("memory", testEndpoint(this.logged.store), 1);
  }

  async begin(): Promise<void> {
    for (let count = 0; count < 2; count += 1) this.tenants.push(await this.target.org({ preset: "open" }));
  }

  tenant(org: number): Tenant {
    const tenant = this.tenants[org];
    if (tenant === undefined) throw new Error("no such org");
    return tenant;
  }

  async make({ org, what, pick }: Change): Promise<void> {
    const tenant = this.tenant(org);
    const ids = this.ids[org] ?? [];
    this.#names += 1;
    const name = `secret-of-${org}-${this.#names}`;
    const of = (letter: string) => ids.filter((id) => id.startsWith(letter));
    const some = (letter: string) => of(letter)[pick % Math.max(1, of(letter).length)] ?? `${letter}${"0".repeat(22)}`;
    const send = async (method: string, path: string, body?: unknown) => {
      const id = at((await tenant.request({ method, path, body })).json, "id");
      if (method === "POST" && typeof id === "string") ids.push(id);
    };
    const patch = (path: string, operation: JsonObject) =>
      send("PATCH", path, { schemas: [PATCH], Operations: [operation] });
    switch (what) {
      case "user":
        return send("POST", "/Users", { schemas: [`${CORE}User`], userName: name });
      case "team":
        return send("POST", "/Groups", {
          schemas: [`${CORE}Group`],
          displayName: name,
          members: of("u").map((value) => ({ value })),
        });
      case "nickName":
        return patch(`/Users/${some("u")}`, { op: "replace", path: "nickName", value: name });
      case "active":
        return patch(`/Users/${some("u")}`, { op: "replace", path: "active", value: pick % 2 === 0 });
      case "members":
        return patch(`/Groups/${some("g")}`, {
          op: pick % 2 === 0 ? "add" : "remove",
          path: "members",
          value: [{ value: some("u") }],
        });
      case "delete":
        return send("DELETE", pick % 3 === 0 ? `/Groups/${some("g")}` : `/Users/${some("u")}`);
      case "settings":
        await this.target.admin("PATCH", `/orgs/${tenant.slug}`, { displayName: name });
        return;
      case "own": {
        const { json } = await this.target.directory("POST", `/orgs/${tenant.slug}/users`, { userName: name });
        if (isObject(json)) ids.push(String(json.id));
        return;
      }
      case "write":
        return this.logged.log();
    }
  }

  async ask(path: string): Promise<Asked> {
    const { status, json } = await this.target.directory("GET", path);
    return { status, json: isObject(json) ? json : {} };
  }

  /** Everything that a way of asking shows, page by page. */
  async all(org: number, query: string, limit: number): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    let after = "0";
    for (let pages = 0; ; pages += 1) {
      if (pages > 500) throw new Error("the pages do not end");
      const { status, json } = await this.ask(
        `/orgs/${this.tenant(org).slug}/events?after=${after}&limit=${limit}${query}`,
      );
      if (status !== 200) throw new Error(JSON.stringify(json));
      expect(list(json.events).length).toBeLessThanOrEqual(limit);
      found.push(...list(json.events));
      if (json.next === json.head) return found;
      after = String(json.next);
    }
  }
}

test("pages of any size show each event once and in order, filters show what filtering all would, and no org sees another's", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(...TYPES),
      async (changes, limit, types) => {
        const orgs = new TwoOrgs();
        await orgs.begin();
        for (const one of changes) await orgs.make(one);
        await orgs.logged.log();
        const whole = [await orgs.all(0, "", 1_000), await orgs.all(1, "", 1_000)];
        for (const [org, events] of whole.entries()) {
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
          expect(await orgs.all(org, "", limit)).toEqual(events);
          const names = types.split(",");
          const ofTypes = events.filter(({ type }) =>
            names.some((name) => name === type || name === `${String(type).split(".")[0]}.*`),
          );
          expect(await orgs.all(org, `&types=${types}`, limit)).toEqual(ofTypes);
          for (const resource of new Set(events.map((event) => String(event.resource)))) {
            const ofResource = events.filter((event) => event.resource === resource);
            expect(await orgs.all(org, `&resource=${resource}`, limit)).toEqual(ofResource);
            const history = await orgs.ask(`/orgs/${orgs.tenant(org).slug}/history/${resource}`);
            expect(list(history.json.events)).toEqual(ofResource.toReversed());
            // The one chain, by versions that rise.
            const versions = ofResource.map(({ version }) => Number(version));
            expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
          }
          await expectWalls(orgs, org, whole[1 - org] ?? []);
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
}, 240_000);

/** Nothing that one org's log gave out opens anything of the other's. */
async function expectWalls(orgs: TwoOrgs, org: number, others: readonly JsonObject[]): Promise<void> {
  const { slug } = orgs.tenant(org);
  const [own, other] = [`secret-of-${org}-`, `secret-of-${1 - org}-`];
  const shown = JSON.stringify(await orgs.all(org, "", 1_000));
  expect(shown).not.toContain(other);
  expect(shown).not.toContain(orgs.tenant(1 - org).slug);
  for (const event of others) {
    const { status, json } = await orgs.ask(`/orgs/${slug}/events?after=${event.id}`);
    expect({ status, code: json.code }).toEqual({ status: 410, code: "gone.otherLog" });
  }
  for (const resource of new Set(others.map((event) => event.resource))) {
    const history = await orgs.ask(`/orgs/${slug}/history/${resource}`);
    expect(history.json).toEqual({ events: [] });
    const events = await orgs.ask(`/orgs/${slug}/events?resource=${resource}`);
    expect(list(events.json.events)).toEqual([]);
    const erased = await orgs.target.admin("POST", `/orgs/${slug}/data/events/${resource}/erase`);
    expect(erased.status).toBe(404);
  }
  // A shard tells of both, by name and number only.
  for (let shard = 0; shard < 16; shard += 1) {
    const { json } = await orgs.ask(`/feed?shard=${shard}&after=0`);
    expect(JSON.stringify(json)).not.toMatch(new RegExp(`${own}|${other}`));
  }
}

function list(json: Json | undefined): JsonObject[] {
  return Array.isArray(json) ? json.filter(isObject) : [];
}
