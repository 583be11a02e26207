import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { text } from "node:stream/consumers";
import { closed, listening } from "./serving.ts";

export interface Message {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A proxy's changes to its traffic; by default none. */
export interface Meddling {
  readonly request?: (message: Message) => Message;
  /** Answers instead of the server. */
  readonly instead?: (message: Message) => Answered | undefined | Promise<Answered | undefined>;
  readonly answer?: (answered: Answered, message: Message) => Answered;
  /** Cuts the connection instead of answering, before or after passing on the request. */
  readonly cut?: (message: Message) => "before" | "after" | undefined;
  /** Ends the connection within the body. */
  readonly breaksOff?: (message: Message) => boolean;
  /** Delay of answers, milliseconds. */
  readonly hold?: number;
  /** Cuts the connection for larger bodies. */
  readonly mostBytes?: number;
}

export interface FaultyProxy {
  readonly url: string;
  meddling: Meddling;
  close(): Promise<void>;
}

/** A proxy in front of a server on this machine. @param tls absent: plain HTTP */
export async function startFaultyProxy(originPort: number, tls?: ServerOptions): Promise<FaultyProxy> {
  const serve = async (incoming: IncomingMessage): Promise<(Answered & { readonly half: boolean }) | undefined> => {
    const { meddling } = proxy;
    const body = await text(incoming).catch(() => undefined);
    if (body === undefined) return undefined;
    const { method = "GET", url: path = "/", headers } = incoming;
    const sent: Message = { method, path, headers, body };
    const message = meddling.request?.(sent) ?? sent;
    const cut = meddling.cut?.(message);
    if (cut === "before") return undefined;
    const answered = (await meddling.instead?.(message)) ?? (await forward(originPort, message));
    if (answered === undefined || cut === "after") return undefined;
    return { ...(meddling.answer?.(answered, message) ?? answered), half: meddling.breaksOff?.(message) ?? false };
  };
  const listener: Parameters<typeof createServer>[1] = async (incoming, response) => {
    const { mostBytes = Number.POSITIVE_INFINITY } = proxy.meddling;
    if (Number(incoming.headers["content-length"] ?? 0) > mostBytes) return void incoming.destroy();
    const answered = await serve(incoming);
    if (answered === undefined) return void incoming.socket.destroy();
    const { status, headers, body, half } = answered;
    const { "content-length": _length, connection: _connection, "transfer-encoding": _encoding, ...kept } = headers;
    const send = (): void => {
      if (!half) return void response.writeHead(status, kept).end(body);
      response.writeHead(status, { ...kept, "content-length": String(Buffer.byteLength(body)) });
      response.write(body.slice(0, body.length / 2), () => incoming.socket.destroy());
    };
    const { hold = 0 } = proxy.meddling;
    if (hold === 0) send();
    else setTimeout(send, hold).unref();
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const port = await listening(server);
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const proxy: FaultyProxy = { url, meddling: {}, close: () => closed(server) };
  return proxy;
}

/** @returns undefined where the origin or the connection to it ended before its answer: a proxy then cuts its own */
function forward(port: number, { method, path, headers, body }: Message): Promise<Answered | undefined> {
  return new Promise((resolve) => {
    const ended = (): void => resolve(undefined);
    const { "content-length": _length, connection: _connection, ...kept } = headers;
    const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const options = { host: "127.0.0.1", port, method, path, headers: { ...kept, ...length } };
    const outgoing = request(options, (incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      text(incoming).then((body) => resolve({ status, headers, body }), ended);
    });
    outgoing.on("error", ended);
    outgoing.end(body);
  });
}
