import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReleaseTemplates } from "./templates.ts";

/** One folder for each release, by its version. */
const FOLDER = import.meta.dirname;

/** Every release that was recorded, the oldest first. */
export const RELEASES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
  .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));

export const LAST_RELEASE = RELEASES.at(-1) ?? "";

/** What a release synthesised, by the names of its combinations of settings. */
export function recordedTemplates(release: string): readonly (readonly [name: string, ReleaseTemplates])[] {
  const folder = join(FOLDER, release, "templates");
  return readdirSync(folder).map((file) => [
    file.replace(/\.json$/, ""),
    JSON.parse(readFileSync(join(folder, file), "utf8")),
  ]);
}
