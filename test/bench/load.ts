import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { connectStore } from "../../bin/local/openStore.ts";
import { brokenInvariants } from "../support/invariants.ts";
import { at, connect, httpTransport, type Tenant } from "../support/wire.ts";

/**
 * `npm run bench:load`: a closed loop of clients over HTTP on the server that `npm start` starts, with the mix of requests
 * identity providers send. Ends with an error when an answer was a 5xx, memory grew, or the store contradicts itself.
 */
const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "16" },
    seconds: { type: "string", default: "60" },
    users: { type: "string", default: "2000" },
  },
});
const CLIENTS = Number(values.clients);
const SECONDS = Number(values.seconds);
const USERS = Number(values.users);
const GROUPS = 20;
/** What memory at the end may be of memory at half-time, when Node's heap has found its size. */
const GROWTH = 1.2;

/** In percent. */
const MIX = [
  ["find a user by userName", 40],
  ["read a user", 20],
  ["patch a user", 15],
  ["add or remove a member", 15],
  ["create a user", 5],
  ["list 100 users", 3],
  ["delete a user", 2],
] as const;
type Operation = (typeof MIX)[number][0];

const timings = new Map<Operation, number[]>(MIX.map(([operation]) => [operation, []]));
const refused = new Map<string, number>();

interface Running {
  readonly child: ChildProcess;
  readonly org: Tenant;
  close(): Promise<void>;
}

async function startServer(dataFolder: string): Promise<Running> {
  const main = fileURLToPath(new URL("../../bin/local.ts", import.meta.url));
  const args = [main, "--port", "0", "--data", dataFolder, "--json", "--preset", "open"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(child.stdout, "data");
  const { url, tenantUrl, token } = JSON.parse(String(line).split("\n")[0] ?? "");
  const transport = httpTransport(url);
  return {
    child,
    org: connect(transport, { slug: "acme", tenantUrl, token }),
    close: async () => {
      transport.close();
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function person(name: string) {
  const userName = `${name}@example.com`;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName,
    externalId: `ext-${name}`,
    active: true,
    displayName: `Person ${name}`,
    name: { givenName: "Person", familyName: name },
    emails: [{ type: "work", value: userName, primary: true }],
  };
}

function patchOp(operation: object) {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [operation] };
}

/** The people of the org as the clients know them; whoever is deleted leaves the list first. */
class Crowd {
  readonly #org: Tenant;
  readonly #people: { readonly id: string; readonly name: string }[] = [];
  readonly #groups: string[] = [];
  #made = 0;

  constructor(org: Tenant) {
    this.#org = org;
  }

  async fill(): Promise<void> {
    const waiting = Array.from({ length: USERS }).values();
    const lane = async (): Promise<void> => {
      for (const _ of waiting) await this.#create();
    };
    await Promise.all(Array.from({ length: CLIENTS }, lane));
    for (let index = 0; index < GROUPS; index++) {
      const members = this.#people.slice(0, 50 * index).map(({ id }) => ({ value: id }));
      const body = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: `group ${index}`, members };
      const answer = await this.#org.request({ method: "POST", path: "/Groups", body });
      this.#groups.push(String(at(answer.json, "id")));
    }
  }

  async run(operation: Operation): Promise<number> {
    const one = this.#people[Math.floor(Math.random() * this.#people.length)];
    if (one === undefined) throw new Error("nobody is left");
    switch (operation) {
      case "find a user by userName":
        return this.#send("GET", `/Users?filter=userName eq "${one.name}@example.com"`);
      case "read a user":
        return this.#send("GET", `/Users/${one.id}`);
      case "patch a user": {
        const value = `title ${Math.random()}`;
        return this.#send("PATCH", `/Users/${one.id}`, patchOp({ op: "replace", path: "title", value }));
      }
      case "add or remove a member": {
        const group = this.#groups[Math.floor(Math.random() * GROUPS)];
        const op = Math.random() < 0.6 ? "add" : "remove";
        return this.#send("PATCH", `/Groups/${group}`, patchOp({ op, path: "members", value: [{ value: one.id }] }));
      }
      case "create a user":
        return this.#create();
      case "list 100 users":
        return this.#send("GET", `/Users?count=100&startIndex=${1 + Math.floor(Math.random() * this.#people.length)}`);
      case "delete a user": {
        this.#people.splice(this.#people.indexOf(one), 1);
        return this.#send("DELETE", `/Users/${one.id}`);
      }
    }
  }

  async #create(): Promise<number> {
    const name = `person${this.#made++}`;
    const answer = await this.#org.request({ method: "POST", path: "/Users", body: person(name) });
    if (answer.status === 201) this.#people.push({ id: String(at(answer.json, "id")), name });
    return answer.status;
  }

  async #send(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.#org.request({ method, path, body })).status;
  }
}

function drawn(): Operation {
  let left = Math.random() * 100;
  for (const [operation, share] of MIX) {
    left -= share;
    if (left < 0) return operation;
  }
  return MIX[0][0];
}

async function client(crowd: Crowd, until: number): Promise<void> {
  while (performance.now() < until) {
    const operation = drawn();
    const start = performance.now();
    const status = await crowd.run(operation);
    timings.get(operation)?.push(performance.now() - start);
    if (status >= 400) refused.set(`${operation}: ${status}`, (refused.get(`${operation}: ${status}`) ?? 0) + 1);
  }
}

/** Megabytes resident. */
function memoryOf({ pid }: ChildProcess): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}

function report(): void {
  console.log("operation                  requests   p50 ms   p99 ms   max ms");
  for (const [operation, taken] of timings) {
    const sorted = taken.toSorted((a, b) => a - b);
    const columns = [String(sorted.length), percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1)];
    console.log(operation.padEnd(25) + columns.map((column) => column.padStart(9)).join(""));
  }
  const total = [...timings.values()].reduce((sum, taken) => sum + taken.length, 0);
  console.log(`${total} requests in ${SECONDS} s: ${(total / SECONDS).toFixed(0)}/s`);
  for (const [what, count] of refused) console.log(`refused: ${what} (${count})`);
}

async function contradictions(dataFolder: string, { token }: Tenant): Promise<string[]> {
  const { storeEndpoint, tableName } = JSON.parse(readFileSync(join(dataFolder, "server.json"), "utf8"));
  const data = connectStore(storeEndpoint, tableName);
  try {
    // The token names the org whose data this is.
    return await brokenInvariants(DynamoDBDocumentClient.from(data.client), tableName, token.split("_")[1] ?? "");
  } finally {
    data.close();
  }
}

const dataFolder = mkdtempSync(join(tmpdir(), "rollcall-load-"));
const server = await startServer(dataFolder);
try {
  const crowd = new Crowd(server.org);
  await crowd.fill();
  const start = performance.now();
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(crowd, start + SECONDS * 1000)));
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 500));
  const early = memoryOf(server.child);
  await clients;
  const late = memoryOf(server.child);
  report();
  console.log(`memory: ${early.toFixed(0)} MB at half-time, ${late.toFixed(0)} MB at the end`);
  const broken = await contradictions(dataFolder, server.org);
  console.log(broken.length === 0 ? "the store keeps its promises" : broken.slice(0, 20).join("\n"));
  const failed = [...refused.keys()].some((what) => / 5\d\d$/.test(what));
  if (failed || late > early * GROWTH || broken.length > 0) process.exitCode = 1;
} finally {
  await server.close();
  rmSync(dataFolder, { recursive: true, force: true });
}
