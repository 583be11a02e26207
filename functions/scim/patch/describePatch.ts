import { ScimError } from "../error.ts";
import { isObject } from "../json.ts";
import type { ResourceType } from "../schema.ts";
import { type PatchPath, parsePatchPath, printPatchPath, resolveName } from "./patchPath.ts";
import type { PatchOperation } from "./readPatch.ts";

/** What a log line has room for. */
const MAX_ENTRIES = 30;

/**
 * What the operations are about, each thing once, e.g. `replace emails[type].value`, `add members`: names of the schema
 * only, `unknown` for what the client named otherwise, so that it is fit for a log.
 */
export function describePatch(type: ResourceType, operations: readonly PatchOperation[]): string[] {
  const entries = new Set<string>();
  for (const { op, path, value } of operations) {
    const names = path !== undefined ? [path] : isObject(value) ? Object.keys(value) : [""];
    for (const name of names) {
      if (entries.size === MAX_ENTRIES) return [...entries, "more"];
      entries.add(`${op} ${describePath(type, name)}`);
    }
  }
  return [...entries];
}

function describePath(type: ResourceType, text: string): string {
  const path = understood(type, text);
  if (path !== undefined) return printPatchPath(path);
  return text.toLowerCase() === type.schema.id.toLowerCase() ? type.schema.id : "unknown";
}

function understood(type: ResourceType, text: string): PatchPath | undefined {
  if (!text.includes("[")) return resolveName(type, text);
  try {
    return parsePatchPath(type, text);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
