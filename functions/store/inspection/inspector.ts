import { ABSENT, stillIs, when } from "../actions.ts";
import type { Database } from "../database.ts";
import { OrgKeys, type Side } from "../keys.ts";
import type { Stamp } from "../records.ts";
import type { StoredType, TypeLayout } from "../storedType.ts";
import type { Action, Condition, Item } from "../table.ts";
import { OrgView, ReadAhead } from "../view.ts";
import type { Finding, FindingCode, InspectionStep } from "./findings.ts";

/** What one atomic look shows, and what would repair it; without `repair` only a person can. */
export interface Contradiction {
  readonly code: FindingCode;
  readonly ids: readonly string[];
  readonly repair?: readonly Action[];
}

/** How often something is looked at again that changed between the look and the repair. */
const LOOKS = 4;
/** A step ends with the piece of work that found so many: the answer stays small. */
const MOST_FINDINGS = 200;

/** No request lives longer than half of it: what is older than this and half-done was cut off. */
export const CUT_OFF_MS = 60_000;

/** What one step of an inspection may do, and what it has found so far. */
export class Inspector {
  readonly database: Database;
  readonly stamp: Stamp;
  readonly #repair: boolean;
  readonly #until: number;
  readonly #findings: Finding[] = [];
  readonly #unsettled: string[] = [];
  #examined = 0;

  constructor(database: Database, wishes: { repair: boolean; until: number; stamp: Stamp }) {
    this.database = database;
    this.stamp = wishes.stamp;
    this.#repair = wishes.repair;
    this.#until = wishes.until;
  }

  get repairs(): boolean {
    return this.#repair;
  }

  /** Milliseconds since the epoch after which nothing more is begun. */
  get until(): number {
    return this.#until;
  }

  get mustEnd(): boolean {
    return this.database.now() >= this.#until || this.#findings.length >= MOST_FINDINGS;
  }

  /** Milliseconds between an ISO 8601 time and this request; NaN for another text. */
  ageOf(time: unknown): number {
    return Date.parse(this.stamp.at) - Date.parse(String(time));
  }

  looked(items: number): void {
    this.#examined += items;
  }

  unsettled(id: string): void {
    this.#unsettled.push(id);
  }

  report(side: Side, { code, ids }: Contradiction, repair: Finding["repair"]): void {
    this.#findings.push({ code, managed: side === "managed", ids, repair });
  }

  /**
   * Judges what a cheaper look made suspicious. `look` reads atomically; what it shows is reported, and repaired under the
   * condition that it is still so. A refused repair means that somebody wrote meanwhile: then it is looked at anew.
   */
  async settle(side: Side, look: () => Promise<Contradiction | undefined>): Promise<void> {
    for (let looks = 1; ; looks++) {
      const found = await look();
      if (found === undefined) return;
      if (!this.#repair || found.repair === undefined) {
        return this.report(side, found, found.repair === undefined ? "none" : "possible");
      }
      if ((await this.database.transact(found.repair)).length === 0) return this.report(side, found, "done");
      if (looks === LOOKS) return this.report(side, found, "refused");
    }
  }

  step(next: string | undefined): InspectionStep {
    return { findings: this.#findings, unsettled: this.#unsettled, examined: this.#examined, next };
  }
}

/** One side of the org under inspection, and the other one. */
export class InspectedSide {
  readonly side: Side;
  readonly types: readonly StoredType[];
  readonly view: OrgView;
  readonly keys: OrgKeys;
  readonly other: OrgKeys;

  constructor(database: Database, orgId: string, side: Side, types: readonly StoredType[]) {
    this.side = side;
    this.types = types;
    this.keys = new OrgKeys(orgId, side, types);
    this.other = new OrgKeys(orgId, side === "managed" ? "unmanaged" : "managed", types);
    this.view = new OrgView(database, this.keys, new ReadAhead());
  }
}

/** The resource as it was seen: to be a condition of what follows from it. */
export function unchanged({ hasMembers }: TypeLayout, resource: Item | undefined): Condition {
  if (resource === undefined) return ABSENT;
  // A group's version rises with every membership; what it is filed under stands in its text.
  if (hasMembers) return when(...stillIs("d", resource.d));
  return when(...stillIs("v", resource.v), ...stillIs("w", resource.w));
}
