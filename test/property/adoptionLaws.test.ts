import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { objectsIn } from "../../bin/rollcall/adminClient.ts";
import { createStore } from "../../functions/store/session.ts";
import { contradictionsOf } from "../protocol/crashBench.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { PlainTable } from "../support/plainTable.ts";
import { amountOf, isProof, SEED } from "../support/proof.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";

const RUNS = amountOf("adoptions");
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const DOMAIN = "acme.example";
const STRANGER = "u1111111111111111111111";

type Rule = "userName" | "email";

interface Person {
  name: string;
  email: string;
  active: boolean;
  managed: boolean;
}

/** What an org should hold, said again in the plainest way. */
class Model {
  readonly people = new Map<string, Person>();
  readonly team = new Set<string>();
  /** Ids of everybody who ever was. */
  readonly known: string[] = [];
  readonly rule: Rule;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  named(managed: boolean, name: string): string | undefined {
    return this.#find((one) => one.managed === managed && keyOf(one.name) === keyOf(name))[0];
  }

  /** Who becomes managed when the identity provider creates this one. */
  adopted(name: string, email: string): string | undefined {
    if (this.rule === "userName") return isBelieved(name) ? this.named(false, name) : undefined;
    const holders = this.#find((one) => !one.managed && keyOf(one.email) === keyOf(email));
    const theirs = this.#find((one) => one.managed && keyOf(one.email) === keyOf(email));
    return holders.length === 1 && theirs.length === 0 && isWithin(email) ? holders[0] : undefined;
  }

  #find(is: (one: Person) => boolean): string[] {
    return [...this.people].flatMap(([id, one]) => (is(one) ? [id] : []));
  }
}

const keyOf = (text: string): string => text.toLowerCase();
const isWithin = (address: string): boolean => keyOf(address).endsWith(`@${DOMAIN}`);
const isBelieved = (name: string): boolean => !name.includes("@") || isWithin(name);

const name = fc.constantFrom("ada", "ADA", "bob", "joe@acme.example", "Joe@acme.example", "eve@mail.example");
const email = fc.constantFrom("a@acme.example", "A@acme.example", "b@acme.example", "m@mail.example");
const pick = fc.nat({ max: 1 << 16 });
const wish = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("create" as const), name, email, active: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("ownCreate" as const), name, email }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("rename" as const, "ownRename" as const), name, pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("delete" as const, "ownDelete" as const, "join" as const, "leave" as const),
      pick,
    }),
  },
  fc.record({ kind: fc.constant("deactivate" as const), pick }),
);
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;

/** One org, and what it should be. */
class Org {
  readonly #tenant: Tenant;
  readonly #target: Target;
  readonly #team: string;
  readonly model: Model;

  private constructor(target: Target, tenant: Tenant, team: string, model: Model) {
    this.#target = target;
    this.#tenant = tenant;
    this.#team = team;
    this.model = model;
  }

  static async begin(table: PlainTable, rule: Rule): Promise<Org> {
    let record = "";
    const store = createStore(table, { wait: async () => undefined });
    const endpoint = { ...testEndpoint(store), resolveTxt: async () => ({ records: [record] }) };
    const target = inProcessTarget("model", endpoint, 1);
    const tenant = await target.org({ preset: "open", changed: { adoption: rule } });
    const domains = `/orgs/${tenant.slug}/domains`;
    record = String(at(at((await target.admin("POST", domains, { domain: DOMAIN })).json, "record"), "value"));
    expect((await target.admin("POST", `${domains}/${DOMAIN}/verify`)).status).toBe(200);
    const team = await target.directory("POST", `/orgs/${tenant.slug}/teams`, { displayName: "Crew" });
    return new Org(target, tenant, String(at(team.json, "id")), new Model(rule));
  }

  directory(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#target.directory(method, `/orgs/${this.#tenant.slug}${path}`, body);
  }

  scim(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#tenant.request({ method, path, ...(body === undefined ? {} : { body }) });
  }

