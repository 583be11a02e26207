import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startServer } from "../../bin/local/server.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { listening } from "../support/serving.ts";
import { rollcallHere, rollcallTyped } from "./commandLine.ts";
import { endAll, eventually, run } from "./processes.ts";

const TOKEN = /rollcall_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}/;

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeData(folder));
afterAll(endAll);

async function tablesAt(endpoint: string): Promise<readonly string[] | undefined> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  try {
    return (await client.send(new ListTablesCommand({}))).TableNames;
  } finally {
    client.destroy();
  }
}

describe("without a server the command line tool", () => {
  test("makes an org and its token, lists both and keeps them", async () => {
    const created = await rollcallTyped(
      `org create acme --data ${folder} --sso-entity-id urn:acme --admin 1 --admin 2`,
    );
    expect(created).toMatchObject({ code: 0, err: "" });
    expect(created.out).toContain("Tenant URL: http://127.0.0.1:3000/scim/v2/acme\n");
    const made = await rollcallHere(`token generate acme --data ${folder} --description Entra`);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^Tenant URL: http:\/\/127\.0\.0\.1:3000\/scim\/v2\/acme\nSecret token: rollcall_\w+\n$/);
    const token = TOKEN.exec(made.out)?.[0] ?? "";
    const list = await rollcallHere(`token list acme --data ${folder} --json`);
    const [listed] = JSON.parse(list.out);
    expect(listed).toMatchObject({ description: "Entra", status: "live", createdBy: "000000000000:user/local" });
    expect(list.out).not.toContain(token);
    expect((await rollcallHere(`token list acme --data ${folder}`)).out).toMatch(
      /^ID +STATUS +CREATED +BY +EXPIRES +LAST USED +DESCRIPTION\n/,
    );
    expect(await rollcallHere(`token revoke acme ${listed.id} --data ${folder}`)).toMatchObject({ code: 0 });
    expect(JSON.parse((await rollcallHere(`org list --json --data ${folder}`)).out)).toMatchObject([{ org: "acme" }]);
    expect(readFileSync(join(folder, "requests.log"), "utf8")).toContain('"op":"admin.generateToken"');
    expect(readFileSync(join(folder, "requests.log"), "utf8")).not.toContain(token);
  });

  test.each([
    "org list",
    "org show acme",
    "token list acme",
    "explain 0a1b2c3d4e5f",
    "doctor acme",
    "play entra --token x",
    "org pause acme --reason x",
  ])("makes nothing in a folder that holds no Rollcall, and names it: %s", async (words) => {
    const missing = join(folder, "missing");
    const { code, err } = await rollcallHere(`${words} --data ${missing}`);
    expect([code, err.includes(missing), existsSync(missing)]).toEqual([1, true, false]);
  });

  test("makes neither table nor folder where it only reads another DynamoDB", async () => {
    const other = await startDynoxide();
    const { endpoint } = other;
    const env = { DYNAMODB_ENDPOINT: endpoint };
    const log = join(folder, "new", "requests.log");
    const at = `--data ${join(folder, "new")}`;
    try {
      for (const words of ["org list", "org pause acme --reason x"]) {
        const { code, err } = await rollcallHere(`${words} ${at}`, env);
        expect([code, err.includes(`There is no Rollcall in the DynamoDB at ${endpoint}`)]).toEqual([1, true]);
      }
      expect(await tablesAt(endpoint)).toEqual([]);
      expect((await rollcallHere(`org create acme --data ${folder}/first`, env)).code).toBe(0);
      expect(await tablesAt(endpoint)).toEqual(["rollcall"]);
      expect((await rollcallHere(`org show acme ${at}`, env)).code).toBe(0);
      expect(existsSync(join(folder, "new"))).toBe(false);
      // Who changed what is kept, wherever.
      expect((await rollcallHere(`org pause acme --reason x ${at}`, env)).code).toBe(0);
      expect(readFileSync(log, "utf8")).toContain('"op":"admin.pauseOrg"');
    } finally {
      await other.stop();
    }
  });

  test("writes a token to a file that only its owner reads, and nowhere else", async () => {
    await rollcallHere(`org create acme --data ${folder} --sso`);
    const path = join(folder, "token");
    const made = await rollcallHere(`token generate acme --data ${folder} --token-file ${path}`);
    expect(made.code).toBe(0);
    expect(made.out + made.err).not.toMatch(TOKEN);
    expect(readFileSync(path, "utf8")).toMatch(new RegExp(`^${TOKEN.source}\n$`));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = readFileSync(path, "utf8");
    expect((await rollcallHere(`token generate acme --data ${folder} --token-file ${path}`)).code).toBe(1);
    expect(readFileSync(path, "utf8")).toBe(before);
    const nowhere = await rollcallHere(`token regenerate acme --data ${folder} --token-file ${folder}/no/token`);
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("no token was made") });
    symlinkSync(join(folder, "theirs"), join(folder, "link"));
    const led = await rollcallHere(`token regenerate acme --data ${folder} --token-file ${folder}/link`);
    expect(led).toMatchObject({ code: 1, err: expect.stringContaining("(it is a link); no token was made") });
    expect(existsSync(join(folder, "theirs"))).toBe(false);
    expect(JSON.parse((await rollcallHere(`token list acme --data ${folder} --json`)).out)).toHaveLength(1);
  });

  test("says in one line why the server refused, and exits with 1", async () => {
    await rollcallHere(`org create other --data ${folder}`);
    const missing = await rollcallHere(`org show acme --data ${folder}`);
    expect(missing).toMatchObject({ code: 1, out: "" });
    expect(missing.err).toMatch(/^No organization has this login name\..* \(ref: [0-9a-f]{12}\)\n$/);
    await rollcallHere(`org create acme --data ${folder}`);
    const noSso = await rollcallHere(`token generate acme --data ${folder}`);
    expect(noSso).toMatchObject({ code: 1, out: "" });
    expect(noSso.err).toMatch(/^SCIM needs SAML SSO.*\n$/);
  });

  test("makes roles and mappings, and the next start gives them", async () => {
    const at = `--data ${folder}`;
    await rollcallHere(`org create acme ${at}`);
    writeFileSync(join(folder, "users"), '{"userName":"ada@example.com","applicationId":"7"}');
    await rollcallHere(`user import acme ${join(folder, "users")} ${at}`);
    const made = [
      await rollcallHere(`role set member --display-name Member ${at}`),
      await rollcallHere(`mappings set acme --default-role member ${at}`),
    ];
    expect(made).toMatchObject([{ code: 0 }, { code: 0 }]);
    const server = await startServer({ port: 0, org: "acme", memory: false, dataFolder: folder });
    await server.settled();
    await server.close();
    const access = await rollcallHere(`access acme --application-id 7 --json ${at}`);
    expect(JSON.parse(access.out)).toMatchObject({ roles: [{ key: "member" }] });
    const events = await rollcallHere(`events acme --types user.roles.changed --json ${at}`);
    expect(JSON.parse(events.out)).toMatchObject([{ after: { roles: [{ key: "member" }] } }]);
  });

  test("waits for another command on the same folder", async () => {
    const codes = await Promise.all(
      ["a", "b", "c"].map(async (org) => (await rollcallTyped(`org create ${org} --data ${folder}`)).code),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(JSON.parse((await rollcallHere(`org list --json --data ${folder}`)).out)).toHaveLength(3);
  });
});

