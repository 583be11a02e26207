import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { build, type Metafile } from "esbuild";
import { DETAIL_CODES, HELP, textOf } from "../../bin/rollcall/errors/errors.ts";
import { QUIRKS } from "../../bin/rollcall/log/quirks.ts";
import { ASSETS } from "../../functions/http/generated/portalAssets.js";
import { BUNDLE, bundlingOf } from "../../lib/bundling.ts";
import { tableClientOf } from "../../lib/stackFunctions.ts";
import { newFolder } from "../support/folders.ts";
import { answers, type ScriptedServer, scriptedServer } from "../support/scriptedServer.ts";
import { cdkSynth } from "./cdkSynth.ts";

const NAMES = [
  "users",
  "groups",
  "bulk",
  "search",
  "oauth",
  "discovery",
  "admin",
  "maintenance",
  "directory",
  "appRead",
  "appWrite",
  "appAdmin",
  "portal",
  "portalAdmin",
  "events",
  "tokensReport",
  "sweep",
  "webhooks",
  "roles",
  "journal",
  "canary",
] as const;
const KB = 1024;
/** KB of our own code where the SDK is beside it, 147 where nothing is said. */
const LARGER: ReadonlyMap<string, number> = new Map([
  // Checks and repairs of whole orgs, 6 of it since they read in batches (ADR 53), 2 for the lists of groups (ADR 50), 3 for the
  // images of steps and the work on roles that they put (ADR 64), 12 for the inspection of roles.
  ["maintenance", 222],
  // It looks at people, and shows nobody anything.
  ["roles", 84],
  // Webhooks are 27 of it, links to the portal 10, trusts 13, mappings with their preview 14, holds 4.
  ["admin", 224],
  ["appAdmin", 226],
]);
/** KB of the whole bundle with the SDK, 450 where nothing is said: two take every call of an administrator, one looks at all data. */
const WHOLE: ReadonlyMap<string, number> = new Map([
  ["maintenance", 455],
  ["admin", 464],
  ["appAdmin", 466],
]);
/**
 * KB of the whole bundle that signs its calls by hand, but for the files of the portal's pages: 7 of each for the lists and the
 * rosters of ADR 50 and 51, 1 for which attributes are at fault, which the journal shows, and
 * 8 of users, groups and bulk for the guard over removals (ADR 66). Of roles (ADR 64), users have 2 for the
 * rule `unknownRoles`, groups and search 1 for what the rules about tokens say (ADR 65), bulk and discovery the types that are
 * published, and those that answer the application what decides. 4 of each are HTTP, in the place of `node:http`, which is not
 * loaded any more (ADR 67).
 */
const SIGNED_AT_MOST: ReadonlyMap<string, number> = new Map([
  ["users", 173],
  ["groups", 167],
  ["bulk", 208],
  ["search", 132],
  // Assertions are 27 of it: jose 11, the door to their issuers 4 (ADR 65).
  ["oauth", 121],
  ["discovery", 111],
  ["directory", 229],
  ["appRead", 231],
  ["appWrite", 231],
  ["portal", 182],
]);
/** Those that identity providers wait for answer a request of nobody before their first. */
const WARM: ReadonlySet<string> = new Set(["users", "groups", "bulk", "search", "oauth", "discovery"]);
const SDK = /node_modules\/(?:@aws-sdk|@smithy)\//;
const execute = promisify(execFile);

let outdir: string;
let synth: Awaited<ReturnType<typeof cdkSynth>>;

/** DynamoDB, with nothing in it. */
let emptyTable: ScriptedServer;

/** What `cdk deploy` would upload, by function. */
const bundles = new Map<string, string>();

beforeAll(async () => {
  emptyTable = await scriptedServer(answers(200, { Responses: { table: [] }, UnprocessedKeys: {}, Items: [] }));
  outdir = newFolder();
  synth = await cdkSynth(outdir, {
    applicationKeys: "true",
    webhooks: "true",
    roles: "true",
    portal: "true",
    canary: "true",
    observability: "true",
  });
  // A test says what went wrong, where it did.
  if (!synth.failed) for (const name of NAMES) bundles.set(name, join(outdir, assetOf(name)));
});

