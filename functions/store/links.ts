import { isWellFormedText, type Json } from "../scim/json.ts";
import { keyItem, type OrgKeys } from "./keys.ts";
import { readAmong } from "./readAmong.ts";
import type { Deletion, Stamp } from "./records.ts";
import { newWriteId } from "./resourceItems.ts";
import { ABSENT, type Action, type Condition, type Item, PRESENT } from "./table.ts";
import type { OrgView } from "./view.ts";

/** The link of one user. */
export interface UserLink {
  /** The application's own id of the user; absent while the user has no link. */
  readonly applicationId: string | undefined;
  /** Rises with each linking and unlinking, and never restarts; 0: never linked. */
  readonly version: number;
}

export const NEVER_LINKED: UserLink = { applicationId: undefined, version: 0 };

export const APPLICATION_ID_CHARACTERS = 256;

/** Whether a value can be the application's own id of a user. Any text is valid: ids are compared exactly. */
export function isApplicationId(json: Json | undefined): json is string {
  return (
    typeof json === "string" && json !== "" && isWellFormedText(json) && [...json].length <= APPLICATION_ID_CHARACTERS
  );
}

/** A user, with the side that it was read on. */
type LinkingUser = Pick<Deletion, "id" | "managed">;

/**
 * `unchanged`: the link was so before. `taken`: another live user has the applicationId. `stale`: another write was faster,
 * or the user has left its side: read again.
 */
export type LinkOutcome =
  | { readonly outcome: "changed" | "unchanged"; readonly link: UserLink }
  | { readonly outcome: "taken"; readonly holder: string }
  | { readonly outcome: "stale" };

/** The actions that create a link in the same transaction as its user. */
export type LinkClaim =
  | { readonly outcome: "free"; readonly actions: readonly Action[]; readonly link: UserLink }
  | { readonly outcome: "taken"; readonly holder: string };

const OF_LINKS = ["pk", "sk", "a", "v"];

/**
 * Links between users of both sides of an org and the application's own ids: one user per id, one id per user (ADR 40). A
 * link counts while its user lives. After a deletion, the sweep removes the rest of a link; until then the next user who
 * claims the applicationId replaces it.
 */
export class LinkStore {
  readonly #managed: OrgView;
  readonly #unmanaged: OrgView;

  constructor(managed: OrgView, unmanaged: OrgView) {
    this.#managed = managed;
    this.#unmanaged = unmanaged;
  }

