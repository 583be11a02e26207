import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { generateMessages } from "../../bin/generate/messages.ts";

const root = join(import.meta.dirname, "../..");

describe("what is generated is committed as generated (npm run generate)", () => {
  for (const [path, text] of generateMessages()) {
    test(`${path}`, () => {
      expect(readFileSync(join(root, path), "utf8")).toBe(text);
    });
  }

  test("and needs nothing at run time", () => {
    for (const text of generateMessages().values()) expect(text).not.toMatch(/\brequire\(|from "ajv/);
  });
});
