import { DatabaseSync } from "node:sqlite";
import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { PATCH_OP } from "../../functions/scim/schema.ts";
import { type Client, createClient, RollcallError, type SyncOptions, type SyncResult } from "../../lib/client/index.ts";
import { DirectoryCopy } from "../../lib/docs/directoryCopy.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { Chance } from "../simulation/world.ts";
import { fetchOver, IN_PROCESS_URL } from "./clientOver.ts";
import { inProcessTarget } from "./inProcess.ts";
import { type LoggedStore, loggedStore } from "./logWriter.ts";
import { expectStatus } from "./org.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";
import { type Answer, at, connect, type Tenant } from "./wire.ts";

const ORG = "acme";
const DAY = 86_400_000;

/** A fault inside `apply`. */
class Broken extends Error {}

type CopyBatch = Parameters<DirectoryCopy["apply"]>[0];

/** Changes by both ecosystems; more telling ones are more frequent. */
const CHANGES = [
  ..."makeUser makeUser makeOwnUser rename activate deactivate deleteUser link unlink".split(" "),
  ..."makeTeam makeOwnTeam renameTeam deleteTeam join join join leave".split(" "),
];

/** One org with identity provider, application and copy, and all faults between them, by a seed. */
export class SyncHistory {
  readonly copy = new DirectoryCopy(new DatabaseSync(":memory:"), ORG);
  readonly chance: Chance;
  /** How often each fault and outcome occurred. */
  readonly met = new Map<string, number>();
  readonly #logged: LoggedStore;
  readonly #target: Target;
  #client: Client | undefined;
  #tenant: Tenant | undefined;
  #now = Date.parse("2026-03-01T00:00:00.000Z");
  /** Ids of everything ever made, including deleted ones. */
  readonly #made = { users: [] as string[], ownUsers: [] as string[], teams: [] as string[], ownTeams: [] as string[] };
  #names = 0;
  /** Percentage of occasions with a fault. */
  #faults = { calls: 4, batches: 9 };
  /** Sent pokes that have not arrived. */
  #pokes = 0;
  #isOver = false;
  /** The work between two calls of a client: one at a time. */
  #meanwhile: Promise<void> | undefined;
  /** Failures of the test itself, which a client would take for network faults. */
  #failures: unknown[] = [];

  constructor(seed: number) {
    this.chance = new Chance(seed);
    this.#logged = loggedStore(() => this.#now);
    this.#target = inProcessTarget(
      "memory",
      {
        ...testEndpoint(this.#logged.store),
        now: () => this.#now,
        randomBytes: (length) => Buffer.from(this.chance.bytes(length)),
      },
      1,
    );
  }

