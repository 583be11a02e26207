import { ScimError } from "../scim/error.ts";

export function methodNotAllowed(allow: readonly string[]): ScimError {
  return ScimError.methodNotAllowed(allow);
}

export function notOnThisPath(): ScimError {
  return ScimError.notFound("endpoint");
}
