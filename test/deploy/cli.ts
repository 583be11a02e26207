import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { OpenStack } from "../aws/openStack.ts";
import type { Check } from "../support/target.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** Compiled modules are kept: a command takes a quarter of its time. */
export const NODE_COMPILE_CACHE = join(PROJECT, "node_modules/.cache/rollcall");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What a person types after a deployment, from the stack's own output on. The steps stand on each other: one check.
 * @param folder where exports go
 */
export function firstCommands({ outputs, place, stackName }: OpenStack, folder: string): Check {
  const { env } = place;
  return {
    name: "the command that the stack names next, a token, and both plays work from the command line",
    run: async () => {
      const next = outputs.NextCommand.replace(/^npm run rollcall -- /, "").split(" ");
      const created = await rollcall(env, ...next);
      const org = next[2] ?? "";
      const generated = await rollcall(env, "token", "generate", org, "--json", "--stack", stackName);
      const token = /rollcall_[0-9A-Za-z_]+/.exec(generated.stdout)?.[0];
      if (token === undefined)
        return [...ended("org create", created), ...ended("token generate", generated), "no token came"];
      const url = place.reachable(outputs.TenantUrl.replace("{orgName}", org));
      const entra = await rollcall({ ...env, ROLLCALL_TOKEN: token }, "play", "entra", "--url", url);
      const okta = await rollcall({ ...env, ROLLCALL_TOKEN: token }, "play", "okta", "--url", url);
      const users = await rollcall(env, "users", org, "--stack", stackName);
      const emails = [{ type: "work", primary: true, value: "moved@example.com" }];
      await fetch(`${url}/Users`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" },
        body: JSON.stringify({ schemas: [USER_SCHEMA], userName: "moved@example.com", emails, active: true }),
      });
      const moved = await moveOrg(env, org, stackName, folder);
      return [
        ...ended("org create", created),
        ...ended("token generate", generated),
        ...moved,
        ...ended("play entra", entra),
        ...ended("play okta", okta),
        ...ended("users", users),
      ];
    },
  };
}

/** Everything of the org out of the deployment and in again, under another name. */
async function moveOrg(env: NodeJS.ProcessEnv, org: string, stackName: string, folder: string): Promise<string[]> {
  const copy = `${org}-copy`;
  const [file, again] = ["export.ndjson", "again.ndjson"].map((name) => join(folder, name));
  if (file === undefined || again === undefined) throw new Error("two files have two names");
  const steps: readonly (readonly string[])[] = [
    ["export", org, "--out", file],
    ["org", "create", copy],
    ["org", "pause", copy, "--reason", "import"],
    ["import", copy, file, "--dry-run"],
    ["import", copy, file],
    ["org", "resume", copy],
    ["export", copy, "--out", again],
    ["token", "report"],
  ];
  const problems: string[] = [];
  for (const words of steps) {
    problems.push(...ended(words.join(" "), await rollcall(env, ...words, "--stack", stackName)));
    if (problems.length > 0) return problems;
  }
  const [before, after] = [file, again].map((path) => readFileSync(path, "utf8").split("\n").slice(1));
  if (before?.[0]?.includes("moved@example.com") !== true) problems.push("the user is not in the export");
  return String(before) === String(after) ? problems : [...problems, "the import is another org than the export"];
}

function ended(what: string, { code, stderr, stdout }: Ended): string[] {
  if (code === 0) return [];
  const said = `${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("✗") || line.trim() !== "");
  return [`${what} ended with ${code}:`, ...said.slice(-12)];
}

/** The command line tool, in a process of its own. */
export async function rollcall(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  try {
    const script = join(PROJECT, "bin", "rollcall.ts");
    const options = { env: { NODE_COMPILE_CACHE, ...env }, cwd: PROJECT };
    return { code: 0, ...(await promisify(execFile)(process.execPath, [script, ...args], options)) };
  } catch (cause) {
    // What execFile rejects with carries the exit code and the output.
    const { code, stderr = "", stdout = "" } = cause as Partial<Ended>;
    return { code: code ?? 1, stdout, stderr };
  }
}
