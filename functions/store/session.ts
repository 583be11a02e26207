import { CursorKeyStore } from "./cursorKeys.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { GroupStore } from "./groupStore.ts";
import { isOrgId, isTokenHash, isTokenId, keyText, type OrgId, OrgKeys, type Side, settingsKeys } from "./keys.ts";
import type { UseMarks } from "./lastUsed.ts";
import { MembershipStore } from "./memberships.ts";
import { readsAhead } from "./readsAhead.ts";
import type { Claim, Opened, Usage, Wanted } from "./records.ts";
import { ResourceStore } from "./resourceStore.ts";
import { orgRecord, tokenRecord } from "./settingsItems.ts";
import { GROUP_LAYOUT, type TypeLayout, USER_LAYOUT } from "./storedType.ts";
import { LAYOUTS } from "./storedTypes.ts";
import { OrgView, ReadAhead } from "./view.ts";

/**
 * One side of an org: users and teams that never see the other side. A team of the unmanaged side may have a managed
 * user as member; whether that one lives, only the managed side knows.
 */
export interface Directory {
  /** For what works on one side as a whole: jobs, sweeps. */
  readonly view: OrgView;
  readonly users: ResourceStore;
  readonly groups: GroupStore;
  readonly memberships: MembershipStore;
  readonly cursorKeys: CursorKeyStore;
}

/** One request's view of the table. */
export class StoreSession {
  readonly usage: Usage;
  readonly database: Database;
  readonly #views = new Map<string, OrgView>();
  readonly #marks: UseMarks;
  readonly #types: readonly TypeLayout[];

  constructor(options: DatabaseOptions, marks: UseMarks, types = LAYOUTS) {
    this.#marks = marks;
    this.#types = types;
    this.database = new Database(options);
    this.usage = this.database.usage;
  }

  /** One side of an org, with what was read ahead of it: the same for everyone who asks for it. */
  view(orgId: OrgId, side: Side): OrgView {
    const keys = new OrgKeys(orgId, side, this.#types);
    const known = this.#views.get(keys.prefix);
    if (known !== undefined) return known;
    const view = new OrgView(this.database, keys, new ReadAhead());
    this.#views.set(keys.prefix, view);
    return view;
  }

  /** The managed side: what SCIM made. */
  directory(orgId: OrgId): Directory {
    return directoryOver(this.view(orgId, "managed"));
  }

  /** What the application made itself: the same stores, another key space (product.md F6). */
  unmanaged(orgId: OrgId): Directory {
    return directoryOver(this.view(orgId, "unmanaged"));
  }

  /**
   * Remembers that the token was used, at most once an hour. Never throws: the mark is not worth a request.
   * @param now milliseconds since the epoch
   */
  markUsed(tokenId: string, now: number): Promise<void> {
    return this.#marks.mark(this.database, tokenId, now);
  }

  /**
   * One round trip: the token, the org it claims, and what the request wants of that org. The wanted records are kept
   * aside and serve the first equal read of `directory`, once; a second read goes to the store.
   */
  async open(claim: Claim, wanted: readonly Wanted[]): Promise<Opened> {
    // The claim is text from outside: nothing but these forms gets near a key.
    if (!isOrgId(claim.orgId) || !isTokenHash(claim.tokenHash)) return { token: undefined, org: undefined };
    const view = new OrgView(this.database, new OrgKeys(claim.orgId, "managed", this.#types), new ReadAhead());
    const { secretId } = claim;
    if (secretId !== undefined && !isTokenId(secretId)) return { token: undefined, org: undefined };
    const tokenKey =
      secretId === undefined
        ? settingsKeys.token(claim.tokenHash)
        : settingsKeys.accessToken(claim.orgId, claim.tokenHash);
    const secretKeys = secretId === undefined ? [] : [settingsKeys.listedToken(claim.orgId, secretId)];
    const orgKey = settingsKeys.org(claim.orgId);
    const claimed = [tokenKey, orgKey, ...secretKeys];
    const { keys, query } = readsAhead(view, wanted, claimed.length);
    const [items, remember] = await Promise.all([this.database.getMany([...claimed, ...keys]), query?.()]);

    const found = new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item]));
    const token = found.get(keyText(tokenKey));
    const org = found.get(keyText(orgKey));
    if (org !== undefined) {
      for (const key of keys) view.ahead.putItem(key, found.get(keyText(key)));
      remember?.();
      this.#views.set(view.keys.prefix, view);
    }
    const [secret] = secretKeys.map((key) => found.get(keyText(key)));
    return { token: token && tokenRecord(token), org: org && orgRecord(org), secret: secret && tokenRecord(secret) };
  }
}

function directoryOver(view: OrgView): Directory {
  return {
    view,
    users: new ResourceStore(view, USER_LAYOUT),
    groups: new GroupStore(view, GROUP_LAYOUT),
    memberships: new MembershipStore(view),
    cursorKeys: new CursorKeyStore(view),
  };
}
