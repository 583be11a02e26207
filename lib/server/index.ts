import { startServer } from "../../bin/local/server.ts";
import type { Preset } from "../../functions/store/rules.ts";

/** `rollcall/server`: the local server in a process of yours. Needs Node 24.15. */

export interface RollcallServerOptions {
  /** On 127.0.0.1; absent or 0: any free one. */
  readonly port?: number;
  /** Where everything is kept; absent: in memory, and it ends with the server. */
  readonly dataFolder?: string;
  /** Login name of the organization to make unless it exists; absent: `acme`. */
  readonly org?: string;
  /** Rules of that organization where it is made. */
  readonly preset?: Preset;
  /** Takes each line of the request log. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
}

export interface RollcallServer extends AsyncDisposable {
  /** What `createClient` takes, with `credentials`. */
  readonly url: string;
  /** What the identity provider of the organization is given, with `token`. */
  readonly tenantUrl: string;
  /** Undefined where the organization existed: a token is shown once. */
  readonly token: string | undefined;
  /** What signs calls of both APIs. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Answers what is under way, then ends. */
  close(): Promise<void>;
}

/** @throws Error with what to change: the port is taken, the folder is another server's … */
export async function startRollcallServer(options: RollcallServerOptions = {}): Promise<RollcallServer> {
  const { port = 0, dataFolder, org = "acme", preset, log } = options;
  const server = await startServer({
    port,
    org,
    memory: dataFolder === undefined,
    ...(dataFolder !== undefined && { dataFolder }),
    ...(preset !== undefined && { preset }),
    ...(log !== undefined && { onLine: log }),
  });
  const { url, tenantUrl, token, credentials, close } = server;
  return { url, tenantUrl, token, credentials, close, [Symbol.asyncDispose]: close };
}
