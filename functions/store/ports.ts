import type { Directory } from "./directoryPorts.ts";
import type { ImportState, OrgImport } from "./importPorts.ts";
import type { Inspection } from "./inspection/findings.ts";
import type { OrgId } from "./keys.ts";
import type { Preset, Rules } from "./rules.ts";
import type { TypeLayout } from "./storedType.ts";

export interface SingleSignOn {
  readonly url?: string;
  readonly entityId?: string;
}

/** What one request cost so far. `trips` counts serial round trips: calls that were under way together count once. */
export interface Usage {
  calls: number;
  trips: number;
  rcu: number;
  wcu: number;
  retries: number;
  conflicts: number;
}

export interface OrgRecord {
  readonly id: OrgId;
  /** The login name in the URL; never changes. */
  readonly slug: string;
  readonly displayName: string;
  readonly version: number;
  readonly created: string;
  /** F10: whether the application lets this org use SCIM at all. */
  readonly entitled: boolean;
  /** P2: absent while SAML SSO is not configured. */
  readonly sso: SingleSignOn | undefined;
  readonly paused: { readonly since: string; readonly reason: string } | undefined;
  /** Scheduled: SCIM is refused at once. `purging` once removal began, and from then on there is no way back. */
  readonly deletion?: { readonly since: string; readonly reason: string; readonly purging?: true };
  /** Ids of users that the identity provider can neither deactivate nor delete. */
  readonly protectedUsers?: readonly string[];
  /** The application's own ids of the org's administrators. */
  readonly admins: readonly string[];
  readonly preset: Preset;
  readonly changedRules: Partial<Rules>;
  /** A token counts only while it carries this number; regenerate raises it. */
  readonly tokenEpoch: number;
}

export interface TokenRecord {
  readonly id: string;
  readonly orgId: OrgId;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  readonly epoch: number;
  readonly description: string;
  readonly createdAt: string;
  /** The actor of the call that made it, as logged. */
  readonly createdBy: string;
  readonly expiresAt: string | undefined;
  readonly revokedAt: string | undefined;
  /** Absent: `org`. A client secret buys access tokens (OAuth 2.0 client credentials) and opens nothing else. */
  readonly kind?: TokenKind;
  /** F5: id of the user without whom the token does not count. */
  readonly boundTo?: string;
  /** Id of the token whose first use ends this one. */
  readonly retiredBy?: string;
  /** Of an access token: id of the client secret it was bought with, and dies with. */
  readonly secretId?: string;
}

export type TokenKind = "org" | "client" | "access";

