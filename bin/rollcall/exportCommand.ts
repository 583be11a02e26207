import { SIDES } from "../../functions/store/keys.ts";
import type { Command, Invocation } from "./command.ts";
import { countsInWords, Progress } from "./data/progress.ts";
import { fileSink, OutputClosed, streamSink } from "./data/sinks.ts";
import { writeExport } from "./data/writeExport.ts";
import { flag, text, textOption } from "./options.ts";
import { plural, printable } from "./table.ts";

export const exportCommand: Command = {
  name: "export",
  arguments: ["ORG"],
  summary: "write an organization's settings, users, groups and memberships as lines of JSON; no token, no secret",
  options: {
    events: flag("also write the events of its log, with the values that the log holds"),
    out: text("FILE", "write to this file (mode 0600) instead of the standard output"),
  },
  run: exportOrg,
};

async function exportOrg({ arguments: [org = ""], connect, json, options, terminal }: Invocation): Promise<undefined> {
  const out = textOption(options, "out");
  const log = options.events === true ? "withEvents" : "withoutEvents";
  const client = await connect();
  const sink = out === undefined ? streamSink(process.stdout) : await fileSink(out);
  try {
    const { counts, changedMeanwhile, events } = await writeExport(client, org, sink, new Progress(terminal.err), log);
    await sink.done();
    if (json && out !== undefined)
      terminal.out(JSON.stringify({ org, file: out, counts, changedMeanwhile, events }, undefined, 2));
    for (const side of SIDES) terminal.err(`${printable(org)}, ${side}: ${countsInWords(counts[side])}.`);
    if (events !== undefined) terminal.err(`${printable(org)}: ${plural(events, "event")}.`);
    if (changedMeanwhile > 0) {
      terminal.err(
        `${changedMeanwhile} of them changed while they were exported: the file has each as it was at some moment. To export one moment, pause the organization first.`,
      );
    }
  } catch (error) {
    await sink.abandon();
    if (!(error instanceof OutputClosed)) throw error;
  }
}
