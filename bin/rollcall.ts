import { accessCommand } from "./rollcall/accessCommand.ts";
import { clientCommands } from "./rollcall/clientCommands.ts";
import { directoryCommands } from "./rollcall/directoryCommands.ts";
import { doctorCommand } from "./rollcall/doctorCommand.ts";
import { explainCommand } from "./rollcall/explainCommand.ts";
import { exportCommand } from "./rollcall/exportCommand.ts";
import { fsckCommand } from "./rollcall/fsckCommand.ts";
import { historyCommand } from "./rollcall/historyCommand.ts";
import { importCommand } from "./rollcall/importCommand.ts";
import { jobsCommand } from "./rollcall/jobsCommand.ts";
import { orgCommands } from "./rollcall/orgCommands.ts";
import { orgLifeCommands } from "./rollcall/orgLifeCommands.ts";
import { playCommand } from "./rollcall/play.ts";
import { reach } from "./rollcall/reach.ts";
import { restoreCommand } from "./rollcall/restoreCommand.ts";
import { run } from "./rollcall/run.ts";
import { setupCommand } from "./rollcall/setupCommand.ts";
import { stopCommands } from "./rollcall/stopCommands.ts";
import { tailCommand } from "./rollcall/tailCommand.ts";
import { tokenCommands } from "./rollcall/tokenCommands.ts";

const COMMANDS = [
  ...orgCommands,
  ...orgLifeCommands,
  setupCommand,
  ...tokenCommands,
  ...clientCommands,
  ...directoryCommands,
  accessCommand,
  doctorCommand,
  explainCommand,
  tailCommand,
  historyCommand,
  fsckCommand,
  jobsCommand,
  ...stopCommands,
  restoreCommand,
  exportCommand,
  importCommand,
  playCommand,
];

// A reader that went away (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

process.exitCode = await run(COMMANDS, process.argv.slice(2), {
  env: process.env,
  terminal: {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  },
  reach: (place, actor, api) => reach(place, actor, process.env, api),
});
