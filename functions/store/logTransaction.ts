import {
  type Cursor,
  cursorValues,
  eventItem,
  type FeedHead,
  feedItem,
  type Head,
  headItem,
  type StoredEvent,
} from "./eventItems.ts";
import { eventKeys } from "./eventKeys.ts";
import { cursorName, type LoggedOrg, type LoggedVersions, type LogState, type Subject } from "./eventLog.ts";
import { keyItem, type OrgId } from "./keys.ts";
import { ABSENT, ACTIONS_PER_TRANSACTION, type Action, type Condition, type Test } from "./table.ts";

/** Below the 4 MB limit of a transaction, with room for what DynamoDB counts beside the texts. */
const TRANSACTION_BYTES = 3_500_000;

export const NOTHING_LOGGED: LoggedVersions = { version: 0, linkVersion: 0, rolesVersion: 0 };

/** An event that has no number yet. */
export interface NewEvent {
  readonly version: number;
  readonly text: string;
  readonly values: string | undefined;
}

interface Additions {
  readonly events: StoredEvent[];
  readonly cursors: Map<string, Cursor>;
  /** The head after the transaction. */
  readonly head: Head;
}

interface Writing {
  readonly shard: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Retention of the deployment; an org may want fewer days. */
  readonly retentionDays: number;
  /** A generation for a log or shard that begins. */
  newGeneration(): string;
}

/** A transaction in preparation: events of several orgs with their heads and cursors, and the entries of the feed. */
export class LogTransaction {
  readonly #state: LogState;
  readonly #writing: Writing;
  readonly #orgs = new Map<OrgId, Additions>();
  readonly #ended = new Map<OrgId, Head>();
  #actions = 1;
  #bytes = 1_000;

  constructor(state: LogState, writing: Writing) {
    this.#state = state;
    this.#writing = writing;
  }

  get isEmpty(): boolean {
    return this.#orgs.size + this.#ended.size === 0;
  }

  /** The org settings in the log, including changes by this transaction; undefined: none yet. */
  orgOf(orgId: OrgId): LoggedOrg | undefined {
    return this.#orgs.get(orgId)?.head ?? this.#state.heads.get(orgId);
  }

  /** The last versions accounted for, including what this transaction adds; 0: none. */
  logged(one: Subject): LoggedVersions {
    return this.#cursor(one) ?? NOTHING_LOGGED;
  }

