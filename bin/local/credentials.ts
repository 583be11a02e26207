import { randomBytes } from "node:crypto";
import { closeSync, ftruncateSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { objectIn } from "../../functions/scim/json.ts";
import { StartRefused } from "../rollcall/refused.ts";
import { writable } from "./claimFolder.ts";
import { openSecretFile, UnfitFile } from "./secretFile.ts";
import type { LocalCredentials } from "./sigV4.ts";

/** Region in signatures without AWS; the server accepts any. */
export const LOCAL_REGION = "local";

const FILE_NAME = "credentials.json";

/**
 * This machine signs requests to its server with these. Made once for each data folder, mode 0600; readers of the file are
 * operators.
 * @throws StartRefused where the file cannot be used
 */
export function openCredentials(folder: string): LocalCredentials {
  const path = join(folder, FILE_NAME);
  let file: number | undefined;
  try {
    ({ file } = openSecretFile(path));
    const descriptor = file;
    const text = readFileSync(descriptor, "utf8");
    // Empty: an earlier start ended before it wrote.
    if (text !== "") return credentialsIn(text) ?? refuse(path, "it holds no credentials: remove it");
    const made = newCredentials();
    writable(folder, () => writeWhole(descriptor, `${JSON.stringify(made, undefined, 2)}\n`));
    return made;
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    return refuse(path, error.message);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The credentials of a data folder; undefined where no server was ever started there. */
export function readCredentials(folder: string): LocalCredentials | undefined {
  try {
    return credentialsIn(readFileSync(join(folder, FILE_NAME), "utf8"));
  } catch {
    return undefined;
  }
}

export function newCredentials(bytes: (count: number) => Uint8Array = randomBytes): LocalCredentials {
  const id = Buffer.from(bytes(6)).toString("hex").toUpperCase();
  return { accessKeyId: `ROLLCALL${id}`, secretAccessKey: Buffer.from(bytes(30)).toString("base64url") };
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

function credentialsIn(text: string): LocalCredentials | undefined {
  const { accessKeyId, secretAccessKey } = objectIn(text) ?? {};
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string") return undefined;
  return { accessKeyId, secretAccessKey };
}

function refuse(path: string, why: string): never {
  throw new StartRefused(`The credentials of the local server, ${path}, cannot be used (${why}).`);
}
