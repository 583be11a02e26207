import type { Database } from "../database.ts";
import { keyText, type OrgId, OrgKeys, type Side } from "../keys.ts";
import type { StoredType } from "../storedType.ts";
import type { Action, Item, Key } from "../table.ts";
import { OrgView } from "../view.ts";
import type { Finding, FindingCode, InspectionStep, InspectionWishes } from "./findings.ts";
import type { Sums } from "./sums.ts";

/** What one atomic look shows, and what would repair it; without `repair` only a person can. */
export interface Contradiction {
  readonly code: FindingCode;
  readonly ids: readonly string[];
  /** Absent: of the side that is looked at. */
  readonly managed?: boolean;
  readonly repair?: readonly Action[];
}

type Look = () => Promise<Contradiction | undefined>;

/** How often something is looked at again that changed between the look and the repair. */
const LOOKS = 4;
/** So often something that is being written to is counted before it is left alone. */
const COUNTS = 5;

/** No request lives longer than half of it: what is older than this and half-done was cut off. */
export const CUT_OFF_MS = 60_000;
/** Roles are behind what led to them, and late only after this, as the alarm has it. */
export const LATE_MS = 15 * 60_000;

/** What one step of an inspection may do, and what it has found so far. */
export interface InspectionReport extends Pick<InspectionStep, "findings" | "unsettled" | "examined"> {
  readonly wishes: InspectionWishes;
  readonly findings: Finding[];
  readonly unsettled: string[];
  examined: number;
}

/** Looks at one side of an org, and reports. */
export class Inspector {
  readonly database: Database;
  readonly orgId: OrgId;
  readonly types: readonly StoredType[];
  readonly side: Side;
  readonly keys: OrgKeys;
  /** Those of the side that this is not. */
  readonly other: OrgKeys;
  readonly view: OrgView;
  readonly report: InspectionReport;
  /** Of what the walks over this side found so far. */
  readonly sums: Sums;

  constructor(
    database: Database,
    orgId: OrgId,
    types: readonly StoredType[],
    side: Side,
    report: InspectionReport,
    sums: Sums,
  ) {
    this.database = database;
    this.orgId = orgId;
    this.types = types;
    this.side = side;
    this.keys = new OrgKeys(orgId, side, types);
    this.other = new OrgKeys(orgId, side === "managed" ? "unmanaged" : "managed", types);
    this.view = new OrgView(database, this.keys);
    this.report = report;
    this.sums = sums;
  }

  /** Milliseconds between an ISO 8601 time and this request; NaN for another text. */
  ageOf(time: unknown): number {
    return Date.parse(this.report.wishes.stamp.at) - Date.parse(String(time));
  }

  looked(items: number): void {
    this.report.examined += items;
  }

  found(
    code: FindingCode,
    ids: readonly string[],
    repair: Finding["repair"] = "none",
    managed = this.#isManaged,
  ): void {
    this.report.findings.push({ code, managed, ids, repair });
  }

  get #isManaged(): boolean {
    return this.side === "managed";
  }

  /** @returns those of the ids under one of whose keys there is something: their resource, unless others are asked for */
  async existing(ids: readonly string[], ...keysOf: readonly ((id: string) => Key)[]): Promise<ReadonlySet<string>> {
    const asked = keysOf.length > 0 ? keysOf : [(id: string) => this.keys.resource(id)];
    const keys = asked.flatMap((keyOf) => ids.map(keyOf));
    const found = await this.database.getMany(keys, ["pk", "sk"]);
    return new Set(found.map(({ sk }) => String(sk)));
  }

  /** All of them as they are at one moment, by the names given here. */
  async together<N extends string>(wanted: Readonly<Record<N, Key>>): Promise<Readonly<Record<N, Item | undefined>>> {
    const keys = [...new Map(Object.values<Key>(wanted).map((key) => [keyText(key), key])).values()];
    const items = await this.database.getTogether(keys);
    const found = new Map(keys.map((key, index) => [keyText(key), items[index]]));
    const named = Object.entries<Key>(wanted).map(([name, key]) => [name, found.get(keyText(key))]);
    // The names are those of `wanted`.
    return Object.fromEntries(named) as Record<N, Item | undefined>;
  }

  /**
   * Judges what a cheaper look made suspicious. `look` reads atomically; what it shows is reported, and repaired under the
   * condition that it is still so. A refused repair means that somebody wrote meanwhile: then it is looked at anew.
   */
  async settle(look: Look): Promise<void> {
    for (let looks = 1; ; looks++) {
      const contradiction = await look();
      if (contradiction === undefined) return;
      const { code, ids, repair, managed } = contradiction;
      if (repair === undefined) return this.found(code, ids, "none", managed);
      if (!this.report.wishes.repair) return this.found(code, ids, "possible", managed);
      if ((await this.database.transact(repair)).length === 0) return this.found(code, ids, "done", managed);
      if (looks === LOOKS) return this.found(code, ids, "refused", managed);
    }
  }

  /**
   * Counts what an item states and no atomic read can hold: twice in a row, each time between two equal readings of the item.
   * @param name of it, for the report where it changes all the time
   * @param statedIn what changes whenever that which is counted does
   * @returns undefined unless it was counted and the item does not agree
   */
  async miscount<C>(
    key: Key,
    name: string,
    statedIn: (item: Item | undefined) => unknown,
    count: () => Promise<C>,
    agrees: (item: Item | undefined, counted: C) => boolean,
  ): Promise<{ readonly item: Item | undefined; readonly counted: C } | undefined> {
    let seenBefore: string | undefined;
    for (let counts = 0; counts < COUNTS; counts++) {
      const before = JSON.stringify(statedIn(await this.database.get(key)));
      const counted = await count();
      const item = await this.database.get(key);
      const steady = JSON.stringify(statedIn(item)) === before;
      if (steady && agrees(item, counted)) return undefined;
      const seen = steady ? `${before} ${JSON.stringify(counted)}` : undefined;
      if (seen !== undefined && seen === seenBefore) return { item, counted };
      seenBefore = seen;
    }
    this.report.unsettled.push(name);
    return undefined;
  }
}
