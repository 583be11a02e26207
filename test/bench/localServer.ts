import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isObject, type Json } from "../../functions/scim/json.ts";
import { type Run, run } from "../local/processes.ts";
import { groupBody, patchBody, userBody } from "./bodies.ts";
import { Connection } from "./connection.ts";
import { machineLine, median, residentMegabytes, table } from "./machine.ts";

const CLIENTS = 8;
const USERS = 2_000;
const MEMBERS = 1_000;
const SLICES = 12;
const STARTS = 5;
/** Milliseconds after which a process that has nothing to do is idle. */
const SETTLED = 5_000;
/** Linux counts the time of processes in hundredths of a second. */
const TICK_US = 10_000;

interface Started {
  readonly run: Run;
  readonly port: number;
  readonly token: string;
  /** From the start of the process until it answered with 200. */
  readonly milliseconds: number;
}

/** One client's n-th request. */
type Turn = (client: Connection, lane: number, n: number) => Promise<void>;

interface Rate {
  readonly perSecond: number;
  /** Of the server's process, user and system. */
  readonly cpuMicroseconds: number;
}

/**
 * Prints what `npm start` does a second, each operation in turn in each of twelve slices of so many seconds in all: what decays is
 * slower in the last slice. Then how long it takes to start, and what it keeps in memory.
 */
export async function benchLocal(seconds = 120): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-local-"));
  try {
    const starts: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      // A new org each time: its token is shown once.
      const started = await startServer(join(folder, String(start)));
      starts.push(started.milliseconds);
      await stop(started);
    }
    const started = await startServer(join(folder, "measured"));
    try {
      await wait(SETTLED);
      const idle = residentMegabytes(started.run.pid);
      const { rates, requests, after } = await measureSlices(started, seconds);
      console.log(`\nnpm start, ${CLIENTS} clients, ${USERS} users at the start. ${machineLine()}\n`);
      console.log(table(HEADER, rowsOf(rates)));
      console.log(
        `\nFirst 200 after ${starts.map(Math.round).join(", ")} ms (median ${Math.round(median(starts))}). Resident MB: idle ${idle}, after 10,000 requests ${after}, after ${requests} ${residentMegabytes(started.run.pid)}.`,
      );
    } finally {
      await stop(started);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HEADER = [
  "operation",
  "first slice, req/s",
  "last slice",
  "last ÷ first",
  "median",
  "server CPU µs each, first",
  "last",
];

function rowsOf(rates: ReadonlyMap<string, readonly Rate[]>): (string | number)[][] {
  return [...rates].map(([name, slices]) => {
    const speeds = slices.map(({ perSecond }) => perSecond);
    const [first = 0, last = 0] = [speeds.at(0), speeds.at(-1)];
    // What the machine does beside moves the speeds, and these less.
    const [cpu = 0, lastCpu = 0] = [slices.at(0)?.cpuMicroseconds, slices.at(-1)?.cpuMicroseconds];
    return [
      name,
      ...[first, last].map(Math.round),
      (last / first).toFixed(2),
      ...[median(speeds), cpu, lastCpu].map(Math.round),
    ];
  });
}

async function measureSlices(started: Started, seconds: number) {
  const clients = Array.from(
    { length: CLIENTS },
    () => new Connection(`http://127.0.0.1:${started.port}`, started.token),
  );
  const ids = await fill(clients);
  const turns = operations(ids, await largeGroup(clients, ids));
  const rates = new Map<string, Rate[]>(Object.keys(turns).map((name) => [name, []]));
  const counters = new Map<string, number>();
  let requests = USERS;
  let after = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    for (const [name, turn] of Object.entries(turns)) {
      const until = performance.now() + (seconds * 1_000) / SLICES / Object.keys(turns).length;
      const [began, cpu] = [performance.now(), cpuMicroseconds(started.run.pid)];
      const before = counters.get(name) ?? 0;
      let n = before;
      const work = async (client: Connection, lane: number): Promise<void> => {
        while (performance.now() < until) await turn(client, lane, n++);
      };
      await Promise.all(clients.map(work));
      counters.set(name, n);
      requests += n - before;
      rates.get(name)?.push({
        perSecond: ((n - before) * 1_000) / (performance.now() - began),
        cpuMicroseconds: (cpuMicroseconds(started.run.pid) - cpu) / (n - before),
      });
      if (requests >= 10_000 && after === 0) after = residentMegabytes(started.run.pid);
    }
  }
  for (const client of clients) client.close();
  return { rates, requests, after };
}

