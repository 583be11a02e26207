import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withRegion } from "./withRegion.ts";

/** README.md with the list of decision records made anew from the titles of lib/adr. */
export function withDecisionIndex(readme: string, root: string): string {
  const lines = readdirSync(join(root, "lib/adr"))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => {
      const [heading = ""] = readFileSync(join(root, "lib/adr", name), "utf8").split("\n");
      return `* [${heading.replace(/^#\s*/, "")}](lib/adr/${name})`;
    });
  return withRegion(readme, "adr", lines.join("\n"));
}
