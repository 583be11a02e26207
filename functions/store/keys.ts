import { createHash } from "node:crypto";
import { LAYOUTS, type TypeLayout } from "./storedTypes.ts";
import type { Item, Key } from "./table.ts";

declare const orgIdBrand: unique symbol;
/** The id of an org, 8 characters, never reused. Only authentication and administration create values of this type. */
export type OrgId = string & { readonly [orgIdBrand]: true };

/** Whether the text has the form of an org id (`newOrgId`). */
export function isOrgId(text: string): text is OrgId {
  return /^[0-9A-Za-z]{8}$/.test(text);
}

/** Version of the item layouts described in SCHEMA.md; every item carries it as `sv`. */
export const SCHEMA_VERSION = 1;

/** A sort key takes 1,024 bytes; this leaves room for the id after the value. A user or group name may be 900 bytes long. */
const LONGEST_VALUE = 900;

/** Separates a value from the id after it. Values never hold U+0000: requests that contain it are refused. */
const ZERO = "\u0000";

const TOKEN_ID = /^[0-9A-Za-z]{12}$/;
const TOKEN_HASH = /^[0-9a-f]{64}$/;

/** Whether a text from outside may become part of a key. */
export function isTokenHash(text: string): boolean {
  return TOKEN_HASH.test(text);
}

export function isTokenId(text: string): boolean {
  return TOKEN_ID.test(text);
}

const RESOURCE_ID = /^[a-z][0-9A-Za-z]{22}$/;

/** Whether the text has the form of an id of this type. */
export function isIdOf({ letter }: Lettered, id: string): boolean {
  return id.startsWith(letter) && RESOURCE_ID.test(id);
}

/** The type that a resource id names; undefined for a text that is no such id. */
export function typeOf<T extends TypeLayout>(types: readonly T[], id: string): T | undefined {
  for (const type of types) if (isIdOf(type, id)) return type;
  return undefined;
}

/** An item that holds nothing but its key. */
export function keyItem(key: Key): Item & Key {
  return { pk: key.pk, sk: key.sk, sv: SCHEMA_VERSION };
}

