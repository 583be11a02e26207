import type { Database } from "../database.ts";
import { keyText, type OrgId, OrgKeys, type Side } from "../keys.ts";
import type { StoredType } from "../storedTypes.ts";
import type { Action, Item, Key } from "../table.ts";
import { OrgView } from "../view.ts";
import type { Finding, FindingCode, InspectionStep, InspectionWishes } from "./findings.ts";
import type { Sums } from "./sums.ts";

/** A fault found by one atomic read, with its repair; without `repair` only a person can fix it. */
export interface Contradiction {
  readonly code: FindingCode;
  readonly ids: readonly string[];
  /** Absent: of the inspected side. */
  readonly managed?: boolean;
  readonly repair?: readonly Action[];
}

type Look = () => Promise<Contradiction | undefined>;

/** How often a look is repeated because of a change between look and repair. */
const LOOKS = 4;
/** How often a changing item is counted before it is reported as unsettled. */
const COUNTS = 5;

/** No request lives longer than half of this: older half-done work was interrupted. */
export const CUT_OFF_MS = 60_000;
/** Roles lag behind their causes; they are late only after this time, as for the alarm. */
export const LATE_MS = 15 * 60_000;

/** The limits of one step of an inspection, and its results so far. */
export interface InspectionReport extends Pick<InspectionStep, "findings" | "unsettled" | "examined"> {
  readonly wishes: InspectionWishes;
  readonly findings: Finding[];
  readonly unsettled: string[];
  examined: number;
}

/** Inspects one side of an org, and reports. */
export class Inspector {
  readonly database: Database;
  readonly orgId: OrgId;
  readonly types: readonly StoredType[];
  readonly side: Side;
  readonly keys: OrgKeys;
  /** The keys of the other side. */
  readonly other: OrgKeys;
  readonly view: OrgView;
  readonly report: InspectionReport;
  /** The sums of the walks over this side so far. */
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

  /** @returns the ids with an item under one of the keys; by default their resource */
  async existing(ids: readonly string[], ...keysOf: readonly ((id: string) => Key)[]): Promise<ReadonlySet<string>> {
    const asked = keysOf.length > 0 ? keysOf : [(id: string) => this.keys.resource(id)];
    const keys = asked.flatMap((keyOf) => ids.map(keyOf));
    const found = await this.database.getMany(keys, ["pk", "sk"]);
    return new Set(found.map(({ sk }) => String(sk)));
  }

  /** A snapshot of all wanted items, by the given names. */
  async together<N extends string>(wanted: Readonly<Record<N, Key>>): Promise<Readonly<Record<N, Item | undefined>>> {
    const keys = [...new Map(Object.values<Key>(wanted).map((key) => [keyText(key), key])).values()];
    const items = await this.database.getTogether(keys);
    const found = new Map(keys.map((key, index) => [keyText(key), items[index]]));
    const named = Object.entries<Key>(wanted).map(([name, key]) => [name, found.get(keyText(key))]);
    // The names are those of `wanted`.
    return Object.fromEntries(named) as Record<N, Item | undefined>;
  }

  /**
   * Verifies a suspicion from a cheaper read. `look` reads atomically; its result is reported, and repaired on the
   * condition that it still holds. A refused repair means that the items have changed: then it looks again.
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
   * Verifies a stated count that no atomic read can cover: two equal counts in a row, each between two equal reads of the item.
   * @param name of the item, for `unsettled`
   * @param statedIn attributes that change whenever the counted items do
   * @returns undefined unless the count is certain and the item disagrees
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
