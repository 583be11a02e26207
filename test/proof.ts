import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scriptOptions } from "../bin/scriptOptions.ts";

/**
 * `npm run proof`: every test that asks test/support/proof.ts how much, with the large amounts, or storeKinds.ts for all stores, then the simulation. Takes
 * hours. `npm run proof -- test/protocol/races.test.ts` proves one file.
 */
const { positionals: chosen } = scriptOptions({
  script: "proof",
  summary:
    "run the tests that can try more, or on every store, with the large amounts, then the simulation; takes hours",
  options: {},
  words: "[TEST_FILE...]",
});
const root = join(import.meta.dirname, "..");
const asking = globSync("test/**/*.test.ts", { cwd: root }).filter((path) =>
  /\/support\/(?:proof|storeKinds)\.ts"/.test(readFileSync(join(root, path), "utf8")),
);
const parts = [
  ["run", "test", "--silent", "--", ...(chosen.length > 0 ? chosen : asking)],
  ...(chosen.length > 0 ? [] : [["run", "simulate", "--silent"]]),
];
const env = { ...process.env, ROLLCALL_PROOF: "1" };
for (const args of parts) {
  const { status } = spawnSync("npm", args, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
