import { closeSync, constants, fchmodSync, fstatSync, openSync } from "node:fs";
import { codeOf } from "../rollcall/refused.ts";

/** The message is a code of the operating system, or what lies there instead of a plain file. */
export class UnfitFile extends Error {}

export interface SecretFile {
  /** A descriptor to write with; what the file held is still there. */
  readonly file: number;
  /** It was not there before. */
  readonly made: boolean;
}

/**
 * Opens a file for a secret: mode 0600, whatever it was, and no link, which would put the secret where somebody else who
 * may write in that folder wants it.
 * @throws UnfitFile
 */
export function openSecretFile(path: string): SecretFile {
  try {
    return { file: openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600), made: true };
  } catch (error) {
    // O_EXCL takes no link either, not even one that leads nowhere.
    if (codeOf(error) !== "EEXIST") throw new UnfitFile(codeOf(error) ?? "unknown reason");
  }
  return { file: openExisting(path), made: false };
}

/** Without waiting for a reader at the other end of a pipe. */
const PLAIN_ONLY = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function openExisting(path: string): number {
  let file: number | undefined;
  try {
    file = openSync(path, PLAIN_ONLY);
    if (!fstatSync(file).isFile()) throw new UnfitFile("it is no plain file");
    fchmodSync(file, 0o600);
    return file;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    if (error instanceof UnfitFile) throw error;
    throw new UnfitFile(codeOf(error) === "ELOOP" ? "it is a link" : (codeOf(error) ?? "unknown reason"));
  }
}
