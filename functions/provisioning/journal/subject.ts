import { createHmac } from "node:crypto";
import { isObject, type Json, valueNamed } from "../../scim/json.ts";
import { comparisonKey, namesCore, resolvePath } from "../../scim/paths.ts";
import type { ResourceType } from "../../scim/schema.ts";

/** Base64url: 72 bits tell the people of an org apart, and are too few to be sure who somebody is. */
const SUBJECT_LENGTH = 12;

/** UTF-16 units. Longer names are nobody's, and to fold one takes more than its share of time. */
const NAME_MOST = 1_024;

/**
 * A pseudonym for who has this name: userName of a user, displayName of a group. The same for every spelling that counts as the same
 * name, and only for one token. Who does not have the token's hash can neither make it of a name nor try names out: readers of
 * the log do not.
 * @param tokenHash of the org token or client secret, hex
 */
export function subjectOf(
  tokenHash: string,
  type: ResourceType,
  nameAttribute: string,
  name: Json | undefined,
): string | undefined {
  if (typeof name === "string" && name.length > NAME_MOST) return undefined;
  const path = resolvePath(type, nameAttribute);
  const key = path && comparisonKey(path, name);
  if (typeof key !== "string" || key === "") return undefined;
  return createHmac("sha256", tokenHash).update(`${type.name}\0${key}`).digest("base64url").slice(0, SUBJECT_LENGTH);
}

/** Whom a body is about, wherever a client may write the name; undefined where it says none. */
export function nameInBody(type: ResourceType, nameAttribute: string, body: Json): Json | undefined {
  if (!isObject(body)) return undefined;
  const [, container] = Object.entries(body).find(([key]) => namesCore(type, key)) ?? [];
  const plain = valueNamed(body, nameAttribute) ?? valueNamed(body, `${type.schema.id}:${nameAttribute}`);
  return plain ?? (isObject(container) ? valueNamed(container, nameAttribute) : undefined);
}
