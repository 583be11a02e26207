import { closeSync, ftruncateSync, rmSync, writeSync } from "node:fs";
import type { JsonObject } from "../../functions/scim/json.ts";
import { openWithRoom, type SecretFile, UnfitFile } from "../local/secretFile.ts";
import { neededTextIn } from "./adminClient.ts";
import type { Invocation } from "./command.ts";
import { textOption } from "./options.ts";
import { Refused } from "./refused.ts";

/** A call whose answer shows a secret once. */
interface Making {
  /** Of the admin API; POST makes the secret. */
  readonly path: string;
  readonly wishes: JsonObject;
  /** The secret's member in the answer. */
  readonly member: "secretToken" | "clientSecret" | "secretKey" | "secret";
  /** The option that names a file for the secret. */
  readonly fileOption: string;
  /** The secret's name in errors; absent: token. */
  readonly called?: string;
}

interface Made {
  readonly made: JsonObject;
  /** Of the secret's file, if one was named. */
  readonly path: string | undefined;
  /** The secret, or its place. */
  readonly secret: string;
}

/** Makes a secret; it opens the file first, so that an unwritable file loses no secret. @throws Refused */
export async function makeSecret(
  { connect, options }: Pick<Invocation, "connect" | "options">,
  { path, wishes, member, fileOption, called = "token" }: Making,
): Promise<Made> {
  const file = textOption(options, fileOption);
  const client = await connect();
  const opened = file === undefined ? undefined : open(file, called);
  let written = false;
  try {
    const made = await client.call("POST", path, wishes);
    const secret = neededTextIn(made, member);
    if (opened === undefined) return { made, path: file, secret };
    ftruncateSync(opened.file);
    writeSync(opened.file, `${secret}\n`, 0);
    written = true;
    return { made, path: file, secret: `written to ${file}` };
  } finally {
    if (opened !== undefined) {
      closeSync(opened.file);
      // Removes a new file that got no secret.
      if (file !== undefined && opened.made && !written) rmSync(file, { force: true });
    }
  }
}

/** Only its owner may read the file. @throws Refused */
function open(path: string, called: string): SecretFile {
  try {
    return openWithRoom(path);
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    throw new Refused(`The ${called} file cannot be written (${error.message}); no ${called} was made.`);
  }
}