test("a command that cannot be understood exits with 2 and no stack trace", async () => {
  const misused = await rollcallTyped("org create");
  expect(misused).toEqual({ code: 2, out: "", err: "ORG is missing. See: npm run rollcall -- org create --help\n" });
});

test("an output that takes nothing fails the command, as a full disk would, and is reported once", () => {
  writeFileSync(join(folder, "output"), "");
  const output = openSync(join(folder, "output"), "r");
  // It writes twice, as a long export does.
  const script = 'await import("./bin/rollcall/main.ts"); setImmediate(() => process.stdout.write("more"))';
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", script, "--", "rollcall", "--version"],
    {
      env: { ...process.env, NODE_OPTIONS: undefined },
      stdio: ["ignore", output, "pipe"],
      encoding: "utf8",
    },
  );
  closeSync(output);
  expect([status, stderr]).toEqual([1, "The output cannot be written (EBADF): it is not complete.\n"]);
});

test("a group of commands is told on the output that was asked, and on the error output when it was not", async () => {
  const asked = await rollcallHere("org --help");
  expect(asked).toEqual({ code: 0, out: expect.stringMatching(/^Usage: [\s\S]*org create ORG/), err: "" });
  expect(await rollcallHere("org")).toEqual({ code: 2, out: "", err: asked.out });
});

