import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { lockedPackage, packagesIn } from "../../bin/release/billOfMaterials.ts";
import { hindrancesOf, type ReleaseState, readChangelog } from "../../bin/release/hindrances.ts";

const READY: ReleaseState = {
  version: "0.10.0",
  changelog: readChangelog(
    "# Changelog\n\nWords.\n\n## Unreleased\n\n## 0.10.0 - 2027-01-02\n\nNew.\n\n## 0.9.0\n\nOld.\n",
  ),
  recorded: ["0.9.0", "0.2.0"],
  tags: ["v0.2.0", "v0.9.0"],
  uncommitted: [],
  head: "abc",
  checked: "abc",
  publishConfig: {},
};
const changelog = (text: string): Partial<ReleaseState> => ({ changelog: readChangelog(text) });

describe("a release", () => {
  test("hinders nothing where all is ready", () => {
    expect(hindrancesOf(READY)).toEqual([]);
    expect(hindrancesOf({ ...READY, recorded: [], tags: [] })).toEqual([]);
  });

  test.each<readonly [string, Partial<ReleaseState>, RegExp]>([
    ["changes that are not committed", { uncommitted: ["README.md"] }, /not committed: README\.md\. Commit or remove/],
    ["checks of another commit", { checked: "abd" }, /did not pass for this commit\. Run: bash \.ci\/run/],
    ["checks that never ran", { checked: undefined }, /Run: bash \.ci\/run/],
    ["no place to publish to", { publishConfig: undefined }, /no publishConfig\. The owner of the package's name/],
    ["a version that was released", { version: "0.9.0", tags: [] }, /^Version 0\.9\.0 is not above 0\.9\.0/],
    ["a version below the last one", { version: "0.3.0" }, /^Version 0\.3\.0 is not above 0\.9\.0/],
    ["a tag of that name", { tags: ["v0.10.0"] }, /^The tag v0\.10\.0 exists\. Raise the version/],
    [
      "no section",
      changelog("## Unreleased\n\nNew.\n"),
      /no section for 0\.10\.0\. Turn "## Unreleased" into "## 0\.10\.0 - /,
    ],
    ["a section without a date", changelog("## 0.10.0\n\nNew.\n"), /has no date\. Write: ## 0\.10\.0 - YYYY-MM-DD/],
    ["an empty section", changelog("## 0.10.0 - 2027-01-02\n\n## 0.9.0\n\nOld.\n"), /is empty\. Say what an operator/],
    [
      "changes that are said to be unreleased",
      changelog("## Unreleased\n\n- More.\n\n## 0.10.0 - 2027-01-02\n\nNew.\n"),
      /changes under "Unreleased"\. They are part of 0\.10\.0: move them/,
    ],
  ])("is refused for %s, and for nothing else", (_, changed, says) => {
    expect(hindrancesOf({ ...READY, ...changed })).toEqual([expect.stringMatching(says)]);
  });

  test("has a section for each release in the changelog of this repository", () => {
    const sections = readChangelog(readFileSync(new URL("../../lib/docs/CHANGELOG.md", import.meta.url), "utf8"));
    expect(sections.map(({ version }) => version)).toEqual(expect.arrayContaining([undefined, "0.2.0", "0.1.0"]));
    expect(() => readChangelog("## Next\n")).toThrow(/a heading of its own: ## Next/);
  });
});

describe("the bill of materials", () => {
  test("takes its packages from the licences, and refuses what the lock file does not have", () => {
    const licences = `@a/b 1.0.0\nc 2.1.0-rc.1\n\nMIT\n\nwords 1.0.0\n\n${"-".repeat(80)}\n\nd 3.0.0\n\nApache\n`;
    const found = packagesIn(`${licences}`);
    expect(found.map(({ name, version }) => `${name}@${version}`)).toEqual(["@a/b@1.0.0", "c@2.1.0-rc.1", "d@3.0.0"]);
    expect(() => packagesIn("Some words\n\nMIT\n")).toThrow("the licences name no package: Some words");
    const entry = { version: "3.0.0", license: "MIT", integrity: "sha512-AAAA" };
    const lock = {
      packages: { "node_modules/x/node_modules/d": entry, "node_modules/d": { ...entry, version: "4.0.0" } },
    };
    expect(lockedPackage(lock, { name: "d", version: "3.0.0" })).toEqual({ name: "d", ...entry });
    for (const other of [
      { name: "d", version: "5.0.0" },
      { name: "x", version: "3.0.0" },
    ])
      expect(() => lockedPackage(lock, other)).toThrow(`no licence and hash of ${other.name}`);
  });
});
