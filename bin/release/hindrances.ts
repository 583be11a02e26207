/** The facts on which a release depends. */
export interface ReleaseState {
  /** Of package.json. */
  readonly version: string;
  readonly changelog: readonly ChangelogSection[];
  /** Releases with a record in test/releases, any order. */
  readonly recorded: readonly string[];
  readonly tags: readonly string[];
  /** Paths of files that are changed and not committed. */
  readonly uncommitted: readonly string[];
  /** The commit to release, and the last commit for which `.ci/run` passed. */
  readonly head: string;
  readonly checked: string | undefined;
  /** Of package.json. */
  readonly publishConfig: Readonly<Record<string, unknown>> | undefined;
}

/** `.ci/run` writes it when everything passed. */
export const CHECKED_FILE = "coverage/checked-commit";

/** The reasons against a release, each with what to do; empty where there is none. */
export function hindrancesOf(state: ReleaseState): string[] {
  const ofVersion = ofTheVersion(state);
  // The section of a released version says nothing about the next one.
  return [...ofTheTree(state), ...ofVersion, ...(ofVersion.length === 0 ? ofTheChangelog(state) : [])];
}

function ofTheTree({ uncommitted, head, checked, publishConfig }: ReleaseState): string[] {
  return [
    ...(uncommitted.length === 0
      ? []
      : [`These changes are not committed: ${uncommitted.slice(0, 5).join(", ")}. Commit or remove them.`]),
    ...(checked === head ? [] : ["The checks did not pass for this commit. Run: bash .ci/run"]),
    ...(publishConfig !== undefined
      ? []
      : [
          'package.json has no publishConfig. The owner of the package\'s name decides where it is published, and adds it, for example: { "access": "public" }.',
        ]),
  ];
}

function ofTheVersion({ version, recorded, tags }: ReleaseState): string[] {
  const last = [...recorded].sort(compareVersions).at(-1);
  const isAbove = last === undefined || compareVersions(version, last) > 0;
  return [
    ...(isAbove
      ? []
      : [
          `Version ${version} is not above ${last}, the last release. Raise it: npm version --no-git-tag-version minor`,
        ]),
    ...(tags.includes(tagOf(version))
      ? [`The tag ${tagOf(version)} exists. Raise the version; a tag is never moved.`]
      : []),
  ];
}

function ofTheChangelog({ version, changelog }: ReleaseState): string[] {
  const section = changelog.find((one) => one.version === version);
  const unreleased = changelog.find((one) => one.version === undefined);
  const heading = `## ${version} - YYYY-MM-DD`;
  return [
    ...(section === undefined
      ? [
          `CHANGELOG.md has no section for ${version}. Turn "## Unreleased" into "${heading}", and begin an empty "## Unreleased" above it.`,
        ]
      : []),
    ...(section !== undefined && section.date === undefined
      ? [`The section of ${version} in CHANGELOG.md has no date. Write: ${heading}`]
      : []),
    ...(section?.text === ""
      ? [`The section of ${version} in CHANGELOG.md is empty. Say what an operator has to know.`]
      : []),
    ...(section !== undefined && unreleased !== undefined && unreleased.text !== ""
      ? [`CHANGELOG.md has changes under "Unreleased". They are part of ${version}: move them into its section.`]
      : []),
  ];
}

export function tagOf(version: string): string {
  return `v${version}`;
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

/** The section of one release in lib/docs/CHANGELOG.md. */
export interface ChangelogSection {
  /** As in 0.2.0; undefined for unreleased changes. */
  readonly version: string | undefined;
  /** An ISO 8601 date; undefined where the heading has none. */
  readonly date: string | undefined;
  /** Markdown, without the heading. */
  readonly text: string;
}

const HEADING = /^## (?:Unreleased|(\d+\.\d+\.\d+)(?: - (\d{4}-\d{2}-\d{2}))?)$/m;

/** The sections in order, in the form of Keep a Changelog. @throws Error for an unknown heading */
export function readChangelog(text: string): readonly ChangelogSection[] {
  const parts = text.split(/^(?=## )/m).filter((part) => part.startsWith("## "));
  return parts.map((part) => {
    const found = HEADING.exec(part);
    if (found?.index !== 0) throw new Error(`CHANGELOG.md has a heading of its own: ${part.split("\n")[0]}`);
    const [heading, version, date] = found;
    return { version, date, text: part.slice(heading.length).trim() };
  });
}
