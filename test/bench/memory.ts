import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isObject } from "../../functions/scim/json.ts";
import { eventually, run } from "../local/processes.ts";
import { at, connect, httpTransport, type Tenant } from "../support/wire.ts";
import { patchBody, userBody } from "./bodies.ts";
import { machineLine, table } from "./machine.ts";

const CLIENTS = 8;
/** Milliseconds after which a process that has nothing to do is idle. */
const SETTLED = 5_000;

/** Prints what `npm start` keeps in memory before and after so many requests, its database beside it. */
export async function benchMemory(requests = 10_000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-memory-"));
  const server = run(["bin/local.ts", "--port", "0", "--data", folder, "--json"]);
  try {
    const welcome = await eventually(() => server.stdout().includes("\n") && JSON.parse(server.stdout()));
    if (!isObject(welcome)) throw new Error("the server did not say where it is");
    const { tenantUrl, token, url } = welcome;
    const transport = httpTransport(String(url));
    const tenant = connect(transport, { slug: "acme", tenantUrl: String(tenantUrl), token: String(token) });
    const rows: (string | number)[][] = [];
    const row = (name: string): void => {
      rows.push([name, residentMegabytes(server.pid), databaseMegabytes(server.pid)]);
    };
    await wait(SETTLED);
    row("idle after the start");
    await requestsOf(tenant, requests);
    row(`right after ${requests} requests`);
    await wait(SETTLED);
    row("idle again");
    transport.close();
    console.log(`\nMemory of npm start, resident MB. ${machineLine()}\n`);
    console.log(table(["when", "server", "database"], rows));
  } finally {
    server.child.kill("SIGTERM");
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Users that are created, read, looked for, changed, and listed now and then. */
async function requestsOf(tenant: Tenant, count: number): Promise<void> {
  const numbers = Array.from({ length: count / 5 }, (_, n) => n).values();
  const client = async (): Promise<void> => {
    for (const n of numbers) {
      const created = await tenant.request({ method: "POST", path: "/Users", body: userBody(`user${n}`) });
      const path = `/Users/${at(created.json, "id")}`;
      await tenant.request({ method: "GET", path });
      await tenant.request({ method: "GET", path: `/Users?filter=userName eq "user${n}@example.com"` });
      await tenant.request({ method: "PATCH", path, body: patchBody({ op: "Replace", path: "active", value: false }) });
      await tenant.request({ method: "GET", path: n % 20 === 0 ? "/Users?count=100" : "/ServiceProviderConfig" });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

/** The database is the child of a shell that watches over it. */
function databaseMegabytes(pid: number): number {
  const [guard = 0] = childrenOf(pid);
  const [database = 0] = childrenOf(guard);
  return residentMegabytes(database);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

if (import.meta.main) await benchMemory();
