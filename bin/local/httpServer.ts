import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { codeOf, StartRefused } from "../rollcall/refused.ts";

/** What every HTTP server of this machine does alike: the local gateway, and the console's. */

/** Node's list of idle connections lacks those that have sent nothing yet: browsers open some before they need them. */
const connections = new WeakMap<Server, Set<Socket>>();

/** @returns the port the server listens on */
export function listen(server: Server, port: number): Promise<number> {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Like `listen`. @throws StartRefused where another port may help */
export async function listenOrRefuse(server: Server, port: number): Promise<number> {
  try {
    return await listen(server, port);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EADDRINUSE") {
      throw new StartRefused(
        `Port ${port} is taken by another program. Choose another one with --port; 0 takes any free one.`,
      );
    }
    if (code === "ERR_SOCKET_BAD_PORT") throw new StartRefused(`--port takes a number from 0 to 65535, not ${port}.`);
    if (code === "EACCES")
      throw new StartRefused(`Port ${port} may not be used by this user. Choose one above 1023 with --port.`);
    throw error;
  }
}

/** Stops new connections and closes idle ones. Active requests get `milliseconds`; then all connections are closed. */
export async function drain(server: Server, milliseconds: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), milliseconds);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Between two turns of the event loop, Node reads what has arrived: a request may be among it.
  await nextTurn();
  await nextTurn();
  for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
  await closed;
  clearTimeout(cut);
}

/** A body is read up to this multiple of the request limit; then the connection is cut. */
const DISCARD_FACTOR = 8;

/**
 * @returns undefined for a body over the limit. The rest is read and dropped, so that the client can read the answer instead of
 * a broken connection; a client that sends without end is cut off.
 */
export async function readBytes(incoming: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  const { "content-length": length = "0", "transfer-encoding": coding } = incoming.headers;
  // RFC 9112 section 6.3: a request without either header has no body.
  if (length === "0" && coding === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (size > limit * DISCARD_FACTOR) throw new Error("the request does not end");
  }
  return size > limit ? undefined : Buffer.concat(chunks);
}