describe("beside a running server the command line tool", () => {
  test("works on its data: a regenerate ends the token it gave at once", async () => {
    const server = run(["bin/local.ts", "--port", "0", "--data", folder, "--quiet"]);
    const [, tenantUrl = "", old = ""] = await eventually(() =>
      /Tenant URL: (\S+)\nSecret token: (\S+)/.exec(server.stdout()),
    );
    const statusWith = async (token: string) =>
      (await fetch(`${tenantUrl}/Users`, { headers: { Authorization: `Bearer ${token}` } })).status;
    expect(await statusWith(old)).toBe(200);
    const made = await rollcallHere(`token regenerate acme --data ${folder} --json`);
    expect(JSON.parse(made.out)).toMatchObject({ tenantUrl });
    expect(await statusWith(old)).toBe(401);
    expect(await statusWith(JSON.parse(made.out).secretToken)).toBe(200);
    // The port is another than the usual one: server.json in the folder says which.
    const played = await rollcallHere(`play okta --data ${folder} --token ${JSON.parse(made.out).secretToken}`);
    expect(played.out).toMatch(new RegExp(`^Playing Okta against ${tenantUrl}\n[\\s\\S]*All \\d+ steps are as Okta`));
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  test("works on what a server keeps in memory, which logs it with the actor", async () => {
    const server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: true });
    const { tenantUrl } = server;
    const made = await rollcallHere(`org create globex --data ${folder} --actor person:42 --json`);
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(made.out)).toMatchObject({ tenantUrl: tenantUrl.replace("acme", "globex") });
    const list = await rollcallHere(`org list --data ${folder} --json`);
    expect(JSON.parse(list.out).map(({ org }: { readonly org: string }) => org)).toEqual(["acme", "globex"]);
    expect(readFileSync(join(folder, "requests.log"), "utf8")).toMatch(/"op":"admin.createOrg".*person:42/);
    expect(existsSync(join(folder, "rollcall.db"))).toBe(false);
    await server.close();
    expect(await rollcallHere(`org list --data ${folder}`)).toMatchObject({ code: 1 });
  });
});

describe("against a deployment the command line tool", () => {
  const credentials = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
  let server: Server;
  let url: string;
  const seen: { method?: string; path?: string; headers: IncomingMessage["headers"]; body: string }[] = [];

  beforeEach(async () => {
    seen.length = 0;
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      seen.push({ method: request.method, path: request.url, headers: request.headers, body });
      if (request.url === "/") response.end(STACK);
      else if (request.url?.endsWith("/orgs/gone")) response.writeHead(403).end('{"message":"User is not authorized"}');
      else response.end('{"tokens":[],"warnings":[]}');
    });
    url = `http://127.0.0.1:${await listening(server)}`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  test("signs its requests and names the actor", async () => {
    const list = await rollcallTyped(
      `token list acme --url ${url}/prod/admin/v1 --actor person:42 --json`,
      credentials,
    );
    expect(list).toMatchObject({ code: 0, out: "[]\n" });
    expect(seen).toMatchObject([{ method: "GET", path: "/prod/admin/v1/orgs/acme/tokens" }]);
    expect(seen[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, /,
    );
    expect(seen[0]?.headers["rollcall-actor"]).toBe("person:42");
    // The server says what is wrong with such a name.
    await rollcallTyped(`token list acme --url ${url}/prod/admin/v1 --actor Łukasz --json`, credentials);
    expect(seen[1]?.headers["rollcall-actor"]).toBe("?ukasz");
  });

  test("finds the admin URL among the stack's outputs, at an emulator too", async () => {
    const list = await rollcallTyped("token list acme --stack Rollcall --json", {
      ...credentials,
      AWS_ENDPOINT_URL: url,
    });
    expect(list).toMatchObject({ code: 0, out: "[]\n" });
    expect(seen[0]?.body).toBe("Action=DescribeStacks&Version=2010-05-15&StackName=Rollcall");
    expect(seen[0]?.headers.authorization).toContain("/eu-west-1/cloudformation/aws4_request");
    expect(seen[1]?.path).toBe("/_aws/execute-api/abc123/prod/admin/v1/orgs/acme/tokens");
  });

  test("gives the server's own words when it is refused, and one line when nobody answers", async () => {
    const refused = await rollcallTyped(`org show gone --url ${url}/admin/v1`, credentials);
    expect(refused).toEqual({ code: 1, out: "", err: "User is not authorized\n" });
    const nobody = await rollcallTyped("org list --url http://127.0.0.1:1/admin/v1", credentials);
    expect(nobody).toMatchObject({ code: 1, out: "" });
    expect(nobody.err).toMatch(/^127\.0\.0\.1:1 does not answer \(.*\)\.\n$/);
  });
});

const STACK = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>
<member><StackName>Rollcall</StackName><Outputs>
<member><OutputKey>TenantUrl</OutputKey><OutputValue>https://abc123.execute-api.eu-west-1.amazonaws.com/prod/scim/v2/{orgName}</OutputValue></member>
<member><Description>for requests</Description><OutputKey>AdminUrl</OutputKey><OutputValue>https://abc123.execute-api.eu-west-1.amazonaws.com/prod/admin/v1</OutputValue></member>
</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
