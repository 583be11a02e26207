import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/**
 * A copy of an organization's users and teams that follows its event log: an example, to be taken over. The rules are those of
 * lib/docs/application.md, and test/local/directoryCopy.test.ts holds them. It needs Node 22.18 or later, and no package.
 *
 *   node lib/docs/directoryCopy.ts http://127.0.0.1:3000/app/v1/orgs/acme KEY_FILE [--follow]
 */

interface User {
  readonly id: string;
  readonly version: number;
  readonly linkVersion: number;
  readonly userName: string;
  readonly displayName: string | null;
  readonly active: boolean;
  readonly applicationId: string | null;
}
/** What to ask of users: take what you need, but never `teams`, which change without a version of the user. */
const USER_FIELDS = { fields: "version,linkVersion,userName,displayName,active,applicationId" };
interface Team {
  readonly id: string;
  readonly version: number;
  readonly displayName: string;
}
interface Event {
  readonly type: string;
  readonly resource: string;
  readonly version: number;
  readonly linkVersion?: number;
  readonly from?: number;
  readonly changed?: readonly string[];
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}
type Answer = { readonly status: number; readonly json: unknown };

/** Asks the directory API for a path below the organization. @throws Error when no answer came, or 429 or 5xx: the caller tries again */
export type AskDirectory = (path: string) => Promise<Answer>;

/** Where these are tables of a database, `apply` and each step of `snapshot` is one transaction of it. */
export class DirectoryCopy {
  readonly users = new Map<string, User>();
  readonly teams = new Map<string, Team>();
  /** By team the ids of its members, whether or not they are held: no foreign keys. */
  readonly members = new Map<string, Set<string>>();
  /** The place in the log; undefined: a snapshot comes first. */
  cursor: string | undefined;
  readonly #ask: AskDirectory;

  constructor(ask: AskDirectory) {
    this.#ask = ask;
  }

  /** One page of the log, or a snapshot. If it throws, call it again. @returns whether the log has more to read now */
  async step(): Promise<boolean> {
    if (this.cursor === undefined) return await this.#snapshot();
    const { status, json } = await this.#ask(`events?after=${this.cursor}`);
    if (status === 410) {
      this.cursor = undefined;
      return true;
    }
    const page = answered<{ events: Event[]; next: string; head: string }>(status, json);
    for (const event of page.events) {
      if (event.type === "org.imported") {
        this.cursor = undefined;
        return true;
      }
      if (event.type.startsWith("user.")) await this.#applyToUser(event);
      if (/^(team|membership)\./.test(event.type)) await this.#applyToTeam(event);
    }
    this.cursor = page.next;
    return page.next !== page.head;
  }

  /** Who is in a team: a pair counts only while both of its ends are held. */
  membersOf(teamId: string): string[] {
    if (!this.teams.has(teamId)) return [];
    return [...(this.members.get(teamId) ?? [])].filter((id) => this.users.has(id) || this.teams.has(id));
  }

  async #snapshot(): Promise<boolean> {
    const log = await this.#ask("events?limit=1");
    const { head } = answered<{ head: string }>(log.status, log.json);
    const listed = new Set<string>();
    for await (const user of this.#list<User>("users", "users", USER_FIELDS)) {
      this.users.set(user.id, user);
      listed.add(user.id);
    }
    for await (const team of this.#list<Team>("teams", "teams")) {
      await this.#takeTeam(team);
      listed.add(team.id);
    }
    for (const id of this.users.keys()) if (!listed.has(id)) this.users.delete(id);
    for (const id of this.teams.keys()) if (!listed.has(id)) this.#dropTeam(id);
    this.cursor = head;
    return true;
  }

  async #applyToUser({ type, resource: id, version, linkVersion }: Event): Promise<void> {
    const held = this.users.get(id);
    if (held && (linkVersion === undefined ? version <= held.version : linkVersion <= held.linkVersion)) return;
    const user =
      type === "user.deleted" ? undefined : await this.#find<User>(`users/${id}?${new URLSearchParams(USER_FIELDS)}`);
    if (user === undefined) this.users.delete(id);
    else this.users.set(id, user);
  }

  async #applyToTeam({ type, resource: id, version, from, changed = [], added = [], removed = [] }: Event) {
    if (type === "team.deleted") return this.#dropTeam(id);
    const held = this.teams.get(id);
    const members = this.members.get(id);
    const isWhole = from === undefined && !changed.includes("*");
    if (held === undefined || members === undefined || !isWhole) return await this.#readTeam(id, "and its members");
    // Whatever version is held: a team may have been read before all memberships of its version were there.
    for (const member of removed) members.delete(member);
    for (const member of added) members.add(member);
    if (version > held.version && !type.startsWith("membership.")) await this.#readTeam(id, "alone");
  }

  async #readTeam(id: string, what: "alone" | "and its members"): Promise<void> {
    const team = await this.#find<Team>(`teams/${id}`);
    if (team === undefined) this.#dropTeam(id);
    else if (what === "alone") this.teams.set(id, team);
    else await this.#takeTeam(team);
  }

  /** @param team read before its members are */
  async #takeTeam(team: Team): Promise<void> {
    const members = new Set<string>();
    const path = `teams/${team.id}/members`;
    for await (const { id } of this.#list<{ id: string }>("members", path, { include: "inactive" })) members.add(id);
    this.teams.set(team.id, team);
    this.members.set(team.id, members);
  }

  #dropTeam(id: string): void {
    this.teams.delete(id);
    this.members.delete(id);
  }

  async #find<T>(path: string): Promise<T | undefined> {
    const { status, json } = await this.#ask(path);
    return status === 404 ? undefined : answered<T>(status, json);
  }

  /** All pages of a list. @param name of the list in its answers */
  async *#list<T>(name: string, path: string, query: Record<string, string> = {}): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
      const asked = new URLSearchParams({ ...query, ...(cursor !== undefined && { cursor }) });
      const { status, json } = await this.#ask(`${path}?${asked}`);
      // A team that was deleted after the list named it: its event comes.
      if (status === 404) return;
      const page = answered<Record<string, T[]> & { next?: string }>(status, json);
      yield* page[name] ?? [];
      cursor = page.next;
    } while (cursor !== undefined);
  }
}

/** @throws Error for a refusal, with its text */
function answered<T>(status: number, json: unknown): T {
  if (status === 200) return json as T;
  throw new Error(`${status}: ${JSON.stringify(json)}`);
}

/** Asks by application key. With SigV4, only this differs. */
export function askByKey(url: string, key: string): AskDirectory {
  return async (path) => {
    const response = await fetch(`${url}/${path}`, {
      headers: { Authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, json: await response.json() };
  };
}

async function main([url = "", keyFile = "", follow]: readonly string[]): Promise<void> {
  const copy = new DirectoryCopy(askByKey(url, readFileSync(keyFile, "utf8").trim()));
  for (;;) {
    while (await copy.step());
    for (const { userName, active, applicationId } of copy.users.values())
      console.log({ userName, active, applicationId });
    for (const { id, displayName } of copy.teams.values()) console.log({ displayName, members: copy.membersOf(id) });
    if (follow !== "--follow") return;
    const place = copy.cursor;
    // Or wait for an event of the bus, and read then.
    for (await wait(1_000); copy.cursor === place; await wait(1_000)) while (await copy.step());
  }
}

if (import.meta.main) await main(process.argv.slice(2));
