import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { connectStore } from "../../../bin/local/openStore.ts";
import { followLines } from "../../../bin/rollcall/log/followLines.ts";
import { brokenInvariants } from "../../support/invariants.ts";
import { crowdUser, storeCrowd } from "../../support/manyUsers.ts";
import { connect, httpTransport, type Tenant } from "../../support/wire.ts";

/** What the server's own lines say of one kind of operation. */
export interface Told {
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

/** The server that `npm start` starts, in a process of its own, with the database it embeds. */
export interface LoadedServer {
  readonly org: Tenant;
  /** By the operation as the log names it. */
  told(): ReadonlyMap<string, Told>;
  /** Forgets what was told so far. */
  forget(): void;
  /** Megabytes resident. */
  memory(): number;
  /** Puts so many users straight into the org, which has none. @returns their ids */
  putUsers(count: number): Promise<readonly string[]>;
  /** What the stored data contradicts itself in. */
  contradictions(): Promise<string[]>;
  close(): Promise<void>;
}

export async function startLoaded(dataFolder: string): Promise<LoadedServer> {
  const main = fileURLToPath(new URL("../../../bin/local.ts", import.meta.url));
  const args = [main, "--port", "0", "--data", dataFolder, "--json", "--preset", "open"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const told = new Map<string, Told>();
  const log = followLines(join(dataFolder, "requests.log"), (text) => note(told, text));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { url, tenantUrl, token } = JSON.parse(String(line));
  const transport = httpTransport(url);
  // The token names the org whose data this is.
  const orgId = String(token).split("_")[1] ?? "";
  const beside = async <T>(work: (client: DynamoDBDocumentClient, tableName: string) => Promise<T>): Promise<T> => {
    const { storeEndpoint, tableName } = JSON.parse(readFileSync(join(dataFolder, "server.json"), "utf8"));
    const data = connectStore(storeEndpoint, tableName);
    try {
      return await work(DynamoDBDocumentClient.from(data.client), tableName);
    } finally {
      data.close();
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
    memory: () => memoryOf(child),
    putUsers: (count) =>
      beside((client, tableName) => {
        const attributesOf = (userName: string) => crowdUser(userName, "x".repeat(1_300));
        return storeCrowd({ client, tableName, orgId, count, attributesOf });
      }),
    contradictions: () => beside((client, tableName) => brokenInvariants(client, tableName, orgId)),
    async close() {
      log.stop();
      transport.close();
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function note(told: Map<string, Told>, text: string): void {
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

function fresh(): Told {
  return { requests: 0, calls: 0, trips: 0, rcu: 0, wcu: 0, retries: 0, conflicts: 0, refused: new Map() };
}

function memoryOf({ pid }: ChildProcess): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
