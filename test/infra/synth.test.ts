import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { codeDigest, digestOf, SOURCES } from "../../lib/functionCode.ts";
import { newFolder } from "../support/folders.ts";
import { cdkSynth, PROJECT } from "./cdkSynth.ts";

/** That it makes something is for bundles.test.ts, which looks at what it makes. */
describe("cdk synth", () => {
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
    const folder = newFolder();
    const { failed, output } = await cdkSynth(folder, { stage: "a/b", waf: "maybe" });
    rmSync(folder, { recursive: true, force: true });
    expect(failed).toBe(true);
    expect(output).toMatch(/^ {2}stage: must be/m);
    expect(output).toMatch(/^ {2}waf: must be/m);
    expect(output).not.toMatch(/^ {4}at /m);
  });
});

test("the release of the functions' code is that of the sources, whatever else lies among them", () => {
  const copy = `${newFolder()}/`;
  try {
    for (const path of SOURCES) cpSync(join(PROJECT, path), join(copy, path), { recursive: true });
    // Of a file manager, a network drive, two editors, and a document that is no code.
    for (const name of [".DS_Store", "._users.ts", ".users.ts.swp", "users.ts~", "store/SCHEMA.md"]) {
      writeFileSync(join(copy, "functions", name), "not of the code");
    }
    expect(digestOf(copy)).toBe(codeDigest());
    writeFileSync(join(copy, "functions/users.ts"), "export {};");
    expect(digestOf(copy)).not.toBe(codeDigest());
  } finally {
    rmSync(copy, { recursive: true });
  }
});
