import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

const END_OF_HEAD = Buffer.from("\r\n\r\n");
/** Milliseconds; Node's servers close an idle connection after 5 seconds. */
const IDLE = 3_000;
const END_OF_LINE = Buffer.from("\r\n");

/**
 * One kept-alive connection to a server on this machine, one request at a time: so thin that the machine is left to the
 * servers. It reads what HTTP/1.1 servers of Node write, and no more of the protocol.
 */
export class Connection {
  readonly #port: number;
  readonly #head: string;
  #socket: Socket | undefined;
  #usedAt = 0;
  #received: Buffer[] = [];
  /** Bytes the answer needs before it is worth looking again. */
  #awaited = 0;
  #size = 0;
  #pending: { resolve(reply: Reply): void; reject(error: Error): void } | undefined;

  /** @param origin `http://127.0.0.1:PORT` */
  constructor(origin: string, token: string) {
    const { port, host } = new URL(origin);
    this.#port = Number(port);
    this.#head = `Host: ${host}\r\nAuthorization: Bearer ${token}\r\nAccept: application/scim+json\r\n`;
  }

  request(method: string, target: string, body?: unknown): Promise<Reply> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const kind = body === undefined ? "" : "Content-Type: application/scim+json\r\n";
    const length = body === undefined ? "" : `Content-Length: ${Buffer.byteLength(text)}\r\n`;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#pending = { resolve, reject };
    this.#open().write(`${method} ${target} HTTP/1.1\r\n${this.#head}${kind}${length}\r\n${text}`);
    return promise;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** A server may close what was idle for long, under the next request at worst: such a connection is not used again. */
  #open(): Socket {
    const now = performance.now();
    if (now - this.#usedAt > IDLE) this.close();
    this.#usedAt = now;
    if (this.#socket !== undefined) return this.#socket;
    const socket = connect(this.#port, "127.0.0.1");
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", (error) => this.#end(socket, error));
    socket.on("close", () => this.#end(socket, new Error("the server closed the connection")));
    this.#socket = socket;
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#awaited) return;
    const bytes = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    this.#received = [bytes];
    const end = bytes.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = bytes.toString("latin1", 0, end);
    const start = end + END_OF_HEAD.length;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const status = Number(head.slice(9, 12));
    let body: Buffer | undefined;
    if (length !== undefined) {
      this.#awaited = start + Number(length);
      body = bytes.length >= this.#awaited ? bytes.subarray(start, this.#awaited) : undefined;
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) body = unchunked(bytes, start);
    else body = Buffer.alloc(0);
    if (body === undefined) return;
    this.#received = [];
    this.#size = 0;
    this.#awaited = 0;
    const { resolve } = this.#pending ?? {};
    this.#pending = undefined;
    resolve?.({ status, body });
  }

  #end(socket: Socket, error: Error): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#pending?.reject(error);
    this.#pending = undefined;
  }
}

/** @returns undefined where the last chunk has not come */
function unchunked(bytes: Buffer, start: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf(END_OF_LINE, at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    const from = line + END_OF_LINE.length;
    if (bytes.length < from + size + END_OF_LINE.length) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(from, from + size));
    at = from + size + END_OF_LINE.length;
  }
}
