import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withDecisionIndex } from "../bin/generate/decisionIndex.ts";
import { errorChapter } from "../bin/generate/errorChapter.ts";
import { generateMessages } from "../bin/generate/messages.ts";
import { withRowIndex } from "../bin/generate/rowIndex.ts";
import { withSetupChapters } from "../bin/generate/setupChapters.ts";
import { EXAMPLES_FILE } from "../bin/rollcall/errors/examples.ts";
import { examplesText } from "./protocol/everyCode/examplesText.ts";
import { rows } from "./protocol/rows/rows.ts";

/** `npm run generate`: writes the generated files; a test holds that they are committed as generated. */
const root = join(import.meta.dirname, "..");
for (const [path, text] of generateMessages()) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

writeFileSync(join(root, EXAMPLES_FILE), await examplesText());
writeFileSync(join(root, "lib/docs/ERRORS.md"), errorChapter());

const readme = join(root, "README.md");
const names = rows.map(({ name }) => name);
writeFileSync(readme, withRowIndex(withDecisionIndex(withSetupChapters(readFileSync(readme, "utf8")), root), names));
