import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { askToken } from "../support/askToken.ts";
import { type Answer, at } from "../support/wire.ts";
import type { Parties } from "./crashBench.ts";
import { created, group, inLanes, patch, person, values } from "./manyClients.ts";

/** What the requests of a case are about. */
export interface CrashSetup {
  /** Ids by name. */
  readonly ids: Map<string, string>;
  readonly people: string[];
  /** Of a file of the org, for its import elsewhere. */
  readonly lines: JsonObject[];
}

/** One thing that somebody asks for. */
export interface CrashCase {
  readonly what: string;
  /** Which people there are besides: a crowd for what does not fit one transaction. */
  readonly crowd?: number;
  /** Brings the org to where the request makes sense. */
  prepare?(parties: Parties, setup: CrashSetup): Promise<unknown>;
  run(parties: Parties, setup: CrashSetup): Promise<Answer>;
  /** Whether the answer says that something was not done, though its status does not. */
  partly?(answer: Answer): boolean;
  /** What who got no answer does next, if not the same again. */
  repeat?(parties: Parties, setup: CrashSetup): Promise<Answer>;
  /** What the repetition may be answered with where the first request was done. */
  readonly also?: readonly number[];
  /** What is done in any case before the outcome is looked at: where a repetition may go further than one request. */
  end?(parties: Parties, setup: CrashSetup): Promise<unknown>;
  /** Everything of an org may go. Its calls come in one order always. */
  readonly purges?: boolean;
}

const emails = (word: string) =>
  Array.from({ length: 50 }, (_, n) => ({ value: `${word}${n}@example.com`, type: n === 0 ? "work" : "other" }));
const idOf = (setup: CrashSetup, name: string): string => setup.ids.get(name) ?? `no ${name}`;
const users = (setup: CrashSetup, name: string) => `/Users/${idOf(setup, name)}`;
const groups = (setup: CrashSetup, name: string) => `/Groups/${idOf(setup, name)}`;

/** What every org of this bench begins with. */
export async function populate(parties: Parties, setup: CrashSetup, crowd = 0): Promise<void> {
  for (const name of ["ada", "eva", "joe"]) setup.ids.set(name, await created(parties.org, "/Users", person(name)));
  const [ada, eva] = ["ada", "eva"].map((name) => idOf(setup, name));
  setup.ids.set("crew", await created(parties.org, "/Groups", group("crew", values([ada ?? "", eva ?? ""]))));
  setup.ids.set("all", await created(parties.org, "/Groups", group("all", values([idOf(setup, "crew"), ada ?? ""]))));
  await ownUser(parties, setup, "own");
  await ownTeam(parties, setup, "own team");
  await member(parties, setup, "own team", "own");
  setup.people.push(...(await inLanes(8, crowd, (n) => created(parties.org, "/Users", person(`crowd${n}`)))));
}

async function ownUser({ directory, org }: Parties, setup: CrashSetup, userName: string): Promise<Answer> {
  return remembered(setup, userName, await directory("POST", `/orgs/${org.slug}/users`, { userName }));
}

async function ownTeam({ directory, org }: Parties, setup: CrashSetup, displayName: string): Promise<Answer> {
  return remembered(setup, displayName, await directory("POST", `/orgs/${org.slug}/teams`, { displayName }));
}

function member({ directory, org }: Parties, setup: CrashSetup, team: string, user: string): Promise<Answer> {
  return directory("PUT", `/orgs/${org.slug}/teams/${idOf(setup, team)}/members/${idOf(setup, user)}`);
}

/** Keeps the id of what was made, for the requests to come. */
function remembered(setup: CrashSetup, name: string, answer: Answer, path = "id"): Answer {
  setup.ids.set(name, String(at(answer.json, path)));
  return answer;
}

const scim = (
  method: string,
  path: (setup: CrashSetup) => string,
  body?: (setup: CrashSetup) => unknown,
): CrashCase["run"] => {
  return ({ org }, setup) => org.request({ method, path: path(setup), body: body?.(setup) });
};
const onUser = (method: string, name: string, body?: (setup: CrashSetup) => unknown) =>
  scim(method, (setup) => users(setup, name), body);
const onGroup = (method: string, name: string, body?: (setup: CrashSetup) => unknown) =>
  scim(method, (setup) => groups(setup, name), body);
const admin = (method: string, path: string | ((setup: CrashSetup) => string), body?: unknown): CrashCase["run"] => {
  return (parties, setup) =>
    parties.admin(method, `/orgs/${parties.org.slug}${typeof path === "string" ? path : path(setup)}`, body);
};
const directory = (method: string, path: (setup: CrashSetup) => string, body?: unknown): CrashCase["run"] => {
  return (parties, setup) => parties.directory(method, `/orgs/${parties.org.slug}${path(setup)}`, body);
};

