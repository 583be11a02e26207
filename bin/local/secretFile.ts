import { closeSync, constants, fchmodSync, fstatSync, openSync } from "node:fs";
import { codeOf } from "../rollcall/refused.ts";

/** `message` is the operating system's code, or the kind of thing that is no plain file. */
export class UnfitFile extends Error {}

export interface SecretFile {
  /** A descriptor for writing; the file keeps its content. */
  readonly file: number;
  /** The file is new. */
  readonly made: boolean;
}

/**
 * Opens a file for a secret and sets mode 0600. It refuses links: somebody else who may write in that folder could redirect the
 * secret.
 * @throws UnfitFile
 */
export function openSecretFile(path: string): SecretFile {
  try {
    return { file: openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600), made: true };
  } catch (error) {
    // O_EXCL refuses links too, even those that lead nowhere.
    if (codeOf(error) !== "EEXIST") throw new UnfitFile(codeOf(error) ?? "unknown reason");
  }
  return { file: openExisting(path), made: false };
}

/** Does not wait for a reader at the other end of a pipe. */
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
