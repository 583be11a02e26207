import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const CDK = join(PROJECT, "node_modules", "aws-cdk", "bin", "cdk");
const execute = promisify(execFile);

/** The machine's own Node, not the one the project brings: what a globally installed `cdk` would run on. */
function machineNode(): string {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const found = folders.map((folder) => join(folder, "node")).find((file) => existsSync(file));
  return found ?? process.execPath;
}

/**
 * Runs `cdk synth` of a stack named Other: not the default name, which test/deploy deploys. With the umask of a hardened
 * machine, where nobody else may read what it makes.
 * @param folder for what it makes @param settings those that are not as by default, each a word
 */
export async function cdkSynth(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly failed: boolean; readonly output: string }> {
  const env = {
    // No credentials, no region, no home with a profile, and no container runtime on the path.
    PATH: "/usr/bin:/bin",
    HOME: folder,
    CI: "true",
    AWS_EC2_METADATA_DISABLED: "true",
    // Not for what it makes, but for what it takes: rules.test.ts asks the rules for templates.
    CDK_VALIDATION: "false",
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  };
  const context = { settings: "none", stackName: "Other", ...settings };
  const words = Object.entries(context).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  try {
    const synth = [machineNode(), CDK, "synth", "--quiet", "--output", folder, ...words];
    const { stderr, stdout } = await execute("sh", ["-c", 'umask 077 && exec "$@"', "sh", ...synth], {
      cwd: PROJECT,
      env,
    });
    return { failed: !existsSync(join(folder, "Other.template.json")), output: stdout + stderr };
  } catch (cause) {
    const { stderr = "", stdout = "" } = cause as { readonly stderr?: string; readonly stdout?: string };
    return { failed: true, output: stdout + stderr };
  }
}