/** Name servers say what the org was given to publish. */
async function publishedDomain({ admin, org, publish }: Parties, domain: string): Promise<void> {
  const { json } = await admin("POST", `/orgs/${org.slug}/domains`, { domain });
  publish(String(at(at(json, "record"), "value")));
}

const USERS: readonly CrashCase[] = [
  {
    what: "creates a user",
    run: scim(
      "POST",
      () => "/Users",
      () => person("new"),
    ),
    also: [409],
  },
  {
    what: "adopts a user of the application by userName",
    prepare: admin("PATCH", "", { changedRules: { adoption: "userName" } }),
    run: scim(
      "POST",
      () => "/Users",
      () => ({ ...person("own"), userName: "own" }),
    ),
    also: [409],
  },
  {
    what: "adopts a user of the application by e-mail",
    prepare: async (parties, setup) => {
      await publishedDomain(parties, "example.com");
      await admin("POST", "/domains/example.com/verify")(parties, setup);
      await admin("PATCH", "", { changedRules: { adoption: "email" } })(parties, setup);
      await directory("PATCH", (made) => `/users/${idOf(made, "own")}`, { emails: person("own").emails })(
        parties,
        setup,
      );
    },
    run: scim(
      "POST",
      () => "/Users",
      () => person("own"),
    ),
    also: [409],
  },
  {
    what: "makes a user whom the identity provider may have adopted by the same name",
    prepare: admin("PATCH", "", { changedRules: { adoption: "userName" } }),
    run: directory("POST", () => "/users", { userName: "new" }),
    also: [409],
  },
  { what: "reads a user with its groups", run: onUser("GET", "ada") },
  { what: "finds a user by userName", run: scim("GET", () => '/Users?filter=userName eq "ada@example.com"') },
  { what: "lists users", run: scim("GET", () => "/Users?startIndex=2") },
  { what: "lists users by cursor", run: scim("GET", () => "/Users?cursor&count=1") },
  {
    what: "searches",
    run: scim(
      "POST",
      () => "/.search",
      () => ({
        schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        filter: 'userName co "a"',
      }),
    ),
  },
  { what: "replaces a user", run: onUser("PUT", "ada", () => ({ ...person("ada"), title: "new" })) },
  { what: "patches a user", run: onUser("PATCH", "ada", () => patch({ op: "replace", path: "title", value: "new" })) },
  {
    what: "deactivates a user",
    run: onUser("PATCH", "ada", () => patch({ op: "replace", path: "active", value: false })),
  },
  {
    what: "renames a user",
    run: onUser("PATCH", "ada", () => patch({ op: "replace", value: { userName: "lovelace", externalId: "x" } })),
  },
  {
    what: "changes more e-mails of a user than a transaction carries, and its name",
    prepare: ({ org }, setup) =>
      org.request({ method: "PUT", path: users(setup, "ada"), body: { ...person("ada"), emails: emails("a") } }),
    run: onUser("PUT", "ada", () => ({ ...person("lovelace"), emails: emails("b") })),
  },
  { what: "deletes a user who is in groups", run: onUser("DELETE", "ada"), also: [404] },
  {
    what: "deletes a user while the mark of another one waits for the second sweep",
    prepare: async ({ org, later }, setup) => {
      await org.request({ method: "DELETE", path: users(setup, "eva") });
      later(6 * 60_000);
    },
    run: onUser("DELETE", "ada"),
    also: [404],
  },
];

