import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { type Answer, at } from "../support/wire.ts";
import type { Parties } from "./crashBench.ts";
import { created, group, inLanes, patch, person, values } from "./crowd.ts";

/** What the requests of a case are about. */
export interface World {
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
  prepare?(parties: Parties, world: World): Promise<unknown>;
  run(parties: Parties, world: World): Promise<Answer>;
  /** Whether the answer says that something was not done, though its status does not. */
  partly?(answer: Answer): boolean;
  /** What who got no answer does next, if not the same again. */
  repeat?(parties: Parties, world: World): Promise<Answer>;
  /** What the repetition may be answered with where the first request was done. */
  readonly also?: readonly number[];
  /** What is done in any case before the outcome is looked at: where a repetition may go further than one request. */
  end?(parties: Parties, world: World): Promise<unknown>;
  /** Everything of an org may go. Its calls come in one order always. */
  readonly purges?: boolean;
}

const emails = (word: string) =>
  Array.from({ length: 50 }, (_, n) => ({ value: `${word}${n}@example.com`, type: n === 0 ? "work" : "other" }));
const idOf = (world: World, name: string): string => world.ids.get(name) ?? `no ${name}`;
const users = (world: World, name: string) => `/Users/${idOf(world, name)}`;
const groups = (world: World, name: string) => `/Groups/${idOf(world, name)}`;

/** What every org of this bench begins with. */
export async function populate(parties: Parties, world: World, crowd = 0): Promise<void> {
  for (const name of ["ada", "eva", "joe"]) world.ids.set(name, await created(parties.org, "/Users", person(name)));
  const [ada, eva] = ["ada", "eva"].map((name) => idOf(world, name));
  world.ids.set("crew", await created(parties.org, "/Groups", group("crew", values([ada ?? "", eva ?? ""]))));
  world.ids.set("all", await created(parties.org, "/Groups", group("all", values([idOf(world, "crew"), ada ?? ""]))));
  await ownUser(parties, world, "own");
  await ownTeam(parties, world, "own team");
  await member(parties, world, "own team", "own");
  world.people.push(...(await inLanes(8, crowd, (n) => created(parties.org, "/Users", person(`crowd${n}`)))));
}

async function ownUser({ directory, org }: Parties, world: World, userName: string): Promise<Answer> {
  return remembered(world, userName, await directory("POST", `/orgs/${org.slug}/users`, { userName }));
}

async function ownTeam({ directory, org }: Parties, world: World, displayName: string): Promise<Answer> {
  return remembered(world, displayName, await directory("POST", `/orgs/${org.slug}/teams`, { displayName }));
}

function member({ directory, org }: Parties, world: World, team: string, user: string): Promise<Answer> {
  return directory("PUT", `/orgs/${org.slug}/teams/${idOf(world, team)}/members/${idOf(world, user)}`);
}

/** Keeps the id of what was made, for the requests to come. */
function remembered(world: World, name: string, answer: Answer, path = "id"): Answer {
  world.ids.set(name, String(at(answer.json, path)));
  return answer;
}

const scim = (method: string, path: (world: World) => string, body?: (world: World) => unknown): CrashCase["run"] => {
  return ({ org }, world) => org.request({ method, path: path(world), body: body?.(world) });
};
const onUser = (method: string, name: string, body?: (world: World) => unknown) =>
  scim(method, (world) => users(world, name), body);
const onGroup = (method: string, name: string, body?: (world: World) => unknown) =>
  scim(method, (world) => groups(world, name), body);
