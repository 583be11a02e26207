import { execFileSync } from "node:child_process";

/** Runs a program in a folder; its stderr goes to the terminal. @returns its stdout @throws Error where it fails */
export function runIn(folder: string, program: string, ...words: readonly string[]): string {
  const said = execFileSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return said.trim();
}
