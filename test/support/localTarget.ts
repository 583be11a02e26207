import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectStore } from "../../bin/local/openStore.ts";
import { startServer } from "../../bin/local/server.ts";
import { httpTarget } from "./httpTarget.ts";
import { inProcessAdmin, inProcessDirectory } from "./inProcess.ts";
import { removeData } from "./logLines.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";

/** What `npm start` starts, on a free port and with a data folder of its own; administered past it, as the command line tool does. */
export async function localTarget(): Promise<Target & { close(): Promise<void> }> {
  const dataFolder = mkdtempSync(join(tmpdir(), "rollcall-target-"));
  const server = await startServer({ port: 0, dataFolder, org: "acme", memory: false });
  const { storeEndpoint, tableName } = JSON.parse(readFileSync(join(dataFolder, "server.json"), "utf8"));
  const data = connectStore(storeEndpoint, tableName);
  const endpoint = testEndpoint(data.store);
  const signed = { admin: inProcessAdmin(endpoint), directory: inProcessDirectory(endpoint) };
  const http = httpTarget("local server", server.url, signed, 150);
  return {
    ...http,
    close: async () => {
      http.close();
      data.close();
      await server.close();
      removeData(dataFolder);
    },
  };
}
