import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rows } from "../test/protocol/rows/rows.ts";
import { dashboardPicture } from "./generate/dashboardPicture.ts";
import { withDecisionIndex } from "./generate/decisionIndex.ts";
import { errorChapter } from "./generate/errorChapter.ts";
import { examplesText } from "./generate/examples.ts";
import { generateMessages } from "./generate/messages.ts";
import { withRowIndex } from "./generate/rowIndex.ts";
import { withSetupChapters } from "./generate/setupChapters.ts";
import { EXAMPLES_FILE } from "./rollcall/remedies/examples.ts";

/** `npm run generate`: writes the generated files; a test holds that they are committed as generated. */
const root = join(import.meta.dirname, "..");
for (const [path, text] of generateMessages()) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

writeFileSync(join(root, "lib/dashboard.svg"), dashboardPicture());
writeFileSync(join(root, EXAMPLES_FILE), await examplesText());
writeFileSync(join(root, "lib/ERRORS.md"), errorChapter());

const readme = join(root, "README.md");
const names = rows.map(({ name }) => name);
writeFileSync(readme, withRowIndex(withDecisionIndex(withSetupChapters(readFileSync(readme, "utf8")), root), names));
