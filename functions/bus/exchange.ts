import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { WebhookTarget } from "./webhookUrl.ts";

/** One request, on a connection that is open, checked and secured. */
interface SentRequest {
  readonly method: "GET" | "POST";
  readonly target: Pick<WebhookTarget, "authority" | "path">;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

interface ExchangeLimits {
  /** Most bytes of the answer's body to read. */
  readonly most: number;
  readonly signal: AbortSignal;
}

interface Exchanged {
  readonly message: IncomingMessage;
  readonly body: Buffer;
  /** The body is complete and within the limit. */
  readonly whole: boolean;
}

/** Most bytes of an answer's header. */
const MOST_HEADER = 16_384;
/** Most bytes before the status: informational answers and empty lines before it count in no header. */
const MOST_BEFORE = 4 * MOST_HEADER;

/**
 * Sends a request and returns the answer, without following redirects.
 * @returns the answer, once its body ended, broke off or exceeded the limit @throws Error of the connection or the signal
 */
export function exchange(
  socket: Socket,
  { method, target, headers, body }: SentRequest,
  { most, signal }: ExchangeLimits,
): Promise<Exchanged> {
  // An ES module import would also load Node's second HTTP client, which is not used here.
  const { request: requestHttp } = process.getBuiltinModule("node:http");
  return new Promise((resolve, reject) => {
    const request = requestHttp({
      createConnection: () => socket,
      method,
      path: target.path,
      headers: {
        host: target.authority,
        ...(body !== undefined && { "content-length": body.length }),
        connection: "close",
        ...headers,
      },
      maxHeaderSize: MOST_HEADER,
      insecureHTTPParser: false,
      signal,
    });
    let known: IncomingMessage | undefined;
    let before = 0;
    const parts: Buffer[] = [];
    const end = (message: IncomingMessage, whole: boolean) => resolve({ message, body: Buffer.concat(parts), whole });
    request.on("socket", () => {
      socket.on("data", ({ length }: Buffer) => {
        before += length;
        if (known === undefined && before > MOST_BEFORE) request.destroy(new EndlessAnswer());
      });
    });
    // Once the status is known, a later failure does not change it.
    request.on("error", (error) => (known === undefined ? reject(error) : end(known, false)));
    // Data after a 101 is no HTTP.
    request.on("upgrade", (response) => end(response, false));
    request.on("response", (response) => {
      known = response;
      let left = most;
      response.on("data", (part: Buffer) => {
        left -= part.length;
        if (left < 0) end(response, false);
        else parts.push(part);
      });
      response.on("end", () => end(response, response.complete));
      for (const broken of ["error", "close"]) response.on(broken, () => end(response, false));
    });
    request.end(body);
  });
}

/** Bytes arrived, but no status. */
class EndlessAnswer extends Error {
  readonly code = "HPE_NO_STATUS";
}
