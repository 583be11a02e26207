import { OperatorError } from "../operatorError.ts";

/** All types of logged events. */
const EVENT_TYPES = [
  "user.created",
  "user.updated",
  "user.activated",
  "user.deactivated",
  "user.deleted",
  "user.linked",
  "user.unlinked",
  "user.adopted",
  "user.roles.changed",
  "team.created",
  "team.updated",
  "team.deleted",
  "membership.added",
  "membership.removed",
  "membership.changed",
  "org.created",
  "org.updated",
  "org.imported",
  "org.held",
  "token.created",
  "token.updated",
  "token.revoked",
] as const;

/** All types, and for each beginning a name such as `user.*`. */
const SELECTORS: ReadonlySet<string> = new Set(
  EVENT_TYPES.flatMap((type) => [type, `${type.slice(0, type.indexOf("."))}.*`]),
);

/**
 * @param list names of types, separated by commas
 * @returns whether the list includes a type
 * @throws ScimError 400 for an unknown name
 */
export function readTypeList(list: string): (type: string) => boolean {
  const names = list.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!SELECTORS.has(name)) throw OperatorError.invalidValue("eventTypes", [...SELECTORS].sort().join(", "));
  }
  return isOneOf(names);
}

/** @param names of types and selectors; unknown names match nothing */
export function isOneOf(names: readonly string[]): (type: string) => boolean {
  const wanted = new Set(names);
  return (type) => wanted.has(type) || wanted.has(`${type.slice(0, type.indexOf("."))}.*`);
}
