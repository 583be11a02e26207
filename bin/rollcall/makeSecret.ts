import { closeSync, ftruncateSync, rmSync, writeSync } from "node:fs";
import type { JsonObject } from "../../functions/scim/json.ts";
import { openSecretFile, type SecretFile, UnfitFile } from "../local/secretFile.ts";
import type { Invocation } from "./command.ts";
import { textOption } from "./options.ts";
import { Refused } from "./refused.ts";

/** A call whose answer shows a secret this once. */
interface Making {
  /** Of the admin API, which makes it by POST. */
  readonly path: string;
  readonly wishes: JsonObject;
  /** The member of the answer that holds it. */
  readonly member: "secretToken" | "clientSecret" | "secretKey" | "secret";
  /** The option that names a file for it. */
  readonly fileOption: string;
  /** What it is, in an error; absent: token. */
  readonly called?: string;
}

interface Made {
  readonly made: JsonObject;
  /** Of the file that holds the secret, where one was named. */
  readonly path: string | undefined;
  /** The secret, or where it is. */
  readonly secret: string;
}

/** Makes a secret; the file for it is opened first, so that none is lost because it cannot be written. @throws Refused */
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
    const secret = String(made[member]);
    if (opened === undefined) return { made, path: file, secret };
    ftruncateSync(opened.file);
    writeSync(opened.file, `${secret}\n`, 0);
    written = true;
    return { made, path: file, secret: `written to ${file}` };
  } finally {
    if (opened !== undefined) {
      closeSync(opened.file);
      // A file that was made for a secret which never came goes again.
      if (file !== undefined && opened.made && !written) rmSync(file, { force: true });
    }
  }
}

/** Only its owner may read it. @throws Refused */
function open(path: string, called: string): SecretFile {
  try {
    return openSecretFile(path);
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    throw new Refused(`The ${called} file cannot be written (${error.message}); no ${called} was made.`);
  }
}
