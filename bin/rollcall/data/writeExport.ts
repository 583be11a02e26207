import {
  type DataLine,
  type MembersLine,
  type ResourceLine,
  SIDES,
  type TrailerLine,
} from "../../../functions/provisioning/exportFile.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import type { FileCounts } from "../../../functions/store/importState.ts";
import type { Side } from "../../../functions/store/keys.ts";
import { type AdminClient, adminPath } from "../adminClient.ts";
import type { Progress } from "./progress.ts";
import type { Sink } from "./sinks.ts";
import { SortedIds } from "./sortedIds.ts";

/** Lines are joined to pieces of this many characters before they are written. */
const PIECE = 1 << 16;

/**
 * Reads an org page by page and writes it line by line. Memory: a page, and 23 bytes for each user and group, by which
 * members are held to what is in the file. What was made after the beginning is left out, so that an id or name that was
 * given up and taken again meanwhile is not in the file twice.
 */
export async function writeExport(
  client: AdminClient,
  org: string,
  sink: Sink,
  progress: Progress,
): Promise<TrailerLine> {
  return new Export(client, org, sink, progress).run();
}

class Export {
  readonly #client: AdminClient;
  readonly #org: string;
  readonly #sink: Sink;
  readonly #progress: Progress;
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

  async run(): Promise<TrailerLine> {
    const header = await this.#get("export");
    this.#begun = String(header.exportedAt);
    const totals = await this.#get("totals");
    await this.#write(header);
    for (const side of SIDES) {
      await this.#resources(side, "users", totals);
      await this.#resources(side, "groups", totals);
      await this.#members(side);
    }
    const counts: FileCounts = this.#counts;
    const trailer: TrailerLine = { type: "end", counts, changedMeanwhile: this.#changedMeanwhile };
    await this.#write(trailer);
    if (this.#waiting !== "") await this.#sink.write(this.#waiting);
    return trailer;
  }

  async #resources(side: Side, kind: "users" | "groups", totals: JsonObject): Promise<void> {
    const total = totalOf(totals, side, kind);
    for await (const line of this.#lines<ResourceLine>(side, kind)) {
      // ISO 8601 texts of one form compare as times do.
      if (line.created > this.#begun) continue;
      if (line.lastModified > this.#begun) this.#changedMeanwhile += 1;
      this.#known[side][kind].add(line.id);
      this.#counts[side][kind] += 1;
      this.#progress.at(`${side} ${kind}`, this.#counts[side][kind], total);
      await this.#write(line);
    }
  }

  async #members(side: Side): Promise<void> {
    const counts = this.#counts[side];
    let group = "";
    let groups = 0;
    for await (const line of this.#lines<MembersLine>(side, "members")) {
      if (!this.#known[side].groups.has(line.group)) continue;
      const ids = line.ids.filter((id) => this.#isKnown(side, id));
      if (line.group !== group) groups += 1;
      group = line.group;
      this.#progress.at(`${side} groups with their members`, groups, counts.groups);
      if (ids.length === 0) continue;
      counts.memberships += ids.length;
      await this.#write({ ...line, ids });
    }
  }

  /** A team of the application may hold users that SCIM made. */
  #isKnown(side: Side, id: string): boolean {
    const { users, groups } = this.#known[side];
    return users.has(id) || groups.has(id) || (side === "unmanaged" && this.#known.managed.users.has(id));
  }

  async *#lines<L extends DataLine>(side: Side, what: "users" | "groups" | "members"): AsyncIterable<L> {
    let next: string | undefined;
    do {
      const page = await this.#get("export", side, what, next);
      // The API's own lines, held against its document by the tests.
      yield* (Array.isArray(page.lines) ? page.lines : []) as unknown as L[];
      next = typeof page.next === "string" ? page.next : undefined;
    } while (next !== undefined);
  }

  #get(what: "export" | "totals", side?: Side, kind?: string, after?: string): Promise<JsonObject> {
    const more = side === undefined || kind === undefined ? [] : [side, kind];
    const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
    return this.#client.insist("GET", adminPath("orgs", this.#org, "data", what, ...more) + query);
  }

  async #write(line: object): Promise<void> {
    this.#waiting += `${JSON.stringify(line)}\n`;
    if (this.#waiting.length < PIECE) return;
    await this.#sink.write(this.#waiting);
    this.#waiting = "";
  }
}

function knownIds() {
  return { users: new SortedIds(), groups: new SortedIds() };
}

function noCounts() {
  return { users: 0, groups: 0, memberships: 0 };
}

function totalOf(totals: JsonObject, side: Side, kind: "users" | "groups"): number {
  const ofSide = totals[side];
  return typeof ofSide === "object" && ofSide !== null && !Array.isArray(ofSide) ? Number(ofSide[kind]) : 0;
}
