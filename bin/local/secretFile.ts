import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { codeOf, StartRefused } from "../rollcall/refused.ts";
import { writable } from "./claimFolder.ts";

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

/** Bytes; no secret is longer. */
const ROOM = 512;

/**
 * Like `openSecretFile`, for a secret that is shown once: a full disk takes a new file, but nothing into it.
 * @throws UnfitFile
 */
export function openWithRoom(path: string): SecretFile {
  const opened = openSecretFile(path);
  const { file, made } = opened;
  const { size } = fstatSync(file);
  try {
    writeSync(file, Buffer.alloc(ROOM), 0, ROOM, size);
    // Some file systems find out late.
    fsyncSync(file);
    ftruncateSync(file, size);
    return opened;
  } catch (error) {
    ftruncateSync(file, size);
    closeSync(file);
    if (made) rmSync(path, { force: true });
    throw new UnfitFile(codeOf(error) ?? "unknown reason");
  }
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

interface SecretForm<T> {
  /** Begins the sentence that refuses the file. */
  readonly what: string;
  /** What is wrong with a file that `read` does not understand. */
  readonly unread: string;
  make(): T;
  print(secret: T): string;
  read(text: string): T | undefined;
}

/** The secret in a file of a data folder, mode 0600: made where there is none. @throws StartRefused where the file cannot be used */
export function openSecret<T>(folder: string, name: string, { what, unread, make, print, read }: SecretForm<T>): T {
  const path = join(folder, name);
  const refusal = (why: string) => new StartRefused(`${what}, ${path}, cannot be used (${why}).`);
  let file: number | undefined;
  try {
    ({ file } = openSecretFile(path));
    const descriptor = file;
    const text = readFileSync(descriptor, "utf8");
    const known = text === "" ? undefined : read(text);
    if (known !== undefined) return known;
    if (text !== "") throw refusal(unread);
    // Empty: new, or an earlier start ended before it wrote.
    const made = make();
    writable(folder, () => writeWhole(descriptor, `${print(made)}\n`));
    return made;
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    throw refusal(error.message);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A full disk leaves no file, so that the next start tries again. */
function writeWhole(file: number, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    ftruncateSync(file);
    throw error;
  }
}
