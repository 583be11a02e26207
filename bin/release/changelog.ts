/** What lib/docs/CHANGELOG.md says of one release. */
export interface ChangelogSection {
  /** As in 0.2.0; undefined for what is unreleased. */
  readonly version: string | undefined;
  /** ISO 8601, a day; undefined where the heading has none. */
  readonly date: string | undefined;
  /** Markdown, without the heading. */
  readonly text: string;
}

const HEADING = /^## (?:Unreleased|(\d+\.\d+\.\d+)(?: - (\d{4}-\d{2}-\d{2}))?)$/m;

/** The sections in their order, as Keep a Changelog has them. @throws Error for a heading that it does not know */
export function readChangelog(text: string): readonly ChangelogSection[] {
  const parts = text.split(/^(?=## )/m).filter((part) => part.startsWith("## "));
  return parts.map((part) => {
    const found = HEADING.exec(part);
    if (found?.index !== 0) throw new Error(`CHANGELOG.md has a heading of its own: ${part.split("\n")[0]}`);
    const [heading, version, date] = found;
    return { version, date, text: part.slice(heading.length).trim() };
  });
}