/** The key of a stored item. Callers pass whole items as keys; DynamoDB accepts nothing but the key. */
export function keyIn({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): Key {
  return { pk: String(pk), sk: String(sk) };
}

/** The key of an item as one text, for maps. */
export function keyText(key: Partial<Record<"pk" | "sk", Item[string]>>): string {
  return `${key.pk}\n${key.sk}`;
}

/** Prefix of a hash that replaces a value. */
export const HASHED = "#sha256:";

/** The form of a value in an index: the value, or its hash where the value is too long. Readers check the resource itself. */
function indexed(value: string): string {
  // One UTF-16 unit takes at most three bytes.
  if (value.length * 3 <= LONGEST_VALUE || Buffer.byteLength(value) <= LONGEST_VALUE) return value;
  return `${HASHED}${createHash("sha256").update(value).digest("hex")}`;
}

/** The sort keys of all items of one value begin with this. */
export function valuePrefix(value: string): string {
  return indexed(value) + ZERO;
}

/** The id after the value in the sort key of an externalId or e-mail item. */
export function idBehindValue(sk: string): string {
  return sk.slice(sk.lastIndexOf(ZERO) + 1);
}

export const settingsKeys = {
  org: (orgId: string): Key => ({ pk: `C#${orgId}`, sk: "META" }),
  /** Token as listed: beside its org's settings, so that one strongly consistent query finds every token. */
  listedToken: (orgId: string, tokenId: string): Key => ({ pk: `C#${orgId}`, sk: `T#${tokenId}` }),
  /** Token as presented. */
  token: (hash: string): Key => ({ pk: `T#${hash}`, sk: "T" }),
  slug: (slug: string): Key => ({ pk: "S#orgs", sk: slug }),
  /** Access tokens as presented: the token names its org, so all access tokens of an org share one partition. */
  accessTokens: (orgId: string): string => `T#${orgId}`,
  accessToken: (orgId: string, hash: string): Key => ({ pk: `T#${orgId}`, sk: `A#${hash}` }),
  /** When a token was last used: SCIM functions may write nothing else about a token. */
  lastUsed: (tokenId: string): Key => ({ pk: `L#${tokenId}`, sk: "L" }),
} as const;

/** Keys of the application. */
export const appKeys = {
  /** As presented: under a prefix that no SCIM function may read. */
  presented: (hash: string): Key => ({ pk: `K#${hash}`, sk: "K" }),
  /** As listed: beside the settings of its org. @param owner id of the org, or `EVERY_ORG` */
  listed: (owner: string, keyId: string): Key => ({ pk: `C#${owner}`, sk: `K#${keyId}` }),
  /** The count of changes to the keys without an org. */
  version: (): Key => ({ pk: `C#${EVERY_ORG}`, sk: "KEYS" }),
} as const;

/** Links and sessions of an org's portal, as presented. Their text names the org, so all of an org share one partition. */
export const portalKeys = {
  partition: (orgId: string): string => `P#${orgId}`,
  link: (orgId: string, hash: string): Key => ({ pk: `P#${orgId}`, sk: `L#${hash}` }),
  session: (orgId: string, hash: string): Key => ({ pk: `P#${orgId}`, sk: `S#${hash}` }),
  /** The count of links redeemed in one minute. @param minute ISO 8601, to the minute */
  redemptions: (orgId: string, minute: string): Key => ({ pk: `P#${orgId}`, sk: `R#${minute}` }),
} as const;

/** The bucket of an org's request budget: under its own prefix, so that the right to write it covers nothing else. */
export function budgetKey(orgId: string): Key {
  return { pk: `B#${orgId}`, sk: "B" };
}

/** A mark that an assertion was presented, for it counts once: in the partition of the access tokens that such assertions buy. */
export function usedAssertionKey(orgId: string, hash: string): Key {
  return { pk: settingsKeys.accessTokens(orgId), sk: `J#${hash}` };
}

/** The keys of an issuer of assertions; orgs may share them. @param hash SHA-256 of the URL of the key set, hex */
export function issuerKeysKey(hash: string): Key {
  return { pk: `I#${hash}`, sk: "I" };
}

export const SLUGS = "S#orgs";
export const LISTED_TOKENS = "T#";
export const LISTED_APPLICATION_KEYS = "K#";
/** Takes the place of an org id for items of the whole deployment; no org can have it. */
export const EVERY_ORG = "--------";

/**
 * Partitions of the reverse index with the deletion markers of all orgs, oldest first: a sweep need not look into every
 * org. Eight, because all orgs' deletions together exceed the throughput of one partition.
 */
export const OPEN_DELETIONS: readonly string[] = Array.from({ length: 8 }, (_, shard) => `J#${shard}`);

export function openDeletions(id: string): string {
  return `J#${id.charCodeAt(1) % OPEN_DELETIONS.length}`;
}

/** `managed`: resources made by SCIM. `unmanaged`: resources made by the application. The same items under different key prefixes (ADR 0011). */
export type Side = (typeof SIDES)[number];
export const SIDES = ["managed", "unmanaged"] as const;

/** A type by the first letter of its ids. */
type Lettered = Pick<TypeLayout, "letter">;

/**
 * The keys of one side of one org's directory. All begin with `O#<org id>#` or `N#<org id>#`, of fixed length: no org's
 * prefix is the prefix of another's.
 */
export class OrgKeys {
  readonly prefix: string;
  readonly side: Side;
  readonly types: readonly TypeLayout[];
  readonly #ofApplication: string;

  /**
   * @param orgId 8 characters of base62, checked by the caller where it comes from outside
   * @param types of which the org may hold resources
   */
  constructor(orgId: string, side: Side = "managed", types = LAYOUTS) {
    if (!isOrgId(orgId)) throw new Error("an org id is 8 characters of base62");
    this.prefix = `${side === "managed" ? "O" : "N"}#${orgId}#`;
    this.side = side;
    this.#ofApplication = `N#${orgId}#`;
    this.types = types;
  }

  /** The type that a resource id names; undefined for a text that is no such id. */
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
  /** Partition key of the further values that lead to resources: the e-mails of users. */
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
  /** The counters of all ids with the same kind and first random character; the second random character names the attribute. */
  counter(id: string): Key {
    return { pk: this.counters(), sk: `${id.charAt(0).toUpperCase()}#${id.charAt(1)}` };
  }

  dead(): string {
    return `${this.prefix}DEAD`;
  }
  marker(id: string): Key {
    return { pk: this.dead(), sk: id };
  }
  /** The key that seals cursors: alone in its partition, so that the right to write it covers nothing else. */
  cursorKey(): Key {
    return { pk: `${this.prefix}K`, sk: "K" };
  }
  /** How many users and memberships were removed in ten minutes. Alone in its partition, like the cursor key. @param start of the ten minutes */
  removals(start: string): Key {
    return { pk: `${this.prefix}W`, sk: start };
  }
  /** The hold of removals, where the org's rule allows holds: alone in its partition, because the event log follows it. */
  hold(): Key {
    return { pk: `${this.prefix}HOLD`, sk: "HOLD" };
  }
  /** Partition key of the application's own ids that lead to users: on the unmanaged side for users of both sides. */
  links(): string {
    return `${this.#ofApplication}AL`;
  }
  link(applicationId: string): Key {
    return { pk: this.links(), sk: indexed(applicationId) };
  }
  /** Partition key of what each user is or was linked to. */
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

/** The mark that a mass change was reported. Sorts before every time. */
export function removalClaimKey(keys: OrgKeys, kind: string): Key {
  return { pk: keys.removals("").pk, sk: `!${kind}` };
}

/** The state of the running or last import; only on the managed side. */
export function importKey({ prefix }: OrgKeys): Key {
  return { pk: `${prefix}I`, sk: "I" };
}
