import { readdirSync, readFileSync } from "node:fs";

/** lib/adr/README.md: the titles of all decision records. @param folder of the records */
export function decisionIndex(folder: string): string {
  const lines = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .sort()
    .map((name) => {
      const [heading = ""] = readFileSync(`${folder}/${name}`, "utf8").split("\n");
      return `* [${heading.replace(/^#\s*/, "")}](${name})`;
    });
  return `# Decisions\n\nDecisions that a newcomer would undo. \`npm run generate\` writes this list.\n\n${lines.join("\n")}\n`;
}

/**
 * lib/docs/features.md: the rows of the two guides with the names of the tests that show them.
 * @param names `P1: what is shown`; names of neither P nor F are left out
 */
export function rowIndex(names: readonly string[]): string {
  const shown = new Map<string, string[]>();
  for (const name of names) {
    const [row = "", ...words] = name.split(": ");
    if (/^[PF]\d+$/.test(row)) shown.set(row, [...(shown.get(row) ?? []), words.join(": ")]);
  }
  const lines = [...shown].sort(([one], [other]) => rank(one) - rank(other)).map(([row, all]) => lineOf(row, all));
  return `${HEADING}\n${lines.join("\n")}\n`;
}

const HEADING = `# What it does

\`npm run generate\` writes this list from the names of tests. Each row is a feature from the guides of the two systems that
Rollcall re-creates: P is Pulumi Cloud's SCIM, F is Fulcrum's. A test of the same name shows it in-process, over HTTP and on the
emulated deployment (\`test/protocol/rows/\`). Each organization
chooses its [rules](operate.md#rules-and-presets); the default ones are those of P.

Beyond the guides, for [your application](application.md): a numbered event log of each organization, links to your own records,
signed webhooks, adoption of people who exist already, [roles](application.md#roles) by teams, keys for applications outside AWS, and a [portal](portal.md) for your customers' administrators.

Not offered yet, and answered as the RFC says: /Me.
`;

function lineOf(row: string, all: readonly string[]): string {
  return all.length === 1 ? `* **${row}** ${all[0]}` : `* **${row}**\n${all.map((one) => `  * ${one}`).join("\n")}`;
}

/** Rows of P come before those of F, each by number. */
function rank(row: string): number {
  return (row.startsWith("P") ? 0 : 1000) + Number(row.slice(1));
}
