/**
 * `npm run release`: makes a release, or says why it cannot (lib/docs/change.md). With `--dry-run` it writes only to
 * `dist/release`.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  CHECKED_FILE,
  type ChangelogSection,
  hindrancesOf,
  type ReleaseState,
  readChangelog,
} from "./release/hindrances.ts";
import { makeArtefacts, publish, runIn } from "./release/makeArtefacts.ts";
import { scriptOptions } from "./scriptOptions.ts";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, "dist/release");
const RECORDS = "test/releases";
const RECORD = join(FOLDER, "record");

const run = (program: string, ...words: readonly string[]): string => runIn(ROOT, program, ...words);

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

function readState(): ReleaseState {
  const { version, publishConfig } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const checked = join(ROOT, CHECKED_FILE);
  return {
    version,
    publishConfig,
    changelog: readChangelog(readFileSync(join(ROOT, "lib/docs/CHANGELOG.md"), "utf8")),
    recorded: readdirSync(join(ROOT, RECORDS)).filter((name) => /^\d+\.\d+\.\d+$/.test(name)),
    tags: linesOf(run("git", "tag", "--list")),
    uncommitted: linesOf(run("git", "status", "--porcelain")).map((line) => line.slice(2).trim()),
    head: run("git", "rev-parse", "HEAD"),
    checked: existsSync(checked) ? readFileSync(checked, "utf8").trim() : undefined,
  };
}

/** This version's notes; without its section, the unreleased ones. */
function notesOf({ version, changelog, recorded }: ReleaseState): string {
  const textOf = (wanted: ChangelogSection["version"]) => changelog.find((one) => one.version === wanted)?.text;
  const section = recorded.includes(version) ? undefined : textOf(version);
  return section || textOf(undefined) || "Nothing that an operator has to know.";
}

/** Later releases are compared with the record. Records of earlier releases lose their server. */
function keepRecord({ version, recorded }: ReleaseState): void {
  cpSync(RECORD, join(ROOT, RECORDS, version), { recursive: true });
  for (const earlier of recorded) rmSync(join(ROOT, RECORDS, earlier, "server.json.br"), { force: true });
  run("git", "add", "--all", RECORDS);
  run("git", "commit", "--quiet", "--message", `Record release ${version}`);
}

function main(): void {
  const { values } = scriptOptions({
    script: "release",
    summary: "make a release, or say why it cannot be made",
    options: { "dry-run": { type: "boolean", default: false, help: "write only to dist/release" } },
  });
  const state = readState();
  const hindrances = hindrancesOf(state);
  if (hindrances.length > 0 && !values["dry-run"]) {
    for (const hindrance of hindrances) console.error(hindrance);
    process.exitCode = 1;
    return;
  }
  const time = new Date(run("git", "log", "-1", "--format=%cI")).toISOString().replace(/\.\d+Z$/, "Z");
  const { tarball, stated } = makeArtefacts(ROOT, FOLDER, { time, notes: notesOf(state) });
  for (const line of stated) console.log(line);
  console.log(
    `Made: ${readdirSync(FOLDER)
      .map((name) => join("dist/release", name))
      .join(", ")}`,
  );
  if (values["dry-run"]) {
    console.log(
      `Nothing was tagged, published or recorded. npm run release would ${hindrances.length === 0 ? `publish ${state.version}.` : "refuse:"}`,
    );
    for (const hindrance of hindrances) console.log(`  ${hindrance}`);
    return;
  }
  // Before publishing: it may fail.
  run(process.execPath, join(RECORDS, "record.ts"), RECORD);
  publish(ROOT, { version: state.version, tarball, config: state.publishConfig ?? {} });
  keepRecord(state);
  console.log(`Published and recorded ${state.version}. Now: git push --follow-tags`);
}

main();
