import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { ExchangeFailure } from "./failure.ts";

/** Milliseconds, but for the last two. */
export interface ConnectionLimits {
  /** Until a connection stands, with TLS. */
  readonly connect: number;
  /** Without a byte of the answer. */
  readonly silence: number;
  /** From the moment that the request has a connection until the answer is whole, about. */
  readonly answer: number;
  /** A connection that nobody used for so long is not used again. */
  readonly idle: number;
  readonly sockets: number;
  /** Bytes of an answer: one that has more is refused while it comes. */
  readonly bytes: number;
}

/** Those of the SDK's client (`CALLS`), and what it has no limits for. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  connect: 1_000,
  silence: 3_000,
  answer: 12_000,
  idle: 20_000,
  sockets: 100,
  // DynamoDB answers with 16 MB of items at most; in JSON, quotes and line ends of their texts take two bytes each.
  bytes: 64 * 1024 * 1024,
};

export interface ConnectionOptions {
  readonly endpoint: URL;
  readonly limits: ConnectionLimits;
  /** PEM; absent: those that Node trusts. */
  readonly ca?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since any moment; stands still where the machine is frozen. */
  readonly elapsed: () => number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** When a connection was used last, by both clocks. */
interface Rest {
  readonly now: number;
  readonly elapsed: number;
}

/** The number that DynamoDB gave the request that was answered last, by connection. */
type LastAnswers = WeakMap<Socket, string>;

/** Connections to one endpoint that are kept and used again. */
export class Connections {
  readonly #options: ConnectionOptions;
  readonly #agent: Agent;
  readonly #request: typeof request;
  readonly #rests = new WeakMap<Socket, Rest>();
  /** What each connection answered with last. */
  readonly #answered: LastAnswers = new WeakMap();

  constructor(options: ConnectionOptions) {
    const { ca, endpoint, limits } = options;
    this.#options = options;
    const kept = { keepAlive: true, maxSockets: limits.sockets };
    if (endpoint.protocol === "https:") {
      // Loading TLS is a tenth of a cold start, and an emulator's endpoint has none.
      const tls = process.getBuiltinModule("node:https");
      this.#agent = new tls.Agent({ ...kept, ca, rejectUnauthorized: true });
      this.#request = tls.request;
    } else {
      this.#agent = new Agent(kept);
      this.#request = request;
    }
    const { now, elapsed } = options;
    this.#agent.on("free", (socket: Socket) => {
      this.#rests.set(socket, { now: now(), elapsed: elapsed() });
    });
  }

  /**
   * Sends one request and waits for the whole answer, whatever its status.
   * @throws ExchangeFailure
   */
  exchange(
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw new ExchangeFailure("AbortError", "nobody waits any more");
      const { idle } = this.#options.limits;
      const [now, elapsed] = [this.#options.now(), this.#options.elapsed()];
      this.#dropOld((rest) => now - rest.now > idle || elapsed - rest.elapsed > idle);
      const { hostname, port, pathname } = this.#options.endpoint;
      const sent = this.#request({
        agent: this.#agent,
        // Of an address in brackets, without them.
        host: hostname.replace(/^\[|\]$/g, ""),
        port: port === "" ? undefined : port,
        path: pathname,
        method: "POST",
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
      });
      new Exchange(sent, this.#options.limits, this.#answered, signal, resolve, (failure) => {
        // What else lies unused was closed with it, or is as old: behind a freeze all of them may be open on one side only.
        if (failure.stale || failure.name === "TimeoutError") this.#dropOld(() => true);
        reject(failure);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #dropOld(isOld: (rest: Rest) => boolean): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) {
        const rest = this.#rests.get(socket);
        if (rest === undefined || isOld(rest)) socket.destroy();
      }
    }
  }
}

/** One request under way: it ends once, with the answer or with the first thing that goes wrong. */
class Exchange {
  readonly #sent: ClientRequest;
  readonly #limits: ConnectionLimits;
  readonly #answered: LastAnswers;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (reply: HttpReply) => void;
  readonly #reject: (failure: ExchangeFailure) => void;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;
  #answering = false;
  #bytes = 0;
  readonly #chunks: Buffer[] = [];

  constructor(
    sent: ClientRequest,
    limits: ConnectionLimits,
    answered: LastAnswers,
    signal: AbortSignal | undefined,
    resolve: (reply: HttpReply) => void,
    reject: (failure: ExchangeFailure) => void,
  ) {
    this.#sent = sent;
    this.#limits = limits;
    this.#answered = answered;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener("abort", this.#abort, { once: true });
    sent.once("socket", this.#begin);
    sent.once("response", this.#read);
    sent.on("error", this.#break);
    sent.once("close", this.#break);
  }

  readonly #begin = (socket: Socket): void => {
    if (this.#ended) return;
    if (!socket.connecting) {
      this.#listen();
      return;
    }
    this.#timer = setTimeout(this.#late, this.#limits.connect);
    socket.once("encrypted" in socket ? "secureConnect" : "connect", () => {
      if (this.#ended) return;
      clearTimeout(this.#timer);
      this.#listen();
    });
  };

  #listen(): void {
    const { answer, silence } = this.#limits;
    let [left, seen] = [answer / silence, 0];
    const look = (): void => {
      const heard = this.#chunks.length;
      left -= 1;
      if (heard === seen || left <= 0) this.#late();
      else this.#timer = setTimeout(look, silence);
      seen = heard;
    };
    this.#timer = setTimeout(look, silence);
  }

  readonly #read = (response: IncomingMessage): void => {
    this.#answering = true;
    const number = response.headers["x-amzn-requestid"];
    if (typeof number === "string" && this.#answered.get(response.socket) === number) {
      this.#fail(new ExchangeFailure("BrokenAnswer", "DynamoDB's answer to another call came twice"));
      return;
    }
    if (typeof number === "string") this.#answered.set(response.socket, number);
    response.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#limits.bytes) this.#refuse();
      else this.#chunks.push(chunk);
    });
    if (Number(response.headers["content-length"]) > this.#limits.bytes) this.#refuse();
    response.on("error", this.#break);
    response.once("end", () => {
      // Cut off in the middle: "close" tells.
      if (!response.complete || this.#ended) return;
      this.#end();
      const [first] = this.#chunks;
      const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
      this.#resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
  };

  #refuse(): void {
    const text = `DynamoDB's answer has more than ${this.#limits.bytes} bytes`;
    this.#fail(new ExchangeFailure("OversizedAnswer", text));
  }

  readonly #late = (): void => {
    this.#fail(new ExchangeFailure("TimeoutError", "DynamoDB took too long"));
  };

  readonly #abort = (): void => {
    this.#fail(new ExchangeFailure("AbortError", "nobody waits any more"));
  };

  readonly #break = (error?: Error): void => {
    if (this.#ended) return;
    const code = error !== undefined && "code" in error ? String(error.code) : "ECONNRESET";
    const stale = this.#sent.reusedSocket && !this.#answering && (code === "ECONNRESET" || code === "EPIPE");
    this.#fail(new ExchangeFailure("ConnectionError", `the connection broke: ${code}`, { code, stale, cause: error }));
  };

  #fail(failure: ExchangeFailure): void {
    if (this.#ended) return;
    this.#end();
    this.#sent.destroy();
    this.#reject(failure);
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
  }
}
