import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** How this Rollcall is installed: as its repository. In the package, bin/package/installation.ts stands in its place. */

/** Where the local server keeps its data unless somebody says where. */
export const DEFAULT_FOLDER = fileURLToPath(new URL("../.rollcall", import.meta.url));
export const DEFAULT_FOLDER_IN_WORDS = ".rollcall, beside package.json";

/** What a person types to start the local server, the same before its options, and before a command. */
export const START_COMMAND = "npm start";
export const START_COMMAND_BEFORE_OPTIONS = "npm start --";
export const COMMAND = "npm run rollcall --";

/** Where the documents are, from where a person types. */
export const DOCUMENTS_FOLDER = "lib/docs";

/** Of this release, as package.json has it. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "0";
}
