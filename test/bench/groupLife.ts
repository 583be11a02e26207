import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import type { Usage } from "../../functions/store/records.ts";
import { created, group, person, statusOf, values } from "../protocol/manyClients.ts";
import { groupsWith, orgIdBehind, pushedGroup, swept, sweptAgain, teamMembers, untilDone } from "../support/cascade.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { brokenInvariants, foundInAllOrgs } from "../support/invariants.ts";
import { storeManyUsers, userJson } from "../support/manyUsers.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";
import { machineLine, table } from "./machine.ts";
import { sendNoTokens } from "./noTokens.ts";

const PER_PATCH = 5_000;
const GROUPS_OF_ONE = 1_000;

/** One request, as the log tells it. */
type Line = Readonly<Record<string, unknown>>;
type Database = Awaited<ReturnType<typeof dynoxideStore>>;

/**
 * Prints the life of a group of so many members: pushed in PATCHes of 5,000, half of it replaced by one PUT that is
 * repeated until it is done, deleted, swept; then the deletion of a user in 1,000 groups. What is stored is inspected
 * after each. @throws Error when anything is lost, shown or left that should not be
 */
export async function benchGroupLife(members: number): Promise<void> {
  const database = await dynoxideStore("sdk");
  sendNoTokens(database.client);
  try {
    const lines: Line[] = [];
    const endpoint = testEndpoint(database.store, (line) => lines.push(line));
    const target = inProcessTarget("bench", { ...endpoint, sweepLater: () => undefined }, 1);
    const life = new Life(
      database,
      target,
      await target.org({ preset: "open", changed: { groupPatchAnswer: 204 } }),
      lines,
    );
    const started = machineLine();
    await life.ofGroup(members);
    await life.ofUser(GROUPS_OF_ONE);
    const start = performance.now();
    const found = await foundInAllOrgs(database.store);
    if (found.length > 0) throw new Error(`fsck finds ${found.slice(0, 20).join(", ")}`);
    const inspected = ((performance.now() - start) / 1_000).toFixed(0);
    console.log(`\nThe life of a group of ${members}, dynoxide, without ClientRequestToken. ${started}\n`);
    console.log(table(["stage", "requests", "s", "calls", "RCU", "WCU", "inspection, s"], life.stages));
    console.log(`\n${table(["deletion, its answer", "ms", "calls", "trips", "RCU", "WCU"], life.deletions)}`);
    console.log(
      `\nfsck, asking the database itself, finds nothing either, in ${inspected} s. At the end: ${machineLine()}`,
    );
  } finally {
    await database.close();
  }
}

class Life {
  readonly stages: (string | number)[][] = [];
  readonly deletions: (string | number)[][] = [];
  readonly #database: Database;
  readonly #target: Target;
  readonly #org: Tenant;
  readonly #lines: Line[];
  /** When the last deletion was asked for: inspections take minutes. */
  #deletedAt = 0;

  constructor(database: Database, target: Target, org: Tenant, lines: Line[]) {
    this.#database = database;
    this.#target = target;
    this.#org = org;
    this.#lines = lines;
  }

  async ofGroup(members: number): Promise<void> {
    const org = this.#org;
    const people = await this.#users(members + Math.floor(members / 2));
    const [before, after] = [people.slice(0, members), people.slice(people.length - members)];
    const id = await this.#stage(`pushed by PATCHes of ${PER_PATCH}`, () =>
      pushedGroup(org, "large", before, PER_PATCH),
    );
    await this.#shows(id, before, before);

