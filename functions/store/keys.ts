import { createHash } from "node:crypto";
import { type TypeLayout, typeOf } from "./storedType.ts";
import { LAYOUTS } from "./storedTypes.ts";
import type { Item, Key } from "./table.ts";

declare const orgIdBrand: unique symbol;
/** The id of an org, 8 characters, never reused. Only authentication and administration make one. */
export type OrgId = string & { readonly [orgIdBrand]: true };

/** Whether it could be the id of an org (`newOrgId`). */
export function isOrgId(text: string): text is OrgId {
  return /^[0-9A-Za-z]{8}$/.test(text);
}

/** Version of the item layouts described in SCHEMA.md; every item carries it as `sv`. */
export const SCHEMA_VERSION = 1;

/** A sort key takes 1,024 bytes; this leaves room for the id behind the value. A user or group name may be 900 bytes long. */
const LONGEST_VALUE = 900;

/** Splits a value from the id behind it. Values never hold U+0000: it is refused where requests come in. */
const ZERO = "\u0000";

const TOKEN_ID = /^[0-9A-Za-z]{12}$/;
const TOKEN_HASH = /^[0-9a-f]{64}$/;

/** Whether a claimed text may become part of a key. */
export function isTokenHash(text: string): boolean {
  return TOKEN_HASH.test(text);
}

export function isTokenId(text: string): boolean {
  return TOKEN_ID.test(text);
}

/** An item that holds nothing but its key. */
export function keyItem(key: Key): Item & Key {
  return { pk: key.pk, sk: key.sk, sv: SCHEMA_VERSION };
}

/** A key as one text, for maps. */
export function keyText(key: Key): string {
  return `${key.pk}\n${key.sk}`;
}

/** What the hash of a value begins with that stands in its place. */
export const HASHED = "#sha256:";

/** What stands in an index for a value: the value, or its hash where it would not fit. Readers check the resource itself. */
function indexed(value: string): string {
  // One UTF-16 unit takes at most three bytes.
  if (value.length * 3 <= LONGEST_VALUE || Buffer.byteLength(value) <= LONGEST_VALUE) return value;
  return `${HASHED}${createHash("sha256").update(value).digest("hex")}`;
}

/** The sort keys of all items of one value begin with this. */
export function valuePrefix(value: string): string {
  return indexed(value) + ZERO;
}

/** The id behind the value in the sort key of an externalId or e-mail item. */
export function idBehindValue(sk: string): string {
  return sk.slice(sk.lastIndexOf(ZERO) + 1);
}

export const settingsKeys = {
  org: (orgId: string): Key => ({ pk: `C#${orgId}`, sk: "META" }),
  /** Token as listed: beside its org's settings, so that a strongly consistent query finds every one. */
  listedToken: (orgId: string, tokenId: string): Key => ({ pk: `C#${orgId}`, sk: `T#${tokenId}` }),
  /** Token as presented. */
  token: (hash: string): Key => ({ pk: `T#${hash}`, sk: "T" }),
  slug: (slug: string): Key => ({ pk: "S#orgs", sk: slug }),
  /** Access token as presented: the token names its org, so that all of an org are one partition. */
  accessTokens: (orgId: string): string => `T#${orgId}`,
  accessToken: (orgId: string, hash: string): Key => ({ pk: `T#${orgId}`, sk: `A#${hash}` }),
  /** Application key as presented: under a prefix that no SCIM function may read. */
  applicationKey: (hash: string): Key => ({ pk: `K#${hash}`, sk: "K" }),
  /** Application key as listed: beside the settings of its org. @param owner id of the org, or `EVERY_ORG` */
  listedApplicationKey: (owner: string, keyId: string): Key => ({ pk: `C#${owner}`, sk: `K#${keyId}` }),
  /** How often the keys without an org were changed. */
  applicationKeysVersion: (): Key => ({ pk: `C#${EVERY_ORG}`, sk: "KEYS" }),
  /** When a token was last used: the one thing about a token that SCIM functions may write. */
  lastUsed: (tokenId: string): Key => ({ pk: `L#${tokenId}`, sk: "L" }),
} as const;

/** Links and sessions of an org's portal, as they are presented: the text names its org, so that all of an org are one partition. */
export const portalKeys = {
  partition: (orgId: string): string => `P#${orgId}`,
  link: (orgId: string, hash: string): Key => ({ pk: `P#${orgId}`, sk: `L#${hash}` }),
  session: (orgId: string, hash: string): Key => ({ pk: `P#${orgId}`, sk: `S#${hash}` }),
  /** How many links were redeemed in a minute. @param minute ISO 8601, to the minute */
  redemptions: (orgId: string, minute: string): Key => ({ pk: `P#${orgId}`, sk: `R#${minute}` }),
} as const;

/** The bucket of an org's request budget: under a prefix of its own, so that the right to it is the right to nothing else. */
export function budgetKey(orgId: string): Key {
  return { pk: `B#${orgId}`, sk: "B" };
}

/** That an assertion was presented, which counts once: in the partition of the access tokens that such assertions buy. */
export function usedAssertionKey(orgId: string, hash: string): Key {
  return { pk: settingsKeys.accessTokens(orgId), sk: `J#${hash}` };
}

/** The keys of an issuer of assertions, which orgs may share. @param hash SHA-256 of the URL of its key set, hex */
export function issuerKeysKey(hash: string): Key {
  return { pk: `I#${hash}`, sk: "I" };
}

