import "../nodeVersion.ts";
import { COMMANDS } from "./commands.ts";
import { reach } from "./reach.ts";
import { codeOf } from "./refused.ts";
import { run } from "./run.ts";

for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
// Each write that fails is an error.
process.stdout.once("error", (error) => {
  // A closed reader (`| head`) is no failure.
  if (codeOf(error) === "EPIPE") return;
  process.stderr.write(`The output cannot be written (${codeOf(error)}): it is not complete.\n`);
  process.once("exit", (code) => {
    process.exitCode = code === 0 ? 1 : code;
  });
});

process.exitCode = await run(COMMANDS, process.argv.slice(2), {
  env: process.env,
  terminal: {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  },
  reach: (place, actor, api) => reach(place, actor, process.env, api),
});
