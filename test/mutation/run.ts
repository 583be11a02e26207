import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import { type Mutant, mutantsOf, mutated, shuffled } from "./mutants.ts";

/**
 * `npm run mutate`: breaks one place of functions/scim at a time, in a copy, and asks whether a test notices. Ends with
 * the mutants that nobody noticed; SURVIVORS.md says of each that was met why it is none, or which test it got.
 */
const { values } = scriptOptions({
  script: "mutate",
  summary: "break one place of functions/scim at a time, in a copy, and say which mutants no test notices",
  options: {
    mutants: { type: "string", default: "150", value: "N", help: "how many to try (default 150)" },
    seed: { type: "string", default: "1", value: "N", help: "which ones (default 1)" },
    workers: { type: "string", default: "2", value: "N", help: "how many at a time (default 2)" },
    only: { type: "string", default: "", value: "TEXT", help: "only files whose path contains this" },
  },
});

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const ROOM = "functions/scim";
/** Data, generated code and texts: breaking those is for other tests to notice. */
const NOT_MUTATED = /generated|scim\/errors|\.d\.ts$/;
/** The quickest first: most mutants never get to the last. */
const STAGES = [["test/unit/scim"], ["test/protocol/rfc"], ["test/protocol/idp/replay.test"], ["test/property/scim"]];
const STAGE_LIMIT_MS = 240_000;

const all = readdirSync(join(PROJECT, ROOM), { recursive: true, encoding: "utf8" })
  .map((name) => `${ROOM}/${name}`)
  .filter((file) => file.endsWith(".ts") && !NOT_MUTATED.test(file) && file.includes(values.only))
  .sort()
  .flatMap((file) => mutantsOf(file, readFileSync(join(PROJECT, file), "utf8")));
const chosen = shuffled(all, Number(values.seed)).slice(0, Number(values.mutants));
console.log(`${all.length} mutants of ${ROOM}; ${chosen.length} of them tried, seed ${values.seed}`);

const survivors: Mutant[] = [];
const noticedIn = new Map<string, number>();
const queue = chosen.values();
let done = 0;
await Promise.all(Array.from({ length: Number(values.workers) }, worker));

console.log(`\nnoticed: ${chosen.length - survivors.length} of ${chosen.length}`);
for (const [stage, count] of noticedIn) console.log(`  ${count} by ${stage}`);
for (const { file, line, before, after } of survivors) {
  console.log(`survived: ${file}:${line} ${JSON.stringify(before.trim())} -> ${JSON.stringify(after.trim())}`);
}
process.exitCode = survivors.length === 0 ? 0 : 1;

async function worker(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), "rollcall-mutants-"));
  try {
    for (const name of ["functions", "test", "bin", "lib", "package.json", "tsconfig.json", "README.md"]) {
      cpSync(join(PROJECT, name), join(copy, name), { recursive: true });
    }
    mkdirSync(join(copy, ".jest"));
    symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));
    for (const mutant of queue) await tryOne(copy, mutant);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function tryOne(copy: string, mutant: Mutant): Promise<void> {
  const path = join(copy, mutant.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, mutated(source, mutant));
  try {
    for (const stage of STAGES) {
      if (await passes(copy, stage)) continue;
      const name = stage.join(" ");
      noticedIn.set(name, (noticedIn.get(name) ?? 0) + 1);
      return;
    }
    survivors.push(mutant);
  } finally {
    writeFileSync(path, source);
    done += 1;
    process.stdout.write(survivors.at(-1) === mutant ? "S" : ".");
    if (done % 50 === 0) process.stdout.write(` ${done}\n`);
  }
}

/** A run that does not end has noticed too. */
async function passes(copy: string, stage: readonly string[]): Promise<boolean> {
  const args = [join(copy, "node_modules/jest/bin/jest.js"), "--silent", "--bail", "--ci", "--cacheDirectory", ".jest"];
  const child = spawn(process.execPath, [...args, "--runInBand", ...stage], {
    cwd: copy,
    stdio: "ignore",
    env: { ...process.env, NODE_OPTIONS: "--experimental-vm-modules --no-warnings" },
    timeout: STAGE_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const [code] = await once(child, "exit");
  return code === 0;
}
