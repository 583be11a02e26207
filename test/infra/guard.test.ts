import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { refuseSwaps, SwapRefused } from "../../bin/preflight/guard.ts";
import { parseConfig } from "../../lib/config.ts";
import { closed, listening } from "../support/serving.ts";
import { DOMAIN } from "./synthesis.ts";

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";
const ENV = { CDK_DEFAULT_ACCOUNT: ACCOUNT, CDK_DEFAULT_REGION: REGION };
const STREAM = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/restored/stream/2026-01-02T03:04:05.678`;

/** What is in the account: stacks by name. */
type Account = Readonly<Record<string, Stack>>;

interface Stack {
  readonly description?: string;
  readonly status?: string;
  readonly stage?: string;
  /** The table that is part of it. */
  readonly table?: string;
  /** The table it says it uses. */
  readonly uses?: string;
  readonly domain?: string;
  /** The DNS record that is part of it. */
  readonly record?: string;
}

const OURS = "Rollcall: a SCIM 2.0 service provider";
const LIVE: Account = { Rollcall: { stage: "prod", table: "T", uses: "T" } };
const SPLIT: Account = { Rollcall: { stage: "prod", uses: "T" }, RollcallTable: { table: "T", description: "other" } };
const RESTORED: Account = { ...SPLIT, Rollcall: { stage: "prod", uses: "restored" } };
const NAMED: Account = { Rollcall: { stage: "prod", table: "T", uses: "T", domain: DOMAIN.name } };
const RECORDED: Account = { Rollcall: { ...NAMED.Rollcall, record: DOMAIN.name } };
const WITH_ZONE = { domain: { ...DOMAIN, hostedZoneId: "Z0123456789" } };
const DEV: Account = { Rollcall: { stage: "dev", table: "T", uses: "T" } };

function member(elements: Readonly<Record<string, string | undefined>>): string {
  const inner = Object.entries(elements).map(([name, value]) =>
    value === undefined ? "" : `<${name}>${value}</${name}>`,
  );
  return `<member>${inner.join("")}</member>`;
}

/** STS, SSM and CloudFormation, in the shapes of their API references; one resource a page. */
function answerOf(account: Account, body: string, bootstrap = 30): [status: number, text: string] {
  if (body.includes("/cdk-bootstrap/")) {
    if (bootstrap === 0) return [400, JSON.stringify({ __type: "ParameterNotFound" })];
    return [200, JSON.stringify({ Parameter: { Value: String(bootstrap) } })];
  }
  const asked = new URLSearchParams(body);
  const [action, name = ""] = [asked.get("Action"), asked.get("StackName") ?? ""];
  if (action === "GetCallerIdentity") {
    return [200, result("GetCallerIdentity", `<Account>${ACCOUNT}</Account><Arn>arn:aws:iam::1:user/ada</Arn>`)];
  }
  if (action === "ListStacks") {
    const listed = Object.entries(account).map(([StackName, { description, status }]) =>
      member({
        StackName,
        StackStatus: status ?? "UPDATE_COMPLETE",
        TemplateDescription: description ?? OURS,
      }),
    );
    return [200, result("ListStacks", `<StackSummaries>${listed.join("")}</StackSummaries>`)];
  }
  const stack = account[name];
  if (stack === undefined || stack.status === "DELETE_COMPLETE") {
    return [400, failure("ValidationError", `Stack with id ${name} does not exist`)];
  }
  if (action === "DescribeStacks") {
    const outputs = member({ OutputKey: "TableName", OutputValue: stack.uses });
    const about = { StackName: name, StackStatus: stack.status, Description: stack.description ?? OURS };
    const described = member(about).replace("</member>", `<Outputs>${outputs}</Outputs></member>`);
    return [200, result("DescribeStacks", `<Stacks>${described}</Stacks>`)];
  }
  const resources = [
    ["AWS::ApiGateway::Stage", stack.stage],
    ["AWS::DynamoDB::GlobalTable", stack.table],
    ["AWS::ApiGateway::DomainName", stack.domain],
    ["AWS::Route53::RecordSet", stack.record],
  ].filter(([, id]) => id !== undefined);
  const page = Number(asked.get("NextToken") ?? 0);
  const [ResourceType, PhysicalResourceId] = resources[page] ?? [];
  const next = page + 1 < resources.length ? `<NextToken>${page + 1}</NextToken>` : "";
  const listed =
    ResourceType === undefined ? "" : member({ ResourceType, PhysicalResourceId, ResourceStatus: "CREATE_COMPLETE" });
  return [200, result("ListStackResources", `<StackResourceSummaries>${listed}</StackResourceSummaries>${next}`)];
}

function result(action: string, inner: string): string {
  return `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`;
}

function failure(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
const before = { ...process.env };
let server: Server;
let endpoint: string;
let answer: (body: string) => [status: number, xml: string];
let calls = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    calls += 1;
    const [status, xml] = answer(body);
    response.writeHead(status).end(xml);
  });
  endpoint = `http://127.0.0.1:${await listening(server)}`;
});

