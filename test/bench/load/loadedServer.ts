import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openLocalFile } from "../../../bin/local/localFile.ts";
import { followLines } from "../../../bin/rollcall/log/localLog.ts";
import type { SqliteTable } from "../../../functions/store/sqliteTable.ts";
import { contradictionsIn } from "../../support/invariants.ts";
import { storeManyUsers, userJson } from "../../support/manyUsers.ts";
import { contents } from "../../support/tables.ts";
import { connect, httpTransport, type Tenant } from "../../support/wire.ts";
import { residentMegabytes } from "../machine.ts";

/** What the server's own lines say of one kind of operation. */
export interface PendingLine {
  requests: number;
  calls: number;
  trips: number;
  rcu: number;
  wcu: number;
  retries: number;
  conflicts: number;
  /** Status and detail code of what was refused, with how often. */
  readonly refused: Map<string, number>;
}

/** The server that `npm start` starts, in a process of its own. */
export interface LoadedServer {
  readonly org: Tenant;
  /** By the operation as the log names it. */
  told(): ReadonlyMap<string, PendingLine>;
  /** Forgets what was told so far. */
  forget(): void;
  /** Megabytes resident. */
  memory(): number;
  /** Puts so many users straight into the org, which has none, while the server is down. @returns their ids */
  putUsers(count: number): Promise<readonly string[]>;
  /** What the stored data contradicts itself in. */
  contradictions(): Promise<string[]>;
  close(): Promise<void>;
}

export async function startLoaded(dataFolder: string): Promise<LoadedServer> {
  const main = fileURLToPath(new URL("../../../bin/start.mjs", import.meta.url));
  const start = async (port: number) => {
    const args = [main, "--port", String(port), "--data", dataFolder, "--json", "--preset", "open"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    return { child, said: JSON.parse(String(line)) };
  };
  const stop = async (): Promise<void> => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  const told = new Map<string, PendingLine>();
  const log = followLines(join(dataFolder, "requests.log"), (text) => note(told, text));
  const first = await start(0);
  let { child } = first;
  const { url, port, tenantUrl, token } = first.said;
  const transport = httpTransport(url);
  // The token names the org whose data this is.
  const orgId = String(token).split("_")[1] ?? "";
  const whileDown = async <T>(work: (table: SqliteTable) => Promise<T>): Promise<T> => {
    await stop();
    const file = openLocalFile(dataFolder, "bench");
    try {
      return await work(file.table);
    } finally {
      file.close();
      ({ child } = await start(port));
    }
  };
  return {
    org: connect(transport, { slug: "acme", tenantUrl, token }),
    told: () => {
      log.drain();
      return told;
    },
    forget: () => {
      log.drain();
      told.clear();
    },
    memory: () => residentMegabytes(child.pid ?? 0),
    putUsers: (count) =>
      whileDown((table) => {
        const attributesOf = (userName: string) => userJson(userName, "x".repeat(1_300));
        return storeManyUsers({ table, orgId, count, attributesOf });
      }),
    contradictions: () => whileDown((table) => contradictionsIn(contents(table), orgId)),
    async close() {
      log.stop();
      transport.close();
      await stop();
    },
  };
}

function note(told: Map<string, PendingLine>, text: string): void {
  const line: Readonly<Record<string, unknown>> = JSON.parse(text);
  const name = line.op;
  if (typeof name !== "string") return;
  const known = told.get(name) ?? fresh();
  told.set(name, known);
  known.requests += 1;
  known.calls += Number(line.ddbCalls ?? 0);
  known.trips += Number(line.trips ?? 0);
  known.rcu += Number(line.rcu ?? 0);
  known.wcu += Number(line.wcu ?? 0);
  known.retries += Number(line.retries ?? 0);
  known.conflicts += Number(line.conflicts ?? 0);
  if (Number(line.status) < 400) return;
  const kind = `${line.status} ${line.detailCode ?? ""}`.trim();
  known.refused.set(kind, (known.refused.get(kind) ?? 0) + 1);
}

function fresh(): PendingLine {
  return { requests: 0, calls: 0, trips: 0, rcu: 0, wcu: 0, retries: 0, conflicts: 0, refused: new Map() };
}
