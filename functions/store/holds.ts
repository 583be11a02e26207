import { objectIn } from "../scim/json.ts";
import { readCounts } from "./counters.ts";
import { SCHEMA_VERSION } from "./keys.ts";
import type { Stamp } from "./records.ts";
import { type RemovalKind, removalItems } from "./removalCounts.ts";
import { newWriteId } from "./resourceItems.ts";
import { USER_LAYOUT } from "./storedTypes.ts";
import { ABSENT, type Condition, type Item, stillIs, storedNumber } from "./table.ts";
import type { OrgView } from "./view.ts";

/** The removals allowed in ten minutes. */
export interface RemovalSpan extends Readonly<Record<RemovalKind, number>> {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Users of the org at the start, or more where the count rose within the span. */
  readonly roster: number;
}

/** Requests that a hold refuses: deletions of users and of groups, removals of members. */
const HELD_REQUESTS = ["users", "groups", "members"] as const;
export type HeldRequest = (typeof HELD_REQUESTS)[number];

/** Why removals are held. */
export interface Hold {
  readonly kind: RemovalKind;
  /** ISO 8601. */
  readonly since: string;
  /** Allowed within the hour, deactivations included. */
  readonly lost: number;
  /** Removals in the request that would have exceeded the limit. */
  readonly asked: number;
  readonly roster: number;
  readonly limit: number;
  readonly reference: string;
  readonly tokenId: string;
}

/** Removals that an unfinished change of a group may still make; already counted. */
interface LargeRemoval {
  readonly left: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** The state of an org's removal guard. */
export interface HoldState {
  /** Count of holds so far. */
  readonly number: number;
  readonly current: RemovalSpan;
  /** Earlier spans within the hour, oldest first. */
  readonly past: readonly RemovalSpan[];
  /** By group id. */
  readonly begun: Readonly<Record<string, LargeRemoval>>;
  readonly hold?: Hold | undefined;
}

/** The state as read. Every write except of a count raises the epoch. */
export interface StoredHold extends HoldState {
  readonly epoch: number;
  /** The item read, including damaged attributes. */
  readonly item: Item;
}

/** The requests that a hold has refused so far. */
export interface HeldRequests extends Readonly<Record<HeldRequest, number>> {
  readonly latest: { readonly at: string; readonly reference: string } | undefined;
}

const COUNT: Readonly<Record<RemovalKind, string>> = { users: "u", members: "m" };
const HELD: Readonly<Record<HeldRequest, string>> = { users: "hu", groups: "hg", members: "hm" };

/** The removal guard of one org: one item, written by the functions that serve its identity provider (SCHEMA.md). */
export class HoldStore {
  readonly #view: OrgView;

  /** @param view of the managed side */
  constructor(view: OrgView) {
    this.#view = view;
  }

  async read(): Promise<StoredHold | undefined> {
    const item = await this.#view.get(this.#view.keys.hold());
    return item && storedHold(item);
  }

