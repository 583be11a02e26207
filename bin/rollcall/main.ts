import "../nodeVersion.ts";
import { COMMANDS } from "./commands.ts";
import { reach } from "./reach.ts";
import { run } from "./run.ts";

// A closed reader (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

process.exitCode = await run(COMMANDS, process.argv.slice(2), {
  env: process.env,
  terminal: {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  },
  reach: (place, actor, api) => reach(place, actor, process.env, api),
});
