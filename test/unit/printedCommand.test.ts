import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { DATA_FOLDER } from "../../bin/local/readOptions.ts";
import { printedCommand } from "../../bin/rollcall/printedCommand.ts";

describe("a printed command", () => {
  test.each([
    [{ kind: "local", folder: DATA_FOLDER } as const, ""],
    [{ kind: "local", folder: "/a b" } as const, " --data '/a b'"],
    [{ kind: "stack", stack: "Rollcall", region: "eu-west-1" } as const, " --stack Rollcall --region eu-west-1"],
    [
      { kind: "url", url: "https://x.example/admin/v1", region: undefined } as const,
      " --url https://x.example/admin/v1",
    ],
  ])("carries the place it was asked about: %j", (place, end) => {
    expect(printedCommand(place, "org show", "acme")).toBe(`npm run rollcall -- org show acme${end}`);
  });

  test("quotes what a shell would read otherwise", () => {
    expect(printedCommand(undefined, "team", "acme", "it's $HOME")).toBe(
      "npm run rollcall -- team acme 'it'\\''s $HOME'",
    );
  });

  test("is written nowhere but in one file, and in stack outputs, which name their own stack", () => {
    const others = globSync(["bin/**/*.ts", "functions/**/*.ts", "lib/**/*.ts"])
      .filter((path) => !/printedCommand\.ts$/.test(path))
      .flatMap((path) =>
        readFileSync(path, "utf8")
          .split("\n")
          .map((line) => `${path}: ${line.trim()}`),
      )
      .filter((line) => line.includes("rollcall -- "));
    const elsewhere = others.filter((line) => !line.startsWith("lib/scimStack.ts"));
    expect([elsewhere, others.length > 0]).toEqual([[], true]);
  });
});
