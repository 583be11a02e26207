import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { generateSignedRoutes } from "../../bin/generate/signedRoutes.ts";
import { DETAIL_CODES, isDetailCode, OAUTH_CODES } from "../../bin/rollcall/errors/errors.ts";
import { GATEWAY_REMEDIES } from "../../bin/rollcall/errors/gateway.ts";
import { generatedFiles } from "../generate.ts";

const root = join(import.meta.dirname, "../..");
const committed = (path: string): string => readFileSync(join(root, path), "utf8");

describe("what is generated is committed as generated (npm run generate)", () => {
  for (const [path, text] of generatedFiles()) {
    test(`${path}`, () => {
      expect(committed(path)).toBe(text);
    });
  }

  // Its examples are held to be real where they are provoked: test/protocol/everyCode.test.ts.
  test("lib/docs/ERRORS.md has an entry with an example for every code, and a way to it", () => {
    const chapter = committed("lib/docs/ERRORS.md");
    const entries = [...chapter.matchAll(/^### (.*)/gm)].map(([, code = ""]) => code);
    expect(entries.filter(isDetailCode).sort()).toEqual(DETAIL_CODES.toSorted());
    for (const code of OAUTH_CODES) expect(entries).toContain(code);
    for (const name of Object.keys(GATEWAY_REMEDIES)) expect(entries).toContain(`gateway.${name}`);
    const links = [...chapter.matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)].map(([, text = ""]) => text);
    const headings = [...chapter.matchAll(/^##+ (.*)/gm)].map(([, text = ""]) => text);
    expect(links.toSorted()).toEqual(headings.toSorted());
    const bare = chapter.split(/^### /m).filter((entry) => !entry.includes("```http"));
    expect(bare.map((entry) => entry.split("\n")[0])).toEqual([
      "# Errors",
      "token.secretSuperseded",
      "gateway.stopped",
    ]);
  });

  test("lib/docs/features.md has a row for every feature of the two guides that a request can show", () => {
    const rows = [...committed("lib/docs/features.md").matchAll(/^\* \*\*([PF]\d+)\*\*/gm)].map(([, row]) => row);
    // P18 and P20 are shown by explain and by the setup guides.
    const ofP = Array.from({ length: 21 }, (_none, index) => `P${index + 1}`).filter(
      (row) => row !== "P18" && row !== "P20",
    );
    expect(rows).toEqual([...ofP, ...Array.from({ length: 10 }, (_none, index) => `F${index + 1}`)]);
  });

  test("and needs nothing at run time", () => {
    for (const text of generateSignedRoutes().values()) expect(text).not.toMatch(/\brequire\(|from "ajv/);
  });
});