afterAll(() => {
  emptyTable.stop();
  rmSync(outdir, { recursive: true, force: true });
});

function assetOf(name: string): string {
  const { Resources } = JSON.parse(readFileSync(join(outdir, "Other.template.json"), "utf8"));
  const [id] = Object.keys(Resources).filter((key) => key.startsWith(`${name}Function`));
  return Resources[String(id)].Metadata["aws:asset:path"];
}

function folderOf(name: string): string {
  const folder = bundles.get(name);
  if (folder === undefined) throw new Error(`${name} was not bundled`);
  return folder;
}

/** Bytes of our own code and of the portal's pages, and what is imported at run time from outside the bundle. */
interface Contents {
  readonly own: number;
  readonly pages: number;
  readonly inputs: readonly string[];
  readonly imports: Metafile["outputs"][string]["imports"];
}

const inspected = new Map<string, Promise<Contents>>();

/** Built once, however many tests look at it. */
function inspect(name: string, client = tableClientOf(name, "signed")): Promise<Contents> {
  const key = `${name} ${client}`;
  const known = inspected.get(key) ?? contentsOf(name, client);
  inspected.set(key, known);
  return known;
}

async function contentsOf(name: string, client: ReturnType<typeof tableClientOf>): Promise<Contents> {
  const { metafile } = await build({
    ...bundlingOf(client),
    entryPoints: [`functions/${name}.ts`],
    write: false,
    metafile: true,
    outfile: BUNDLE,
  });
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error("esbuild wrote nothing");
  const own = Object.entries(output.inputs).filter(([path]) => !path.includes("node_modules"));
  const bytes = own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  const inputs = Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [path] : [],
  );
  const pages = output.inputs["functions/http/generated/portalAssets.js"]?.bytesInOutput ?? 0;
  return { own: bytes, pages, inputs, imports: output.imports };
}

test("cdk synth needs no account, no container and not the Node it was started with", () => {
  expect({ failed: synth.failed, output: synth.failed ? synth.output : "" }).toEqual({ failed: false, output: "" });
  expect(synth.output).not.toMatch(/feature flags?/);
});