    const body = group("large", values(after));
    const shown = "?excludedAttributes=members";
    // Looking takes longer than Retry-After asks for, and is not part of the stage.
    let looking = 0;
    const look = async (): Promise<void> => {
      const start = performance.now();
      await this.#shows(id, before, after);
      looking += performance.now() - start;
    };
    const put = () => org.request({ method: "PUT", path: `/Groups/${id}${shown}`, body });
    const answers = await this.#stage(
      "half replaced by one PUT",
      () => untilDone(put, look),
      () => looking,
    );
    if (answers.at(-1)?.status !== 200) throw new Error(`the PUT ended with ${answers.at(-1)?.text}`);
    await this.#shows(id, after, after);

    const small = await created(org, "/Groups", group("small"));
    await this.#delete("a group of 0", `/Groups/${small}`);
    await this.#stage("deleted", () => this.#delete(`a group of ${members}`, `/Groups/${id}`));
    await this.#hidden(`/Groups/${id}`, `/teams/${id}/members`);
    const member = await org.request({ method: "GET", path: `/Users/${after[0]}` });
    if (member.status !== 200 || at(member.json, "groups") !== undefined) throw new Error("a member still shows it");
    await this.#sweep(id);
  }

  async ofUser(groups: number): Promise<void> {
    const org = this.#org;
    const loner = await created(org, "/Users", person("loner"));
    const leaver = await created(org, "/Users", person("leaver"));
    const ids = await groupsWith(this.#database.store, org, leaver, groups);
    await this.#delete("a user in no group", `/Users/${loner}`);
    await this.#stage(`a user in ${groups} groups deleted`, () =>
      this.#delete(`a user in ${groups} groups`, `/Users/${leaver}`),
    );
    await this.#hidden(`/Users/${leaver}`, `/users/${leaver}`);
    for (const id of ids) await this.#shows(id, [], []);
    const filter = encodeURIComponent(`members.value eq "${leaver}"`);
    const found = await org.request({ method: "GET", path: `/Groups?filter=${filter}` });
    if (at(found.json, "totalResults") !== 0) throw new Error("a filter still finds groups of the deleted user");
    await this.#sweep(leaver);
  }

  async #users(count: number): Promise<readonly string[]> {
    const { client, tableName } = this.#database;
    const attributesOf = (userName: string) => userJson(userName, "");
    const start = performance.now();
    const ids = await storeManyUsers({
      table: dynamoTable(client, tableName),
      orgId: orgIdBehind(this.#org),
      count,
      attributesOf,
    });
    this.#row(`${count} users put into the table`, 0, performance.now() - start);
    return ids;
  }

  /** @param apart milliseconds within the work that are none of its own */
  async #stage<T>(name: string, work: () => Promise<T>, apart = () => 0): Promise<T> {
    this.#lines.length = 0;
    const start = performance.now();
    const done = await work();
    const milliseconds = performance.now() - start - apart();
    const own = this.#lines.filter(({ op }) => op !== "directory.listMembers");
    const sum = (field: string): number => own.reduce((total, line) => total + Number(line[field] ?? 0), 0);
    const usage = { calls: sum("ddbCalls"), rcu: sum("rcu"), wcu: sum("wcu") };
    this.#row(name, own.length, milliseconds, usage, await this.#inspected(name));
    return done;
  }

  #row(
    name: string,
    requests: number,
    milliseconds: number,
    { calls, rcu, wcu }: Pick<Usage, "calls" | "rcu" | "wcu"> = { calls: 0, rcu: 0, wcu: 0 },
    inspected = "–",
  ): void {
    const seconds = (milliseconds / 1_000).toFixed(1);
    this.stages.push([name, requests, seconds, calls, rcu, wcu, inspected]);
    console.error([name, requests, `${seconds} s`, calls, rcu, wcu, inspected].join(", "));
  }

  /** @returns seconds @throws Error with what it finds */
  async #inspected(name: string): Promise<string> {
    const { client, tableName } = this.#database;
    const start = performance.now();
    const broken = await brokenInvariants(client, tableName, orgIdBehind(this.#org));
    if (broken.length > 0) throw new Error(`${name}: ${broken.slice(0, 20).join(", ")}`);
    return `clean, ${((performance.now() - start) / 1_000).toFixed(0)}`;
  }

  async #delete(what: string, path: string): Promise<void> {
    this.#lines.length = 0;
    this.#deletedAt = Date.now();
    const start = performance.now();
    const status = await statusOf(this.#org, "DELETE", path);
    const milliseconds = (performance.now() - start).toFixed(1);
    if (status !== 204) throw new Error(`the deletion of ${what} was answered ${status}`);
    const { ddbCalls, trips, rcu, wcu } = this.#lines.at(-1) ?? {};
    this.deletions.push([what, milliseconds, ...[ddbCalls, trips, rcu, wcu].map(String)]);
  }

  async #sweep(id: string): Promise<void> {
    const sweep = async (name: string, work: () => Promise<Usage>, inspect: () => Promise<string>): Promise<void> => {
      const start = performance.now();
      const usage = await work();
      const milliseconds = performance.now() - start;
      this.#row(name, 0, milliseconds, usage, await inspect());
    };
    const { store } = this.#database;
    await sweep(
      "swept at once",
      () => swept(store, this.#org, id, this.#deletedAt),
      async () => "–",
    );
    const again = "swept again, five minutes later";
    await sweep(
      again,
      () => sweptAgain(store, this.#org, id),
      () => this.#inspected(again),
    );
    const { memberships } = this.#database.store.begin().directory(orgIdBehind(this.#org));
    const left = [...(await memberships.stored(id)), ...(await memberships.groupsOf(id))];
    if (left.length > 0) throw new Error(`${left.length} memberships of ${id} are left`);
  }

  /** As the application sees it: everybody of both rosters, and nobody but those of either. */
  async #shows(id: string, one: readonly string[], other: readonly string[]): Promise<void> {
    const seen = new Set(await teamMembers(this.#target, this.#org, id));
    const [first, second] = [new Set(one), new Set(other)];
    const stranger = [...seen].find((member) => !first.has(member) && !second.has(member));
    const missing = one.find((member) => second.has(member) && !seen.has(member));
    if (stranger !== undefined || missing !== undefined) throw new Error(`${id} shows ${stranger}, lacks ${missing}`);
  }

  async #hidden(path: string, own: string): Promise<void> {
    const statuses = [
      await statusOf(this.#org, "GET", path),
      (await this.#target.directory("GET", `/orgs/${this.#org.slug}${own}`)).status,
    ];
    if (statuses.some((status) => status !== 404)) throw new Error(`${path} is still answered ${statuses}`);
  }
}
