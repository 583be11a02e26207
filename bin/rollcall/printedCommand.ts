import { COMMAND, DEFAULT_FOLDER, START_COMMAND, START_COMMAND_BEFORE_OPTIONS } from "../installation.ts";
import type { Place } from "./place.ts";

/**
 * A command as a person types it: the only place that writes one, so that each works on the place it was printed about.
 * @param place undefined where there is none: in usages
 * @param name the command's, and words that stand for values, e.g. `org update ORG --set RULE=VALUE`: as they are
 * @param values quoted as one word of a POSIX shell each
 */
export function printedCommand(place: Place | undefined, name: string, ...values: readonly string[]): string {
  const words = [name, ...values.map(quoted)].join(" ");
  return `${COMMAND} ${words}${place === undefined ? "" : placeOptions(place)}`;
}

/** What starts the local server. @param place the local one that it serves @param options words, as they are */
export function printedStart(place: Place | undefined, options = ""): string {
  const words = [options, place === undefined ? "" : placeOptions(place).trim()].filter((word) => word !== "");
  return words.length === 0 ? START_COMMAND : [START_COMMAND_BEFORE_OPTIONS, ...words].join(" ");
}

/**
 * A text whose commands stand in backticks, as remedies have them (`token list ORG`), with each as a person types
 * it about this place.
 * @param org its login name, for the word ORG of the commands; "" where the text is about none
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
