import { closeSync, ftruncateSync, rmSync, writeSync } from "node:fs";
import type { JsonObject } from "../../functions/scim/json.ts";
import { openWithRoom, type SecretFile, UnfitFile } from "../local/secretFile.ts";
import { neededTextIn } from "./adminClient.ts";
import type { Invocation } from "./command.ts";
import { textOption } from "./options.ts";
import { Refused } from "./refused.ts";

/** A call whose answer shows a secret once. */
interface Making {
  /** The secret's name: in the option for its file, in the document that names the file, and in sentences. */
  readonly called: "token" | "secret" | "key";
  /** Of the admin API; POST makes the secret. */
  readonly path: string;
  readonly wishes: JsonObject;
  /** The secret's member in the answer. */
  readonly member: "secretToken" | "clientSecret" | "secretKey" | "secret";
}

/**
 * Makes a secret and prints it, or writes it to the file that an option names; it opens the file first, so that an unwritable file
 * loses no secret.
 * @param lines of the answer for people, given the secret or its place
 * @returns the answer
 * @throws Refused
 */
export async function makeSecret(
  { connect, options, print, terminal }: Invocation,
  { called, path, wishes, member }: Making,
  lines: (made: JsonObject, secret: string) => readonly string[],
): Promise<JsonObject> {
  const file = textOption(options, `${called}-file`);
  const client = await connect();
  const opened = file === undefined ? undefined : open(file, called);
  let made: JsonObject;
  let written = false;
  try {
    made = await client.call("POST", path, wishes);
    const secret = neededTextIn(made, member);
    if (opened !== undefined) {
      ftruncateSync(opened.file);
      writeSync(opened.file, `${secret}\n`, 0);
      written = true;
    }
  } finally {
    if (opened !== undefined) {
      closeSync(opened.file);
      // Removes a new file that got no secret.
      if (file !== undefined && opened.made && !written) rmSync(file, { force: true });
    }
  }
  const shown = file === undefined ? made : { ...made, [member]: undefined, [`${called}File`]: file };
  print(shown, () => lines(made, file === undefined ? String(made[member]) : `written to ${file}`).join("\n"));
  if (file === undefined && options.json !== true) terminal.err(`Keep the ${called} now: it cannot be shown again.`);
  return made;
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