afterAll(async () => {
  process.env = before;
  await closed(server);
});

interface Case {
  readonly account?: Account;
  readonly accept?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The app's own environment. */
  readonly app?: NodeJS.ProcessEnv;
  readonly refusal?: readonly [status: number, xml: string];
  /** The version of the CDK's bootstrap stack, 0 for none. */
  readonly bootstrap?: number;
}

/** @returns the names of refused settings, with what was said and noted */
async function guard(
  settings: object,
  { accept, account = LIVE, app = CREDENTIALS, bootstrap, env = ENV, refusal }: Case = {},
) {
  const notes: string[] = [];
  const lacking: string[] = [];
  let said = "";
  calls = 0;
  answer = (body) =>
    refusal !== undefined && !body.includes("GetCallerIdentity") ? [...refusal] : answerOf(account, body, bootstrap);
  process.env = { PATH: before.PATH, AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_DISABLED: "true", ...app };
  try {
    const note = (text: string) => void notes.push(text);
    const lacks = (text: string) => void lacking.push(text);
    await refuseSwaps(parseConfig(settings), { accept, env: { ...process.env, ...env }, note, lacks });
  } catch (error) {
    if (!(error instanceof SwapRefused)) throw error;
    said = error.message;
  }
  const refused = [...said.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);
  return { refused, said, notes, lacking, calls };
}

describe("a live table or Tenant URL", () => {
  test.each<[string, object, Account, string[]]>([
    ["split, of one stack", { split: true }, LIVE, ["split"]],
    ["no split, of two stacks", {}, SPLIT, ["split"]],
    ["no tableStreamArn, after a restore", {}, RESTORED, ["tableStreamArn"]],
    ["split instead of tableStreamArn, after a restore", { split: true }, RESTORED, ["tableStreamArn"]],
    ["another stage", { stage: "live" }, LIVE, ["stage"]],
    ["another stage behind a domain", { stage: "live", domain: DOMAIN }, NAMED, ["stage"]],
    ["dev, of a stage that is not", { stage: "dev" }, LIVE, ["stage"]],
    ["another stackName", { stackName: "Other" }, LIVE, ["stackName"]],
    ["another domain", { domain: { ...DOMAIN, name: "other.example.com" } }, NAMED, ["domain"]],
    ["no domain any more", {}, NAMED, ["domain"]],
    ["a domain without the zone that has its record", { domain: DOMAIN }, RECORDED, ["domain"]],
    [
      "a first domain with the default endpoint closed",
      { domain: DOMAIN, closeDefaultEndpoint: true },
      LIVE,
      ["closeDefaultEndpoint"],
    ],
    ["the name of somebody else's stack", {}, { Rollcall: { description: "a website" } }, ["stackName"]],
    [
      "the name of a stack that a Rollcall is only part of",
      {},
      { Rollcall: { ...LIVE.Rollcall, description: "ours" } },
      ["stackName"],
    ],
    ["two at once", { split: true, stage: "live" }, LIVE, ["stage", "split"]],
  ])("is not swapped by %s", async (_what, settings, account, refused) => {
    const guarded = await guard(settings, { account });
    expect(guarded.refused).toEqual(refused);
    for (const setting of refused) expect(guarded.said).toContain(`once: -c accept=${setting}`);
    expect((await guard(settings, { account, accept: refused.join(",") })).refused).toEqual([]);
    expect((await guard(settings, { account, accept: "waf" })).refused).toEqual(refused);
  });

  test.each<[string, object, Account]>([
    ["a first deployment", {}, {}],
    ["nothing new", {}, LIVE],
    ["nothing new, in two stacks", { split: true }, SPLIT],
    ["a restored table", { tableStreamArn: STREAM }, LIVE],
    ["a restored table instead of that of the other stack", { tableStreamArn: STREAM }, SPLIT],
    ["nothing new after a restore", { tableStreamArn: STREAM }, RESTORED],
    ["a first domain", { domain: DOMAIN }, LIVE],
    ["a record for the domain", WITH_ZONE, NAMED],
    ["nothing new about a domain and its record", WITH_ZONE, RECORDED],
    ["the default endpoint closed beside a domain", { domain: DOMAIN, closeDefaultEndpoint: true }, NAMED],
    ["an address in front", { publicUrl: "https://x.example" }, LIVE],
    ["whatever in dev", { stage: "live", split: true }, DEV],
    ["a second stack for trying things out", { stackName: "Other", stage: "dev" }, LIVE],
    ["a first deployment beside one for trying things out", { stackName: "Other" }, DEV],
    ["a deployment beside one that is gone", { stackName: "Other" }, { Rollcall: { status: "DELETE_COMPLETE" } }],
    ["a deployment beside other people's stacks", {}, { Web: { description: "a website" } }],
    [
      "another try, elsewhere, after a first deployment that failed",
      { stackName: "Other" },
      { Rollcall: { status: "ROLLBACK_COMPLETE", table: "T" } },
    ],
    [
      "another try after a first deployment that failed",
      { split: true },
      { Rollcall: { status: "ROLLBACK_COMPLETE", table: "T" } },
    ],
  ])("has nothing to fear from %s", async (_what, settings, account) => {
    expect(await guard(settings, { account })).toMatchObject({ refused: [], notes: [] });
  });
});