const admin = (method: string, path: string | ((world: World) => string), body?: unknown): CrashCase["run"] => {
  return (parties, world) =>
    parties.admin(method, `/orgs/${parties.org.slug}${typeof path === "string" ? path : path(world)}`, body);
};
const directory = (method: string, path: (world: World) => string, body?: unknown): CrashCase["run"] => {
  return (parties, world) => parties.directory(method, `/orgs/${parties.org.slug}${path(world)}`, body);
};

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
    prepare: ({ org }, world) =>
      org.request({ method: "PUT", path: users(world, "ada"), body: { ...person("ada"), emails: emails("a") } }),
    run: onUser("PUT", "ada", () => ({ ...person("lovelace"), emails: emails("b") })),
  },
  { what: "deletes a user who is in groups", run: onUser("DELETE", "ada"), also: [404] },
  {
    what: "deletes a user while the mark of another one waits for the second sweep",
    prepare: async ({ org, later }, world) => {
      await org.request({ method: "DELETE", path: users(world, "eva") });
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
      (world) => group("new", values([idOf(world, "ada"), idOf(world, "joe")])),
    ),
    also: [409],
  },
  {
    what: "creates a group of more members than a transaction carries",
    crowd: 120,
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
    run: onGroup("PUT", "crew", (world) => group("crew new", values([idOf(world, "eva"), idOf(world, "joe")]))),
  },
  {
    what: "replaces more members than a transaction carries",
    crowd: 130,
    prepare: async ({ org }, world) => {
      const body = group("large", values(world.people.slice(0, 120)));
      remembered(world, "large", await org.request({ method: "POST", path: "/Groups", body }));
    },
    run: onGroup("PUT", "large", ({ people }) => group("large new", values(people.slice(110)))),
  },
  {
    what: "renames a group",
    run: onGroup("PATCH", "crew", () => patch({ op: "replace", path: "displayName", value: "x" })),
  },
  {
    what: "adds a member",
    run: onGroup("PATCH", "crew", (world) =>
      patch({ op: "add", path: "members", value: values([idOf(world, "joe")]) }),
    ),
  },
  {
    what: "removes a member",
    run: onGroup("PATCH", "crew", (world) =>
      patch({ op: "remove", path: `members[value eq "${idOf(world, "ada")}"]` }),
    ),
  },
  {
    what: "says by a patch what the members are",
    run: onGroup("PATCH", "crew", (world) =>
      patch({ op: "replace", path: "members", value: values([idOf(world, "joe")]) }),
    ),
  },
  { what: "removes all members", run: onGroup("PATCH", "crew", () => patch({ op: "remove", path: "members" })) },
  { what: "deletes a group that is a member itself", run: onGroup("DELETE", "crew"), also: [404] },
  {
    what: "deletes a group of more members than a transaction carries",
    crowd: 120,
    prepare: async ({ org }, world) => {
      const body = group("large", values(world.people));
      remembered(world, "large", await org.request({ method: "POST", path: "/Groups", body }));
    },
    run: onGroup("DELETE", "large"),
    also: [404],
  },
];

const BULK: CrashCase = {
  what: "makes a user and its group, changes one and deletes another in one bulk request",
  run: ({ org }, world) => org.request({ method: "POST", path: "/Bulk", body: bulkOf(world) }),
  partly: ({ json }) => {
    const operations = at(json, "Operations");
    return !Array.isArray(operations) || operations.some((one) => !String(at(one, "status")).startsWith("2"));
  },
  // What was made is found by its name; the rest is sent again, one by one.
  repeat: async ({ org }, world) => {
    const first = await org.request({ method: "POST", path: "/Users", body: person("bulk") });
    const found = await org.request({ method: "GET", path: '/Users?filter=userName eq "bulk@example.com"' });
    const id = String(at(found.json, "Resources.0.id"));
    const made = await org.request({ method: "POST", path: "/Groups", body: group("bulk", values([id])) });
    const name = await org.request({ method: "GET", path: '/Groups?filter=displayName eq "bulk"' });
    const body = patch({ op: "add", path: "members", value: values([id]) });
    await org.request({ method: "PATCH", path: `/Groups/${at(name.json, "Resources.0.id")}`, body });
    const title = patch({ op: "replace", path: "title", value: "new" });
    await org.request({ method: "PATCH", path: users(world, "joe"), body: title });
    await org.request({ method: "DELETE", path: users(world, "eva") });
    return [first, made].every(({ status }) => status === 201 || status === 409) ? found : made;
  },
};

function bulkOf(world: World) {
  const title = patch({ op: "replace", path: "title", value: "new" });
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [
      { method: "POST", path: "/Groups", bulkId: "g", data: group("bulk", values(["bulkId:u"])) },
      { method: "POST", path: "/Users", bulkId: "u", data: person("bulk") },
      { method: "PATCH", path: users(world, "joe"), data: title },
      { method: "DELETE", path: users(world, "eva") },
    ],
  };
}

