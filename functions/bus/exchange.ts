import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { WebhookTarget } from "./webhookUrl.ts";

/** One request, on a connection that was opened, compared and secured before. */
export interface SentRequest {
  readonly method: "GET" | "POST";
  readonly target: Pick<WebhookTarget, "authority" | "path">;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface ExchangeLimits {
  /** Bytes of the answer's body that are read. */
  readonly most: number;
  readonly signal: AbortSignal;
}

export interface Exchanged {
  readonly message: IncomingMessage;
  readonly body: Buffer;
  /** The body ended, and was within the limit. */
  readonly whole: boolean;
}

/** Bytes of an answer's header. */
const MOST_HEADER = 16_384;
/** Until the status is known: informational answers and empty lines before it count in no header. */
const MOST_BEFORE = 4 * MOST_HEADER;

/**
 * Sends a request and takes what comes: a redirect is an answer like others, and nothing is followed.
 * @returns the answer, after its body ended, broke off or was long enough @throws Error of the connection, or the signal's
 */
export function exchange(
  socket: Socket,
  { method, target, headers, body }: SentRequest,
  { most, signal }: ExchangeLimits,
): Promise<Exchanged> {
  // An import of it as a module loads a second HTTP client of Node's, which nobody here uses.
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
    // The status is known: what becomes of the rest changes nothing of it.
    request.on("error", (error) => (known === undefined ? reject(error) : end(known, false)));
    // What follows a 101 is no HTTP.
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

/** Bytes, and no status among them. */
class EndlessAnswer extends Error {
  readonly code = "HPE_NO_STATUS";
}