const GROUPS: readonly CrashCase[] = [
  {
    what: "creates a group",
    run: scim(
      "POST",
      () => "/Groups",
      (setup) => group("new", values([idOf(setup, "ada"), idOf(setup, "joe")])),
    ),
    also: [409],
  },
  {
    what: "creates a group of more members than a transaction carries",
    crowd: 60,
    run: scim(
      "POST",
      () => "/Groups",
      ({ people }) => group("new", values(people)),
    ),
    also: [409],
  },
  { what: "reads a group with its members", run: onGroup("GET", "crew") },
  { what: "lists groups", run: scim("GET", () => "/Groups") },
  {
    what: "replaces a group, its name and its members",
    run: onGroup("PUT", "crew", (setup) => group("crew new", values([idOf(setup, "eva"), idOf(setup, "joe")]))),
  },
  {
    what: "replaces more members than a transaction carries",
    crowd: 65,
    prepare: async ({ org }, setup) => {
      const body = group("large", values(setup.people.slice(0, 60)));
      remembered(setup, "large", await org.request({ method: "POST", path: "/Groups", body }));
    },
    run: onGroup("PUT", "large", ({ people }) => group("large new", values(people.slice(55)))),
  },
  {
    what: "renames a group",
    run: onGroup("PATCH", "crew", () => patch({ op: "replace", path: "displayName", value: "x" })),
  },
  {
    what: "adds a member",
    run: onGroup("PATCH", "crew", (setup) =>
      patch({ op: "add", path: "members", value: values([idOf(setup, "joe")]) }),
    ),
  },
  {
    what: "removes a member",
    run: onGroup("PATCH", "crew", (setup) =>
      patch({ op: "remove", path: `members[value eq "${idOf(setup, "ada")}"]` }),
    ),
  },
  {
    what: "says by a patch what the members are",
    run: onGroup("PATCH", "crew", (setup) =>
      patch({ op: "replace", path: "members", value: values([idOf(setup, "joe")]) }),
    ),
  },
  { what: "removes all members", run: onGroup("PATCH", "crew", () => patch({ op: "remove", path: "members" })) },
  { what: "deletes a group that is a member itself", run: onGroup("DELETE", "crew"), also: [404] },
  {
    what: "deletes a group of more members than one batch removes",
    crowd: 30,
    prepare: async ({ org }, setup) => {
      const body = group("large", values(setup.people));
      remembered(setup, "large", await org.request({ method: "POST", path: "/Groups", body }));
    },
    run: onGroup("DELETE", "large"),
    also: [404],
  },
];

const BULK: CrashCase = {
  what: "makes a user and its group, changes one and deletes another in one bulk request",
  run: ({ org }, setup) => org.request({ method: "POST", path: "/Bulk", body: bulkOf(setup) }),
  partly: ({ json }) => {
    const operations = at(json, "Operations");
    return !Array.isArray(operations) || operations.some((one) => !String(at(one, "status")).startsWith("2"));
  },
  // What was made is found by its name; the rest is sent again, one by one.
  repeat: async ({ org }, setup) => {
    const first = await org.request({ method: "POST", path: "/Users", body: person("bulk") });
    const found = await org.request({ method: "GET", path: '/Users?filter=userName eq "bulk@example.com"' });
    const id = String(at(found.json, "Resources.0.id"));
    const made = await org.request({ method: "POST", path: "/Groups", body: group("bulk", values([id])) });
    const name = await org.request({ method: "GET", path: '/Groups?filter=displayName eq "bulk"' });
    const body = patch({ op: "add", path: "members", value: values([id]) });
    await org.request({ method: "PATCH", path: `/Groups/${at(name.json, "Resources.0.id")}`, body });
    const title = patch({ op: "replace", path: "title", value: "new" });
    await org.request({ method: "PATCH", path: users(setup, "joe"), body: title });
    await org.request({ method: "DELETE", path: users(setup, "eva") });
    return [first, made].every(({ status }) => status === 201 || status === 409) ? found : made;
  },
};

function bulkOf(setup: CrashSetup) {
  const title = patch({ op: "replace", path: "title", value: "new" });
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [
      { method: "POST", path: "/Groups", bulkId: "g", data: group("bulk", values(["bulkId:u"])) },
      { method: "POST", path: "/Users", bulkId: "u", data: person("bulk") },
      { method: "PATCH", path: users(setup, "joe"), data: title },
      { method: "DELETE", path: users(setup, "eva") },
    ],
  };
}

const OWN: readonly CrashCase[] = [
  { what: "makes a user of the application", run: directory("POST", () => "/users", { userName: "new" }), also: [409] },
  {
    what: "changes a user of the application",
    run: directory("PATCH", (setup) => `/users/${idOf(setup, "own")}`, { displayName: "Own", userName: "renamed" }),
  },
  {
    what: "deletes a user of the application",
    run: directory("DELETE", (setup) => `/users/${idOf(setup, "own")}`),
    also: [404],
  },
  {
    what: "makes a team of the application",
    run: directory("POST", () => "/teams", { displayName: "new" }),
    also: [409],
  },
  {
    what: "renames a team of the application",
    run: directory("PATCH", (setup) => `/teams/${idOf(setup, "own team")}`, { displayName: "renamed" }),
  },
  {
    what: "deletes a team of the application",
    run: directory("DELETE", (setup) => `/teams/${idOf(setup, "own team")}`),
    also: [404],
  },
  {
    what: "puts a managed user into a team of the application",
    run: (parties, setup) => member(parties, setup, "own team", "ada"),
  },
  {
    what: "takes a user out of a team of the application",
    run: directory("DELETE", (setup) => `/teams/${idOf(setup, "own team")}/members/${idOf(setup, "own")}`),
  },
  {
    what: "lists a team whose member the identity provider has deleted",
    prepare: async (parties, setup) => {
      await member(parties, setup, "own team", "ada");
      await parties.org.request({ method: "DELETE", path: users(setup, "ada") });
    },
    run: directory("GET", (setup) => `/teams/${idOf(setup, "own team")}/members`),
  },
  { what: "asks at sign-in", run: directory("GET", () => "/access?userName=ada@example.com") },
];