  async begin(): Promise<void> {
    await this.#makeOrg();
    const key = await this.#target.admin("POST", "/app-keys", { scope: "directory.write", expiresInDays: 400 });
    this.#client = createClient({
      url: IN_PROCESS_URL,
      key: String(at(expectStatus(key, 201).json, "secretKey")),
      fetch: this.#breaking(fetchOver(this.#target)),
      retries: 0,
      now: () => this.#now,
    });
    for (let count = 0; count < 11; count += 1) await this.#change(count < 6 ? "makeUser" : "makeTeam");
    await this.#log();
  }

  /** One event: a change, a run of the log's writer, or the end of the log or of the org. */
  async happen(): Promise<void> {
    this.#now += 1_000;
    const n = this.chance.below(100);
    if (n < 72) await this.#change(CHANGES[this.chance.below(CHANGES.length)] ?? "");
    else if (n < 91) await this.#log();
    else if (n < 94) await this.#renew();
    else if (n < 97) this.#expire();
    else if (n < 98) await this.#purge("and make it anew");
  }

  /** A poke comes late, twice, merged with another, or not at all: it only announces news. */
  async poke(): Promise<void> {
    if (this.#pokes === 0 || this.chance.next() < 0.3) return;
    if (this.chance.next() < 0.8) this.#pokes -= 1;
    const syncs = this.chance.next() < 0.4 ? [this.sync(), this.sync()] : [this.sync()];
    const results = await Promise.allSettled(syncs);
    // An interrupted sync may have sent more requests than it awaited.
    await this.#meanwhile;
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      const { reason } = result;
      const isPurged = reason instanceof RollcallError && reason.code === "notFound.org";
      const isMeant = reason instanceof Broken || (reason instanceof RollcallError && reason.isTransient);
      if (!isMeant && !isPurged) throw reason;
    }
  }

  async sync(wishes: Pick<SyncOptions, "endIfUnknown"> = {}): Promise<SyncResult> {
    if (this.#client === undefined) throw new Error("begin first");
    const result = await this.#client.sync({
      ...this.copy.options,
      ...wishes,
      apply: (batch) => this.#apply(batch),
      batchSize: this.chance.one([2, 5, 1_000]),
    });
    this.#meet(result.outcome);
    if (result.snapshots > 0) this.#meet("snapshot");
    return result;
  }

  /** From now on there are no faults and no events, and everything is logged. */
  async calm(ending: "stays" | "ends"): Promise<void> {
    this.#isOver = true;
    this.#faults = { calls: 0, batches: 0 };
    if (this.#failures.length > 0) throw this.#failures[0];
    if (ending === "ends") await this.#purge("for good");
    await this.#log();
  }

  /** The directory's content, read without the client. */
  async expected(): Promise<JsonObject> {
    const columns = ["version", "linkVersion", "userName", "displayName", "active", "applicationId"];
    const users = await this.#list("users", `users?fields=${columns.join()}`);
    const teams = (await this.#list("teams", "teams?")).map(async ({ id = null, displayName = null }) => {
      const members = await this.#list("members", `teams/${id}/members?include=inactive`);
      return { id, displayName, members: members.map((member) => String(member.id)).sort() };
    });
    return {
      users: users.map((user) => ({ ...user, active: Number(user.active) })).sort(byId),
      teams: (await Promise.all(teams)).sort(byId),
    };
  }

  shown(): unknown {
    return JSON.parse(JSON.stringify({ users: this.copy.users(), teams: this.copy.teams() }));
  }

  #meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  /** Whether a fault occurs now. */
  #isBroken(what: string, of: "calls" | "batches"): boolean {
    const breaks = this.chance.below(100) < this.#faults[of];
    if (breaks) this.#meet(what);
    return breaks;
  }

  #breaking(ask: typeof fetch): typeof fetch {
    return async (input, init) => {
      if (this.#isBroken("request lost", "calls")) throw new TypeError("fetch failed");
      if (this.#isBroken("busy", "calls")) return new Response(null, { status: 503 });
      // Two parallel syncs take turns in any order.
      for (let turns = this.chance.below(4); turns > 0; turns -= 1) await undefined;
      if (!this.#isOver && this.chance.next() < 0.25) await this.#happenMeanwhile();
      const answer = await ask(input, init);
      if (this.#isBroken("answer lost", "calls")) throw new TypeError("fetch failed");
      return answer;
    };
  }

  #apply(batch: CopyBatch): boolean {
    if (this.#isBroken("apply throws", "batches")) throw new Broken("before anything");
    if (this.#isBroken("dies between data and cursor", "batches")) {
      // The database's behaviour for a transaction that was never committed.
      const changes = [...batch.changes, { type: "none" } as never];
      this.copy.apply({
        ...batch,
        changes,
        get cursor(): string {
          throw new Broken("no cursor");
        },
      });
    }
    const isApplied = this.copy.apply(batch);
    if (!isApplied) this.#meet("refused");
    if (this.#isBroken("dies after the commit", "batches")) throw new Broken("nobody learns of it");
    return isApplied;
  }

  async #happenMeanwhile(): Promise<void> {
    if (this.#meanwhile !== undefined) return;
    this.#meanwhile = this.happen().catch((error: unknown) => {
      this.#failures.push(error);
    });
    await this.#meanwhile;
    this.#meanwhile = undefined;
  }

  async #change(what: string): Promise<void> {
    const { users, ownUsers, teams, ownTeams } = this.#made;
    const pick = (ids: readonly string[]) => ids[this.chance.below(Math.max(1, ids.length))] ?? "none";
    const isOurs = this.chance.below(3) === 0;
    this.#names += 1;
    const displayName = `${what}${this.#names}`;
    const patch = (path: string, ...Operations: JsonObject[]) =>
      this.#scim("PATCH", path, { schemas: [PATCH_OP], Operations });
    const anybody = pick([...users, ...ownUsers]);
    switch (what) {
      case "makeUser":
        return keep(users, await this.#scim("POST", "/Users", ordinaryUser(displayName)));
      case "makeOwnUser":
        return keep(ownUsers, await this.#directory("POST", "users", { userName: displayName }));
      case "rename":
        if (isOurs) await this.#directory("PATCH", `users/${pick(ownUsers)}`, { displayName });
        else await patch(`/Users/${pick(users)}`, { op: "replace", path: "displayName", value: displayName });
        return;
      case "activate":
      case "deactivate":
        await patch(`/Users/${pick(users)}`, { op: "replace", path: "active", value: what === "activate" });
        return;
      case "deleteUser":
        if (isOurs) await this.#directory("DELETE", `users/${pick(ownUsers)}`);
        else await this.#scim("DELETE", `/Users/${pick(users)}`);
        return;
      case "link":
        await this.#directory("PUT", `users/${anybody}/link`, { applicationId: displayName });
        return;
      case "unlink":
        await this.#directory("DELETE", `users/${anybody}/link`);
        return;
      case "makeTeam": {
        const members = users.filter(() => this.chance.below(3) === 0).map((value) => ({ value }));
        return keep(teams, await this.#scim("POST", "/Groups", { displayName, members }));
      }
      case "makeOwnTeam":
        return keep(ownTeams, await this.#directory("POST", "teams", { displayName }));
      case "renameTeam":
        if (isOurs) await this.#directory("PATCH", `teams/${pick(ownTeams)}`, { displayName });
        else await patch(`/Groups/${pick(teams)}`, { op: "replace", path: "displayName", value: displayName });
        return;
      case "deleteTeam":
        if (isOurs) await this.#directory("DELETE", `teams/${pick(ownTeams)}`);
        else await this.#scim("DELETE", `/Groups/${pick(teams)}`);
        return;
      case "join":
      case "leave": {
        const member = pick(users);
        const method = what === "join" ? "PUT" : "DELETE";
        if (isOurs) await this.#directory(method, `teams/${pick(ownTeams)}/members/${anybody}`);
        else
          await patch(`/Groups/${pick(teams)}`, {
            op: what === "join" ? "add" : "remove",
            path: "members",
            value: [{ value: member }],
          });
      }
    }
  }

  /** Logs everything that happened, and sends a poke. */
  async #log(): Promise<void> {
    await this.#logged.log();
    this.#pokes += 1;
  }

  async #renew(): Promise<void> {
    this.#meet("log begun anew");
    for (let from: unknown = ""; from !== undefined; )
      from = at(must(await this.#target.admin("POST", `/orgs/${ORG}/data/events/renew`, from ? { from } : {})), "from");
    this.#pokes += 1;
  }

  /** The log's events expire. Not so often that the application key expires. */
  #expire(): void {
    if (this.#now > Date.parse("2026-09-01T00:00:00.000Z")) return;
    this.#meet("log expired");
    this.#now += 91 * DAY;
    this.#pokes += 1;
  }

  async #purge(how: "and make it anew" | "for good"): Promise<void> {
    this.#meet("purged");
    must(await this.#target.admin("POST", `/orgs/${ORG}/deletion`, { reason: "left" }));
    this.#now += DAY;
    for (let done: unknown = false; done !== true; this.#now += 1_000)
      done = at(must(await this.#target.admin("POST", `/orgs/${ORG}/purge`, { confirm: ORG })), "done");
    if (how === "and make it anew") await this.#makeOrg();
    this.#pokes += 1;
  }

  async #makeOrg(): Promise<void> {
    must(
      await this.#target.admin("POST", "/orgs", {
        org: ORG,
        sso: { entityId: "https://idp.example" },
        admins: ["1", "2"],
      }),
    );
    const token = String(at(must(await this.#target.admin("POST", `/orgs/${ORG}/tokens`, {})), "secretToken"));
    const { base, transport } = this.#target;
    this.#tenant = connect(transport, { slug: ORG, tenantUrl: `${base}/scim/v2/${ORG}`, token });
  }

  async #scim(method: string, path: string, body?: JsonObject): Promise<Answer> {
    if (this.#tenant === undefined) throw new Error("begin first");
    return changed(await this.#tenant.request({ method, path, body }));
  }

  async #directory(method: string, path: string, body?: JsonObject): Promise<Answer> {
    return changed(await this.#target.directory(method, `/orgs/${ORG}/${path}`, body));
  }

  async #list(name: string, path: string): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    for (let cursor = ""; ; ) {
      const answer = await this.#target.directory("GET", `/orgs/${ORG}/${path}${cursor}`);
      if (answer.status === 404 && path !== name && !path.startsWith("teams/")) return [];
      const json = must(answer);
      const page = at(json, name);
      if (!Array.isArray(page)) throw new Error(`no ${name}`);
      found.push(...page.filter(isObject));
      const next = at(json, "next");
      if (next === undefined) return found;
      cursor = `&cursor=${next}`;
    }
  }
}

function byId(left: JsonObject, right: JsonObject): number {
  return String(left.id) < String(right.id) ? -1 : 1;
}

function keep(ids: string[], { json }: Answer): void {
  const id = isObject(json) ? json.id : undefined;
  if (typeof id === "string") ids.push(id);
}

/** Deleted or taken resources change nothing. */
function changed(answer: Answer): Answer {
  if (answer.status < 300 || [403, 404, 409].includes(answer.status)) return answer;
  throw new Error(`${answer.status} ${answer.text}`);
}

function must(answer: Answer): Answer["json"] {
  if (answer.status < 300) return answer.json;
  throw new Error(`${answer.status} ${answer.text}`);
}
