import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { amountOf, isProof, SEED } from "../support/proof.ts";
import { firstIds, type PendingLine, type Side, type Step, send, world } from "../support/twoEcosystems.ts";

const RUNS = amountOf("ecosystems");
const STEPS_PER_RUN = 7;

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/** What a template may use: names from a small stock, so that they clash, and ids of anybody made so far, of any org and side. */
interface Stock {
  readonly name: string;
  readonly team: string;
  readonly user: string;
  readonly group: string;
  readonly other: string;
}

type Template = (stock: Stock) => Pick<Step, "method" | "path"> & { readonly body?: unknown };

const patch = (...Operations: JsonObject[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations,
});
const scimUser = (name: string) => ({ schemas: [USER], userName: name, emails: [{ value: `${name}@x.example` }] });
const q = encodeURIComponent;

const SCIM: readonly Template[] = [
  ({ name }) => ({ method: "POST", path: "/Users", body: { ...scimUser(name), externalId: name } }),
  () => ({ method: "GET", path: "/Users" }),
  ({ name }) => ({ method: "GET", path: `/Users?filter=${q(`userName eq "${name}"`)}` }),
  ({ name }) => ({ method: "GET", path: `/Users?filter=${q(`emails.value eq "${name}@x.example"`)}` }),
  ({ name }) => ({ method: "GET", path: `/Users?filter=${q(`externalId eq "${name}" or displayName pr`)}` }),
  ({ group }) => ({ method: "GET", path: `/Users?filter=${q(`groups.value eq "${group}"`)}` }),
  ({ user }) => ({ method: "GET", path: `/Users/${user}` }),
  ({ user, name }) => ({ method: "PUT", path: `/Users/${user}`, body: scimUser(name) }),
  ({ user }) => ({
    method: "PATCH",
    path: `/Users/${user}`,
    body: patch({ op: "replace", path: "active", value: false }),
  }),
  ({ user, name }) => ({
    method: "PATCH",
    path: `/Users/${user}`,
    body: patch({ op: "replace", value: { userName: name, active: true } }),
  }),
  ({ user }) => ({ method: "DELETE", path: `/Users/${user}` }),
  ({ team, user, other, group }) => ({
    method: "POST",
    path: "/Groups",
    body: { schemas: [GROUP], displayName: team, members: [user, other, group].map((value) => ({ value })) },
  }),
  () => ({ method: "GET", path: "/Groups" }),
  ({ team }) => ({ method: "GET", path: `/Groups?filter=${q(`displayName eq "${team}"`)}` }),
  ({ user }) => ({ method: "GET", path: `/Groups?filter=${q(`members.value eq "${user}"`)}` }),
  ({ group }) => ({ method: "GET", path: `/Groups/${group}` }),
  ({ group, user, other }) => ({
    method: "PATCH",
    path: `/Groups/${group}`,
    body: patch({ op: "add", path: "members", value: [{ value: user }, { value: other }] }),
  }),
  ({ group, user }) => ({
    method: "PATCH",
    path: `/Groups/${group}`,
    body: patch({ op: "remove", path: `members[value eq "${user}"]` }),
  }),
  ({ group, team, user }) => ({
    method: "PUT",
    path: `/Groups/${group}`,
    body: { schemas: [GROUP], displayName: team, members: [{ value: user }] },
  }),
  ({ group }) => ({ method: "DELETE", path: `/Groups/${group}` }),
  ({ name, user }) => ({
    method: "POST",
    path: "/Bulk",
    body: {
      schemas: [BULK],
      Operations: [
        { method: "POST", path: "/Users", bulkId: "b", data: scimUser(name) },
        { method: "DELETE", path: `/Users/${user}` },
      ],
    },
  }),
  ({ name }) => ({ method: "POST", path: "/.search", body: { schemas: [SEARCH], filter: `userName eq "${name}"` } }),
  ({ name }) => ({ method: "GET", path: `?filter=${q(`userName eq "${name}"`)}` }),
  () => ({ method: "GET", path: "/ServiceProviderConfig" }),
  () => ({ method: "GET", path: "/Schemas" }),
];

