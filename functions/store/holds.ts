import { objectIn } from "../scim/json.ts";
import { readCounts } from "./counters.ts";
import { SCHEMA_VERSION } from "./keys.ts";
import type { Stamp } from "./records.ts";
import type { RemovalKind } from "./removalCounts.ts";
import { newWriteId } from "./resourceItems.ts";
import { USER_LAYOUT } from "./storedType.ts";
import { ABSENT, type Condition, type Item, stillIs, storedNumber } from "./table.ts";
import type { OrgView } from "./view.ts";

/** Ten minutes in which removals were let through. */
export interface RemovalSpan extends Readonly<Record<RemovalKind, number>> {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Users of the org then, or later within the span, where they were more. */
  readonly roster: number;
}

/** Which requests a hold keeps back: deletions of users and of groups, removals of members. */
export const HELD_REQUESTS = ["users", "groups", "members"] as const;
export type HeldRequest = (typeof HELD_REQUESTS)[number];

/** Why removals are held. */
export interface Hold {
  readonly kind: RemovalKind;
  /** ISO 8601. */
  readonly since: string;
  /** Let through within the hour, deactivations included. */
  readonly lost: number;
  /** Of the request that would have gone beyond. */
  readonly asked: number;
  readonly roster: number;
  readonly limit: number;
  readonly reference: string;
  readonly tokenId: string;
}

/** What a change of a group that its request could not finish may still remove, counted already. */
export interface LargeRemoval {
  readonly left: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What an org's removals are held against. */
export interface HoldState {
  /** How many holds there were. */
  readonly number: number;
  readonly current: RemovalSpan;
  /** Those before it within the hour, oldest first. */
  readonly past: readonly RemovalSpan[];
  /** By the group's id. */
  readonly begun: Readonly<Record<string, LargeRemoval>>;
  readonly hold?: Hold | undefined;
}

/** As read. Every write but that of a count raises the epoch. */
export interface StoredHold extends HoldState {
  readonly epoch: number;
  /** What it was read from, whatever somebody else damaged of it. */
  readonly item: Item;
}

/** What a hold kept back so far. */
export interface HeldRequests extends Readonly<Record<HeldRequest, number>> {
  readonly latest: { readonly at: string; readonly reference: string } | undefined;
}

const COUNT: Readonly<Record<RemovalKind, string>> = { users: "u", members: "m" };
const HELD: Readonly<Record<HeldRequest, string>> = { users: "hu", groups: "hg", members: "hm" };

/** The guard over the removals of one org: one item, which the functions write that answer its identity provider (SCHEMA.md). */
export class HoldStore {
  readonly #view: OrgView;

  /** @param view of the managed side */
  constructor(view: OrgView) {
    this.#view = view;
  }

  async read(): Promise<StoredHold | undefined> {
    const item = await this.#view.get(this.#view.keys.hold());
    return item && stateIn(item);
  }

  async readWithRequests(): Promise<{ readonly state: StoredHold; readonly requests: HeldRequests } | undefined> {
    const item = await this.#view.get(this.#view.keys.hold());
    return item && { state: stateIn(item), requests: requestsIn(item) };
  }

  /** Users whose `active` went from true, as the function of events counts them. @param from milliseconds since the epoch */
  async deactivated(from: number): Promise<number> {
    const range = { from: new Date(from).toISOString(), only: ["pk", "sk", "de"] };
    let sum = 0;
    for await (const items of this.#view.pages(this.#view.keys.removals("").pk, range)) {
      for (const { de } of items) sum += storedNumber(de);
    }
    return sum;
  }

  /** Users the org has now. */
  async users(): Promise<number> {
    return (await readCounts(this.#view, USER_LAYOUT)).total;
  }

  /**
   * Writes the state as it shall be, unless it is another one by now than was read.
   * @param first where the state begins a hold: of which kind the first request is that it keeps back
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
    // What a hold kept back counts on, also while a change that was begun before it is finished.
    const remove = first === undefined ? [] : HELD_REQUESTS.flatMap((one) => (one === first ? [] : HELD[one]));
    const [refusal] = await this.#view.write([
      { update: this.#view.keys.hold(), set, remove, condition: asRead(previous) },
    ]);
    // The SDK sends it again when an answer is lost, and then meets what it wrote.
    if (refusal === undefined || refusal.stored?.lr === writeId) return "written";
    return { stored: refusal.stored && stateIn(refusal.stored) };
  }

  /**
   * Counts removals of the current span. Those who count at once do not get in each other's way.
   * @param most what may have been counted before
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
    return refusal === undefined ? "written" : { stored: refusal.stored && stateIn(refusal.stored) };
  }

  /** Takes back what was counted and not carried out, unless the state is another one by now. */
  async countBack(epoch: number, kind: RemovalKind, count: number): Promise<void> {
    const condition = { all: [{ equals: ["e", epoch] }] } as const;
    await this.#view.write([{ update: this.#view.keys.hold(), add: { [COUNT[kind]]: -count }, condition }]);
  }

  /** One more request that the hold kept back. What is no number counts anew. */
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
 * Only `write` writes it. What somebody else damaged of it is taken for gone: of a text what it held; with a number that is
 * none what was let through in these ten minutes, so that the next removal writes all of them anew, and with that of the
 * holds the hold.
 */
function stateIn(item: Item): StoredHold {
  const { e, n, s, ro, u, m, d } = item;
  const isWhole = [e, n, s, ro, u, m].every((one) => typeof one === "number");
  const numberOf = (value: Item[string]) => (isWhole ? storedNumber(value) : 0);
  const current = { start: numberOf(s), roster: numberOf(ro), users: numberOf(u), members: numberOf(m) };
  const kept = objectIn(String(d)) as Pick<HoldState, "past" | "begun" | "hold"> | undefined;
  return { past: [], begun: {}, ...kept, epoch: storedNumber(e), number: storedNumber(n), current, item };
}

function requestsIn(item: Item): HeldRequests {
  const { hr, ha } = item;
  const [users, groups, members] = HELD_REQUESTS.map((request) => storedNumber(item[HELD[request]]));
  const latest = hr === undefined ? undefined : { at: String(ha), reference: String(hr) };
  return { users: users ?? 0, groups: groups ?? 0, members: members ?? 0, latest };
}