const OWN: readonly CrashCase[] = [
  { what: "makes a user of the application", run: directory("POST", () => "/users", { userName: "new" }), also: [409] },
  {
    what: "changes a user of the application",
    run: directory("PATCH", (world) => `/users/${idOf(world, "own")}`, { displayName: "Own", userName: "renamed" }),
  },
  {
    what: "deletes a user of the application",
    run: directory("DELETE", (world) => `/users/${idOf(world, "own")}`),
    also: [404],
  },
  {
    what: "makes a team of the application",
    run: directory("POST", () => "/teams", { displayName: "new" }),
    also: [409],
  },
  {
    what: "renames a team of the application",
    run: directory("PATCH", (world) => `/teams/${idOf(world, "own team")}`, { displayName: "renamed" }),
  },
  {
    what: "deletes a team of the application",
    run: directory("DELETE", (world) => `/teams/${idOf(world, "own team")}`),
    also: [404],
  },
  {
    what: "puts a managed user into a team of the application",
    run: (parties, world) => member(parties, world, "own team", "ada"),
  },
  {
    what: "takes a user out of a team of the application",
    run: directory("DELETE", (world) => `/teams/${idOf(world, "own team")}/members/${idOf(world, "own")}`),
  },
  {
    what: "lists a team whose member the identity provider has deleted",
    prepare: async (parties, world) => {
      await member(parties, world, "own team", "ada");
      await parties.org.request({ method: "DELETE", path: users(world, "ada") });
    },
    run: directory("GET", (world) => `/teams/${idOf(world, "own team")}/members`),
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
  { what: "pauses an org", run: admin("POST", "/pause", { reason: "merger" }) },
  { what: "resumes an org", prepare: admin("POST", "/pause", { reason: "merger" }), run: admin("DELETE", "/pause") },
  { what: "protects a user", run: admin("POST", (world) => `/protected/${idOf(world, "ada")}`) },
  {
    what: "ends the protection of a user",
    prepare: admin("POST", (world) => `/protected/${idOf(world, "ada")}`),
    run: admin("DELETE", (world) => `/protected/${idOf(world, "ada")}`),
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
async function exported({ admin: ask, org }: Parties, { lines }: World): Promise<void> {
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
    prepare: async (parties, world) => {
      await rulesForOne(parties, world);
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
    repeat: async (parties, world) => {
      await revokeAll(parties, "tokens", 1);
      return admin("POST", "/tokens/rotate", { description: "new" })(parties, world);
    },
  },
  {
    what: "revokes a token",
    prepare: async (parties, world) => {
      const made = await admin("POST", "/tokens/regenerate", { description: "old" })(parties, world);
      remembered(world, "token", made, "token.id");
    },
    run: admin("DELETE", (world) => `/tokens/${idOf(world, "token")}`),
  },
  {
    what: "makes a client secret",
    run: admin("POST", "/clients", { description: "new" }),
    repeat: async (parties, world) => {
      await revokeAll(parties, "clients");
      return admin("POST", "/clients", { description: "new" })(parties, world);
    },
  },
  {
    what: "revokes a client secret",
    prepare: async (parties, world) =>
      remembered(world, "secret", await admin("POST", "/clients", { description: "x" })(parties, world), "secret.id"),
    run: admin("DELETE", (world) => `/clients/${idOf(world, "secret")}`),
  },
  {
    what: "buys an access token",
    prepare: async (parties, world) =>
      remembered(
        world,
        "secret",
        await admin("POST", "/clients", { description: "x" })(parties, world),
        "clientSecret",
      ),
    run: ({ transport, org }, world) =>
      transport({
        method: "POST",
        target: `/scim/v2/${org.slug}/oauth/token`,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: org.slug,
          client_secret: idOf(world, "secret"),
        }).toString(),
      }),
  },
];

export const CRASH_CASES: readonly CrashCase[] = [...USERS, ...GROUPS, BULK, ...OWN, ...ORGS, IMPORT, ...TOKENS];