async function fill(clients: readonly Connection[]): Promise<string[]> {
  const ids: string[] = [];
  const numbers = Array.from({ length: USERS }, (_, n) => n).values();
  const lane = async (client: Connection): Promise<void> => {
    for (const n of numbers) ids[n] = idIn(await expected(client, 201, "POST", "/Users", userBody(`user${n}`)));
  };
  await Promise.all(clients.map(lane));
  return ids;
}

async function largeGroup([client]: readonly Connection[], ids: readonly string[]): Promise<string> {
  if (client === undefined) throw new Error("no client");
  return idIn(await expected(client, 201, "POST", "/Groups", groupBody("everybody", ids.slice(0, MEMBERS))));
}

function operations(ids: readonly string[], group: string): Readonly<Record<string, Turn>> {
  const own = (n: number): string => ids[n % USERS] ?? "";
  const request =
    (status: number, method: string, path: (n: number) => string, body?: (n: number) => unknown): Turn =>
    async (client, _, n) => {
      await expected(client, status, method, path(n), body?.(n));
    };
  return {
    "create user": request(
      201,
      "POST",
      () => "/Users",
      (n) => userBody(`new${n}`),
    ),
    "get user": request(200, "GET", (n) => `/Users/${own(n)}`),
    "filter userName eq": request(200, "GET", (n) => `/Users?filter=userName eq "user${n % USERS}@example.com"`),
    "PATCH active": request(
      200,
      "PATCH",
      (n) => `/Users/${own(n)}`,
      (n) => patchBody({ op: "Replace", path: "active", value: Math.floor(n / USERS) % 2 === 1 }),
    ),
    "PUT user": request(
      200,
      "PUT",
      (n) => `/Users/${own(n)}`,
      (n) => userBody(`user${n % USERS}`, `title ${n}`),
    ),
    "list 100 first": request(200, "GET", () => "/Users?count=100"),
    "list 100 last": request(200, "GET", () => `/Users?count=100&startIndex=${USERS - 99}`),
    "create group": request(
      201,
      "POST",
      () => "/Groups",
      (n) => groupBody(`group ${n}`),
    ),
    // Each client moves a person of its own, out of the group before in again.
    "member in or out": moveOwn(ids, group),
    [`GET group of ${MEMBERS}`]: request(200, "GET", () => `/Groups/${group}`),
  };
}

function moveOwn(ids: readonly string[], group: string): Turn {
  const inside: boolean[] = [];
  return async (client, lane) => {
    const op = inside[lane] === true ? "Remove" : "Add";
    inside[lane] = op === "Add";
    const value = [{ value: ids[MEMBERS + lane] }];
    await expected(client, 204, "PATCH", `/Groups/${group}`, patchBody({ op, path: "members", value }));
  };
}

async function expected(client: Connection, status: number, method: string, path: string, body?: unknown) {
  const answer = await client.request(method, encodeURI(`/scim/v2/acme${path}`), body);
  const text = answer.body.toString();
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  return text;
}

function idIn(text: string): string {
  const resource: Json = JSON.parse(text);
  return isObject(resource) ? String(resource.id) : "";
}

async function startServer(folder: string): Promise<Started> {
  const began = performance.now();
  const server = run(["bin/start.mjs", "--port", "0", "--data", folder, "--json"]);
  server.child.stderr?.removeAllListeners("data").resume();
  while (!server.stdout().includes("\n")) await wait(1);
  const welcome: Json = JSON.parse(server.stdout());
  if (!isObject(welcome)) throw new Error("the server did not say where it is");
  const port = Number(welcome.port);
  const client = new Connection(`http://127.0.0.1:${port}`, String(welcome.token));
  await expected(client, 200, "GET", "/ServiceProviderConfig");
  client.close();
  return { run: server, port, token: String(welcome.token), milliseconds: performance.now() - began };
}

async function stop({ run: { child, ended } }: Started): Promise<void> {
  child.kill("SIGTERM");
  await ended;
}

/** Times 14 and 15 of `/proc/PID/stat` (proc(5)), which come after a name that may hold spaces. */
function cpuMicroseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

if (import.meta.main) await benchLocal(Number(process.argv[2] ?? 120));
