import { resolve } from "node:path";

/** What stands in the place of bin/installation.ts where Rollcall is installed as a package. */

export const DEFAULT_FOLDER = resolve(".rollcall");
export const START_COMMAND = "rollcall-server";
/** The package has no command line yet. */
export const COMMAND = "in a clone of Rollcall: npm run rollcall --";

/** Put in by bundle.ts. */
declare const ROLLCALL_VERSION: string;

export function version(): string {
  return ROLLCALL_VERSION;
}
