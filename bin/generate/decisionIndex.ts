import { readdirSync, readFileSync } from "node:fs";

/** lib/adr/README.md: the titles of all decision records. @param folder where they are */
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
