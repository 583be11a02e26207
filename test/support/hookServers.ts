import type { createServer, IncomingMessage, RequestListener } from "node:http";
import type { Server } from "node:net";
import { afterEach } from "@jest/globals";
import { createDeliver, type DeliveryMeans } from "../../functions/bus/deliverWebhook.ts";
import type { Attempt, AttemptOutcome } from "../../functions/provisioning/webhooks/ports.ts";
import { selfSigned } from "./certificate.ts";
import { listening } from "./serving.ts";

/** Real servers on this machine that receive webhooks, and a sender that finds them. */

export const NAME = "hooks.example";
export const DAY = 86_400_000;
export const CERTIFICATE = selfSigned(NAME, Date.now() + DAY);
export const SECRETS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="];

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await end(server);
});

export interface GotRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function emptyRequest(): GotRequest {
  return { headers: {}, body: "" };
}

export function deliver(attempt: Partial<Attempt> & Pick<Attempt, "url">, means: Partial<DeliveryMeans> = {}) {
  const send = createDeliver({
    allowed: "alsoLoopback",
    now: Date.now,
    resolve: async () => ({ failure: "missing" }),
    ...means,
  });
  return send({ id: "ep_1.0.7", body: "{}", secrets: SECRETS, at: Date.now(), ...attempt });
}

export function at(...addresses: readonly string[]): Pick<DeliveryMeans, "resolve" | "ca"> {
  return { resolve: async () => ({ addresses }), ca: CERTIFICATE.cert };
}

export function failed(failure: Extract<AttemptOutcome, { outcome: "failed" }>["failure"]): AttemptOutcome {
  return { outcome: "failed", failure };
}

export function answered(status: number): AttemptOutcome {
  return { outcome: "answered", status };
}

export async function listen(server: Server): Promise<number> {
  servers.push(server);
  return listening(server);
}

export function answering(got: GotRequest[], status: number): RequestListener {
  return async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    got.push({ method: request.method, url: request.url, headers, body });
    response.writeHead(status).end();
  };
}

export function write({ socket }: IncomingMessage, text: string, then?: "end"): void {
  socket.on("error", () => undefined);
  socket.write(text);
  if (then === "end") socket.end();
}

/** Writes the beginning, then one piece repeatedly. */
export function drip(request: IncomingMessage, beginning: string, piece: string): void {
  write(request, beginning);
  const timer = setInterval(() => write(request, piece), 20);
  request.socket.on("close", () => clearInterval(timer));
}

export function flood(response: NodeJS.WritableStream, chunk = Buffer.alloc(65_536)): void {
  const fill = (): void => {
    while (response.write(chunk));
  };
  response.on("drain", fill).on("error", () => undefined);
  fill();
}

export async function end(server: Server): Promise<void> {
  if ("closeAllConnections" in server) (server as ReturnType<typeof createServer>).closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
