import {
  type DataLine,
  END,
  HELD_TYPES,
  type MembersLine,
  type ResourceLine,
  type TrailerLine,
} from "../../../functions/provisioning/exportFile.ts";
import { isObject, type JsonObject } from "../../../functions/scim/json.ts";
import type { FileCounts } from "../../../functions/store/import.ts";
import { SIDES, type Side } from "../../../functions/store/keys.ts";
import { type AdminClient, adminPath, neededListIn, neededTextIn } from "../adminClient.ts";
import { noCounts } from "./checkFile.ts";
import type { Progress } from "./progress.ts";
import type { Sink } from "./sinks.ts";
import { SortedIds } from "./sortedIds.ts";

/** Lines are joined to pieces of this many characters before writing. */
const PIECE = 1 << 16;

/**
 * Exports an org page by page, line by line. Memory: a page, and 23 bytes for each user and group, to check that members are in
 * the file. Resources made after the start are left out, so that an id or name that was freed and reused is not in the file
 * twice.
 */
export async function writeExport(
  client: AdminClient,
  org: string,
  sink: Sink,
  progress: Progress,
  log: "withEvents" | "withoutEvents",
): Promise<TrailerLine> {
  return new Export(client, org, sink, progress).run(log);
}

class Export {
  readonly #client: AdminClient;
  readonly #org: string;
  readonly #sink: Sink;
  readonly #progress: Progress;
  /** By plural name of the kind. */
  readonly #known = { managed: knownIds(), unmanaged: knownIds() };
  readonly #counts = { managed: noCounts(), unmanaged: noCounts() };
  #changedMeanwhile = 0;
  #begun = "";
  #waiting = "";

  constructor(client: AdminClient, org: string, sink: Sink, progress: Progress) {
    this.#client = client;
    this.#org = org;
    this.#sink = sink;
    this.#progress = progress;
  }

  async run(log: "withEvents" | "withoutEvents"): Promise<TrailerLine> {
    const header = await this.#client.insist("GET", this.#path("export"));
    this.#begun = neededTextIn(header, "exportedAt");
    const totals = await this.#client.insist("GET", this.#path("totals"));
    await this.#write(header);
    for (const side of SIDES) {
      for (const { kind } of HELD_TYPES) await this.#resources(side, `${kind}s`, totals);
      await this.#members(side);
    }
    const counts: FileCounts = this.#counts;
    const events = log === "withEvents" ? { events: await this.#events() } : {};
    const trailer: TrailerLine = { type: END, counts, changedMeanwhile: this.#changedMeanwhile, ...events };
    await this.#write(trailer);
    if (this.#waiting !== "") await this.#sink.write(this.#waiting);
    return trailer;
  }

  async #resources(side: Side, name: string, totals: JsonObject): Promise<void> {
    const total = totalOf(totals, side, name);
    const counts = this.#counts[side];
    for await (const line of this.#lines<ResourceLine>(side, name)) {
      if (isLater(line.created, this.#begun)) continue;
      if (isLater(line.lastModified, this.#begun)) this.#changedMeanwhile += 1;
      this.#known[side].get(name)?.add(line.id);
      const count = (counts[name] ?? 0) + 1;
      counts[name] = count;
      this.#progress.at(`${side} ${name}`, count, total);
      await this.#write(line);
    }
  }

  async #members(side: Side): Promise<void> {
    const counts = this.#counts[side];
    let group = "";
    let groups = 0;
    for await (const line of this.#lines<MembersLine>(side, "members")) {
      if (!isIn(this.#known[side], line.group)) continue;
      const ids = line.ids.filter((id) => this.#isKnown(side, id));
      if (line.group !== group) groups += 1;
      group = line.group;
      this.#progress.at(`${side} groups with their members`, groups, counts.groups ?? 0);
      if (ids.length === 0) continue;
      counts.memberships = (counts.memberships ?? 0) + ids.length;
      await this.#write({ ...line, ids });
    }
  }

  /** @returns the number of events */
  async #events(): Promise<number> {
    let count = 0;
    for await (const page of this.#client.pages(this.#path("export", "events"), "insist")) {
      const lines = neededListIn(page, "lines");
      for (const line of lines) await this.#write(line);
      count += lines.length;
      this.#progress.at("events", count, count);
    }
    return count;
  }

  /** An application's team may hold users of SCIM. */
  #isKnown(side: Side, id: string): boolean {
    const isManagedUser = () => this.#known.managed.get("users")?.has(id) === true;
    return isIn(this.#known[side], id) || (side === "unmanaged" && isManagedUser());
  }

  async *#lines<L extends DataLine>(side: Side, what: string): AsyncIterable<L> {
    for await (const page of this.#client.pages(this.#path("export", side, what), "insist")) {
      // The API's own lines; tests check them against its document.
      yield* neededListIn(page, "lines") as unknown as L[];
    }
  }

  #path(...more: readonly string[]): string {
    return adminPath("orgs", this.#org, "data", ...more);
  }

  async #write(line: object): Promise<void> {
    this.#waiting += `${JSON.stringify(line)}\n`;
    if (this.#waiting.length < PIECE) return;
    await this.#sink.write(this.#waiting);
    this.#waiting = "";
  }
}

/** No export takes as long: a wrong clock dated what seems to be later. */
const LONGEST_MS = 7 * 86_400_000;

/** Whether something was made or changed after the export began. @param time ISO 8601, like `begun` */
function isLater(time: string, begun: string): boolean {
  const after = Date.parse(time) - Date.parse(begun);
  return after > 0 && after < LONGEST_MS;
}

function knownIds(): ReadonlyMap<string, SortedIds> {
  return new Map(HELD_TYPES.map(({ kind }) => [`${kind}s`, new SortedIds()]));
}

function isIn(known: ReadonlyMap<string, SortedIds>, id: string): boolean {
  return [...known.values()].some((ids) => ids.has(id));
}

function totalOf(totals: JsonObject, side: Side, kind: string): number {
  const ofSide = totals[side];
  return isObject(ofSide) ? Number(ofSide[kind]) : 0;
}
