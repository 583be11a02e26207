import { loggedEvent } from "../../../functions/provisioning/events/loggedEvent.ts";
import { type FeedEntry, feedEntry, type ReadableEvent, readableEvent } from "../../../functions/store/eventItems.ts";
import { type LogStep, type OrgEnd, readStep } from "../../../functions/store/steps.ts";
import type { Item, ItemChange } from "../../../functions/store/table.ts";
import type { Commit } from "./gradualTable.ts";

/** A committed version of a subject, with its transaction's other content. */
export interface CommittedStep {
  readonly step: LogStep | OrgEnd;
  readonly change: ItemChange;
  /** Members that the same transaction added and removed, ascending. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The same transaction moved it to the other side. */
  readonly isAdopted: boolean;
}

export interface KnownEvent {
  readonly event: ReadableEvent;
  readonly item: Item;
}

const EVENT = /^E#([0-9A-Za-z]{8})#L$/;
const FEED = /^F#(\d+)$/;
const MEMBERSHIP = /^[ON]#[0-9A-Za-z]{8}#M#(.+)$/;

/** Everything that ever happened to the table: commits and the log's events, even those that expired since. */
export class History {
  readonly problems: string[] = [];
  /** Since the log began or was renewed. */
  committed: CommittedStep[] = [];
  /** By `org generation`, in numeric order once the whole transaction is written. */
  readonly #events = new Map<string, Map<number, KnownEvent>>();
  /** By `shard generation`. */
  readonly #entries = new Map<string, Map<number, FeedEntry>>();

  decided(commit: Commit): void {
    const memberships = commit.filter(({ key }) => MEMBERSHIP.test(key.pk));
    for (const change of commit) {
      const step = readStep(change);
      if (step === undefined) continue;
      const own = memberships.filter(({ key }) => MEMBERSHIP.exec(key.pk)?.[1] === change.key.sk);
      const isPut = ({ after }: ItemChange) => after !== undefined;
      this.committed.push({
        step,
        change,
        added: own.filter(isPut).map(({ key }) => key.sk),
        removed: own.filter((one) => !isPut(one)).map(({ key }) => key.sk),
        isAdopted: commit.some(
          ({ key, after }) => key.sk === change.key.sk && key.pk !== change.key.pk && after?.d !== undefined,
        ),
      });
    }
  }

  written({ key: { pk, sk }, before, after }: ItemChange): void {
    const orgId = EVENT.exec(pk)?.[1];
    if (orgId !== undefined) this.#eventWritten(orgId, sk, before, after);
    const shard = FEED.exec(pk)?.[1];
    if (shard === undefined || after === undefined || sk === "H" || sk.startsWith("P#")) return;
    const entry = feedEntry(after);
    if (entry === undefined) {
      this.problems.push(`the feed's entry ${shard} ${sk} cannot be read`);
      return;
    }
    const known = mapAt(this.#entries, `${shard} ${sk.slice(0, 6)}`);
    if (known.has(entry.number)) this.problems.push(`the feed's entry ${shard} ${entry.number} is written twice`);
    known.set(entry.number, entry);
  }

  #eventWritten(orgId: string, sk: string, before: Item | undefined, after: Item | undefined): void {
    if (after === undefined) return;
    const name = `${orgId}: event ${sk}`;
    const event = readableEvent(after);
    if (event === undefined) {
      this.problems.push(`${name} comes back without its text, or cannot be read`);
      return;
    }
    const known = mapAt(this.#events, `${orgId} ${sk.slice(0, 6)}`);
    const first = known.get(event.seq);
    if (first === undefined) known.set(event.seq, { event, item: after });
    else if (before === undefined) this.problems.push(`${name} is written twice`);
    else if (first.item.d !== after.d || first.item.ps !== after.ps || after.b !== undefined)
      this.problems.push(`${name} is changed`);
  }

  /** Of one generation of an org's log, in numeric order. */
  eventsOf(orgId: string, generation: string): readonly KnownEvent[] {
    const known = this.#events.get(`${orgId} ${generation}`) ?? new Map<number, KnownEvent>();
    return [...known.values()].sort((a, b) => a.event.seq - b.event.seq);
  }

  eventAt(orgId: string, generation: string, seq: number): KnownEvent | undefined {
    return this.#events.get(`${orgId} ${generation}`)?.get(seq);
  }

  entriesOf(shard: number, generation: string): readonly FeedEntry[] {
    const known = this.#entries.get(`${shard} ${generation}`) ?? new Map<number, FeedEntry>();
    return [...known.values()].sort((a, b) => a.number - b.number);
  }

  get eventCount(): number {
    return [...this.#events.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

function mapAt<V>(maps: Map<string, Map<number, V>>, name: string): Map<number, V> {
  const known = maps.get(name) ?? new Map<number, V>();
  maps.set(name, known);
  return known;
}

/** An event's versions. */
export function versionsOf({ event }: KnownEvent): {
  readonly from: number;
  readonly version: number;
  readonly isLink: boolean;
} {
  const { version, from, linkVersion } = loggedEvent(event);
  const own = linkVersion ?? version;
  return { from: from ?? own, version: own, isLink: linkVersion !== undefined };
}
