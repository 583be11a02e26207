import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertLogLines } from "./logLines.ts";

/** An empty folder of a test, which removes it. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "rollcall-test-"));
}

/** Removes the data folder of an ended server or command. @throws Error for an invalid line in its log */
export function removeData(folder: string): void {
  const texts = ["requests.log.1", "requests.log"]
    .map((name) => join(folder, name))
    .filter(existsSync)
    .map((path) => readFileSync(path, "utf8"));
  rmSync(folder, { recursive: true, force: true });
  assertLogLines(texts.flatMap((text) => text.split("\n")).filter((line) => line !== ""));
}
