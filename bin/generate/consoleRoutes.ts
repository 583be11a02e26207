import {
  CONSOLE_ADMIN_OPERATIONS,
  CONSOLE_OPERATIONS,
  CONSOLE_OWN_ADMIN_OPERATIONS,
  CONSOLE_RUNS,
} from "../../functions/http/signed/declarations/console.ts";
import type { Declarations } from "../../functions/http/signed/declarations/declaration.ts";
import { PORTAL_OPERATIONS } from "../../functions/http/signed/declarations/portal.ts";
import { PORTAL_ENTRY_OPERATIONS } from "../../functions/http/signed/declarations/portalSessions.ts";
import { routesText, validatorsOf } from "./signedRoutes.ts";

const HEADING = "// Made by `npm run generate` from functions/http/signed/declarations.\n";
const FILE = "bin/rollcall/generated/consoleRoutes";

/** What the console answers itself, with validators for the bodies. Keys are names of exports. */
const ANSWERED = {
  CONSOLE_ENTRY_ROUTES: { ...PORTAL_ENTRY_OPERATIONS },
  CONSOLE_OWN_ADMIN_ROUTES: CONSOLE_OWN_ADMIN_OPERATIONS,
  CONSOLE_ROUTES: CONSOLE_OPERATIONS,
  CONSOLE_RUN_ROUTES: CONSOLE_RUNS,
};
/** What the console passes on to the deployment. The console checks only that a request is one of these. */
const PASSED = { PORTAL_READ_ROUTES: PORTAL_OPERATIONS, CONSOLE_ADMIN_ROUTES: withoutBodies(CONSOLE_ADMIN_OPERATIONS) };

/** The operations of `rollcall console` at run time as plain data, so that it loads no schema library. */
export function generateConsoleRoutes(): ReadonlyMap<string, string> {
  const answered: Declarations = Object.fromEntries(Object.values(ANSWERED).flatMap(Object.entries));
  const exported: Readonly<Record<string, Declarations>> = { ...ANSWERED, ...PASSED };
  const texts = Object.entries(exported).map(([name, operations]) => `\n${routesText(name, operations)}`);
  return new Map([
    [`${FILE}.js`, `${HEADING}${validatorsOf(answered)}${texts.join("")}`],
    [`${FILE}.d.ts`, TYPES],
  ]);
}

function withoutBodies(operations: Declarations): Declarations {
  return Object.fromEntries(Object.entries(operations).map(([name, { body: _, ...rest }]) => [name, rest]));
}

const TYPES = `${HEADING}import type {
  CONSOLE_ADMIN_OPERATIONS,
  CONSOLE_OPERATIONS,
  CONSOLE_OWN_ADMIN_OPERATIONS,
  CONSOLE_RUNS,
} from "../../../functions/http/signed/declarations/console.ts";
import type { PORTAL_OPERATIONS } from "../../../functions/http/signed/declarations/portal.ts";
import type { PORTAL_ENTRY_OPERATIONS } from "../../../functions/http/signed/declarations/portalSessions.ts";
import type { Routes } from "../../../functions/http/signed/route.ts";

export declare const CONSOLE_ENTRY_ROUTES: Routes<typeof PORTAL_ENTRY_OPERATIONS>;
export declare const CONSOLE_OWN_ADMIN_ROUTES: Routes<typeof CONSOLE_OWN_ADMIN_OPERATIONS>;
export declare const CONSOLE_ROUTES: Routes<typeof CONSOLE_OPERATIONS>;
export declare const CONSOLE_RUN_ROUTES: Routes<typeof CONSOLE_RUNS>;
export declare const PORTAL_READ_ROUTES: Routes<typeof PORTAL_OPERATIONS>;
export declare const CONSOLE_ADMIN_ROUTES: Routes<typeof CONSOLE_ADMIN_OPERATIONS>;
`;