/** Organizations and their tokens. SCIM functions have no right to write any of it. */
export interface Settings {
  orgBySlug(slug: string): Promise<OrgRecord | undefined>;
  orgById(id: OrgId): Promise<OrgRecord | undefined>;
  /** By slug, ascending. */
  orgs(
    limit: number,
    after?: string,
  ): Promise<{ readonly orgs: readonly OrgRecord[]; readonly next: string | undefined }>;
  createOrg(org: OrgRecord): Promise<"created" | "slugTaken">;
  /** Org tokens and client secrets. Strongly consistent: no live one can be missed. Newest first. */
  tokens(orgId: OrgId): Promise<TokenRecord[]>;
  /** Keeps a new access token until it has expired. */
  createAccessToken(token: TokenRecord): Promise<void>;
  /** When tokens were last used, to the hour; those that never were are absent. By token id. */
  lastUsed(tokenIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** One transaction: settings and tokens together; `stale` when the stored version is not `previous.version`. At most 40 tokens. */
  save(previous: OrgRecord, next: OrgRecord, tokens: readonly TokenRecord[]): Promise<"saved" | "stale">;
}

/** How much one partition, or one kind of item, holds. */
export interface Remainder {
  /** e.g. `O#Ab12Cd34#UN`; partitions that come by the dozen are summed up under their common beginning. */
  readonly partition: string;
  readonly items: number;
}

/** Everything that belongs to one org, for the end of it. Nobody may write for the org any more when this is used. */
export interface OrgData {
  /**
   * Removes items of the org, its settings and its login name excepted, in an order that never loses the way to what is
   * left: may be broken off at any time and called again.
   * @param limit items, roughly
   * @returns how many were removed; 0 says that nothing is left
   */
  remove(limit: number): Promise<number>;
  /** Reads every partition that the org can have, strongly consistent. */
  remains(): Promise<readonly Remainder[]>;
  /** Removes the settings and sets the login name free, in one transaction. */
  finish(slug: string): Promise<void>;
}

/** What a request will need, known before its token is verified. Read beside the token, shown to nobody before. */
export type Wanted =
  /** Of any type: the id names it. */
  | { readonly kind: "resource"; readonly id: string }
  | { readonly kind: "name" | "externalId" | "value"; readonly type: TypeLayout; readonly key: string }
  | { readonly kind: "membership"; readonly groupId: string; readonly memberId: string }
  | { readonly kind: "groupsOf"; readonly memberId: string };

/** What a presented token claims, unverified. */
export interface Claim {
  readonly orgId: string;
  readonly tokenHash: string;
  /** Of an access token only: the client secret it says it was bought with. */
  readonly secretId?: string;
}

export interface Opened {
  readonly token: TokenRecord | undefined;
  /** The client secret of the claim, where it names one. */
  readonly secret?: TokenRecord;
  readonly org: OrgRecord | undefined;
}

/** A resource that was deleted, on one side of one org. */
export interface Deletion {
  readonly orgId: OrgId;
  readonly managed: boolean;
  readonly id: string;
}

/** One that is not swept for good. */
export interface WaitingDeletion extends Deletion {
  /** When it was deleted, ISO 8601. */
  readonly at: string;
}

export interface OpenDeletions {
  readonly deletions: readonly WaitingDeletion[];
  /** How many more there are that name no resource: nobody can sweep behind them. */
  readonly unreadable: number;
}

/** One request's view of the store. */
export interface StoreSession {
  readonly usage: Usage;
  /**
   * One round trip: the token, the org it claims, and what the request wants of that org. The wanted records are kept
   * aside and serve the first equal read of `directory`, once; a second read goes to the store.
   */
  open(claim: Claim, wanted: readonly Wanted[]): Promise<Opened>;
  /** The managed side: what SCIM made. */
  directory(orgId: OrgId): Directory;
  /** What the application made itself: the same ports, another key space (product.md F6). */
  unmanaged(orgId: OrgId): Directory;
  readonly settings: Settings;
  orgData(orgId: OrgId): OrgData;
  inspection(orgId: OrgId): Inspection;
  /** The one import that an org can have, where there is or was one. */
  importState(orgId: OrgId): Promise<ImportState | undefined>;
  orgImport(orgId: OrgId): OrgImport;
  /** Of all orgs, made before this moment (ISO 8601), the oldest first; eventually consistent. */
  openDeletions(before: string): Promise<OpenDeletions>;
  /**
   * Remembers that the token was used, at most once an hour. Never throws: the mark is not worth a request.
   * @param now milliseconds since the epoch
   */
  markUsed(tokenId: string, now: number): Promise<void>;
}

/** How long a session may go on. */
export interface Allowance {
  /** Whether a write that meets others may be tried once more; absent, it gives up within two seconds. */
  hasTime?(): boolean;
  /** Aborted when nobody waits for the session any more: from then on nothing is sent, and what is under way is given up. */
  readonly signal?: AbortSignal;
}

export interface Store {
  begin(allowance?: Allowance): StoreSession;
}

/**
 * `storage`: the store was not reached, did not answer, or answered with a fault of its own. `timeout`: the time of the
 * request is over.
 */
export type BusyCode = "throttled" | "conflict" | "storage" | "timeout";

/** A store that did not do what it was asked, for a reason that passes: the client is to come again. */
export class StoreBusy extends Error {
  readonly code: BusyCode;
  constructor(code: BusyCode, cause?: unknown) {
    super(`the store is busy: ${code}`, { cause });
    this.name = "StoreBusy";
    this.code = code;
  }
}
