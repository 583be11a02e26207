// biome-ignore-all lint/performance/noBarrelFile: the door of the package rollcall/server; what is named here is public

import { startServer } from "../../bin/local/server.ts";
import type { Preset } from "../../functions/store/rules.ts";
import { A_FUNCTION, A_PRESET, type OptionKind, refuseOptions } from "./refuseOptions.ts";

export { StartRefused } from "../../bin/rollcall/refused.ts";
export type { Preset };

/** `rollcall/server`: the local server in your own process. Needs Node 24.15. */

export interface RollcallServerOptions {
  /** On 127.0.0.1; absent or 0: any free port. */
  readonly port?: number;
  /** The folder of all data; absent: everything is in memory, until the server ends. */
  readonly dataFolder?: string;
  /** Login name of the organization; it is made where it is missing; absent: `acme`. */
  readonly org?: string;
  /** Rules for a new organization. */
  readonly preset?: Preset;
  /** Receives each line of the request log. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
}

export interface RollcallServer extends AsyncDisposable {
  /** For `createClient`, with `credentials`. */
  readonly url: string;
  /** For the organization's identity provider, with `token`. */
  readonly tenantUrl: string;
  /** Undefined for an existing organization: a token is shown once. */
  readonly token: string | undefined;
  /** Sign calls of both APIs with these. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Answers active requests, then ends. */
  close(): Promise<void>;
}

const OPTIONS: Readonly<Record<keyof RollcallServerOptions, OptionKind>> = {
  port: {
    fits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
    takes: "a whole number from 0 to 65535",
  },
  dataFolder: { fits: (value) => typeof value === "string" && value !== "", takes: "a path" },
  org: { fits: (value) => typeof value === "string", takes: "a login name" },
  preset: A_PRESET,
  log: A_FUNCTION,
};

/**
 * @throws TypeError for an unknown or wrong option
 * @throws StartRefused saying what to change: the port is taken, another server has the folder …
 */
export async function startRollcallServer(options: RollcallServerOptions = {}): Promise<RollcallServer> {
  refuseOptions("options", options, OPTIONS);
  const { port = 0, dataFolder, org = "acme", preset, log } = options;
  const starting = startServer({
    port,
    org,
    memory: dataFolder === undefined,
    ...(dataFolder !== undefined && { dataFolder }),
    ...(preset !== undefined && { preset }),
    ...(log !== undefined && { onLine: log }),
  });
  const server = await starting.catch((error: unknown) => {
    if (error instanceof Error) error.message = inOptions(error.message);
    throw error;
  });
  const { url, tenantUrl, token, credentials, close } = server;
  return { url, tenantUrl, token, credentials, close, [Symbol.asyncDispose]: close };
}

/** A sentence for the command line, with the options of `startRollcallServer`. A path in it may hold `--data` too. */
function inOptions(sentence: string): string {
  return sentence.replace(/(?<= )--port\b/, "options.port").replace(/(?<= )--data\b/, "options.dataFolder");
}