  /** Makes the request, and what it should do in the model; the answer says the same. */
  async take(one: Wish): Promise<string> {
    const { people, team } = this.model;
    const id = "pick" in one ? (this.model.known[one.pick % this.model.known.length] ?? STRANGER) : STRANGER;
    const person = people.get(id);
    const expected = (answer: Answer, status: number): void => {
      expect({ one, status: answer.status, text: answer.text }).toMatchObject({ one, status });
    };
    switch (one.kind) {
      case "create": {
        const emails = [{ value: one.email, type: "work" }];
        const body = { schemas: [USER], userName: one.name, active: one.active, emails };
        const answer = await this.scim("POST", "/Users", body);
        const adopted = this.model.adopted(one.name, one.email);
        if (this.model.named(true, one.name) !== undefined) {
          expected(answer, 409);
          return "refused";
        }
        expected(answer, 201);
        const made = String(at(answer.json, "id"));
        if (adopted === undefined) expect(people.has(made)).toBe(false);
        else expect(made).toBe(adopted);
        this.#keep(made, { name: one.name, email: one.email, active: one.active, managed: true });
        return adopted === undefined ? "created" : "adopted";
      }
      case "ownCreate": {
        const emails = [{ value: one.email, type: "work" }];
        const answer = await this.directory("POST", "/users", { userName: one.name, emails });
        const meets = this.model.rule === "userName" && isBelieved(one.name) && this.model.named(true, one.name);
        if (meets || this.model.named(false, one.name) !== undefined) {
          expected(answer, 409);
          return "refused";
        }
        expected(answer, 201);
        this.#keep(String(at(answer.json, "id")), { name: one.name, email: one.email, active: true, managed: false });
        return "made";
      }
      case "rename":
      case "ownRename": {
        const ours = one.kind === "ownRename";
        const patch = {
          schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
          Operations: [{ op: "replace", path: "userName", value: one.name }],
        };
        const answer = ours
          ? await this.directory("PATCH", `/users/${id}`, { userName: one.name })
          : await this.scim("PATCH", `/Users/${id}`, patch);
        if (person === undefined || person.managed === ours) {
          expected(answer, ours && person !== undefined ? 409 : 404);
          return "missed";
        }
        const holder = this.model.named(!ours, one.name);
        expected(answer, holder === undefined || holder === id ? 200 : 409);
        if (answer.status === 200) person.name = one.name;
        return "renamed";
      }
      case "delete":
      case "ownDelete": {
        const ours = one.kind === "ownDelete";
        const answer = ours
          ? await this.directory("DELETE", `/users/${id}`)
          : await this.scim("DELETE", `/Users/${id}`);
        if (person === undefined || person.managed === ours) {
          expected(answer, ours && person !== undefined ? 409 : 404);
          return "missed";
        }
        expected(answer, 204);
        people.delete(id);
        team.delete(id);
        return "deleted";
      }
      case "join": {
        expected(await this.directory("PUT", `/teams/${this.#team}/members/${id}`), person === undefined ? 404 : 200);
        if (person !== undefined) team.add(id);
        return "joined";
      }
      case "leave": {
        await this.directory("DELETE", `/teams/${this.#team}/members/${id}`);
        team.delete(id);
        return "left";
      }
      case "deactivate": {
        const off = [{ op: "replace", path: "active", value: false }];
        const body = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: off };
        const answer = await this.scim("PATCH", `/Users/${id}`, body);
        expected(answer, person?.managed === true ? 200 : 404);
        if (person?.managed === true) person.active = false;
        return "deactivated";
      }
    }
  }

  #keep(id: string, person: Person): void {
    this.model.people.set(id, person);
    if (!this.model.known.includes(id)) this.model.known.push(id);
  }

  /** What both APIs show is what the model has: everybody once, on the right side, and counted there. */
  async expectAsModelled(): Promise<void> {
    const { people, team } = this.model;
    const listed = objectsIn(at((await this.directory("GET", "/users")).json, "users"));
    const shown = listed.map(({ id, userName, managed, active }) => [id, userName, managed, active]);
    const should = [...people].map(([id, one]) => [id, one.name, one.managed, one.active]);
    expect(shown.toSorted()).toEqual(should.toSorted());
    const managed = should.filter(([, , isManaged]) => isManaged);
    expect(at((await this.scim("GET", "/Users")).json, "totalResults")).toBe(managed.length);
    const members = await this.directory("GET", `/teams/${this.#team}/members?include=inactive`);
    const ids = objectsIn(at(members.json, "members")).map(({ id }) => id);
    expect(ids).toEqual([...team].toSorted());
  }
}

/**
 * For any requests of an identity provider and an application to one org whose rule `adoption` is on: nobody is lost, no id
 * is on both sides, a user is adopted exactly where the rule says, a userName is one user's on each side, and of users that
 * were created (and not renamed) one's on both where the rule is `userName`. Counts, entries and memberships follow.
 */
test("what both sides of an org hold follows from the rule, whoever asks in whichever order", async () => {
  process.stdout.write(`adoption: seed ${SEED}, ${RUNS} runs; ROLLCALL_SEED repeats them\n`);
  const happened = new Map<string, number>();
  const rule = fc.constantFrom<Rule>("userName", "email");
  const wishes = fc.array(wish, { minLength: 3, maxLength: 16, size: "max" });
  await fc.assert(
    fc.asyncProperty(rule, wishes, async (chosen, steps) => {
      const table = new PlainTable();
      const org = await Org.begin(table, chosen);
      for (const step of steps) {
        const what = `${chosen} ${await org.take(step)}`;
        happened.set(what, (happened.get(what) ?? 0) + 1);
      }
      await org.expectAsModelled();
      expect(await contradictionsOf(table.contents())).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Few runs meet each of them only where both rules are taken together.
  const met = [...happened.keys()].map((what) => (isProof ? what : what.split(" ")[1]));
  for (const what of ["created", "adopted", "refused", "made", "renamed", "deleted", "joined", "deactivated"])
    expect(met).toEqual(expect.arrayContaining(isProof ? [`userName ${what}`, `email ${what}`] : [what]));
}, 3_600_000);
