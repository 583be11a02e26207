import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject } from "../../../functions/scim/json.ts";
import packages from "../../../package.json" with { type: "json" };
import { eventually, run } from "../../local/processes.ts";
import { startDynoxide } from "../../support/dynoxide.ts";
import { Connection } from "../connection.ts";
import { installPolis, POLIS } from "./installPolis.ts";
import type { Goals } from "./operations.ts";

/** A SCIM server under measurement, whatever it is. */
export interface Server {
  readonly name: string;
  readonly ours: boolean;
  /** Which of the goals hold for it; absent: none. */
  readonly goals?: keyof Goals;
  readonly url: string;
  readonly token: string;
  /** Whether these users are members, where the server's SCIM answers do not show it; absent: they do. */
  readonly isMember?: (groupId: string, userId: string) => Promise<boolean>;
}

/** One that runs in a process of its own. */
export interface Started extends Server {
  /** What it is, where it keeps data, and whether that survives it. */
  readonly description: string;
  readonly pid: number;
  /** Seconds from the start of the process to its first 200. */
  readonly started: number;
  stop(): Promise<void>;
}

const DYNOXIDE = `dynoxide ${packages.optionalDependencies["@dynoxide/linux-x64"]} on a file, without ClientRequestToken`;

/** @param sdk whether Rollcall shall run with the SDK's client too */
export async function startServers(sdk: boolean, say: (line: string) => void): Promise<Started[]> {
  const polis = await installPolis(say).catch(({ message }: Error) => {
    say(`Polis is left out: ${message}. The best peer below is the best of those that are here.`);
  });
  const servers: Started[] = [];
  const folder = mkdtempSync(join(tmpdir(), "rollcall-peers-"));
  const start = async (one: Omit<Wanted, "folder">): Promise<void> => {
    const server = await started({ ...one, folder });
    servers.push({
      ...server,
      stop: () => server.stop().finally(() => rmSync(folder, { recursive: true, force: true })),
    });
    say(`${server.name}: ${server.description}.`);
  };
  const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  try {
    await start({
      name: "npm start",
      ours: true,
      goals: "local",
      description:
        "Rollcall's local server; node:sqlite on a file, whose log is synced before each answer: an answered write survives the machine",
      args: () => ["bin/start.mjs", "--port", "0", "--data", join(folder, "local"), "--json"],
    });
    for (const client of sdk ? ["signed", "sdk"] : ["signed"]) {
      await start({
        name: `Rollcall, ${client}`,
        ours: true,
        ...(client === "signed" ? { goals: "dynamo" } : {}),
        description: `Rollcall's functions behind node:http, the table through the client \`${client}\`; ${DYNOXIDE}`,
        args: (endpoint) => [script("rollcallOnDynamo.ts"), endpoint, client],
      });
    }
    const { scimmy, "scimmy-routers": routers, express } = packages.devDependencies;
    await start({
      name: "SCIMMY",
      ours: false,
      description: `scimmy ${scimmy} behind scimmy-routers ${routers} and express ${express}, a store for it on DynamoDB with the SDK (scimmyOnDynamo.ts); ${DYNOXIDE}`,
      args: (endpoint) => [script("scimmyOnDynamo.ts"), endpoint],
    });
    if (polis !== undefined) {
      await start({
        name: "Polis",
        ours: false,
        description: `the SCIM handler of Ory Polis, ${POLIS} ${polis.version}, behind node:http, with its own engine for DynamoDB; ${DYNOXIDE}, to which it sends no transaction`,
        args: (endpoint) => [script("polisCore.ts"), endpoint, polis.folder],
        askedOtherwise: true,
      });
    }
    return servers;
  } catch (error) {
    await stopServers(servers);
    throw error;
  }
}

export async function stopServers(servers: readonly Started[]): Promise<void> {
  for (const server of servers) await server.stop();
}

interface Wanted extends Pick<Started, "name" | "ours" | "goals" | "description"> {
  readonly folder: string;
  readonly args: (endpoint: string) => readonly string[];
  /** Whether memberships are asked for beside SCIM. */
  readonly askedOtherwise?: boolean;
}

async function started({ folder, args, askedOtherwise = false, ...known }: Wanted): Promise<Started> {
  const isLocal = known.name === "npm start";
  const file = join(folder, `${known.name.replaceAll(/\W+/g, "-")}.db`);
  const database = isLocal ? undefined : await startDynoxide({ dbPath: file });
  const before = performance.now();
  const process = run(args(database?.endpoint ?? ""));
  const stop = async (): Promise<void> => {
    process.child.kill("SIGTERM");
    await process.ended;
    await database?.stop();
  };
  try {
    const line = await eventually(() => {
      if (process.child.exitCode !== null)
        throw new Error(`${known.name} did not start: ${process.stderr().slice(0, 500)}`);
      return process.stdout().includes("\n") && JSON.parse(process.stdout());
    });
    if (!isObject(line)) throw new Error(`${known.name} did not say where it is`);
    const [url, token] = [String(line.tenantUrl), String(line.token)];
    const { origin, pathname } = new URL(url);
    const connection = new Connection(origin, token);
    const { status } = await connection.request("GET", `${pathname}/Users?filter=userName%20eq%20%22nobody%22`);
    const seconds = (performance.now() - before) / 1_000;
    connection.close();
    if (status !== 200) throw new Error(`${known.name} answered its first request with ${status}`);
    const isMember = async (groupId: string, userId: string): Promise<boolean> => {
      const asked = await fetch(`${origin}/scim/v2.0/members/${groupId}/${userId}`);
      return JSON.parse(await asked.text()).isMember;
    };
    return { ...known, url, token, pid: process.pid, started: seconds, stop, ...(askedOtherwise ? { isMember } : {}) };
  } catch (error) {
    await stop();
    throw error;
  }
}
