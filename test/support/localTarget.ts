import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operatorHeaders } from "../../bin/local/operator.ts";
import { startServer } from "../../bin/local/server.ts";
import { httpTarget } from "./httpTarget.ts";
import { removeData } from "./logLines.ts";
import type { Target } from "./target.ts";
import { httpTransport } from "./wire.ts";

/** What `npm start` starts, on a free port and with a data folder of its own; administered as the command line tool does it. */
export async function localTarget(): Promise<Target & { close(): Promise<void> }> {
  const dataFolder = mkdtempSync(join(tmpdir(), "rollcall-target-"));
  const server = await startServer({ port: 0, dataFolder, org: "acme", memory: false });
  const state = JSON.parse(readFileSync(join(dataFolder, "server.json"), "utf8"));
  const transport = httpTransport(server.url);
  const headers = operatorHeaders(state.server.key);
  const signed =
    (api: string): Target["admin"] =>
    (method, path, body) =>
      transport({
        method,
        target: `/${api}/v1${path}`,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
  const both = { admin: signed("admin"), directory: signed("directory") };
  const http = httpTarget("local server", server.url, both, 150);
  return {
    ...http,
    close: async () => {
      http.close();
      transport.close();
      await server.close();
      removeData(dataFolder);
    },
  };
}
