import type { JsonObject } from "../../functions/scim/json.ts";
import type { Terminal } from "./command.ts";
import { printable } from "./table.ts";

/** The `warnings` of an answer, beside the result. */
export function warn(terminal: Terminal, answer: JsonObject): void {
  if (!Array.isArray(answer.warnings)) return;
  for (const warning of answer.warnings) terminal.err(`Warning: ${printable(String(warning))}`);
}
