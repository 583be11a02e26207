import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { bundlingOf, type TableClient } from "../../lib/scimFunction.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { bulkBody, userBody } from "./bodies.ts";
import { eventOf, openTable, TABLE_NAME } from "./local.ts";
import { machineLine, median, table } from "./machine.ts";

const PROJECT = new URL("../..", import.meta.url).pathname;
const BASE_LINE = "SDK + lib-dynamodb + Middy, one GetItem";

/** What is started, and the request that is its first. */
interface Subject {
  readonly name: string;
  /** Below the project. */
  readonly entry: string;
  /** Below the tenant URL. */
  readonly path: string;
  /** Posted. */
  readonly body?: unknown;
  readonly client?: TableClient;
  /** Bundled as anybody would, without our stand-ins. */
  readonly plain?: "plain";
}

const SUBJECTS: readonly Subject[] = [
  { name: "empty module", entry: "test/bench/coldStart/empty.ts", path: "/Users" },
  { name: BASE_LINE, entry: "test/bench/coldStart/sdkAlone.ts", path: "/Users", plain: "plain" },
  ...(["signed", "sdk"] as const).flatMap((client): readonly Subject[] => [
    {
      name: `users, ${client}`,
      entry: "functions/users.ts",
      path: '/Users?filter=userName eq "first@example.com"',
      client,
    },
    { name: `groups, ${client}`, entry: "functions/groups.ts", path: '/Groups?filter=displayName eq "first"', client },
    {
      name: `bulk, ${client}`,
      entry: "functions/bulk.ts",
      path: "/Bulk",
      body: bulkBody({ method: "DELETE", path: "/Users/uNobody" }),
      client,
    },
    { name: `discovery, ${client}`, entry: "functions/discovery.ts", path: "/ServiceProviderConfig", client },
  ]),
];

/** In a process of its own: milliseconds to load the module, to its first answer, and of CPU for both, on descriptor 2. */
const FRESH_PROCESS = `
const [path, event] = process.argv.slice(1);
const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 28000 };
const before = process.cpuUsage();
const started = performance.now();
const { handler } = await import(path);
const loaded = performance.now();
const { statusCode } = await handler(JSON.parse(event), context);
const answered = performance.now();
const { user, system } = process.cpuUsage(before);
const times = { load: loaded - started, first: answered - loaded, cpu: (user + system) / 1000 };
(await import("node:fs")).writeSync(2, JSON.stringify({ statusCode, times }));
process.exit(0);
`;

interface Bundle {
  readonly path: string;
  readonly bytes: number;
  readonly own: number;
}

/** Bundled as `cdk deploy` bundles functions. */
async function bundle({ client = "sdk", name, entry, plain }: Subject, folder: string): Promise<Bundle> {
  const bundling = bundlingOf(client);
  const path = join(folder, `${name.replaceAll(/\W/g, "_")}.mjs`);
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    metafile: true,
    platform: "node",
    format: bundling.format,
    target: bundling.target,
    mainFields: [...bundling.mainFields],
    minify: bundling.minify,
    external: [...bundling.externalModules],
    alias: plain === undefined ? bundling.standIns : {},
    define: bundling.define,
    banner: { js: bundling.banner },
  });
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error(`nothing was made of ${entry}`);
  const own = Object.entries(output.inputs).filter(([input]) => !input.includes("node_modules"));
  return { path, bytes: output.bytes, own: own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) };
}

/** Milliseconds. CPU time moves less than the clock where others work on the machine too. */
interface Start {
  readonly load: number;
  readonly first: number;
  readonly cpu: number;
}

/** Starts each subject in turn, so many times, and prints what the median start took, as a Markdown table. */
export async function benchColdStart(starts = 21): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-cold-"));
  const database = await openTable();
  try {
    const store = createDynamoStore({ client: database.client, tableName: TABLE_NAME });
    const tenant = await inProcessTarget("bench", testEndpoint(store), 1).org();
    await tenant.request({ method: "POST", path: "/Users", body: userBody("first") });
    const env = {
      TABLE_NAME,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    };
    const prepared = await Promise.all(
      SUBJECTS.map(async (subject) => {
        const { path, body } = subject;
        const method = body === undefined ? "GET" : "POST";
        const { event } = eventOf({ method, target: `/scim/v2/${tenant.slug}${path}`, token: tenant.token, body });
        const times: Start[] = [];
        return { subject, times, event: JSON.stringify(event), bundle: await bundle(subject, folder) };
      }),
    );
    // The first round warms the file cache and does not count.
    for (let round = 0; round <= starts; round++) {
      for (const { bundle: made, event, times } of prepared) {
        const start = await startOnce(made.path, event, env);
        if (round > 0) times.push(start);
      }
    }
    const baseLine = prepared.find(({ subject }) => subject.name === BASE_LINE)?.times ?? [];
    const both = (times: readonly Start[]): number => median(times.map(({ load, first }) => load + first));
    const cpu = (times: readonly Start[]): number => median(times.map((start) => start.cpu));
    console.log(`\nCold start: ${starts} fresh processes each, in turn, medians in ms. ${machineLine()}\n`);
    console.log(
      table(
        ["function", "KB", "of it ours", "load", "first answer", "both", "of SDK + Middy", "CPU", "of SDK + Middy"],
        prepared.map(({ subject, times, bundle: { bytes, own } }) => [
          subject.name,
          Math.round(bytes / 1024),
          Math.round(own / 1024),
          median(times.map(({ load }) => load)).toFixed(1),
          median(times.map(({ first }) => first)).toFixed(1),
          both(times).toFixed(1),
          (both(times) / both(baseLine)).toFixed(2),
          cpu(times).toFixed(1),
          (cpu(times) / cpu(baseLine)).toFixed(2),
        ]),
      ),
    );
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startOnce(path: string, event: string, env: Readonly<Record<string, string>>): Promise<Start> {
  const args = ["--input-type=module", "--eval", FRESH_PROCESS, path, event];
  const { stderr } = await promisify(execFile)(process.execPath, args, { env, cwd: tmpdir() });
  const { statusCode, times } = JSON.parse(stderr);
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
  return times;
}

if (import.meta.main) await benchColdStart();
