import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";

const ROOT = join(import.meta.dirname, "../..");
/** They read their options elsewhere, with tests of their own; npm alone runs the last three. */
const OTHERWISE = ["start", "rollcall", "prepare", "prepack", "postpack"];
const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
);
const FILES = Object.entries(scripts).flatMap(([name, command]): [string, string][] => {
  const [, file] = /^node (\S+)/.exec(command) ?? [];
  return file === undefined || OTHERWISE.includes(name) ? [] : [[name, file]];
});

function runScript(file: string, ...args: string[]) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(ROOT, file), ...args], { encoding: "utf8" });
  return { status, stderr, stdout };
}

describe("npm scripts", () => {
  test.each(FILES)("%s reads its options with scriptOptions, under its own name", (name, file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    expect(text).toMatch(/scriptOptions\(/);
    expect(text).toContain(`script: "${name}"`);
  });

  // One that loads quickly stands for all.
  test("--help prints the usage and does nothing else", () => {
    expect(runScript("bin/release.ts", "--help")).toEqual({
      status: 0,
      stderr: "",
      stdout: [
        "Usage: npm run release -- [OPTIONS]",
        "",
        "make a release, or say why it cannot be made.",
        "",
        "  --dry-run  write only to dist/release",
        "  --help     print this help",
        "",
      ].join("\n"),
    });
  });

  test("an unknown option is refused in one line, with exit code 2", () => {
    expect(runScript("bin/release.ts", "--nonsense")).toEqual({
      status: 2,
      stderr: "Unknown option '--nonsense'. See: npm run release -- --help\n",
      stdout: "",
    });
  });
});
