import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";

const PROJECT = new URL("../..", import.meta.url).pathname;
const CDK = join(PROJECT, "node_modules", "aws-cdk", "bin", "cdk");
const execute = promisify(execFile);

/** The machine's own Node, not the one the project brings: what a globally installed `cdk` would run on. */
function machineNode(): string {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const found = folders.map((folder) => join(folder, "node")).find((file) => existsSync(file));
  return found ?? process.execPath;
}

/** Of another name than the default one, which test/deploy deploys. */
async function synth(...args: string[]): Promise<{ readonly failed: boolean; readonly output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-synth-"));
  try {
    // No credentials, no region, no home with a profile, and no container runtime on the path.
    const env = { PATH: "/usr/bin:/bin", HOME: folder, CI: "true", AWS_EC2_METADATA_DISABLED: "true" };
    const all = [CDK, "synth", "--quiet", "--output", folder, "-c", "settings=none", "-c", "stackName=Other", ...args];
    const { stderr, stdout } = await execute(machineNode(), all, { cwd: PROJECT, env });
    return { failed: !existsSync(join(folder, "Other.template.json")), output: stdout + stderr };
  } catch (cause) {
    const { stderr = "", stdout = "" } = cause as { readonly stderr?: string; readonly stdout?: string };
    return { failed: true, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("cdk synth", () => {
  test("needs no account, no container and not the Node it was started with", async () => {
    const { failed, output } = await synth();
    expect({ failed, output: failed ? output : "" }).toEqual({ failed: false, output: "" });
    expect(output).not.toMatch(/feature flags?/);
  });

  test("decides every feature flag, and most as CDK recommends", () => {
    const json = (path: string) => JSON.parse(readFileSync(join(PROJECT, path), "utf8"));
    const { context } = json("cdk.json");
    const recommended: object = json("node_modules/aws-cdk-lib/recommended-feature-flags.json");
    const others = Object.entries(recommended).filter(([flag, value]) => context[flag] !== value);
    expect(others.map(([flag]) => flag).sort()).toEqual([
      // The log group's ARN without `:*`, which API Gateway takes either way.
      "@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard",
      // Sorts actions and joins statements: ours say by their Sid what each is for.
      "@aws-cdk/aws-iam:minimizePolicies",
      // One partition more is ours.
      "@aws-cdk/core:target-partitions",
    ]);
  });

  test("says in one line each what is wrong with the settings", async () => {
    const { failed, output } = await synth("-c", "stage=a/b", "-c", "waf=maybe");
    expect(failed).toBe(true);
    expect(output).toMatch(/^ {2}stage: must be/m);
    expect(output).toMatch(/^ {2}waf: must be/m);
    expect(output).not.toMatch(/^ {4}at /m);
  });
});
