import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import type { Preset } from "../../functions/store/rules.ts";
import { runCommand } from "../deploy/command.ts";
import { type Outcome, reasonFor, report, SUITES, type Suite } from "./suites.ts";

/**
 * `npm run conformance`: runs public suites that others wrote against the server that `npm start` starts, and writes what
 * they found into test/conformance/CONFORMANCE.md. Needs Python 3 and the Python package index; ends with 1 when a suite
 * fails something that has no reason.
 */
scriptOptions({
  script: "conformance",
  summary:
    "run suites that others wrote against `npm start`, and write test/conformance/CONFORMANCE.md; needs Python 3",
  options: {},
});
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const VENV = join(PROJECT, ".venv", "conformance");

await install();
const outcomes: Outcome[] = [];
for (const suite of SUITES) {
  for (const preset of suite.presets) {
    const server = await startServer(preset);
    try {
      const checks = await suite.run({ ...server, bin: join(VENV, "bin") });
      outcomes.push({ suite, preset, checks });
      console.log(`${suite.name}, preset ${preset}: ${checks.filter(({ status }) => status === "pass").length} passed`);
    } finally {
      await server.stop();
    }
  }
}
const { version } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
writeFileSync(
  join(PROJECT, "test/conformance/CONFORMANCE.md"),
  report(outcomes, { version, date: new Date().toISOString().slice(0, 10) }),
);
const unexplained = outcomes.flatMap(({ suite, preset, checks }) =>
  checks
    .filter((check) => check.status === "fail" && reasonFor(suite, preset, check) === undefined)
    .map(({ name, message }) => `${suite.name}, preset ${preset}: ${name}: ${message}`),
);
for (const line of unexplained) console.error(`no reason: ${line}`);
process.exitCode = unexplained.length === 0 ? 0 : 1;

/** A virtual environment of its own, made anew when a version changes; git ignores the folder. */
async function install(): Promise<void> {
  const packages = SUITES.flatMap(({ packages: wanted }: Suite) => wanted);
  const ready = join(VENV, "ready");
  if (existsSync(ready) && readFileSync(ready, "utf8") === packages.join("\n")) return;
  await runCommand({ file: "python3", args: ["-m", "venv", "--clear", VENV] });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
  await runCommand({ file: join(VENV, "bin", "python"), args: pip });
  writeFileSync(ready, packages.join("\n"));
}

async function startServer(preset: Preset) {
  const args = ["bin/local.ts", "--port", "0", "--memory", "--json", "--org", "conformance", "--preset", preset];
  const child: ChildProcess = spawn(process.execPath, args, { cwd: PROJECT, stdio: ["ignore", "pipe", "ignore"] });
  if (child.stdout === null) throw new Error("no output");
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(([code]) => {
      throw new Error(`the server ended with ${code}`);
    }),
  ]);
  const { tenantUrl, token } = JSON.parse(String(line));
  return {
    tenantUrl: String(tenantUrl),
    token: String(token),
    async stop(): Promise<void> {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
