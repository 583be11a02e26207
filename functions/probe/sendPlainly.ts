import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { TLSSocket } from "node:tls";

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Until the answer began. */
  readonly ms: number;
  /** Milliseconds since the epoch; undefined without TLS. */
  readonly certificateEnds: number | undefined;
}

/** NoAnswer's message where an answer had begun. */
export const BROKEN_OFF = "the answer broke off";

/** There was no answer, or only a part of it. */
export class NoAnswer extends Error {
  readonly code: string | undefined;

  /** @param cause has no message for a name with several addresses */
  constructor({ code, message, name }: NodeJS.ErrnoException) {
    super(message === "" ? (code ?? name) : message);
    this.code = code;
  }
}

/**
 * Sends a request with exactly these headers, plus Content-Length where there is a body, without redirects or retries.
 * @param options `timeout`: milliseconds without any data
 * @throws NoAnswer
 */
export function sendPlainly(url: URL, options: RequestOptions, body: string | undefined): Promise<Received> {
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const headers = { Host: url.host, ...options.headers, ...length };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = send(reachable(url), { ...options, headers }, async (incoming) => {
      const { headers: received, socket, statusCode: status = 0 } = incoming;
      const certificateEnds =
        socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : undefined;
      const ms = performance.now() - started;
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk);
        resolve({ status, headers: received, text: Buffer.concat(chunks).toString("utf8"), ms, certificateEnds });
      } catch {
        reject(new NoAnswer(new Error(BROKEN_OFF)));
      }
    });
    const seconds = Number(options.timeout) / 1000;
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${seconds} seconds`)));
    outgoing.on("error", (cause) => reject(new NoAnswer(cause)));
    outgoing.end(body);
  });
}

/** Maps names under `localhost` to this machine (RFC 6761 section 6.3), because not every resolver does. */
function reachable(url: URL): URL {
  const here = new URL(url);
  if (url.hostname.endsWith(".localhost")) here.hostname = "127.0.0.1";
  return here;
}
