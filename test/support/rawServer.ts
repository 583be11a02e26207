import { createServer, type Socket } from "node:net";
import { crc32 } from "node:zlib";
import { listening } from "./serving.ts";

interface RawServer {
  readonly endpoint: string;
  /** Open connections. */
  open(): number;
  stop(): void;
}

/**
 * A server without HTTP: it writes raw bytes.
 * @param onRequest called for each read of a key, with its sort key and its number on its connection, from 1
 */
export async function rawServer(onRequest: (socket: Socket, sk: string, nth: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Otherwise a second small packet waits for the first one's acknowledgement.
    socket.setNoDelay(true);
    let text = "";
    let nth = 0;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      text += chunk.toString();
      const [, sk] = /"sk":\{"S":"([^"]*)"\}/.exec(text) ?? [];
      if (sk === undefined) return;
      text = "";
      onRequest(socket, sk, ++nth);
    });
  });
  return {
    endpoint: `http://127.0.0.1:${await listening(server)}`,
    open: () => sockets.size,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export function itemBody(sk: string): string {
  return JSON.stringify({ Item: { pk: { S: "P" }, sk: { S: sk } } });
}

/** DynamoDB's raw answer to a read of a key. @param headers added to its own, each with its line end */
export function rawAnswer(sk: string, headers = ""): string {
  const body = itemBody(sk);
  const own = `Content-Type: application/x-amz-json-1.0\r\nx-amz-crc32: ${crc32(body)}\r\nContent-Length: ${body.length}\r\n`;
  return `HTTP/1.1 200 OK\r\n${own}${headers}\r\n${body}`;
}
