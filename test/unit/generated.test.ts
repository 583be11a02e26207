import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { dashboardPicture } from "../../bin/generate/dashboardPicture.ts";
import { withDecisionIndex } from "../../bin/generate/decisionIndex.ts";
import { errorChapter } from "../../bin/generate/errorChapter.ts";
import { generateMessages } from "../../bin/generate/messages.ts";
import { withRowIndex } from "../../bin/generate/rowIndex.ts";
import { DETAIL_CODES } from "../../functions/scim/catalogue/allTexts.ts";
import { PANELS } from "../../lib/observability/panels.ts";
import { rows } from "../protocol/rows/rows.ts";

const root = join(import.meta.dirname, "../..");

describe("what is generated is committed as generated (npm run generate)", () => {
  for (const [path, text] of generateMessages()) {
    test(`${path}`, () => {
      expect(readFileSync(join(root, path), "utf8")).toBe(text);
    });
  }

  test("lib/dashboard.svg, which shows every panel of the dashboard and says that its numbers are invented", () => {
    const picture = readFileSync(join(root, "lib/dashboard.svg"), "utf8");
    expect(picture).toBe(dashboardPicture());
    for (const { title } of PANELS.flat()) expect(picture).toContain(`>${title}<`);
    expect(picture).toContain("sample data, invented");
    expect(picture.length).toBeLessThan(60_000);
  });

  test("lib/ERRORS.md, which has an entry for every code", () => {
    const chapter = readFileSync(join(root, "lib/ERRORS.md"), "utf8");
    expect(chapter).toBe(errorChapter());
    expect(chapter.match(/^## .*/gm)).toEqual(DETAIL_CODES.toSorted().map((code) => `## ${code}`));
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
