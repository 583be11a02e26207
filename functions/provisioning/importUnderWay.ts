import { ScimError } from "../scim/error.ts";
import type { ImportState } from "../store/importState.ts";
import { OperatorError } from "./operatorError.ts";

/** @throws ScimError 503 while an import is under way: nobody shall act on half an org */
export function assertNotHalfImported(state: ImportState | undefined): void {
  if (!isUnderWay(state)) return;
  throw ScimError.busy("import", 60);
}

/** @throws ScimError 409: nobody shall be served half an org */
export function assertMayResume(state: ImportState | undefined): void {
  if (!isUnderWay(state)) return;
  throw OperatorError.conflict("importUnderWay");
}

export function isUnderWay(state: ImportState | undefined): state is ImportState {
  return state !== undefined && state.finished === undefined;
}
