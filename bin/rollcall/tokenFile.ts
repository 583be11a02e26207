import { closeSync, existsSync, fchmodSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { Refused } from "./refused.ts";

/** A file that will hold a token: only its owner may read it. */
export interface TokenFile {
  write(token: string): void;
  /** Closes it; a file that was made for a token which never came goes again. */
  close(): void;
}

/**
 * Opens the file before the token is made, so that no token is lost because the file cannot be written.
 * @throws Refused
 */
export function openTokenFile(path: string): TokenFile {
  const existed = existsSync(path);
  let written = false;
  const file = open(path);
  return {
    write: (token) => {
      ftruncateSync(file);
      writeSync(file, `${token}\n`, 0);
      written = true;
    },
    close: () => {
      closeSync(file);
      if (!existed && !written) rmSync(path, { force: true });
    },
  };
}

function open(path: string): number {
  try {
    const file = openSync(path, existsSync(path) ? "r+" : "w", 0o600);
    fchmodSync(file, 0o600);
    return file;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new Refused(`The token file cannot be written (${code}); no token was made.`);
  }
}
