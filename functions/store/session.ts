import { setTimeout as sleep } from "node:timers/promises";
import { isMemberId } from "../scim/schema.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { GroupStore } from "./groupStore.ts";
import {
  isIdOf,
  isOrgId,
  isTokenHash,
  isTokenId,
  keyText,
  type OrgId,
  OrgKeys,
  type Side,
  settingsKeys,
  typeOf,
} from "./keys.ts";
import { MembershipStore } from "./memberships.ts";
import type { Allowance, Usage, Wanted } from "./records.ts";
import { ResourceStore } from "./resourceStore.ts";
import { Rosters } from "./rosters.ts";
import { orgRecord, tokenRecord, UseMarks } from "./settings.ts";
import { GROUP_LAYOUT, LAYOUTS, type TypeLayout, USER_LAYOUT } from "./storedTypes.ts";
import { SWEEPS, type Sweeps } from "./sweep.ts";
import type { Item, Key, Table } from "./table.ts";
import type { Claim, Opened } from "./tokenRecords.ts";
import { type IdPages, OrgView } from "./view.ts";

/**
 * One side of an org: its users and teams never see the other side. A team of the unmanaged side may have a managed user as
 * member; only the managed side knows whether that user lives.
 */
export interface Directory {
  /** For work on one side as a whole: jobs, sweeps. */
  readonly view: OrgView;
  readonly users: ResourceStore;
  readonly groups: GroupStore;
  readonly memberships: MembershipStore;
}

/** One request's view of the table. */
export class StoreSession {
  readonly usage: Usage;
  readonly database: Database;
  /**
   * Stores that the token was used, at most once an hour. Never throws: a missing mark is no reason to fail a request.
   * @param now milliseconds since the epoch
   */
  readonly markUsed: (tokenId: string, now: number) => Promise<void>;
  readonly #views = new Map<string, OrgView>();
  readonly #types: readonly TypeLayout[];
  readonly #rosters: Rosters;
  readonly #sweeps: Sweeps;

  constructor(options: DatabaseOptions, marks: UseMarks, sweeps: Sweeps, types = LAYOUTS, rosters = new Rosters()) {
    this.#sweeps = sweeps;
    this.#types = types;
    this.#rosters = rosters;
    this.database = new Database(options);
    this.markUsed = marks.mark.bind(marks, this.database);
    this.usage = this.database.usage;
  }

