import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import { noTestBecause } from "./noTestBecause.ts";

/**
 * `npm run coverage` writes coverage/requirements.md, which git ignores: which test holds which requirement, and which has
 * none. It ends with an error when one has neither test nor reason, or when there are more reasons than good ones.
 */
const HERE = import.meta.dirname;
const FOLDERS = [HERE, join(HERE, "../property"), join(HERE, "../unit/scim"), join(HERE, "../infra")];
const COVERAGE_FILE = join(HERE, "../../coverage/requirements.md");

export interface Requirement {
  readonly id: string;
  /** M must, S should, O optional, X needed by real clients, D our decision, W a common fault. */
  readonly level: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
  /** Why there is no test. Not looked at where there is one. */
  readonly reason: string | undefined;
}

/** Every requirement in the order of the list, with the tests whose names begin with its id. */
export function requirements(): Requirement[] {
  const levels: Record<string, string> = JSON.parse(readFileSync(join(HERE, "requirementIds.json"), "utf8"));
  const tests = FOLDERS.flatMap(testFiles).flatMap(namesIn);
  const known = Object.keys(levels);
  for (const { ids, file } of tests) {
    const unknown = ids.filter((id) => !known.includes(id));
    if (unknown.length > 0) throw new Error(`${file} names ${unknown.join(", ")}, which is no requirement`);
  }
  return Object.entries(levels).map(([id, level]) => {
    const own = tests.filter(({ ids }) => ids.includes(id));
    return { id, level, tests: own, reason: own.length > 0 ? undefined : noTestBecause[id] };
  });
}

const MOST_REASONS = 10;

/** What is wrong with the coverage, one line each. */
export function gaps(all: readonly Requirement[]): string[] {
  const reasons = all.filter(({ reason }) => reason !== undefined);
  const stale = Object.keys(noTestBecause).filter((id) => !reasons.some((one) => one.id === id));
  return [
    ...all
      .filter(({ tests, reason }) => tests.length === 0 && reason === undefined)
      .map(({ id, level }) => `${id} (${level}) has neither a test nor a reason`),
    ...reasons.filter(({ level }) => level.startsWith("M")).map(({ id }) => `${id} is a must and has no test`),
    ...stale.map((id) => `${id} has a test and needs no reason`),
    ...(reasons.length > MOST_REASONS ? [`${reasons.length} reasons are more than ${MOST_REASONS}`] : []),
  ];
}

function coverageText(all: readonly Requirement[]): string {
  const missing = all.filter(({ tests }) => tests.length === 0);
  const lines = [
    "# Requirements and their tests",
    "",
    "Levels: M must, S should, O optional, X needed by a real client, D our decision, W a common fault.",
    "",
    summary(all),
    "",
    "## Missing",
    "",
    "| id | level | reason |",
    "| --- | --- | --- |",
    ...missing.map(({ id, level, reason }) => `| ${id} | ${level} | ${reason ?? "**missing**"} |`),
    "",
    "## Tested",
    "",
    ...all.filter(({ tests }) => tests.length > 0).flatMap(entry),
  ];
  return `${lines.join("\n")}\n`;
}

function summary(all: readonly Requirement[]): string {
  const must = all.filter(({ level }) => level.startsWith("M"));
  const tested = (some: readonly Requirement[]) => some.filter(({ tests }) => tests.length > 0).length;
  return `${tested(all)} of ${all.length} requirements have a test, ${tested(must)} of ${must.length} of level M.`;
}

function entry({ id, level, tests }: Requirement): string[] {
  return [`- ${id} (${level})`, ...tests.map(({ file, name }) => `  - ${escaped(name)} (\`${file}\`)`)];
}

/** Names of tests are no Markdown. */
function escaped(name: string): string {
  return name.replaceAll(/([\\`*_[\]<>|])/g, "\\$1");
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .sort()
    .map((name) => join(folder, name));
}

const NAME = /\(\s*"((?:[A-Z]+-\d+, )*[A-Z]+-\d+): ((?:[^"\\]|\\.)*)"/g;

function namesIn(path: string): { ids: string[]; file: string; name: string }[] {
  const file = relative(join(HERE, ".."), path);
  return [...readFileSync(path, "utf8").matchAll(NAME)].map(([, ids = "", name = ""]) => ({
    ids: ids.split(", "),
    file,
    name: name.replaceAll('\\"', '"'),
  }));
}

if (process.argv[1] === import.meta.filename) {
  scriptOptions({
    script: "coverage",
    summary: "write coverage/requirements.md: which test holds which requirement, and which has none",
    options: {},
  });
  const all = requirements();
  mkdirSync(dirname(COVERAGE_FILE), { recursive: true });
  writeFileSync(COVERAGE_FILE, coverageText(all));
  console.log(`${summary(all)} The table: coverage/requirements.md`);
  const wrong = gaps(all);
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
