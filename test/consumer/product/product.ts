import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, RollcallError } from "rollcall/client";
import { openDatabase } from "./database.ts";
import { answer, Refused } from "./http.ts";
import { ROUTES, type RouteOptions } from "./routes.ts";
import { SyncWorkers } from "./syncWorkers.ts";
import { noteEnd } from "./workspace.ts";

export interface ProductOptions {
  readonly port: number;
  /** Path of the SQLite file. */
  readonly database: string;
  /** Whether browsers reach the product by https. */
  readonly isSecure: boolean;
  /** Address of Rollcall. */
  readonly rollcall: string;
  /** An application key of the scope directory.write. */
  readonly key: string;
  /** By organization one of the scope admin, which opens that organization only. */
  readonly adminKeys: ReadonlyMap<string, string>;
  /** `whsec_` texts of the webhook endpoint; two while the secret is changed. */
  readonly webhookSecrets: readonly string[];
  /** Milliseconds after which a log is read though no webhook came. */
  readonly fallbackMs: number;
  readonly report: (text: string) => void;
}

export interface Product {
  readonly url: string;
  /** Resolves when all that the organization's log has now is applied, or the attempt failed and was reported. */
  catchUp(org: string): Promise<void>;
  close(): Promise<void>;
}

/** @throws RollcallError for an address or key that can be none */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { report, rollcall: url, key, fallbackMs, adminKeys, webhookSecrets, isSecure } = options;
  const client = createClient({ url, key });
  const database = openDatabase(options.database);
  const failed = (org: string, error: unknown): void => report(`${org}: ${explained(error)}`);
  const workers = new SyncWorkers({ database, client, fallbackMs, report: failed });
  const routing: RouteOptions = {
    database,
    client,
    isSecure,
    catchUp: (org) => workers.poke(org),
    settings: { url, adminKeys },
    webhooks: {
      secrets: webhookSecrets,
      noteEnd: (org) => noteEnd(database, org),
      poke: (org) => workers.poke(org) !== undefined,
      pokeAll: () => workers.pokeAll(),
      report,
    },
  };
  const server = createServer((request, response) => {
    void respond(routing, request, response).catch((error: unknown) => {
      if (!(error instanceof Refused)) report(explained(error));
      if (response.headersSent) response.destroy();
      else if (error instanceof Refused) answer(response, error.status, `${error.message}\n`);
      else if (error instanceof RollcallError && error.isTransient) answer(response, 503, "Try again in a minute.\n");
      else answer(response, 500, "Something went wrong.\n");
    });
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  workers.pokeAll();
  // It listens on a port of TCP.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    catchUp: async (org) => await workers.poke(org),
    async close() {
      server.close();
      server.closeAllConnections();
      await workers.close();
      database.close();
    },
  };
}

async function respond(routing: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split("?")[0];
  const route = ROUTES.get(`${request.method} ${path}`);
  if (route === undefined) throw new Refused(404, "There is no such page.");
  await route(routing, request, response);
}

/** Rollcall writes its texts for the person who reads this log; none holds a secret. */
function explained(error: unknown): string {
  if (error instanceof RollcallError) return `${error.code}: ${error.detail}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