const DIRECTORY: readonly Template[] = [
  () => ({ method: "GET", path: "/users" }),
  () => ({ method: "GET", path: "/teams" }),
  ({ user }) => ({ method: "GET", path: `/users/${user}` }),
  ({ group }) => ({ method: "GET", path: `/teams/${group}` }),
  ({ group }) => ({ method: "GET", path: `/teams/${group}/members` }),
  ({ group }) => ({ method: "GET", path: `/teams/${group}/members?include=inactive` }),
  ({ name }) => ({
    method: "POST",
    path: "/users",
    body: { userName: name, emails: [{ value: `${name}@x.example` }] },
  }),
  ({ user, name }) => ({ method: "PATCH", path: `/users/${user}`, body: { userName: name } }),
  ({ user }) => ({ method: "DELETE", path: `/users/${user}` }),
  ({ team }) => ({ method: "POST", path: "/teams", body: { displayName: team } }),
  ({ group, team }) => ({ method: "PATCH", path: `/teams/${group}`, body: { displayName: team } }),
  ({ group }) => ({ method: "DELETE", path: `/teams/${group}` }),
  ({ group, user }) => ({ method: "PUT", path: `/teams/${group}/members/${user}` }),
  ({ group, user }) => ({ method: "DELETE", path: `/teams/${group}/members/${user}` }),
  ({ name }) => ({ method: "GET", path: `/access?email=${q(`${name}@x.example`)}` }),
  ({ name }) => ({ method: "GET", path: `/access?userName=${name}` }),
  ({ name }) => ({ method: "GET", path: `/access?externalId=${name}` }),
  ({ user, name }) => ({ method: "PUT", path: `/users/${user}/link`, body: { applicationId: name } }),
  ({ user }) => ({ method: "DELETE", path: `/users/${user}/link` }),
  ({ name }) => ({ method: "GET", path: `/users?applicationId=${name}` }),
  ({ name }) => ({ method: "GET", path: `/access?applicationId=${name}` }),
  ({ name }) => ({ method: "GET", path: `/users?fields=managed,userName,teams&filter=${q(`userName eq "${name}"`)}` }),
  ({ team }) => ({ method: "GET", path: `/teams?filter=${q(`displayName sw "${team.slice(0, 2)}"`)}` }),
  ({ user }) => ({ method: "GET", path: `/deleted/${user}` }),
  ({ group }) => ({ method: "GET", path: `/deleted/${group}` }),
];

/** What may change something stands there twice as often, so that few runs are enough to meet what is rare. */
function weighted(templates: readonly Template[]): readonly Template[] {
  const anything = { name: "", team: "", user: "", group: "", other: "" };
  return [...templates, ...templates.filter((fill) => fill(anything).method !== "GET")];
}
const TEMPLATES: Readonly<Record<Side, readonly Template[]>> = {
  scim: weighted(SCIM),
  directory: weighted(DIRECTORY),
};

const number = fc.nat({ max: 1 << 20 });
const wish = fc.record({
  org: fc.constantFrom<0 | 1>(0, 1),
  side: fc.constantFrom<Side>("scim", "directory"),
  template: number,
  name: fc.constantFrom("ada", "bob", "ADA"),
  team: fc.constantFrom("Crew", "Ops", "crew"),
  picks: fc.tuple(number, number, number),
});
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;

/** Everything anybody made so far, and whose it is. */
class Made {
  readonly managed = new Set<string>();
  readonly #known = new Set<string>();
  readonly #lists = new Map<string, string[]>();

  constructor() {
    for (const org of [0, 1] as const) {
      for (const side of ["scim", "directory"] as const) {
        for (const id of Object.values(firstIds(org, side))) this.note(id, org, side);
      }
    }
  }