describe("synth", () => {
  test("asks nobody where the CDK has no credentials, and so can deploy nothing", async () => {
    expect(await guard({ split: true }, { env: {} })).toMatchObject({ refused: [], notes: [], calls: 0 });
  });

  test("goes on with a note where nobody answers, which no deployment gets through either", async () => {
    const app = { ...CREDENTIALS, AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    const { notes, refused } = await guard({ split: true }, { app });
    expect({ notes, refused }).toEqual({
      notes: [expect.stringMatching(/^The deployed stack was not compared: STS does not answer \(\w+\)\.$/)],
      refused: [],
    });
  });

  test.each<[string, Case, RegExp]>([
    [
      "the credentials are another account's",
      { env: { ...ENV, CDK_DEFAULT_ACCOUNT: "210987654321" } },
      /AWS_PROFILE=NAME npx cdk/,
    ],
    ["the app has no credentials", { app: {} }, /AWS_PROFILE=NAME npx cdk/],
    [
      "they may not read stacks",
      { refusal: [403, failure("AccessDenied", "not authorized to perform: cloudformation:DescribeStacks")] },
      /cloudformation:DescribeStacks, ListStacks and ListStackResources/,
    ],
  ])("refuses what it cannot compare, and says what it takes: %s", async (_why, given, said) => {
    const guarded = await guard({}, given);
    expect(guarded.refused).toEqual(["unseen"]);
    expect(guarded.said).toMatch(said);
    expect((await guard({}, { ...given, accept: "unseen" })).refused).toEqual([]);
  });
});

describe("an account without the CDK's bootstrap", () => {
  test.each<[string, Case, RegExp | undefined]>([
    ["never set up", { bootstrap: 0 }, /never been set up .* npx cdk bootstrap aws:\/\/123456789012\/eu-central-1 /],
    ["too old", { bootstrap: 5 }, /version 5, and the app needs 6\. Run: npx cdk bootstrap aws:/],
    ["set up under another name", { bootstrap: 0, accept: "bootstrap" }, undefined],
    ["set up", {}, undefined],
  ])("fails the synth with the command to type: %s", async (_case, given, said) => {
    const { lacking, refused } = await guard({}, given);
    expect(refused).toEqual([]);
    expect(lacking).toEqual(said === undefined ? [] : [expect.stringMatching(said)]);
  });
});

describe("bin/app.ts", () => {
  const { context: flags } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));

  /** Without where in our code each resource was made, which takes half of the time. */
  const UNTRACED = { "aws:cdk:bundling-stacks": [], "aws:cdk:disable-creation-stack-traces": true };

  /** What it says when it fails. */
  async function app(context: object, more: NodeJS.ProcessEnv = {}): Promise<string> {
    const env = {
      ...more,
      ...ENV,
      ...CREDENTIALS,
      PATH: process.env.PATH,
      HOME: tmpdir(),
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      // test/infra/rules.test.ts asks them.
      CDK_VALIDATION: "false",
      AWS_ENDPOINT_URL: endpoint,
      CDK_CONTEXT_JSON: JSON.stringify({ ...flags, settings: "none", ...UNTRACED, ...context }),
    };
    const file = fileURLToPath(new URL("../../bin/app.ts", import.meta.url));
    return await promisify(execFile)(process.execPath, [file], { env }).then(
      ({ stdout }) => `it made a template in ${stdout}`,
      (error: { readonly stderr: string }) => error.stderr,
    );
  }

  test("ends before it makes a template, with what to do instead and no stack trace", async () => {
    answer = (body) => answerOf(LIVE, body);
    const ended = await app({ split: "true" });
    expect(
      ended,
    ).toBe(`These settings might swap something live in Rollcall, eu-central-1 (lib/docs/deploy.md, "Change what is live"):
  split: a new, empty table would replace T
    Keep "split": false, or name the table's stream as "tableStreamArn". To do it anyway, once: -c accept=split
`);
  });

  test("refuses a bus of another region than the one that is deployed to", async () => {
    answer = (body) => answerOf({}, body);
    const eventBusArn = "arn:aws:events:us-west-2:123456789012:event-bus/platform";
    const said = await app({ eventBusArn }, { CDK_DEFAULT_REGION: "eu-central-1" });
    expect(said).toMatch(/^ {2}eventBusArn: is in us-west-2 and the stack in eu-central-1; EventBridge takes/m);
    expect(said).not.toMatch(/^ {4}at /m);
  });

  test("fails at its end for an account without bootstrap, where cdk bootstrap still works", async () => {
    answer = (body) => answerOf({}, body, 0);
    expect(await app({})).toMatch(
      /ERROR the CDK has never been set up in this account and region\. Run: npx cdk bootstrap /,
    );
  });
});
