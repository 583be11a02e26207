import { COMMAND, DEFAULT_FOLDER, START_COMMAND, START_COMMAND_BEFORE_OPTIONS } from "../installation.ts";
import type { Place } from "./place.ts";

/**
 * A command as a person types it. Only this function writes commands, so that each works on the right place.
 * @param place undefined for none: in usages
 * @param name the command with placeholders, e.g. `org update ORG --set RULE=VALUE`: unchanged
 * @param values each is quoted as one POSIX shell word
 */
export function printedCommand(place: Place | undefined, name: string, ...values: readonly string[]): string {
  const words = [name, ...values.map(quoted)].join(" ");
  return `${COMMAND} ${words}${place === undefined ? "" : placeOptions(place)}`;
}

/** The command that starts the local server. @param place the server's place @param options unchanged words */
export function printedStart(place: Place | undefined, options = ""): string {
  const words = [options, place === undefined ? "" : placeOptions(place).trim()].filter((word) => word !== "");
  return words.length === 0 ? START_COMMAND : [START_COMMAND_BEFORE_OPTIONS, ...words].join(" ");
}

/**
 * Completes the commands in a remedy's backticks (`token list ORG`) for this place.
 * @param org login name for the word ORG; "" where the text concerns no org
 */
export function withCommands(text: string, place: Place | undefined, org: string): string {
  return text.replaceAll(/`([^`]+)`/g, (_, words: string) => {
    const named = org === "" ? words : words.replaceAll(/\bORG\b/g, () => quoted(org));
    return `\`${printedCommand(place, named)}\``;
  });
}

function placeOptions(place: Place): string {
  switch (place.kind) {
    case "local":
      return place.folder === DEFAULT_FOLDER ? "" : ` --data ${quoted(place.folder)}`;
    case "url":
      return ` --url ${quoted(place.url)}${region(place.region)}`;
    case "stack":
      return ` --stack ${quoted(place.stack)}${region(place.region)}`;
  }
}

function region(name: string | undefined): string {
  return name === undefined ? "" : ` --region ${quoted(name)}`;
}

function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
