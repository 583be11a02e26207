import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { listening } from "./serving.ts";

export interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Reaction = (response: ServerResponse, request: Arrived) => unknown;

export interface ScriptedServer {
  readonly endpoint: string;
  /** In order. */
  readonly arrived: readonly Arrived[];
  connections(): number;
  openNow(): number;
  /** Most open connections so far. */
  mostAtOnce(): number;
  stop(): void;
}

/** A server that reacts to each request as scripted. @param tls absent: plain HTTP */
export async function scriptedServer(react: Reaction, tls?: ServerOptions): Promise<ScriptedServer> {
  const arrived: Arrived[] = [];
  const counted = { made: 0, open: 0, most: 0 };
  const server = (tls === undefined ? createServer() : createTlsServer(tls)).on(
    "request",
    async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const request = { headers: incoming.headers, body: Buffer.concat(chunks).toString() };
      arrived.push(request);
      react(response, request);
    },
  );
  server.on("connection", (socket) => {
    counted.made += 1;
    counted.open += 1;
    counted.most = Math.max(counted.most, counted.open);
    socket.on("close", () => {
      counted.open -= 1;
    });
  });
  const port = await listening(server);
  return {
    endpoint: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    arrived,
    connections: () => counted.made,
    openNow: () => counted.open,
    mostAtOnce: () => counted.most,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Answers in DynamoDB's JSON. */
export function answers(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Reaction {
  return (response) => {
    response.writeHead(status, { "Content-Type": "application/x-amz-json-1.0", ...headers }).end(JSON.stringify(body));
  };
}

/** Refuses like DynamoDB. */
export function fails(name: string, status = 400, members: object = {}): Reaction {
  return answers(status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "told", ...members });
}
