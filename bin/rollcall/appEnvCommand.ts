import { liveOwner } from "../local/claimFolder.ts";
import { LOCAL_REGION, readCredentials } from "../local/credentials.ts";
import type { Command, Invocation } from "./command.ts";
import { DEFAULT_URL } from "./localData.ts";
import { printedStart } from "./printedCommand.ts";
import { Refused, UsageError } from "./refused.ts";

export const appEnvCommand: Command = {
  name: "app env",
  arguments: [],
  summary:
    "print shell variables for signed calls to the local server's APIs: its address and credentials. Use it with eval",
  refuses: ["stack", "url", "region", "actor"],
  run: printEnvironment,
};

async function printEnvironment({ place, print, terminal }: Invocation): Promise<undefined> {
  if (place.kind !== "local") throw new UsageError("This is about the local server.");
  const credentials = readCredentials(place.folder);
  if (credentials === undefined) {
    throw new Refused(`No server was started on ${place.folder} yet. Start it with: ${printedStart(place)}`);
  }
  const server = liveOwner(place.folder)?.server;
  const variables = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: LOCAL_REGION,
    ROLLCALL_URL: server?.url ?? DEFAULT_URL,
  };
  print(variables, () =>
    [
      ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
      // Of another account: a signer would send the token too, or use the profile's credentials.
      "unset AWS_SESSION_TOKEN AWS_PROFILE",
    ].join("\n"),
  );
  if (server === undefined) terminal.err(`The server is not running. Start it with: ${printedStart(place)}`);
}
