import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readCredentials } from "../../bin/local/credentials.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { eventually, type Run, run } from "../local/processes.ts";
import { newFolder } from "../support/folders.ts";
import { freePort } from "../support/freePort.ts";
import { signedRequest } from "../support/signed.ts";

/** `npm start` in a process of its own, with the portal. */
export interface PortalProcess extends AsyncDisposable {
  readonly url: string;
  readonly tenantUrl: string;
  /** Of its first org, acme. */
  readonly token: string;
  /** Of the admin API: path below /admin/v1/. @throws Error with the answer unless it is 2xx */
  admin(method: string, path: string, body?: JsonObject): Promise<JsonObject>;
  /** A link to the portal of acme that nobody has used. */
  link(wishes?: JsonObject): Promise<string>;
  /** Every line of its request log so far. */
  log(): string;
  /** Ends it, and starts it again at the same address over the same data folder after `meanwhile`. */
  restart(meanwhile: (folder: string) => Promise<void>): Promise<void>;
}

export interface PortalWishes {
  /** Options of npm start, such as `--portal-rules`. */
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startPortal({ options = [], environment = {} }: PortalWishes = {}): Promise<PortalProcess> {
  const folder = newFolder();
  const port = await freePort();
  const start = async (): Promise<Run> => {
    const words = ["bin/start.mjs", "--json", "--data", folder, "--port", `${port}`, ...options];
    const started = run(words, environment);
    await eventually(() => started.stdout().includes("\n") || started.child.exitCode !== null, 240_000);
    if (started.child.exitCode !== null) throw new Error(`npm start ended: ${started.stderr()}`);
    return started;
  };
  const stop = async (): Promise<void> => {
    server.child.kill("SIGTERM");
    await server.ended;
  };
  let server = await start();
  const { url, tenantUrl, token } = JSON.parse(server.stdout());
  const credentials = readCredentials(folder);
  if (credentials === undefined) throw new Error("npm start left no credentials");

  const admin: PortalProcess["admin"] = async (method, path, body) => {
    const headers = { "content-type": "application/json" };
    const target = `/admin/v1/${path}`;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const signed = await signedRequest(credentials, url, { method, target, headers, body: sent });
    const timed = { signal: AbortSignal.timeout(120_000) };
    const answer = await fetch(url + target, { method, headers: signed.headers, body: sent, ...timed });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    const json: Json = text === "" ? {} : JSON.parse(text);
    return isObject(json) ? json : {};
  };
  return {
    url,
    tenantUrl,
    token,
    admin,
    async link(wishes = {}) {
      const made = await admin("POST", "orgs/acme/portal-sessions", { actor: "u-4711", ...wishes });
      return String(made.url);
    },
    log: () => readFileSync(join(folder, "requests.log"), "utf8"),
    async restart(meanwhile) {
      await stop();
      await meanwhile(folder);
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