describe.each(NAMES)("the bundle of %s", (name) => {
  const atMost = SIGNED_AT_MOST.get(name);

  test("is one minified module of at most 450 KB, and of less where it signs its calls by hand", async () => {
    const folder = folderOf(name);
    expect(readdirSync(folder)).toEqual(["index.mjs"]);
    const { mode, size } = statSync(join(folder, "index.mjs"));
    // Lambda runs as another user than the one who unpacks: 0644, whatever the umask of the machine.
    expect((mode & 0o777).toString(8)).toBe("644");
    tell(`${name}: ${Math.round(size / KB)} KB`);
    const { pages } = await inspect(name);
    expect(size - pages).toBeLessThanOrEqual((atMost ?? WHOLE.get(name) ?? 450) * KB);
    // Text, which Lambda reads and does not run; what a browser loads of it has a ceiling of its own.
    expect(pages).toBeLessThanOrEqual(name === "portal" ? 400 * KB : 0);
  });

  test("holds little of our own code beside the SDK: 147 KB, more where it takes what no other route does; or nothing of the SDK", async () => {
    const { own, inputs } = await inspect(name);
    tell(`${name}: ${Math.round(own / KB)} KB of it our own`);
    if (atMost === undefined) expect(own).toBeLessThanOrEqual((LARGER.get(name) ?? 147) * KB);
    else expect(inputs.filter((path) => SDK.test(path))).toEqual([]);
  });

  test("leaves out only what is looked for when the environment has no credentials", async () => {
    const { imports } = await inspect(name);
    const outside = imports.filter(({ path }) => !path.startsWith("node:") && !isBuiltin(path));
    expect(outside.filter(({ kind }) => kind !== "dynamic-import")).toEqual([]);
    for (const { path } of outside) expect(bundlingOf("sdk").external).toContain(path);
  });

  test("asks for node:http, and for every built-in where it signs by hand, in the way that loads nothing else; never for SQLite", async () => {
    const { imports } = await inspect(name);
    if (atMost !== undefined) expect(imports).toEqual([]);
    expect(imports.filter(({ path }) => /^(?:node:)?(?:http|sqlite)$/.test(path))).toEqual([]);
    expect(readFileSync(join(folderOf(name), "index.mjs"), "utf8")).not.toMatch(
      /(?:from|import)\s*\(?"(?:node:)?(?:http|sqlite)"/,
    );
  });

  test("carries no remedy, no example and no meaning of a quirk, which stand in the files of its texts and rules", () => {
    const text = readFileSync(join(folderOf(name), "index.mjs"), "utf8");
    // The pages of the portal show remedies, and come as they are.
    const files = name === "portal" ? Object.values(ASSETS) : [];
    const shown = files.map((file) => file.text).join("\n");
    const errors = DETAIL_CODES.map((code) => textOf(code, String)).join("\n");
    const beside = [...Object.values(HELP).map(({ happened }) => happened), ...Object.values(QUIRKS)];
    expect(beside.filter((words) => text.includes(words) && !(errors + shown).includes(words))).toEqual([]);
  });

  test("carries no library of schemas: what they declare is generated before", async () => {
    const { inputs } = await inspect(name);
    expect(inputs.filter((path) => /node_modules\/(?:ajv|typebox)\/|\/declarations\//.test(path))).toEqual([]);
  });

  test("carries jose where assertions are verified, and nowhere else", async () => {
    const { inputs } = await inspect(name);
    expect(inputs.some((path) => path.includes("node_modules/jose/"))).toBe(name === "oauth");
  });

  test("loads by itself under Node 24, by one read where it warms up, writes no line, and exports the handler", async () => {
    const before = emptyTable.arrived.length;
    expect(await printed(name, emptyTable.endpoint, "process.stdout.write(typeof handler);")).toBe("function");
    expect(process.versions.node).toMatch(/^24\./);
    const asked = emptyTable.arrived.slice(before).map(({ headers }) => headers["x-amz-target"]);
    expect(asked).toEqual(WARM.has(name) ? ["DynamoDB_20120810.BatchGetItem"] : []);
  });
});

test("a function that could not warm up takes requests all the same, and the line of the first says so", async () => {
  const event = { httpMethod: "GET", path: "/scim/v2/acme/Users", headers: {} };
  const ask = `const { statusCode } = await handler(${JSON.stringify(event)}, {}); process.stdout.write(String(statusCode));`;
  const [line = "", status] = (await printed("users", "http://127.0.0.1:1", ask)).split("\n");
  expect(status).toBe("401");
  expect(JSON.parse(line)).toMatchObject({ type: "scim.request", cold: true, initMs: expect.any(Number) });
});

/** What a process prints that loads a function as Lambda does, and then runs a script. @param endpoint of DynamoDB */
async function printed(name: string, endpoint: string, script: string): Promise<string> {
  const load = `const { handler } = await import(${JSON.stringify(join(folderOf(name), "index.mjs"))}); ${script}`;
  const env = {
    TABLE_NAME: "table",
    EVENT_BUS_NAME: "bus",
    DEAD_LETTERS_URL: "https://sqs.example/queue",
    WEBHOOK_KEY: "arn:aws:kms:eu-central-1:123456789012:key/0",
    WEBHOOK_SENDER: "sender",
    CANARY_URL: "https://scim.example/scim/v2",
    PORTAL: '{"origins":[],"rules":[]}',
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    PATH: process.env.PATH,
  };
  const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", `${load} process.exit();`], {
    env,
    cwd: tmpdir(),
  });
  return stdout;
}

test("the setting tableClient brings a function the SDK back, and takes our own client out", async () => {
  const { inputs } = await inspect("users", tableClientOf("users", "sdk"));
  expect(inputs.filter((path) => SDK.test(path))).not.toEqual([]);
  expect(inputs).not.toContain("functions/store/signed/signedClient.ts");
});

/** Sizes are worth reading also while they are within bounds. */
function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isBuiltin(path: string): boolean {
  return process.getBuiltinModule(path) !== undefined;
}
