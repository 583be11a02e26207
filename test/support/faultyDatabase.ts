import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listening } from "./serving.ts";

/** Failures of a database that can be reached. */
export const DATABASE_FAULTS = {
  "takes the request and never answers": () => undefined,
  "answers drop by drop, without end": (response: ServerResponse) => {
    response.writeHead(200, { "Content-Type": "application/x-amz-json-1.0" }).write("{");
    const drops = setInterval(() => response.write(" "), 80);
    response.on("close", () => clearInterval(drops));
  },
  "ends the connection instead of answering": (response: ServerResponse) => response.socket?.end(),
  "breaks the connection in the middle of its answer": (response: ServerResponse) => {
    response.writeHead(200, { "Content-Length": "1000" }).write("{", () => response.socket?.destroy());
  },
  "fails by its own word": (response: ServerResponse) => {
    response.writeHead(500, { "Content-Type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message: "marked" }));
  },
} as const satisfies Readonly<Record<string, (response: ServerResponse) => unknown>>;
export type DatabaseFault = keyof typeof DATABASE_FAULTS;

interface FaultyDatabase {
  readonly endpoint: string;
  readonly port: number;
  /** Number of counted requests so far. */
  counted(): number;
  stop(): void;
}

/**
 * A proxy of another database that works until the n-th counted request, and then fails permanently.
 * @param counted decides by the body; other requests always pass
 */
export async function faultyDatabase(
  behind: string,
  fault: DatabaseFault,
  nth: number,
  counted: (body: string) => boolean,
): Promise<FaultyDatabase> {
  let arrived = 0;
  const server = createServer(async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming).catch(() => undefined);
    if (body === undefined) return;
    const isCounted = counted(body.toString());
    if (isCounted) arrived += 1;
    if (isCounted && arrived >= nth) {
      DATABASE_FAULTS[fault](response);
      return;
    }
    const { headers, method = "POST", url = "/" } = incoming;
    const onward = request(new URL(url, behind), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    onward.end(body);
  });
  const port = await listening(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    counted: () => arrived,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
