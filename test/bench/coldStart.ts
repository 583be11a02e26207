import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { bundlingOf, type TableClient } from "../../lib/bundling.ts";
import { SIGNED } from "../../lib/stackFunctions.ts";
import { selfSigned } from "../support/certificate.ts";
import { startFaultyProxy } from "../support/faultyProxy.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { bulkBody, userBody } from "./bodies.ts";
import { eventOf, openTable, TABLE_NAME } from "./local.ts";
import { machineLine, median, table } from "./machine.ts";

const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/** What is started, and the request that it answers ten times. */
interface Subject {
  readonly name: string;
  /** Below the project. */
  readonly entry: string;
  /** Below the tenant URL. */
  readonly path: string;
  /** Posted. */
  readonly body?: unknown;
  /** Of its answers; absent: 200. */
  readonly status?: number;
  readonly client?: TableClient;
  /** Bundled as anybody would, without our stand-ins. */
  readonly plain?: "plain";
  /** How it reaches the table; on AWS it is TLS. */
  readonly over?: "tls";
  /** Absent: as Lambda starts it, so that it warms up where it can (ADR 52). */
  readonly started?: "unwarmed";
}

const EMPTY: Subject = { name: "empty module", entry: "test/bench/coldStart/empty.ts", path: "/Users" };
const SDK_ALONE: Subject = {
  name: "SDK + lib-dynamodb + Middy, one GetItem",
  entry: "test/bench/coldStart/sdkAlone.ts",
  path: "/Users",
  plain: "plain",
};
const FILTER = 'userName eq "first@example.com"';
const FUNCTIONS: readonly Subject[] = [
  { name: "users", entry: "functions/users.ts", path: `/Users?filter=${FILTER}` },
  { name: "groups", entry: "functions/groups.ts", path: '/Groups?filter=displayName eq "first"' },
  {
    name: "bulk",
    entry: "functions/bulk.ts",
    path: "/Bulk",
    body: bulkBody({ method: "DELETE", path: "/Users/uNobody" }),
  },
  { name: "search", entry: "functions/search.ts", path: "/.search", body: { schemas: [SEARCH], filter: FILTER } },
  { name: "discovery", entry: "functions/discovery.ts", path: "/ServiceProviderConfig" },
  // With jose inside. A request for a token that names no grant is refused.
  { name: "oauth", entry: "functions/oauth.ts", path: "/oauth/token", body: {}, status: 400 },
];

/** The rows of a function stand together, the one of the SDK's client below. */
const SUBJECTS: readonly Subject[] = [
  EMPTY,
  SDK_ALONE,
  ...FUNCTIONS.flatMap((subject) => withBothClients(subject)),
  ...FUNCTIONS.slice(0, 1).map(
    (subject): Subject => ({ ...subject, name: "users, signed, not warmed", client: "signed", started: "unwarmed" }),
  ),
  ...[SDK_ALONE, ...FUNCTIONS.slice(0, 1).flatMap((subject) => withBothClients(subject))].map(
    (subject): Subject => ({ ...subject, name: `${subject.name}, TLS`, over: "tls" }),
  ),
];

/** Signed as it is, and with the SDK's client as it was before: it did not warm up. */
function withBothClients(subject: Subject): readonly Subject[] {
  const { name } = subject;
  return [
    { ...subject, name: `${name}, signed`, client: "signed" },
    { ...subject, name: `${name}, sdk, not warmed`, client: "sdk", started: "unwarmed" },
  ];
}

/**
 * In a process of its own, on descriptor 2: milliseconds to load the module, which may warm up, and to its first answer,
 * and of CPU for both and for the nine requests after them.
 */
const FRESH_PROCESS = `
const [path, event] = process.argv.slice(1);
const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 28000 };
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const statuses = new Set();
const before = cpu();
const started = performance.now();
const { handler } = await import(path);
const loaded = performance.now();
const cpuLoaded = cpu();
const ask = async () => statuses.add((await handler(JSON.parse(event), context)).statusCode);
await ask();
const answered = performance.now();
const cpuAnswered = cpu();
for (let count = 2; count <= 10; count++) await ask();
const times = {
  load: loaded - started,
  first: answered - loaded,
  cpuLoad: cpuLoaded - before,
  cpuFirst: cpuAnswered - cpuLoaded,
  cpuNext: (cpu() - cpuAnswered) / 9,
};
(await import("node:fs")).writeSync(2, JSON.stringify({ statuses: [...statuses], times }));
process.exit(0);
`;

interface Bundle {
  readonly path: string;
  readonly bytes: number;
  readonly own: number;
}

/** Bundled as `cdk deploy` bundles functions. */
async function bundle(
  { client = "sdk", name, entry, plain }: Pick<Subject, "client" | "name" | "entry" | "plain">,
  folder: string,
): Promise<Bundle> {
  const { alias = {}, ...bundling } = bundlingOf(client);
  const path = join(folder, `${name.replaceAll(/\W/g, "_")}.mjs`);
  const { metafile } = await build({
    ...bundling,
    entryPoints: [entry],
    outfile: path,
    metafile: true,
    alias: plain === undefined ? alias : {},
  });
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error(`nothing was made of ${entry}`);
  const own = Object.entries(output.inputs).filter(([input]) => !input.includes("node_modules"));
  return { path, bytes: output.bytes, own: own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) };
}

/** Milliseconds, of the clock and of CPU, which moves less where others work on the machine too. */
interface Start {
  readonly load: number;
  readonly first: number;
  readonly cpuLoad: number;
  readonly cpuFirst: number;
  /** Of each of the requests 2 to 10. */
  readonly cpuNext: number;
}