  get #keys(): OrgKeys {
    return this.#unmanaged.keys;
  }

  /**
   * By user id; a user who was never linked is missing. One round trip, sometimes two for many users: a page of 100 costs 1
   * to 7 units, more only where the ids of many other linked users stand between them.
   */
  async ofUsers(ids: readonly string[]): Promise<ReadonlyMap<string, UserLink>> {
    const items = await readAmong(
      this.#unmanaged,
      this.#keys.linkedUsers(),
      (id) => this.#keys.linkedUser(id),
      ids,
      OF_LINKS,
    );
    return new Map(items.map((item) => [String(item.sk), linkIn(item)]));
  }

  /** The user that the applicationId leads to. The caller must check that the user lives and is still linked to it. */
  async holderOf(applicationId: string): Promise<string | undefined> {
    const item = await this.#unmanaged.get(this.#keys.link(applicationId));
    return item?.a === applicationId ? holderIn(item) : undefined;
  }

  /** One try. */
  async link(user: LinkingUser, applicationId: string, stamp: Stamp): Promise<LinkOutcome> {
    const { id } = user;
    const [holder, before] = await this.#read(id, applicationId);
    if (before.applicationId === applicationId && holder === id) return { outcome: "unchanged", link: before };
    const claim = await this.#claim(id, applicationId, holder);
    if (claim === "taken") return { outcome: "taken", holder: String(holder) };
    const link = { applicationId, version: before.version + 1 };
    const old = before.applicationId === applicationId ? undefined : before.applicationId;
    return this.#write(user, before, link, [claim, ...(old === undefined ? [] : [this.#release(id, old)])], stamp);
  }

  /** One try, as `link`. */
  async unlink(user: LinkingUser, stamp: Stamp): Promise<LinkOutcome> {
    const { id } = user;
    const before = linkIn(await this.#unmanaged.get(this.#keys.linkedUser(id)));
    if (before.applicationId === undefined) return { outcome: "unchanged", link: before };
    const link = { applicationId: undefined, version: before.version + 1 };
    return this.#write(user, before, link, [this.#release(id, before.applicationId)], stamp);
  }

  /** For a user that does not exist yet. */
  async claim(newId: string, applicationId: string, stamp: Stamp): Promise<LinkClaim> {
    const holder = holderIn(await this.#unmanaged.get(this.#keys.link(applicationId)));
    const claim = await this.#claim(newId, applicationId, holder);
    if (claim === "taken") return { outcome: "taken", holder: String(holder) };
    const link = { applicationId, version: 1 };
    const own = { put: linkedUserItem(this.#keys, newId, link, newWriteId(stamp)), condition: ABSENT };
    return { outcome: "free", actions: [own, claim], link };
  }

  async #read(id: string, applicationId: string): Promise<readonly [holder: string | undefined, before: UserLink]> {
    const keys = [this.#keys.link(applicationId), this.#keys.linkedUser(id)];
    const items = await this.#unmanaged.getMany(keys, ["pk", "sk", "id", "a", "v"]);
    const at = (partition: string) => items.find(({ pk }) => pk === partition);
    return [holderIn(at(this.#keys.links())), linkIn(at(this.#keys.linkedUsers()))];
  }

  /** The user gets the applicationId where nobody holds it, or where its holder is deleted. */
  async #claim(id: string, applicationId: string, holder: string | undefined): Promise<Action | "taken"> {
    const put = linkItem(this.#keys, id, applicationId);
    if (holder === undefined || holder === id) return { put, condition: heldBy(id) };
    return (await this.#isGone(holder)) ? { put, condition: heldBy(holder) } : "taken";
  }

  /**
   * Whether the user is on neither side, in one snapshot, because users move between sides. If so, the user never exists
   * again: ids are not used twice.
   */
  async #isGone(userId: string): Promise<boolean> {
    const places = [this.#managed, this.#unmanaged].map(({ keys }) => keys.resource(userId));
    const found = await this.#unmanaged.database.getTogether(places);
    return found.every((item) => item === undefined);
  }

  #release(id: string, applicationId: string): Action {
    return { delete: this.#keys.link(applicationId), condition: { all: [{ equals: ["id", id] }] } };
  }

  /**
   * Writes all or nothing, and nothing for a missing user. IAM allows a transaction only keys of the unmanaged side (ADR
   * 40), so a managed user is looked up after it. Either the user is deleted later, and the sweep finds the link, or this
   * method removes the link.
   */
  async #write(
    { id, managed }: LinkingUser,
    before: UserLink,
    link: UserLink,
    more: readonly Action[],
    stamp: Stamp,
  ): Promise<LinkOutcome> {
    const own: Action = {
      put: linkedUserItem(this.#keys, id, link, newWriteId(stamp)),
      condition: before.version === 0 ? ABSENT : { all: [{ equals: ["v", before.version] }] },
    };
    const lives: readonly Action[] = managed ? [] : [{ check: this.#keys.resource(id), condition: PRESENT }];
    const refusals = await this.#unmanaged.write([own, ...more, ...lives]);
    if (refusals.length > 0) return { outcome: "stale" };
    if (!managed || (await this.#managed.getMany([this.#managed.keys.resource(id)], ["pk", "sk"])).length > 0) {
      return { outcome: "changed", link };
    }
    await endLink(this.#managed, id);
    return { outcome: "stale" };
  }
}

function heldBy(id: string): Condition {
  return { all: [{ equals: ["id", id] }], orAbsent: true };
}

/** `a` repeats the id, because the key may hold a hash of it. */
export function linkItem(keys: OrgKeys, userId: string, applicationId: string): Item {
  return { ...keyItem(keys.link(applicationId)), id: userId, a: applicationId };
}

export function linkedUserItem(
  keys: OrgKeys,
  userId: string,
  { applicationId, version }: UserLink,
  writeId: string,
): Item {
  return { ...keyItem(keys.linkedUser(userId)), v: version, lr: writeId, a: applicationId };
}

export function linkIn(item: Item | undefined): UserLink {
  if (item === undefined) return NEVER_LINKED;
  return { applicationId: item.a === undefined ? undefined : String(item.a), version: Number(item.v) };
}

function holderIn(item: Item | undefined): string | undefined {
  return item && String(item.id);
}

/**
 * Ends the link of a deleted user. Keeps the version: the deletion is event enough.
 * @param view of the side that the user was on
 */
export async function endLink({ database, keys }: OrgView, userId: string): Promise<void> {
  const key = keys.linkedUser(userId);
  const { applicationId } = linkIn(await database.get(key));
  if (applicationId === undefined) return;
  // Refused where another user has taken the id since.
  await database.write([{ delete: keys.link(applicationId), condition: { all: [{ equals: ["id", userId] }] } }]);
  await database.write([{ update: key, remove: ["a"], condition: { all: [{ equals: ["a", applicationId] }] } }]);
}
