import {
  CONSOLE_ADMIN_OPERATIONS,
  CONSOLE_OPERATIONS,
  CONSOLE_RUNS,
} from "../../functions/http/signed/declarations/console.ts";
import type { Declarations } from "../../functions/http/signed/declarations/declaration.ts";
import { PORTAL_OPERATIONS } from "../../functions/http/signed/declarations/portal.ts";
import {
  PORTAL_ADMIN_OPERATIONS,
  PORTAL_ENTRY_OPERATIONS,
} from "../../functions/http/signed/declarations/portalSessions.ts";

const HEADING = "// Made by `npm run generate` from functions/http/signed/declarations.\n";

/** Method and path of each operation below /portal/v1/ for the pages, without the schemas. */
export function portalPaths(): ReadonlyMap<string, string> {
  const session = pathLines(PORTAL_OPERATIONS, "") + pathLines(PORTAL_ENTRY_OPERATIONS, "");
  const portal = session + pathLines(PORTAL_ADMIN_OPERATIONS, "admin/");
  const operator =
    pathLines(CONSOLE_ADMIN_OPERATIONS, "admin/") + pathLines({ ...CONSOLE_OPERATIONS, ...CONSOLE_RUNS }, "console/");
  return new Map([
    ["lib/portal/generated/paths.ts", `${HEADING}\nexport const PORTAL_PATHS = {\n${portal}} as const;\n`],
    ["lib/portal/generated/operatorPaths.ts", `${HEADING}\nexport const OPERATOR_PATHS = {\n${operator}} as const;\n`],
  ]);
}

function pathLines(operations: Declarations, root: string): string {
  return Object.entries(operations)
    .map(([name, { method, path }]) => `  ${name}: ["${method}", "${root}${path}"],\n`)
    .join("");
}
