import { createHmac } from "node:crypto";
import { isObject, type Json, valueNamed } from "../../scim/json.ts";
import { comparisonKey, namesCore, resolvePath } from "../../scim/paths.ts";
import type { ResourceType } from "../../scim/schema.ts";

/** Base64url characters: 72 bits distinguish the people of an org, but are too few to identify anybody for certain. */
const SUBJECT_LENGTH = 12;

/**
 * A pseudonym for a name: userName of a user, displayName of a group. It is the same for all spellings that count as the same name,
 * but only under one token. Without the token's hash, which readers of the log lack, nobody can compute it or try out names.
 * @param tokenHash of the org token or client secret, hex
 */
export function subjectOf(
  tokenHash: string,
  type: ResourceType,
  nameAttribute: string,
  name: Json | undefined,
): string | undefined {
  const path = resolvePath(type, nameAttribute);
  const key = path && comparisonKey(path, name);
  if (typeof key !== "string" || key === "") return undefined;
  return createHmac("sha256", tokenHash).update(`${type.name}\0${key}`).digest("base64url").slice(0, SUBJECT_LENGTH);
}

/** The name in a body, wherever a client may write it; undefined where the body has none. */
export function nameInBody(type: ResourceType, nameAttribute: string, body: Json): Json | undefined {
  if (!isObject(body)) return undefined;
  const [, container] = Object.entries(body).find(([key]) => namesCore(type, key)) ?? [];
  const plain = valueNamed(body, nameAttribute) ?? valueNamed(body, `${type.schema.id}:${nameAttribute}`);
  return plain ?? (isObject(container) ? valueNamed(container, nameAttribute) : undefined);
}
