import { closeSync, ftruncateSync, rmSync, writeSync } from "node:fs";
import { openSecretFile, type SecretFile, UnfitFile } from "../local/secretFile.ts";
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
  let written = false;
  const { file, made } = open(path);
  return {
    write: (token) => {
      ftruncateSync(file);
      writeSync(file, `${token}\n`, 0);
      written = true;
    },
    close: () => {
      closeSync(file);
      if (made && !written) rmSync(path, { force: true });
    },
  };
}

function open(path: string): SecretFile {
  try {
    return openSecretFile(path);
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    throw new Refused(`The token file cannot be written (${error.message}); no token was made.`);
  }
}
