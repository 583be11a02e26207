import { ScimError } from "../scim/error.ts";
import type { ImportState } from "./importPorts.ts";

/** @throws ScimError 503 while an import is under way: nobody shall act on half an org */
export function assertNotHalfImported(state: ImportState | undefined): void {
  if (!isUnderWay(state)) return;
  throw ScimError.busy(
    "import",
    "An import into this organization is under way: until it is finished nothing of it can be read or changed.",
    60,
  );
}

/** @throws ScimError 409: nobody shall be served half an org */
export function assertMayResume(state: ImportState | undefined): void {
  if (!isUnderWay(state)) return;
  throw ScimError.conflict(
    "importUnderWay",
    "An import into this organization is not finished: repeat the import of the same file, which goes on where it was, then resume. To give it up, delete and purge the organization.",
  );
}

export function isUnderWay(state: ImportState | undefined): state is ImportState {
  return state !== undefined && state.finished === undefined;
}
