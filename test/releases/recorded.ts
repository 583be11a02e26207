import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import type { KeptData } from "./dataFile.ts";
import type { Told } from "./story.ts";
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

/** What the story left in a release: its items, and the secrets that open them. */
export interface RecordedItems extends KeptData {
  readonly told: Told;
  /** By request, what the release answered: what a later one answers has all of it. */
  readonly answers: Readonly<Record<string, unknown>>;
}

export function recordedItems(release: string): RecordedItems {
  return JSON.parse(readFileSync(join(FOLDER, release, "items.json"), "utf8"));
}

/** The files of a release's local server, by their paths. Only the last one is kept. */
export function recordedServer(release: string): Readonly<Record<string, string>> {
  return JSON.parse(brotliDecompressSync(readFileSync(join(FOLDER, release, "server.json.br"))).toString("utf8"));
}