/** Another org whose deletion was scheduled long enough ago. */
async function doomed({ admin: ask, directory: tell, later }: Parties): Promise<void> {
  await ask("POST", "/orgs", { org: "small", sso: { entityId: "urn:x" }, admins: ["1", "2"] });
  await ask("POST", "/orgs/small/tokens", {});
  const user = await tell("POST", "/orgs/small/users", { userName: "last" });
  const team = await tell("POST", "/orgs/small/teams", { displayName: "last" });
  await tell("PUT", `/orgs/small/teams/${at(team.json, "id")}/members/${at(user.json, "id")}`);
  await ask("POST", "/orgs/small/deletion", { reason: "over" });
  later(120_000);
}

const ORGS: readonly CrashCase[] = [
  {
    what: "creates an org",
    run: ({ admin: ask }) => ask("POST", "/orgs", { org: "newcomer", sso: { entityId: "urn:x" }, admins: ["1", "2"] }),
    also: [409],
  },
  { what: "updates an org", run: admin("PATCH", "", { displayName: "New", admins: ["1", "2", "3"] }) },
  { what: "changes a rule", run: admin("PATCH", "", { changedRules: { teamNameMaxLength: 100 } }) },
  { what: "adds a mail domain", run: admin("POST", "/domains", { domain: "acme.example" }) },
  {
    what: "verifies a mail domain",
    prepare: (parties) => publishedDomain(parties, "acme.example"),
    run: admin("POST", "/domains/acme.example/verify"),
  },
  { what: "pauses an org", run: admin("POST", "/pause", { reason: "merger" }) },
  { what: "resumes an org", prepare: admin("POST", "/pause", { reason: "merger" }), run: admin("DELETE", "/pause") },
  { what: "protects a user", run: admin("POST", (setup) => `/protected/${idOf(setup, "ada")}`) },
  {
    what: "ends the protection of a user",
    prepare: admin("POST", (setup) => `/protected/${idOf(setup, "ada")}`),
    run: admin("DELETE", (setup) => `/protected/${idOf(setup, "ada")}`),
  },
  { what: "schedules the deletion of an org", run: admin("POST", "/deletion", { reason: "over" }) },
  {
    what: "restores an org",
    prepare: admin("POST", "/deletion", { reason: "over" }),
    run: admin("DELETE", "/deletion"),
  },
  {
    what: "begins to purge an org",
    purges: true,
    prepare: doomed,
    run: ({ admin: ask }) => ask("POST", "/orgs/small/purge", { confirm: "small" }),
    // The first request may have removed everything that this one was to remove.
    also: [404],
    end: async ({ admin: ask }) => {
      for (;;) {
        const step = await ask("POST", "/orgs/small/purge", { confirm: "small" });
        if (step.status !== 200 || at(step.json, "done") === true) return;
      }
    },
  },
  {
    what: "finishes to purge an org",
    purges: true,
    prepare: async (parties) => {
      await doomed(parties);
      await parties.admin("POST", "/orgs/small/purge", { confirm: "small" });
    },
    run: ({ admin: ask }) => ask("POST", "/orgs/small/purge", { confirm: "small" }),
    // The login name is free: it was done.
    also: [404],
  },
];

/** Any file has a hash; this one is looked at by nobody. */
const FILE = "0".repeat(64);

/** All lines of the org's export, and another org that waits for them. */
async function exported({ admin: ask, org }: Parties, { lines }: CrashSetup): Promise<void> {
  for (const side of ["managed", "unmanaged"]) {
    for (const kind of ["users", "groups", "members"]) {
      const { json } = await ask("GET", `/orgs/${org.slug}/data/export/${side}/${kind}`);
      const page = at(json, "lines");
      if (!Array.isArray(page) || at(json, "next") !== null) throw new Error("more than one page to export");
      lines.push(...page.filter(isObject));
    }
  }
  await ask("POST", "/orgs", { org: "copy", sso: { entityId: "urn:x" }, admins: ["1", "2"] });
  await ask("POST", "/orgs/copy/pause", { reason: "import" });
}