type Sum = (start: Start) => number;
const bothOf: Sum = ({ load, first }) => load + first;
const cpuOf: Sum = ({ cpuLoad, cpuFirst }) => cpuLoad + cpuFirst;
const cpuOfTen: Sum = ({ cpuFirst, cpuNext }) => cpuFirst + 9 * cpuNext;

interface Prepared {
  readonly subject: Subject;
  readonly bundle: Bundle;
  readonly event: string;
  readonly starts: Start[];
}

/** Starts each subject in turn, so many times, and prints what the median start took, as Markdown tables. */
export async function benchColdStart(starts = 21): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-cold-"));
  const database = await openTable();
  const certificate = selfSigned("127.0.0.1", Date.now() + 86_400_000);
  const tls = await startFaultyProxy(Number(new URL(database.endpoint).port), certificate);
  try {
    const store = createDynamoStore({ client: database.client, tableName: TABLE_NAME });
    const tenant = await inProcessTarget("bench", testEndpoint(store), 1).org();
    await tenant.request({ method: "POST", path: "/Users", body: userBody("first") });
    const authority = join(folder, "authority.pem");
    writeFileSync(authority, certificate.cert);
    const env = { TABLE_NAME, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
    const envs = {
      plain: { ...env, AWS_ENDPOINT_URL_DYNAMODB: database.endpoint },
      tls: { ...env, AWS_ENDPOINT_URL_DYNAMODB: tls.url, NODE_EXTRA_CA_CERTS: authority },
    };
    const prepared = await Promise.all(
      SUBJECTS.map(async (subject): Promise<Prepared> => {
        const { path, body } = subject;
        const method = body === undefined ? "GET" : "POST";
        const { event } = eventOf({ method, target: `/scim/v2/${tenant.slug}${path}`, token: tenant.token, body });
        return { subject, starts: [], event: JSON.stringify(event), bundle: await bundle(subject, folder) };
      }),
    );
    // The first round warms the file cache and does not count.
    for (let round = 0; round <= starts; round++) {
      for (const one of prepared) {
        const { over = "plain", started } = one.subject;
        const lambda: Record<string, string> =
          started === "unwarmed" ? {} : { AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" };
        const start = await startOnce(one, { ...envs[over], ...lambda });
        if (round > 0) one.starts.push(start);
      }
    }
    console.log(`\nCold start: ${starts} fresh processes each, in turn, medians in ms. ${machineLine()}\n`);
    console.log(timesTable(prepared));
    console.log("\nBundles that sign by hand, KB\n");
    console.log(await bundlesTable(folder));
  } finally {
    await tls.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function timesTable(prepared: readonly Prepared[]): string {
  const startsOf = (matches: (subject: Subject) => boolean): readonly Start[] =>
    prepared.find(({ subject }) => matches(subject))?.starts ?? [];
  const of = (starts: readonly Start[], sum: Sum): number => median(starts.map(sum));
  return table(
    [
      "function",
      "init",
      "first answer",
      "both, of SDK + Middy",
      "CPU: init",
      "first request",
      "each of 2 to 10",
      "init and first, of SDK + Middy",
      "first ten, of the SDK's client",
    ],
    prepared.map(({ subject, starts }) => {
      const base = startsOf(({ entry, over }) => entry === SDK_ALONE.entry && over === subject.over);
      const other = startsOf(
        ({ client, entry, over }) => client === "sdk" && entry === subject.entry && over === subject.over,
      );
      const times = [({ load }) => load, ({ first }) => first] satisfies Sum[];
      const cpus = [({ cpuLoad }) => cpuLoad, ({ cpuFirst }) => cpuFirst, ({ cpuNext }) => cpuNext] satisfies Sum[];
      return [
        subject.name,
        ...times.map((sum) => of(starts, sum).toFixed(1)),
        (of(starts, bothOf) / of(base, bothOf)).toFixed(2),
        ...cpus.map((sum) => of(starts, sum).toFixed(1)),
        (of(starts, cpuOf) / of(base, cpuOf)).toFixed(2),
        other.length === 0 ? "" : (of(starts, cpuOfTen) / of(other, cpuOfTen)).toFixed(2),
      ];
    }),
  );
}

/** Of every function that has both clients to choose from. */
async function bundlesTable(folder: string): Promise<string> {
  const rows = await Promise.all(
    [...SIGNED].map(async (name) => {
      const entry = `functions/${name}.ts`;
      const [signed, sdk] = await Promise.all(
        (["signed", "sdk"] as const).map((client) => bundle({ client, entry, name: `${name} ${client}` }, folder)),
      );
      return [name, ...[signed?.bytes, signed?.own, sdk?.bytes].map((bytes) => Math.round((bytes ?? 0) / 1024))];
    }),
  );
  return table(["function", "signed", "of it ours", "with the SDK"], rows);
}

async function startOnce(
  { bundle: { path }, event, subject }: Prepared,
  env: Readonly<Record<string, string>>,
): Promise<Start> {
  const args = ["--input-type=module", "--eval", FRESH_PROCESS, path, event];
  const { stderr } = await promisify(execFile)(process.execPath, args, { env, cwd: tmpdir() });
  const { statuses, times } = JSON.parse(stderr);
  if (String(statuses) !== String(subject.status ?? 200)) throw new Error(`${path} answered ${statuses}`);
  return times;
}

if (import.meta.main) await benchColdStart();
