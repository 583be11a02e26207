import type { Person } from "../provisioning/access.ts";
import { BEGINNING, type Position } from "../provisioning/bothSides.ts";
import { OperatorError } from "../provisioning/operatorError.ts";
import { isWellFormedText, type JsonObject } from "../scim/json.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import { readBody, textAt } from "./jsonReading.ts";
import type { RequestContext } from "./requestContext.ts";

/** The requests of the directory API as the use cases want them. */

/** @throws ScimError 400 */
export function readUserWishes(ctx: RequestContext): JsonObject {
  return readBody(ctx, ["userName", "displayName", "name", "emails"]);
}

/** @throws ScimError 400 */
export function readTeamName(ctx: RequestContext): string {
  const displayName = textAt(readBody(ctx, ["displayName"]), "displayName");
  if (displayName !== undefined && displayName.trim() !== "") return displayName;
  throw OperatorError.invalidValue("teamNameMissing");
}

/** Opaque to clients: a letter for the side and the id of the last one shown, in base64url. It grants nothing. */
export function cursorOf({ managed, after }: Position): string {
  return Buffer.from(`${managed ? "m" : "n"}${after ?? ""}`).toString("base64url");
}

/** @throws ScimError 400 */
export function readCursor(ctx: RequestContext): Position {
  const text = ctx.query("cursor");
  if (text === undefined || text === "") return BEGINNING;
  const decoded = Buffer.from(text, "base64url").toString("latin1");
  const [side = "", after] = [decoded.slice(0, 1), decoded.slice(1)];
  if (/^[mn]$/.test(side) && (after === "" || isUserId(after) || isGroupId(after))) {
    return { managed: side === "m", after: after === "" ? undefined : after };
  }
  throw OperatorError.invalidValue("directoryCursor");
}

/** @throws ScimError 400 */
export function readInactive(ctx: RequestContext): "leftOut" | "included" {
  const include = ctx.query("include");
  if (include === undefined) return "leftOut";
  if (include === "inactive") return "included";
  throw OperatorError.invalidValue("include");
}

/** @throws ScimError 400 unless exactly one of the three is given */
export function readPerson(ctx: RequestContext): Person {
  const given = (["email", "userName", "externalId"] as const).flatMap((by): Person[] => {
    const value = ctx.query(by);
    return value === undefined ? [] : [{ by, value }];
  });
  const [person, ...others] = given;
  if (person === undefined || others.length > 0) {
    throw OperatorError.invalidValue("person");
  }
  if (person.value === "" || !isWellFormedText(person.value)) {
    throw OperatorError.invalidValue("personText", person.by);
  }
  return person;
}