  /**
   * These events account for the versions of a subject up to `reached`; without events, the versions are skipped silently.
   * @param org the current settings
   * @param reached a version that is left out stays as it is
   * @param eraseAt for a subject that is gone: when its values must be erased, ISO 8601
   * @returns false where the transaction has no room: then nothing was added
   */
  add(
    one: Subject,
    org: LoggedOrg,
    reached: Partial<Omit<LoggedVersions, "gone">>,
    events: readonly NewEvent[],
    eraseAt?: string,
  ): boolean {
    const { orgId, subject } = one;
    const known = this.#orgs.get(orgId);
    const stored = this.#state.heads.get(orgId);
    // Counted: the head, the feed's entry (with the org's first event), the cursor.
    const ofOrg = known === undefined ? 1 : 0;
    const ofFeed = events.length > 0 && (known === undefined || known.events.length === 0) ? 1 : 0;
    const ofCursor = known?.cursors.has(subject) === true ? 0 : 1;
    const actions = ofOrg + ofFeed + ofCursor + events.length;
    const bytes =
      600 * actions + events.reduce((sum, { text, values = "" }) => sum + 3 * (text.length + values.length), 0);
    if (this.#actions + actions > ACTIONS_PER_TRANSACTION || this.#bytes + bytes > TRANSACTION_BYTES) return false;
    this.#actions += actions;
    this.#bytes += bytes;

    const head = { ...(known?.head ?? stored ?? this.#newHead()), ...org };
    const time = Math.max(this.#writing.now, head.time);
    let { seq } = head;
    const before = this.#cursor(one);
    let previousSeq = before?.seq ?? 0;
    const added = known?.events ?? [];
    for (const { text, values } of events) {
      seq += 1;
      added.push({ seq, subject, previousSeq, time, text, values });
      previousSeq = seq;
    }
    const cursors = known?.cursors ?? new Map<string, Cursor>();
    const erased = eraseAt ?? before?.eraseAt;
    cursors.set(subject, {
      ...{ ...NOTHING_LOGGED, ...before, ...reached },
      generation: head.generation,
      seq: previousSeq,
      ...(erased && { eraseAt: erased, gone: true }),
    });
    this.#orgs.set(orgId, {
      events: added,
      cursors,
      head: { ...head, seq, time: events.length > 0 ? time : head.time },
    });
    return true;
  }

  /** The org was purged, which closed its log: adds one entry about this to the feed. @returns false where the transaction has no room */
  end(orgId: OrgId, head: Head): boolean {
    if (this.#actions + 2 > ACTIONS_PER_TRANSACTION) return false;
    this.#actions += 2;
    this.#ended.set(orgId, { ...head, ended: true });
    return true;
  }

  /** Whether the feed contains the org's end, including by this transaction. */
  isEnded(orgId: OrgId): boolean {
    return (this.#ended.get(orgId) ?? this.#state.heads.get(orgId))?.ended === true;
  }

  actions(): Action[] {
    const { shard, now } = this.#writing;
    const { feed = this.#newFeed() } = this.#state;
    const actions: Action[] = [];
    let { number } = feed;
    for (const [orgId, additions] of this.#orgs) {
      actions.push(...this.#actionsOf(orgId, additions));
      const [first] = additions.events;
      if (first === undefined) continue;
      number += 1;
      const range = { from: first.seq, to: additions.head.seq };
      const entry = { number, orgId, slug: additions.head.slug, range };
      actions.push({ put: feedItem(shard, feed.generation, entry, now), condition: ABSENT });
    }
    for (const [orgId, { slug }] of this.#ended) {
      number += 1;
      const open = { all: [{ exists: "closed" }, { missing: "ended" }] } as const;
      actions.push({ update: eventKeys.head(orgId), set: { ended: 1 }, condition: open });
      const entry = { number, orgId, slug, range: undefined };
      actions.push({ put: feedItem(shard, feed.generation, entry, now), condition: ABSENT });
    }
    if (number > feed.number) actions.push(this.#feedAction({ ...feed, number }));
    return actions;
  }

  /** The state after this transaction is written. */
  stateAfter(): LogState {
    const heads = new Map(this.#state.heads);
    const cursors = new Map(this.#state.cursors);
    let { feed } = this.#state;
    let entries = this.#ended.size;
    for (const [orgId, head] of this.#ended) heads.set(orgId, head);
    for (const [orgId, { events, head, cursors: own }] of this.#orgs) {
      heads.set(orgId, head);
      for (const [subject, cursor] of own) cursors.set(cursorName({ orgId, subject }), cursor);
      if (events.length > 0) entries += 1;
    }
    if (entries > 0) {
      const before = feed ?? this.#newFeed();
      feed = { ...before, number: before.number + entries };
    }
    return { heads, cursors, feed };
  }

  #actionsOf(orgId: OrgId, { events, cursors, head }: Additions): Action[] {
    const stored = this.#state.heads.get(orgId);
    const { generation } = head;
    return [
      ...headActions(orgId, stored, head),
      ...events.map((event) => ({
        put: eventItem(orgId, generation, event, Math.min(this.#writing.retentionDays, head.retentionDays ?? Infinity)),
        condition: ABSENT,
      })),
      ...[...cursors].map(([subject, cursor]): Action => {
        const before = this.#state.cursors.get(cursorName({ orgId, subject }));
        return {
          update: eventKeys.cursor(orgId, subject),
          set: cursorValues(subject, cursor),
          condition: before === undefined ? ABSENT : unchangedCursor(before),
        };
      }),
    ];
  }

  #feedAction({ number, generation }: FeedHead): Action {
    const { feed } = this.#state;
    const key = eventKeys.feedHead(this.#writing.shard);
    if (feed === undefined) return { put: { ...keyItem(key), h: number, g: generation }, condition: ABSENT };
    return {
      update: key,
      set: { h: number },
      condition: { all: [{ equals: ["h", feed.number] }, { equals: ["g", generation] }] },
    };
  }

  /** Ignores a cursor of another generation. */
  #cursor({ orgId, subject }: Subject): Cursor | undefined {
    const known = this.#orgs.get(orgId);
    const head = known?.head ?? this.#state.heads.get(orgId);
    const cursor = known?.cursors.get(subject) ?? this.#state.cursors.get(cursorName({ orgId, subject }));
    return cursor?.generation === head?.generation ? cursor : undefined;
  }

  #newHead(): Head {
    return {
      seq: 0,
      time: 0,
      generation: this.#writing.newGeneration(),
      slug: "",
      closed: false,
      over: false,
      ended: false,
    };
  }

  #generation: string | undefined;
  #newFeed(): FeedHead {
    this.#generation ??= this.#writing.newGeneration();
    return { number: 0, generation: this.#generation };
  }
}

/** Changes the head from `stored` to `head`. Without events, only checks that the head exists and is open. */
function headActions(orgId: OrgId, stored: Head | undefined, head: Head): Action[] {
  const key = eventKeys.head(orgId);
  // `OrgData.close` creates the head of a log that was never begun before it removes anything.
  if (stored === undefined) return [{ put: headItem(orgId, head), condition: ABSENT }];
  const open: Condition = {
    all: [{ equals: ["h", stored.seq] }, { equals: ["g", stored.generation] }, { missing: "closed" }],
  };
  if (head.seq === stored.seq) return [{ check: key, condition: open }];
  const { seq, time, retentionDays, roles } = head;
  const set: Record<string, number> = { h: seq, t: time };
  const remove: string[] = [];
  if (retentionDays === undefined) remove.push("rd");
  else set.rd = retentionDays;
  if (roles === true) set.ro = 1;
  else if (stored.roles === true) remove.push("ro");
  return [{ update: key, set, ...(remove.length > 0 && { remove }), condition: open }];
}

function unchangedCursor({ generation, version, linkVersion, rolesVersion }: Cursor): Condition {
  const own = [["lv", linkVersion] as const, ["rv", rolesVersion] as const];
  const others = own.map(([name, reached]): Test => (reached === 0 ? { missing: name } : { equals: [name, reached] }));
  return { all: [{ equals: ["g", generation] }, { equals: ["v", version] }, ...others] };
}
