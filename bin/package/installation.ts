import { resolve } from "node:path";

/** Replaces bin/installation.ts in the package. */

export const DEFAULT_FOLDER = resolve(".rollcall");
export const DEFAULT_FOLDER_IN_WORDS = ".rollcall, in the working directory";
export const START_COMMAND = "npx rollcall start";
export const START_COMMAND_BEFORE_OPTIONS = START_COMMAND;
export const COMMAND = "npx rollcall";

export const DOCUMENTS_FOLDER = "node_modules/rollcall/lib/docs";

/** bundle.ts defines it. */
declare const ROLLCALL_VERSION: string;

export function version(): string {
  return ROLLCALL_VERSION;
}
