import { connect, isIP, type OnReadOpts, type Socket } from "node:net";
import type { HttpReply } from "./answerReader.ts";
import { type ConnectionLimits, KeptConnection, type TableRequest } from "./connection.ts";
import { ExchangeFailure } from "./failure.ts";

/** The limits of the SDK's client (`CALLS`), and limits that it does not have. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  connect: 1_000,
  silence: 3_000,
  answer: 12_000,
  idle: 20_000,
  sockets: 100,
  // 64 MB. DynamoDB returns at most 16 MB of items; in JSON, quotes and line ends in texts take two bytes each.
  bytes: 67_108_864,
};

interface ConnectionOptions {
  readonly endpoint: URL;
  readonly limits: ConnectionLimits;
  /** PEM; absent: the authorities that Node trusts. */
  readonly ca?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since any fixed moment; stands still while the machine is frozen. */
  readonly elapsed: () => number;
}

/** Allowed in a header value: other characters could split or end the header. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** Kept connections to one endpoint: HTTP/1.1 on sockets (ADR 67). */
export class Connections {
  readonly #options: ConnectionOptions;
  readonly #open: (onread: OnReadOpts) => Socket;
  readonly #ready: "connect" | "secureConnect";
  readonly #connections = new Set<KeptConnection>();
  /** Unused connections; the most recently used is last. */
  readonly #unused: KeptConnection[] = [];
  /** In order of arrival. */
  readonly #waiting = new Set<TableRequest>();

  constructor(options: ConnectionOptions) {
    const { ca, endpoint } = options;
    this.#options = options;
    // An IPv6 address without its brackets.
    const host = endpoint.hostname.replace(/^\[|\]$/g, "");
    const isTls = endpoint.protocol === "https:";
    this.#open = isTls ? opensTls(host, endpoint.port, ca) : opensPlain(host, endpoint.port);
    this.#ready = isTls ? "secureConnect" : "connect";
  }

  /**
   * Sends one request and waits for the complete answer, whatever its status.
   * @throws ExchangeFailure
   */
  exchange(
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw nobodyWaits();
      const bytes = Buffer.byteLength(body);
      const call: TableRequest = {
        text: this.#head(headers, bytes) + body,
        // For an ASCII body both encodings are equal, and latin1 is faster.
        encoding: bytes === body.length ? "latin1" : "utf8",
        connection: undefined,
        answer(reply) {
          signal?.removeEventListener("abort", abort);
          resolve(reply);
        },
        fail(failure) {
          signal?.removeEventListener("abort", abort);
          reject(failure);
        },
      };
      const abort = (): void => {
        if (this.#waiting.delete(call)) call.fail(nobodyWaits());
        else call.connection?.end(nobodyWaits());
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#start(call);
    });
  }

  close(): void {
    for (const connection of this.#connections) {
      connection.end(new ExchangeFailure("ConnectionError", "the connection was closed", { code: "ECONNRESET" }));
    }
  }

  #head(headers: Readonly<Record<string, string>>, bytes: number): string {
    let text = `POST ${this.#options.endpoint.pathname} HTTP/1.1\r\n`;
    for (const name in headers) {
      const value = headers[name] ?? "";
      if (!HEADER_VALUE.test(value)) throw new TypeError(`the header ${name} has a forbidden character`);
      text += `${name}: ${value}\r\n`;
    }
    return `${text}content-length: ${bytes}\r\nconnection: keep-alive\r\n\r\n`;
  }

  #start(call: TableRequest): void {
    const unused = this.#takeUnused();
    if (unused !== undefined) unused.send(call);
    else if (this.#connections.size < this.#options.limits.sockets) this.#connect(call);
    else this.#waiting.add(call);
  }

  #connect(call: TableRequest): void {
    const connection = new KeptConnection(this.#open, this.#ready, this.#options.limits, this);
    this.#connections.add(connection);
    connection.send(call);
  }

  /** The most recently used connection, after all that were unused for too long are closed. */
  #takeUnused(): KeptConnection | undefined {
    const [now, elapsed] = [this.#options.now(), this.#options.elapsed()];
    const { idle } = this.#options.limits;
    const isOld = ({ rest }: KeptConnection): boolean => now - rest.now > idle || elapsed - rest.elapsed > idle;
    for (let first = this.#unused[0]; first !== undefined && isOld(first); first = this.#unused[0]) first.end();
    for (let last = this.#unused.pop(); last !== undefined; last = this.#unused.pop()) {
      if (!isOld(last)) return last;
      last.end();
    }
    return undefined;
  }

  free(connection: KeptConnection): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      connection.send(next);
      return;
    }
    connection.idle();
    connection.rest = { now: this.#options.now(), elapsed: this.#options.elapsed() };
    this.#unused.push(connection);
  }

  gone(connection: KeptConnection, failure: ExchangeFailure | undefined): void {
    this.#connections.delete(connection);
    const at = this.#unused.indexOf(connection);
    if (at >= 0) this.#unused.splice(at, 1);
    // The other unused connections were closed with it, or are as old: after a freeze all may be open on one side only.
    if (failure?.stale || failure?.name === "TimeoutError") for (const one of [...this.#unused]) one.end();
    const [next] = this.#waiting;
    if (next === undefined || this.#connections.size >= this.#options.limits.sockets) return;
    this.#waiting.delete(next);
    this.#connect(next);
  }
}

function nobodyWaits(): ExchangeFailure {
  return new ExchangeFailure("AbortError", "nobody waits any more");
}

function opensPlain(host: string, port: string): (onread: OnReadOpts) => Socket {
  return (onread) => connect({ host, port: Number(port || 80), onread });
}

function opensTls(host: string, port: string, ca: string | undefined): (onread: OnReadOpts) => Socket {
  // Loading TLS is a tenth of a cold start, and an emulator's endpoint does not use it.
  const tls = process.getBuiltinModule("node:tls");
  const secureContext = tls.createSecureContext({ ca });
  const known = {
    host,
    port: Number(port || 443),
    secureContext,
    rejectUnauthorized: true,
    ALPNProtocols: ["http/1.1"],
  };
  const servername = isIP(host) > 0 ? "" : host;
  let session: Buffer | undefined;
  return (onread) => {
    // The types lack `onread`, which Node documents.
    const options = { ...known, servername, session, onread };
    const socket = tls.connect(options);
    // A resumed session saves the next connection one round trip and most of the arithmetic.
    socket.on("session", (given: Buffer) => {
      session = given;
    });
    socket.once("error", () => {
      session = undefined;
    });
    return socket;
  };
}