  /** One side of an org with its read-ahead items: every caller gets the same view. */
  view(orgId: OrgId, side: Side): OrgView {
    const keys = new OrgKeys(orgId, side, this.#types);
    const known = this.#views.get(keys.prefix);
    if (known !== undefined) return known;
    const view = new OrgView(this.database, keys);
    this.#views.set(keys.prefix, view);
    return view;
  }

  /** The managed side holds what SCIM made. */
  directory(orgId: OrgId, side: Side = "managed"): Directory {
    const view = this.view(orgId, side);
    return {
      view,
      users: new ResourceStore(view, USER_LAYOUT),
      groups: new GroupStore(view, GROUP_LAYOUT),
      memberships: new MembershipStore(view, this.#rosters, this.#sweeps),
    };
  }

  /** The side that the application made: the same stores in another key space (product.md F6). */
  unmanaged(orgId: OrgId): Directory {
    return this.directory(orgId, "unmanaged");
  }

  /**
   * One round trip: reads the token, the org it claims, and the wanted items of that org. Each wanted item serves the first
   * equal read of `directory`, once; a second read goes to the store.
   */
  async open(claim: Claim, wanted: readonly Wanted[]): Promise<Opened> {
    // The claim is text from outside: only these forms may become part of a key.
    const { orgId, tokenHash, secretId } = claim;
    const isSecret = secretId === undefined || isTokenId(secretId);
    if (!isOrgId(orgId) || !isTokenHash(tokenHash) || !isSecret) return { token: undefined, org: undefined };
    const view = this.view(orgId, "managed");
    const tokenKey =
      secretId === undefined ? settingsKeys.token(tokenHash) : settingsKeys.accessToken(orgId, tokenHash);
    const orgKey = settingsKeys.org(orgId);
    const secretKey = secretId === undefined ? undefined : settingsKeys.listedToken(orgId, secretId);
    const claimed = secretKey === undefined ? [tokenKey, orgKey] : [tokenKey, orgKey, secretKey];
    const { keys, list } = readsAhead(view, wanted, claimed.length);
    const [items] = await Promise.all([this.database.getMany([...claimed, ...keys.values()]), list]);

    const found = new Map<string, Item>();
    for (const item of items) found.set(keyText(item), item);
    const token = found.get(keyText(tokenKey));
    const org = found.get(keyText(orgKey));
    const secret = secretKey && found.get(keyText(secretKey));
    for (const text of keys.keys()) view.ahead.set(text, found.get(text));
    return { token: token && tokenRecord(token), org: org && orgRecord(org), secret: secret && tokenRecord(secret) };
  }
}

/**
 * The limits of reads for an unverified request (product.md 5.17): one BatchGetItem of so many keys, including those of the
 * token and its org, and one Query of so many items. Anybody can invent a token with a right checksum.
 */
const KEYS_AHEAD = 6;
const ITEMS_AHEAD = 25;

type WantedMembership = Extract<Wanted, { readonly kind: "membership" }>;

/**
 * Selects what is read before the token is verified: the first wanted items. Later readers fetch the others when they need
 * them. An entry that no stored item can match is left out. Where no list needs the Query, it reads memberships of a group
 * that had no room among the keys.
 * @param claimed how many keys the token itself takes
 * @returns the keys to read with the token, by their text, and the Query; the view keeps its answer
 */
function readsAhead(
  view: OrgView,
  wanted: readonly Wanted[],
  claimed: number,
): { readonly keys: ReadonlyMap<string, Key>; readonly list: Promise<void> | undefined } {
  const keys = new Map<string, Key>();
  const left: WantedMembership[] = [];
  let list: IdPages | undefined;
  for (const entry of wanted) {
    const read = readOf(view, entry);
    if (read === undefined) continue;
    if ("page" in read) list ??= read;
    else if (claimed + keys.size < KEYS_AHEAD) keys.set(keyText(read), read);
    else if (entry.kind === "membership") left.push(entry);
  }
  const [first] = left;
  const query = list !== undefined ? listAhead(view, list) : first && membershipsAhead(view, first.groupId, left);
  return { keys, list: query };
}

function readOf(view: OrgView, entry: Wanted): Key | IdPages | undefined {
  const { keys } = view;
  switch (entry.kind) {
    case "resource":
      return typeOf(keys.types, entry.id) === undefined ? undefined : keys.resource(entry.id);
    case "name":
      return entry.key === "" ? undefined : keys.name(entry.type, entry.key);
    case "externalId":
      return view.byValue(keys.externalIds(entry.type), entry.key);
    case "value":
      return view.byValue(keys.values(entry.type), entry.key);
    case "membership":
      return isIdOf(GROUP_LAYOUT, entry.groupId) && isMemberId(entry.memberId)
        ? keys.membership(entry.groupId, entry.memberId)
        : undefined;
  }
}

async function listAhead(view: OrgView, list: IdPages): Promise<void> {
  view.listsAhead.set(list.name, await list.page({ limit: ITEMS_AHEAD }));
}

/** Reads memberships of one group from the first wanted member on: within the page, each is known to exist or not. */
async function membershipsAhead(view: OrgView, groupId: string, wanted: readonly WantedMembership[]): Promise<void> {
  const members = wanted.flatMap((one) => (one.groupId === groupId ? [one.memberId] : [])).sort();
  const limit = members.length === 1 ? 1 : ITEMS_AHEAD;
  const { items, last } = await view.query(view.keys.memberships(groupId), { from: members[0], limit });
  const found = new Map(items.map((item) => [String(item.sk), item]));
  for (const memberId of members) {
    const unseen = last !== undefined && memberId > last;
    if (!unseen) view.ahead.set(keyText(view.keys.membership(groupId, memberId)), found.get(memberId));
  }
}

export interface Store {
  begin(allowance?: Allowance): StoreSession;
}

export interface StoreOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: () => number;
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** Types of resources; absent: users and groups. */
  readonly types?: readonly TypeLayout[];
  /** Large groups that this process has read. */
  readonly rosters?: Rosters;
}

/** The store in a table (SCHEMA.md). */
export function createStore(table: Table, options: StoreOptions = {}): Store {
  return storeOf(table, SWEEPS, options);
}

/** The same store where another process sweeps: deletions stay marked, as when the time is over. */
export function createUnsweptStore(table: Table): Store {
  return storeOf(table, {
    deletions: async () => undefined,
    marked: async (_view, ids) => ids.map(() => "unfinished"),
  });
}

function storeOf(
  table: Table,
  sweeps: Sweeps,
  { now, random, wait, types, rosters = new Rosters() }: StoreOptions = {},
): Store {
  const options = { table, now: now ?? Date.now, random: random ?? Math.random, wait: wait ?? sleep };
  const marks = new UseMarks();
  return { begin: (allowance) => new StoreSession({ ...options, ...allowance }, marks, sweeps, types, rosters) };
}
