import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ConfigError } from "../lib/config.ts";

const SETTINGS = "rollcall.json";
const ROOT = join(import.meta.dirname, "..");

/**
 * The content of rollcall.json beside package.json; `{}` where there is none.
 * @param given another file, or `none`
 * @throws ConfigError when the file is missing or no JSON
 */
export function readSettings(given?: unknown): unknown {
  if (given === "none") return {};
  const file = resolve(ROOT, typeof given === "string" ? given : SETTINGS);
  if (given === undefined && !existsSync(file)) return {};
  try {
    // Editors of Windows begin a file with a byte order mark.
    return JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new ConfigError([`${basename(file)}: ${error instanceof Error ? error.message : "cannot be read"}`]);
  }
}

/** A text in package.json by its path, e.g. `version` or `devDependencies`, `aws-cdk`. */
export function readPackage(...path: readonly string[]): string {
  let value: unknown = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const name of path) {
    value =
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  }
  if (typeof value !== "string") throw new Error(`package.json has no ${path.join(" ")}`);
  return value;
}