  note(id: string, org: 0 | 1, side: Side): void {
    if (this.#known.has(id)) return;
    this.#known.add(id);
    if (side === "scim") this.managed.add(id);
    for (const name of [id.charAt(0), id.charAt(0) + org + side]) {
      const list = this.#lists.get(name);
      if (list === undefined) this.#lists.set(name, [id]);
      else list.push(id);
    }
  }

  /** Every other time one's own, else anybody's, or of the other side of one's org. */
  pick(kind: "u" | "g", { org, side }: Wish, number: number): string {
    const own = kind + org + side;
    const across = kind + org + (side === "scim" ? "directory" : "scim");
    const list = this.#lists.get([kind, own, across, own][number % 4] ?? kind) ?? [];
    return list[(number >> 2) % list.length] ?? "";
  }
}

function stepOf(wish: Wish, made: Made): Step {
  const { org, side, template, name, team, picks } = wish;
  const templates = TEMPLATES[side];
  const fill = templates[template % templates.length];
  if (fill === undefined) throw new Error("there are templates");
  const { method, path, body } = fill({
    name,
    team,
    user: made.pick("u", wish, picks[0]),
    other: made.pick("u", wish, picks[1]),
    group: made.pick("g", wish, picks[2]),
  });
  return { org, side, method, path, body };
}

const ACROSS = ["lastModified", "next", "applicationId", "linkVersion"];

/**
 * What the application's side shows of itself: without managed elements, and without times and versions of teams, which a managed
 * member changes too. Links are the application's own, of users of both
 * sides together: an applicationId that a managed user has is taken.
 */
function ownPart(told: PendingLine): unknown {
  if (told.text === "") return told.status;
  const strip = (value: Json): Json => {
    if (Array.isArray(value)) {
      return value.filter((one) => !(isObject(one) && one.managed === true)).map(strip);
    }
    if (!isObject(value)) return value;
    const isTeam = !("userName" in value);
    const entries = Object.entries(value).filter(([key]) => !ACROSS.includes(key) && !(isTeam && key === "version"));
    return Object.fromEntries(entries.map(([key, one]) => [key, strip(one)]));
  };
  return { status: told.status, json: strip(JSON.parse(told.text) as Json) };
}

/** Cheaper than `expect`, which is asked only to tell the difference. */
function same(together: PendingLine, alone: PendingLine): void {
  if (together.status !== alone.status || together.text !== alone.text) expect(together).toEqual(alone);
}

/** Whether the answer depends on the application's side alone: it names nothing managed, and asks not who goes before whom. */
function asksOwnSide({ path }: Step, made: Made): boolean {
  if (path.startsWith("/access") || path.endsWith("/link") || path.includes("applicationId=")) return false;
  return ![...made.managed].some((id) => path.includes(id));
}

/**
 * That the random requests do something, and meet each other. The runs of CI meet each line 15 times at least; what one line
 * names together is rarer.
 */
const MET = [
  ["scim POST 201", "directory POST 201"],
  ["scim POST 409"],
  ["scim PATCH 200"],
  ["scim DELETE 204"],
  ["scim GET 404", "scim PATCH 404"],
  ["directory POST 409"],
  ["directory PATCH 200"],
  ["directory PATCH 409", "directory PUT 409", "directory DELETE 409"],
  ["directory PUT 200"],
  ["directory DELETE 204"],
];

/**
 * For any interleaving each org sees exactly what it would see alone, SCIM exactly what it would see if the application
 * had made nothing, and the application's own side what it would be if SCIM had made nothing (F6).
 */
test("two orgs with two ecosystems each leak nothing and block nothing across the line", async () => {
  process.stdout.write(`ecosystems: seed ${SEED}, ${RUNS} runs; ROLLCALL_SEED repeats them\n`);
  const seen = new Map<string, number>();
  let own = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { minLength: 1, maxLength: STEPS_PER_RUN, size: "max" }), async (wishes) => {
      const began = Date.now();
      const made = new Made();
      const together = await world([0, 1], ["scim", "directory"]);
      const steps: Step[] = [];
      const answers: PendingLine[] = [];
      for (const [index, one] of wishes.entries()) {
        const step = stepOf(one, made);
        const told = await send(together, step, index, began);
        steps.push(step);
        answers.push(told);
        for (const [id] of told.status < 300 ? told.text.matchAll(/\b[ug][0-9A-Za-z]{22}\b/g) : []) {
          made.note(id, step.org, step.side);
        }
        if (told.status >= 500) throw new Error(`${step.method} ${step.path} is answered with ${told.text}`);
        const kind = `${step.side} ${step.method} ${told.status}`;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
      for (const org of [0, 1] as const) {
        const mine = [...steps.entries()].filter(([, step]) => step.org === org);
        const alone = await world([org], ["scim", "directory"]);
        const scimOnly = await world([org], ["scim"]);
        const ownOnly = await world([org], ["directory"]);
        for (const [index, step] of mine) {
          const told = answers[index];
          if (told === undefined) throw new Error("every request has an answer");
          same(told, await send(alone, step, index, began));
          if (step.side === "scim") same(told, await send(scimOnly, step, index, began));
          else if (asksOwnSide(step, made)) {
            own += 1;
            expect(ownPart(await send(ownOnly, step, index, began))).toEqual(ownPart(told));
          }
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  for (const kinds of isProof ? MET.flat().map((kind) => [kind]) : MET) {
    const times = kinds.reduce((sum, kind) => sum + (seen.get(kind) ?? 0), 0);
    expect({ kinds, often: times > RUNS / 600 }).toEqual({ kinds, often: true });
  }
  expect(own).toBeGreaterThan(RUNS / 4);
}, 3_600_000);
