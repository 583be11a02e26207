import { readCredentialFiles } from "../../bin/rollcall/aws/signedHttp.ts";
import { consolePage } from "../../bin/rollcall/console/consolePage.ts";
import { type ConsoleOptions, type RunningConsole, startConsole } from "../../bin/rollcall/console/consoleServer.ts";
import { sendPlainly } from "../../functions/probe/sendPlainly.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";

interface ConsoleAnswer {
  readonly status: number;
  readonly json: JsonObject;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Lines of an answer that comes line by line. */
  readonly lines: readonly JsonObject[];
}

interface ConsoleAsk {
  readonly body?: unknown;
  /** Besides the headers of the console's own page; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** A console, with a browser's session. */
export interface TestConsole {
  readonly running: RunningConsole;
  readonly url: string;
  readonly said: readonly string[];
  /** Sends the page's own headers. @param path below /portal/v1/ */
  ask(method: string, path: string, rest?: ConsoleAsk): Promise<ConsoleAnswer>;
  /** Exchanges an address's token for a bearer. */
  redeem(token: string): Promise<ConsoleAnswer>;
}

export function tokenIn(address: string): string {
  const [, token = ""] = /^http:\/\/127\.0\.0\.1:\d+\/portal#console=([\w-]{43})$/.exec(address) ?? [];
  return token;
}

const open = new Set<RunningConsole>();

/** Closes those of failed tests too. */
export async function closeConsoles(): Promise<void> {
  for (const running of open) await running.close();
  open.clear();
}

export async function consoleOver(
  options: Pick<ConsoleOptions, "place" | "open"> & Partial<ConsoleOptions>,
): Promise<TestConsole> {
  const said: string[] = [];
  const running = await startConsole({
    actor: undefined,
    port: 0,
    openQueues: async () => undefined,
    renew: readCredentialFiles,
    pages: consolePage,
    say: (text) => said.push(text),
    now: Date.now,
    idleMs: 3_600_000,
    ...options,
  });
  open.add(running);
  const url = `http://127.0.0.1:${running.port}`;
  let bearer: string | undefined;
  const ask: TestConsole["ask"] = async (method, path, { body, headers = {} } = {}) => {
    const sent: Record<string, string | undefined> = {
      Accept: "application/json",
      "Sec-Fetch-Site": "same-origin",
      ...(method === "GET" ? {} : { Origin: url }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
      ...headers,
    };
    const target = /^(\/|http:)/.test(path) ? path : `/portal/v1/${path}`;
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    // Sends the path unchanged: a URL would resolve `..` first.
    const got = await sendPlainly(new URL(url), { path: target, method, headers: defined(sent) }, text);
    const lines = got.headers["content-type"] === "application/x-ndjson" ? linesOf(got.text) : [];
    return { status: got.status, headers: got.headers, lines, json: lines.length > 0 ? {} : objectOf(got.text) };
  };
  const redeem: TestConsole["redeem"] = (token) =>
    ask("POST", "console/session", { body: { token }, headers: { Authorization: undefined } });
  bearer = String((await redeem(tokenIn(running.address()))).json.bearer);
  return { running, url, said, ask, redeem };
}

function linesOf(text: string): JsonObject[] {
  return text.split("\n").flatMap((line) => (line === "" ? [] : [objectOf(line)]));
}

function objectOf(text: string): JsonObject {
  if (text === "" || !text.startsWith("{")) return {};
  const json: Json = JSON.parse(text);
  return isObject(json) ? json : {};
}

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
