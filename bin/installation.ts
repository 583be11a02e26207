import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Rollcall runs from its repository. In the package, bin/package/installation.ts replaces this file. */

/** The local server keeps its data here by default. */
export const DEFAULT_FOLDER = fileURLToPath(new URL("../.rollcall", import.meta.url));
export const DEFAULT_FOLDER_IN_WORDS = ".rollcall, beside package.json";

/** Commands that start the local server, alone and with options, and the prefix of a rollcall command. */
export const START_COMMAND = "npm start";
export const START_COMMAND_BEFORE_OPTIONS = "npm start --";
export const COMMAND = "npm run rollcall --";

/** The folder of the documents, seen from the person's working directory. */
export const DOCUMENTS_FOLDER = "lib/docs";

/** The release, from package.json. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "0";
}