function countsIn(lines: readonly JsonObject[], side: string) {
  const of = (type: string) => lines.filter((line) => line.side === side && line.type === type);
  const memberships = of("members").reduce((sum, { ids }) => sum + (Array.isArray(ids) ? ids.length : 0), 0);
  return { users: of("user").length, groups: of("group").length, memberships };
}

const IMPORT: CrashCase = {
  what: "imports an org",
  prepare: exported,
  // As the command line tool does it: whatever fails ends it, and it is begun anew with the same file.
  run: async ({ admin: ask }, { lines }) => {
    const before = await ask("GET", "/orgs/copy/data/import");
    if (before.status !== 200 || at(before.json, "import.finished") !== undefined) return before;
    const counts = { managed: countsIn(lines, "managed"), unmanaged: countsIn(lines, "unmanaged") };
    const begun = await ask("POST", "/orgs/copy/data/import", { file: FILE, counts });
    if (begun.status !== 200) return begun;
    for (let done = 0; done < lines.length; ) {
      const step = await ask("POST", "/orgs/copy/data/import/lines", { file: FILE, lines: lines.slice(done) });
      if (step.status !== 200) return step;
      done += Number(at(step.json, "done"));
    }
    return ask("POST", "/orgs/copy/data/import/finish", { file: FILE });
  },
};

/** The live tokens or client secrets of the org, newest first. */
async function liveOf({ admin: ask, org }: Parties, what: "tokens" | "clients"): Promise<string[]> {
  const { json } = await ask("GET", `/orgs/${org.slug}/${what}`);
  const listed = at(json, what === "tokens" ? "tokens" : "secrets");
  const live = (Array.isArray(listed) ? listed : []).filter((one) => isObject(one) && one.status === "live");
  return live.map((one) => String(at(one, "id")));
}

async function revokeAll(parties: Parties, what: "tokens" | "clients", keep = 0): Promise<void> {
  const live = await liveOf(parties, what);
  for (const id of live.slice(0, live.length - keep))
    await parties.admin("DELETE", `/orgs/${parties.org.slug}/${what}/${id}`);
}

const rulesForOne: CrashCase["run"] = admin("PATCH", "", { changedRules: { liveTokens: "one" } });

const TOKENS: readonly CrashCase[] = [
  {
    what: "generates a token",
    prepare: async (parties, setup) => {
      await rulesForOne(parties, setup);
      await revokeAll(parties, "tokens");
    },
    run: admin("POST", "/tokens", { description: "new" }),
    // It was shown to nobody: another one takes its place.
    repeat: admin("POST", "/tokens/regenerate", { description: "new" }),
  },
  { what: "regenerates the token", run: admin("POST", "/tokens/regenerate", { description: "new" }) },
  {
    what: "rotates the token",
    prepare: rulesForOne,
    run: admin("POST", "/tokens/rotate", { description: "new" }),
    repeat: async (parties, setup) => {
      await revokeAll(parties, "tokens", 1);
      return admin("POST", "/tokens/rotate", { description: "new" })(parties, setup);
    },
  },
  {
    what: "revokes a token",
    prepare: async (parties, setup) => {
      const made = await admin("POST", "/tokens/regenerate", { description: "old" })(parties, setup);
      remembered(setup, "token", made, "token.id");
    },
    run: admin("DELETE", (setup) => `/tokens/${idOf(setup, "token")}`),
  },
  {
    what: "makes a client secret",
    run: admin("POST", "/clients", { description: "new" }),
    repeat: async (parties, setup) => {
      await revokeAll(parties, "clients");
      return admin("POST", "/clients", { description: "new" })(parties, setup);
    },
  },
  {
    what: "revokes a client secret",
    prepare: async (parties, setup) =>
      remembered(setup, "secret", await admin("POST", "/clients", { description: "x" })(parties, setup), "secret.id"),
    run: admin("DELETE", (setup) => `/clients/${idOf(setup, "secret")}`),
  },
  {
    what: "buys an access token",
    prepare: async (parties, setup) =>
      remembered(
        setup,
        "secret",
        await admin("POST", "/clients", { description: "x" })(parties, setup),
        "clientSecret",
      ),
    run: (target, setup) => askToken(target, target.org.slug, { client_secret: idOf(setup, "secret") }),
  },
];

export const CRASH_CASES: readonly CrashCase[] = [...USERS, ...GROUPS, BULK, ...OWN, ...ORGS, IMPORT, ...TOKENS];