export const SLUGS = "S#orgs";
export const LISTED_TOKENS = "T#";
export const LISTED_APPLICATION_KEYS = "K#";
/** In the place of an org's id, which it cannot be: what belongs to the whole deployment. */
export const EVERY_ORG = "--------";

/**
 * The markers of all orgs in the reverse index, from the oldest on, so that a sweep need not look into every org.
 * In eight partitions, for the deletions of all orgs together are more than one takes.
 */
export const OPEN_DELETIONS: readonly string[] = Array.from({ length: 8 }, (_, shard) => `J#${shard}`);

export function openDeletions(id: string): string {
  return `J#${id.charCodeAt(1) % OPEN_DELETIONS.length}`;
}

/** What SCIM made, or what the application made itself: the same items under a key prefix each (ADR 0011). */
export type Side = "managed" | "unmanaged";

/** The first letter of the ids of a type. */
type Lettered = Pick<TypeLayout, "letter">;

/**
 * The keys of one side of one org's directory. All begin with `O#<org id>#` or `N#<org id>#`, of fixed length: no org's
 * prefix begins another's.
 */
export class OrgKeys {
  readonly prefix: string;
  readonly side: Side;
  readonly types: readonly TypeLayout[];
  readonly #ofApplication: string;

  /**
   * @param orgId 8 characters of base62, checked by the caller where it comes from outside
   * @param types that the org may hold resources of
   */
  constructor(orgId: string, side: Side = "managed", types = LAYOUTS) {
    if (!isOrgId(orgId)) throw new Error("an org id is 8 characters of base62");
    this.prefix = `${side === "managed" ? "O" : "N"}#${orgId}#`;
    this.side = side;
    this.#ofApplication = `N#${orgId}#`;
    this.types = types;
  }

  /** The type that the id of a resource names; undefined for a text that is no such id. */
  typeOf(id: string): TypeLayout | undefined {
    return typeOf(this.types, id);
  }

  /** Partition key of all resources of a type. */
  collection({ letter }: Lettered): string {
    return this.prefix + letter.toUpperCase();
  }
  /** @param id of a resource of any type: its first letter names the partition */
  resource(id: string): Key {
    return { pk: this.prefix + id.charAt(0).toUpperCase(), sk: id };
  }
  names(type: Lettered): string {
    return `${this.collection(type)}N`;
  }
  name(type: Lettered, key: string): Key {
    return { pk: this.names(type), sk: indexed(key) };
  }
  externalIds(type: Lettered): string {
    return `${this.collection(type)}X`;
  }
  externalId(type: Lettered, value: string, id: string): Key {
    return { pk: this.externalIds(type), sk: valuePrefix(value) + id };
  }
  /** Partition key of the further values that lead to resources: of the e-mails of users. */
  values(type: Lettered): string {
    return `${this.collection(type)}E`;
  }
  value(type: Lettered, key: string, id: string): Key {
    return { pk: this.values(type), sk: valuePrefix(key) + id };
  }

  /** Partition key of the memberships of one group, in the order of the members' ids. */
  memberships(groupId: string): string {
    return `${this.prefix}M#${groupId}`;
  }
  membership(groupId: string, memberId: string): Key {
    return { pk: this.memberships(groupId), sk: memberId };
  }
  /** Partition key, in the index `gsi1`, of the memberships of one member. */
  reverse(memberId: string): string {
    return `${this.prefix}R#${memberId}`;
  }

  counters(): string {
    return `${this.prefix}C`;
  }
  /** The counters of all ids that share kind and first random character; the second one names the attribute. */
  counter(id: string): Key {
    return { pk: this.counters(), sk: `${id.charAt(0).toUpperCase()}#${id.charAt(1)}` };
  }

  dead(): string {
    return `${this.prefix}DEAD`;
  }
  marker(id: string): Key {
    return { pk: this.dead(), sk: id };
  }
  /** What cursors are sealed with: alone in its partition, so that the right to write it is the right to nothing else. */
  cursorKey(): Key {
    return { pk: `${this.prefix}K`, sk: "K" };
  }
  /** How many users and memberships went in the ten minutes that began then: alone in its partition, as the cursor key is. */
  removals(start: string): Key {
    return { pk: `${this.prefix}W`, sk: start };
  }
  /** That a mass change was reported. Sorts before every time. */
  removalClaim(kind: string): Key {
    return { pk: this.removals("").pk, sk: `!${kind}` };
  }
  /** What holds removals back, where the org's rule says so: alone in its partition, for the event log follows it. */
  hold(): Key {
    return { pk: `${this.prefix}HOLD`, sk: "HOLD" };
  }
  /** What is being imported, or was: only on the managed side. */
  importState(): Key {
    return { pk: `${this.prefix}I`, sk: "I" };
  }
  /** Partition key of the application's own ids that lead to users: on the unmanaged side, whichever side the user is on. */
  links(): string {
    return `${this.#ofApplication}AL`;
  }
  link(applicationId: string): Key {
    return { pk: this.links(), sk: indexed(applicationId) };
  }
  /** Partition key of what each user is linked to, or was. */
  linkedUsers(): string {
    return `${this.#ofApplication}AU`;
  }
  linkedUser(userId: string): Key {
    return { pk: this.linkedUsers(), sk: userId };
  }
  tombstones(): string {
    return `${this.prefix}X`;
  }
  tombstone(id: string): Key {
    return { pk: `${this.prefix}X`, sk: id };
  }
}
