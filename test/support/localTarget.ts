import { openCredentials } from "../../bin/local/credentials.ts";
import { startServer } from "../../bin/local/server.ts";
import { newFolder, removeData } from "./folders.ts";
import { httpTarget } from "./httpTarget.ts";
import { signedRequest } from "./signed.ts";
import type { Target } from "./target.ts";
import { httpTransport } from "./wire.ts";

/** The server of `npm start` on a free port with its own data folder; administered like the command line tool does. */
export async function localTarget(): Promise<Target & { close(): Promise<void> }> {
  const dataFolder = newFolder();
  const server = await startServer({ port: 0, dataFolder, org: "acme", memory: false });
  const credentials = openCredentials(dataFolder);
  const transport = httpTransport(server.url);
  const signed =
    (api: string): Target["admin"] =>
    async (method, path, body) => {
      const request = {
        method,
        target: `/${api}/v1${path}`,
        headers: { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      };
      return transport(await signedRequest(credentials, server.url, request));
    };
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
