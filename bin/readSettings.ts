import { existsSync, readFileSync } from "node:fs";
import { ConfigError } from "../lib/config.ts";

const SETTINGS = "rollcall.json";
const ROOT = new URL("..", import.meta.url);

/**
 * The content of rollcall.json beside package.json; `{}` where there is none.
 * @param given another file, or `none`
 * @throws ConfigError when the file is missing or no JSON
 */
export function readSettings(given?: unknown): unknown {
  if (given === "none") return {};
  const file = new URL(typeof given === "string" ? given : SETTINGS, ROOT);
  if (given === undefined && !existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ConfigError([
      `${file.pathname.split("/").at(-1)}: ${error instanceof Error ? error.message : "cannot be read"}`,
    ]);
  }
}

/** A text in package.json by its path, e.g. `version` or `devDependencies`, `aws-cdk`. */
export function readPackage(...path: readonly string[]): string {
  let value: unknown = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
  for (const name of path) {
    value =
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  }
  if (typeof value !== "string") throw new Error(`package.json has no ${path.join(" ")}`);
  return value;
}
