import type { Json } from "../../functions/scim/json.ts";
import type { Terminal } from "./command.ts";
import { printable } from "./table.ts";

/**
 * The `warnings` of an answer, beside the result. Most answers about an org repeat them; a person reads them where they
 * can be acted on: when an org or its way in is made, and when a change brings a new one.
 */
export function warn(terminal: Terminal, warnings: Json | undefined): void {
  if (!Array.isArray(warnings)) return;
  for (const warning of warnings) terminal.err(`Warning: ${printable(String(warning))}`);
}
