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
