import type { Server as HttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";

/** Has a server listen on this machine, on a port that the system chooses. @returns the port */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // It listens on a port, and not on a path.
  return (server.address() as AddressInfo).port;
}

/** Ends a server and all of its connections. */
export async function closed(server: Pick<HttpServer, "close" | "closeAllConnections">): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
