import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { SIDES } from "../../functions/store/keys.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { type CheckedFile, checkFile } from "./data/checkFile.ts";
import { countsInWords, number, Progress } from "./data/progress.ts";
import { sendFile } from "./data/sendFile.ts";
import { flag } from "./options.ts";
import type { Place } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Refused } from "./refused.ts";
import { printable } from "./table.ts";

export const importCommand: Command = {
  name: "import",
  arguments: ["ORG", "FILE"],
  summary: "read an export into a paused organization that never had a user or team; repeat it if it breaks off",
  options: { "dry-run": flag("check the file and the organization, and change nothing") },
  run: importFile,
};

async function importFile(invocation: Invocation): Promise<undefined> {
  const { arguments: given, connect, options, place, print, terminal } = invocation;
  const [org = "", path = ""] = given;
  const file = await checked(path, terminal.err);
  for (const side of SIDES) terminal.err(`In the file, ${side}: ${countsInWords(file.counts[side])}.`);
  if (file.events > 0) {
    terminal.err(`${number(file.events)} events in the file stay there: an import begins an event log of its own.`);
  }
  const client = await connect();
  const before = await outlook(client, org, file, place);
  const dry = options["dry-run"] === true;
  if (before === "open" && !dry) await sendFile(client, org, file, new Progress(terminal.err));
  const done = before === "finished" || !dry;
  print({ org, file: path, from: file.header.org, counts: file.counts, done }, () => {
    if (before === "finished") return `This file was imported into ${printable(org)} before: nothing was done.`;
    if (dry) return `The file is good, and ${printable(org)} can take it. Nothing was changed.`;
    const commands = [printedCommand(place, "org resume", org), printedCommand(place, "token generate", org)];
    return [
      `${printable(org)} is as ${file.header.org} was at ${file.header.exportedAt}. It has no token and is still paused.`,
      `Next: ${commands.join(", then: ")}`,
    ].join("\n");
  });
}

/** @throws Refused after naming every bad line */
async function checked(path: string, say: (text: string) => void): Promise<CheckedFile> {
  let problems = 0;
  const file = await checkFile(path, ({ line, reason }) => {
    problems += 1;
    say(`line ${line}: ${reason}`);
  });
  if (file !== undefined) return file;
  throw new Refused(
    `${number(problems)} of the file's lines ${problems === 1 ? "is" : "are"} bad: nothing was imported.`,
  );
}

/** Whether the org can take the file, or already has it. @throws Refused for neither */
async function outlook(
  client: AdminClient,
  org: string,
  { hash }: CheckedFile,
  place: Place,
): Promise<"open" | "finished"> {
  const { paused, untouched, import: before } = await client.insist("GET", adminPath("orgs", org, "data", "import"));
  const state: JsonObject | undefined = isObject(before) ? before : undefined;
  if (state?.file === hash && state.finished !== undefined) return "finished";
  const name = printable(org);
  if (state !== undefined && state.file !== hash) {
    throw new Refused(
      `Another file ${state.finished === undefined ? "is being imported" : "was imported"} into ${name} (begun ${state.begun}). Import into another organization, or delete and purge this one.`,
    );
  }
  if (state === undefined && untouched !== true) {
    throw new Refused(
      `${name} has users or teams, or had some: an import goes into an organization that never had any. Create another one, or delete and purge this one.`,
    );
  }
  if (paused !== true) {
    throw new Refused(
      `${name} is not paused. Pause it, so that nobody gets half of the data: ${printedCommand(place, "org pause", org, "--reason", "import")}`,
    );
  }
  return "open";
}