  /** Users whose `active` went from true, as the events function counts them. Times are milliseconds since the epoch. */
  async deactivated(from: number, now: number): Promise<number> {
    let sum = 0;
    for await (const { de } of removalItems(this.#view, from, now)) sum += storedNumber(de);
    return sum;
  }

  /** Count of the org's users now. */
  async users(): Promise<number> {
    return (await readCounts(this.#view, USER_LAYOUT)).total;
  }

  /**
   * Writes the next state, unless the stored state differs from `previous`.
   * @param first where the state begins a hold: the kind of the first request that it refuses
   */
  async write(
    previous: StoredHold | undefined,
    next: HoldState,
    stamp: Stamp,
    first?: HeldRequest,
  ): Promise<"written" | { readonly stored: StoredHold | undefined }> {
    const { number, current, past, begun, hold } = next;
    const writeId = newWriteId(stamp);
    const set = {
      sv: SCHEMA_VERSION,
      e: (previous?.epoch ?? 0) + 1,
      n: number,
      s: current.start,
      ro: current.roster,
      u: current.users,
      m: current.members,
      lr: writeId,
      d: JSON.stringify({ past, begun, hold }),
      ...(first !== undefined && { [HELD[first]]: 1, hr: stamp.reference, ha: stamp.at }),
    };
    // Counts of refused requests continue, even while an older change is finished.
    const remove = first === undefined ? [] : HELD_REQUESTS.flatMap((one) => (one === first ? [] : HELD[one]));
    const [refusal] = await this.#view.write([
      { update: this.#view.keys.hold(), set, remove, condition: asRead(previous) },
    ]);
    // After a lost answer the SDK sends the item again and then finds its own write.
    if (refusal === undefined || refusal.stored?.lr === writeId) return "written";
    return { stored: refusal.stored && storedHold(refusal.stored) };
  }

  /**
   * Counts removals of the current span. Concurrent counts do not conflict.
   * @param most upper limit of the stored count before this one
   */
  async count(
    { epoch }: StoredHold,
    kind: RemovalKind,
    count: number,
    most: number,
  ): Promise<"written" | { readonly stored: StoredHold | undefined }> {
    const [refusal] = await this.#view.write([
      {
        update: this.#view.keys.hold(),
        add: { [COUNT[kind]]: count },
        condition: { all: [{ equals: ["e", epoch] }, { atMost: [COUNT[kind], most] }] },
      },
    ]);
    return refusal === undefined ? "written" : { stored: refusal.stored && storedHold(refusal.stored) };
  }

  /** Subtracts removals that were counted and not made, unless the epoch has changed. */
  async countBack(epoch: number, kind: RemovalKind, count: number): Promise<void> {
    const condition = { all: [{ equals: ["e", epoch] }] } as const;
    await this.#view.write([{ update: this.#view.keys.hold(), add: { [COUNT[kind]]: -count }, condition }]);
  }

  /** Counts one more refused request. A damaged count starts again. */
  async noteHeld({ number, item }: StoredHold, request: HeldRequest, { at, reference }: Stamp): Promise<void> {
    const one = { [HELD[request]]: 1 };
    const isCounted = typeof (item[HELD[request]] ?? 0) === "number";
    await this.#view.write([
      {
        update: this.#view.keys.hold(),
        set: { hr: reference, ha: at, ...(!isCounted && one) },
        add: isCounted ? one : {},
        condition: { all: [{ equals: ["n", number] }] },
      },
    ]);
  }
}

function asRead(state: StoredHold | undefined): Condition {
  return state ? { all: ["e", "u", "m"].flatMap((name) => stillIs(name, state.item[name])) } : ABSENT;
}

/**
 * Only `write` writes `d`. Damaged parts count as missing. Damaged text: its content is lost. Any damaged number: the
 * current span is lost, so the next removal writes all numbers anew, and with it the hold where there was a release.
 * Readers of `past` and `begun` pass over what is no span and no removal.
 */
export function storedHold(item: Item): StoredHold {
  const { e, n, s, ro, u, m, d } = item;
  const isWhole = [e, n, s, ro, u, m].every((one) => typeof one === "number");
  const numberOf = (value: Item[string]) => (isWhole ? storedNumber(value) : 0);
  const current = { start: numberOf(s), roster: numberOf(ro), users: numberOf(u), members: numberOf(m) };
  const kept = objectIn(String(d)) as Partial<HoldState> | undefined;
  const hold = typeof kept?.hold?.limit === "number" ? kept.hold : undefined;
  return { past: [], begun: {}, ...kept, hold, epoch: storedNumber(e), number: storedNumber(n), current, item };
}

export function requestsHeldBy({ item }: StoredHold): HeldRequests {
  const { hr, ha } = item;
  const [users, groups, members] = HELD_REQUESTS.map((request) => storedNumber(item[HELD[request]]));
  const latest = hr === undefined ? undefined : { at: String(ha), reference: String(hr) };
  return { users: users ?? 0, groups: groups ?? 0, members: members ?? 0, latest };
}
