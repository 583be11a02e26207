import { isWellFormedText, type Json } from "../scim/json.ts";
import { OperatorError } from "./operatorError.ts";

const MOST_CHARACTERS = 256;

/** Whether a value can be the application's own id of a user. Any text is valid: ids are compared exactly. */
export function isApplicationId(json: Json | undefined): json is string {
  return typeof json === "string" && json !== "" && isWellFormedText(json) && [...json].length <= MOST_CHARACTERS;
}

/** @throws ScimError 400 */
export function readApplicationId(json: Json | undefined): string {
  if (isApplicationId(json)) return json;
  throw OperatorError.invalidValue("applicationId", MOST_CHARACTERS);
}
