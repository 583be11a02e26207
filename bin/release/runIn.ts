import { execFileSync } from "node:child_process";

/** Runs a program in a folder. What it complains about goes to the terminal. @returns what it said @throws Error where it failed */
export function runIn(folder: string, program: string, ...words: readonly string[]): string {
  const said = execFileSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return said.trim();
}
