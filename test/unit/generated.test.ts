import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { withDecisionIndex } from "../../bin/generate/decisionIndex.ts";
import { errorChapter } from "../../bin/generate/errorChapter.ts";
import { generateMessages } from "../../bin/generate/messages.ts";
import { withRowIndex } from "../../bin/generate/rowIndex.ts";
import { DETAIL_CODES, isDetailCode, OAUTH_CODES } from "../../bin/rollcall/errors/errors.ts";
import { GATEWAY_REMEDIES } from "../../bin/rollcall/errors/gateway.ts";
import { rows } from "../protocol/rows/rows.ts";

const root = join(import.meta.dirname, "../..");

describe("what is generated is committed as generated (npm run generate)", () => {
  for (const [path, text] of generateMessages()) {
    test(`${path}`, () => {
      expect(readFileSync(join(root, path), "utf8")).toBe(text);
    });
  }

  // Its examples are held to be real where they are provoked: test/protocol/everyCode.test.ts.
  test("lib/docs/ERRORS.md, which has an entry with an example for every code, and a way to it", () => {
    const chapter = readFileSync(join(root, "lib/docs/ERRORS.md"), "utf8");
    expect(chapter).toBe(errorChapter());
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

  test("README.md lists every decision and every row of the guides", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const names = rows.map(({ name }) => name);
    expect(readme).toBe(withRowIndex(withDecisionIndex(readme, root), names));
    expect(() => withRowIndex(readme.replace("<!-- /rows -->", ""), names)).toThrow("<!-- /rows -->");
  });

  test("and needs nothing at run time", () => {
    for (const text of generateMessages().values()) expect(text).not.toMatch(/\brequire\(|from "ajv/);
  });
});
