import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { clientTypes } from "../bin/generate/clientTypes.ts";
import { generateConsoleRoutes } from "../bin/generate/consoleRoutes.ts";
import { EXAMPLES_FILE, errorChapter } from "../bin/generate/errorChapter.ts";
import { decisionIndex, rowIndex } from "../bin/generate/indexes.ts";
import { logSchema } from "../bin/generate/logSchema.ts";
import { answerMembers, memberTexts } from "../bin/generate/memberTexts.ts";
import { generateDocuments } from "../bin/generate/openapi.ts";
import { portalAssets } from "../bin/generate/portalAssets.ts";
import { portalPaths } from "../bin/generate/portalPaths.ts";
import { settingsAsProps } from "../bin/generate/rollcallSettings.ts";
import { settingsChapter } from "../bin/generate/settingsChapter.ts";
import { generateSignedRoutes } from "../bin/generate/signedRoutes.ts";
import { setupChapters } from "../bin/rollcall/setup/renderChapter.ts";
import { scriptOptions } from "../bin/scriptOptions.ts";
import { rows } from "./protocol/rows/rows.ts";

const LOG_SCHEMA = "lib/docs/logLine.schema.json";
const root = join(import.meta.dirname, "..");

/** What is generated of what is committed, by path; a test holds that it is committed as generated. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...generateSignedRoutes(),
    ...generateDocuments(),
    memberTexts(),
    answerMembers(),
    ...clientTypes(),
    ...generateConsoleRoutes(),
    ...portalPaths(),
    ...portalAssets(root),
    [LOG_SCHEMA, logSchema()],
    ...setupChapters(),
    settingsAsProps(),
    ["lib/docs/settings.md", settingsChapter()],
    ["lib/docs/ERRORS.md", errorChapter()],
    ["lib/docs/features.md", rowIndex(rows.map(({ name }) => name))],
    ["lib/adr/README.md", decisionIndex(join(root, "lib/adr"))],
  ]);
}

/**
 * `npm run generate`. The examples of errors come before the chapter that reads them; the schema of lines, and the routes of
 * operations, before they are provoked.
 */
if (import.meta.main) {
  scriptOptions({ script: "generate", summary: "write the generated code and documents anew", options: {} });
  write(LOG_SCHEMA, logSchema());
  for (const [path, text] of generateSignedRoutes()) write(path, text);
  for (const [path, text] of portalPaths()) write(path, text);
  const { examplesText } = await import("./protocol/everyCode/examplesText.ts");
  write(EXAMPLES_FILE, await examplesText());
  for (const [path, text] of generatedFiles()) write(path, text);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
