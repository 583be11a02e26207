import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { objectIn } from "../../functions/scim/json.ts";
import { openSecret } from "./secretFile.ts";
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
  return openSecret(folder, FILE_NAME, {
    what: "The credentials of the local server",
    unread: "it holds no credentials: remove it",
    make: () => newCredentials(),
    print: (made) => JSON.stringify(made, undefined, 2),
    read: credentialsIn,
  });
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

function credentialsIn(text: string): LocalCredentials | undefined {
  const { accessKeyId, secretAccessKey } = objectIn(text) ?? {};
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string") return undefined;
  return { accessKeyId, secretAccessKey };
}
