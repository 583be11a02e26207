import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Account } from "../../bin/preflight/aws.ts";
import { checkAccount, checkDeployed } from "../../bin/preflight/checkAccount.ts";
import { checkMachine, lines } from "../../bin/preflight/checkMachine.ts";
import type { Deployed, Landscape } from "../../bin/preflight/landscape.ts";
import { checkSubscriptions } from "../../bin/preflight/subscriptions.ts";
import { AwsRefusal } from "../../bin/rollcall/aws/calls.ts";
import { parseConfig } from "../../lib/config.ts";
import { listening } from "../support/serving.ts";
import { DOMAIN } from "./synthesis.ts";

const REGION = "eu-central-1";
const READY: Account = {
  identity: async () => ({ account: "123456789012", arn: "arn:aws:iam::123456789012:user/deployer" }),
  bootstrapVersion: async () => 30,
  concurrency: async () => ({ total: 1000, unreserved: 1000 }),
  apiGatewayLogRole: async () => undefined,
  subscriptions: async () => [],
};

async function report(account: Partial<Account> = {}, settings: unknown = {}): Promise<string> {
  const findings = await checkAccount({ ...READY, ...account }, REGION, parseConfig(settings));
  return findings.map(lines).join("\n");
}

describe("the preflight, looking at the account", () => {
  test("finds nothing wrong with an account that is ready", async () => {
    expect(await report()).not.toMatch(/^[✗!]/m);
  });

  test("gives the bootstrap command with account and region where the CDK was never set up", async () => {
    expect(await report({ bootstrapVersion: async () => undefined })).toMatch(
      /^✗ .*never.*\n {4}npx cdk bootstrap aws:\/\/123456789012\/eu-central-1$/m,
    );
  });

  test("refuses a bootstrap stack that is too old for the app", async () => {
    expect(await report({ bootstrapVersion: async () => 5 })).toMatch(/^✗ .*version 5.*\n {4}npx cdk bootstrap/m);
  });

  test("warns of a new account's small quota with the command that asks for more", async () => {
    expect(await report({ concurrency: async () => ({ total: 10, unreserved: 10 }) })).toMatch(
      /^! Lambda may run only 10 .*\n {4}aws service-quotas/m,
    );
  });

  test("prints reservations that fit the account, and none where nothing can be reserved", async () => {
    const fitting = '"reservedConcurrency": { "directory": 90, "bulk": 45, "maintenance": 18 }';
    expect(await report()).toContain(
      `✓ Lambda may run 1000 functions at once; to keep some free for sign-in, you can reserve: ${fitting}`,
    );
    expect(await report({}, JSON.parse(`{${fitting}}`))).toMatch(/^✓ Lambda may run 1000 .* 153 of them reserved/m);
    for (const total of [10, 100, 150]) {
      const small = async () => ({ total, unreserved: total });
      expect(await report({ concurrency: small })).not.toContain("reservedConcurrency");
    }
  });

  test("refuses reservations beyond what the account has, and says which would fit", async () => {
    const asked = { reservedConcurrency: { bulk: 20 } };
    const limit = (total: number, unreserved = total) => ({ concurrency: async () => ({ total, unreserved }) });
    expect(await report(limit(10), asked)).toMatch(
      /^✗ .*asks for 20 .*at most 0 of its 10\n {4}Remove reservedConcurrency/m,
    );
    const much = { reservedConcurrency: { directory: 950 } };
    expect(await report({}, much)).toMatch(
      /^✗ .*asks for 950 .*at most 900 of its 1000\n {4}In rollcall.json: "reservedConcurrency"/m,
    );
    expect(await report(limit(1000, 110), asked)).toMatch(
      /^! .*asks for 20 .* 890 of the account's 1000 are reserved/m,
    );
  });

  test("warns before the stack replaces a logging role that somebody else set", async () => {
    const named = (name: string) => async () => `arn:aws:iam::123456789012:role/${name}`;
    const role = named("team-logs");
    expect(await report({ apiGatewayLogRole: role })).toMatch(/^! .*team-logs\n.*"existing"/m);
    expect(await report({ apiGatewayLogRole: role }, { stackName: "team" })).toMatch(/^! .*team-logs\n.*"existing"/m);
    const own = named("team-HttpApiCloudWatchRoleBFAE0459-1Q2W3E4R5T6Z");
    expect(await report({ apiGatewayLogRole: own }, { stackName: "team" })).toMatch(/^✓ the stack will give/m);
    expect(await report({ apiGatewayLogRole: own }, { stackName: "eam" })).toMatch(/^! /m);
    expect(await report({ apiGatewayLogRole: role }, { apiGatewayAccountRole: "existing" })).toMatch(/^✓ .*team-logs/m);
  });

  test("refuses settings that count on a logging role the account lacks", async () => {
    expect(await report({}, { apiGatewayAccountRole: "existing" })).toMatch(/^✗ .*has none\n/m);
  });

  test("refuses a certificate of another region", async () => {
    const arn = DOMAIN.certificateArn.replace("eu-central-1", "us-east-1");
    expect(await report({}, { domain: { ...DOMAIN, certificateArn: arn } })).toMatch(/^✗ .*us-east-1.*eu-central-1\n/m);
    expect(await report({}, { domain: DOMAIN })).toMatch(/^✓ the certificate/m);
  });

  test("goes on where it may not look, and stops where the credentials are refused", async () => {
    const denied = async (): Promise<never> => {
      throw new AwsRefusal("AccessDenied", 403, "not authorized to perform this");
    };
    expect(await report({ concurrency: denied })).toMatch(/^! the Lambda quota could not be read: not authorized/m);
    expect(await report({ identity: denied })).toMatch(/^✗ AWS does not accept the credentials \(AccessDenied\)/);
  });
});

describe("the preflight, looking at what is deployed", () => {
  const deployed: Deployed = { stage: "prod", table: "T", home: "own", domain: undefined, hasRecord: false };

  async function found(settings: object, read: () => Promise<Landscape>): Promise<string> {
    return (await checkDeployed(read, parseConfig(settings))).map(lines).join("\n");
  }

  test("refuses a setting that would swap it, as synth does, and says what to do instead", async () => {
    const live = async (): Promise<Landscape> => ({ deployed, others: [], foreign: undefined });
    expect(await found({}, live)).toBe("✓ the stack Rollcall keeps its table T and its Tenant URLs");
    expect(await found({ split: true }, live)).toMatch(
      /^✗ split: a new, empty table .* T\n {4}Keep "split": false.*npx cdk deploy -c accept=split$/,
    );
  });

  test("warns where it may not look, because synth then refuses", async () => {
    const denied = async (): Promise<never> => {
      throw new AwsRefusal("AccessDenied", 403, "not authorized to perform this");
    };
    expect(await found({}, denied)).toMatch(/^! the deployed stack could not be read: not authorized.*\n.*synth/);
  });
});

describe("the preflight, looking for room for the portal's journal", () => {
  const logs = (logicalId: string) => ({ logicalId, physicalId: `/logs/${logicalId}`, type: "AWS::Logs::LogGroup" });
  const journal = { logicalId: "journalFunction0A1B2C3D", physicalId: "own", type: "AWS::Lambda::Function" };
  const resources = [logs("usersLogs00000000"), logs("eventsLogs00000000"), logs("adminLogs00000000"), journal];
  const foreign = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/elsewhere";
  const subscribed = [foreign, "arn:aws:lambda:eu-central-1:123456789012:function:theirs"];

  async function found(filters: Readonly<Record<string, readonly string[]>>, read = async () => resources) {
    const subscriptions = async (group: string) => filters[group] ?? [];
    return (await checkSubscriptions({ subscriptions }, read)).map(lines).join("\n");
  }

  test("refuses a log group that two others read already, by name, before the deployment fails there", async () => {
    expect(await found({ "/logs/usersLogs00000000": subscribed })).toMatch(
      /^✗ portal: the log group of users has 2 .*\n {4}.*--log-group-name \/logs\/usersLogs00000000$/,
    );
  });

  test("counts neither itself nor log groups that it does not read, and asks for nothing where nothing is deployed", async () => {
    const own = "arn:aws:lambda:eu-central-1:123456789012:function:own";
    // As of releases before there were versions, and since then.
    const room = {
      "/logs/usersLogs00000000": [foreign, own],
      "/logs/eventsLogs00000000": [foreign, `${own}:live`],
      "/logs/adminLogs00000000": subscribed,
    };
    expect(await found(room)).toBe("✓ the portal's journal may subscribe to the logs");
    const missing = async () => {
      throw new AwsRefusal("ValidationError", 400, "Stack with id Rollcall does not exist");
    };
    expect(await found(room, missing)).toBe("");
  });

  test("warns where it may not look", async () => {
    const denied = async (): Promise<never> => {
      throw new AwsRefusal("AccessDenied", 403, "not authorized to perform this");
    };
    expect((await checkSubscriptions({ subscriptions: denied }, async () => resources)).map(lines).join()).toMatch(
      /^! the subscription filters of the logs could not be read: not authorized/,
    );
  });
});

describe("the preflight, looking at the machine", () => {
  const machine = {
    nodeVersion: "24.21.0",
    cdkVersion: "2.1148.1",
    pinnedCdkVersion: "2.1148.1",
    esbuildInstalled: true,
  };

  test("finds nothing wrong after npm ci", () => {
    expect(checkMachine(machine).map(({ kind }) => kind)).toEqual(["good", "good", "good"]);
  });

  test.each([
    ["an old Node", { nodeVersion: "20.20.2" }],
    ["another CDK command", { cdkVersion: "3.0.0" }],
    ["no CDK command", { cdkVersion: undefined }],
    ["no esbuild", { esbuildInstalled: false }],
  ])("says what repairs %s", (_what, change) => {
    const wrong = checkMachine({ ...machine, ...change }).filter(({ kind }) => kind === "bad");
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.fix).toContain("npm ci");
  });
});

describe("npm run preflight", () => {
  let server: Server;
  let endpoint: string;
  let bootstrapped = true;
  let answering = (request: IncomingMessage): [status: number, body: unknown] => answer(request, bootstrapped);
  const signedFor = new Set<string>();

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [status, body] = answering(request);
      signedFor.add(/\/([a-z]+)\/aws4_request/.exec(request.headers.authorization ?? "")?.[1] ?? "nothing");
      const text = typeof body === "string" ? body : JSON.stringify(body);
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    });
    endpoint = `http://127.0.0.1:${await listening(server)}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  async function preflight(): Promise<{ readonly code: number; readonly output: string }> {
    const script = fileURLToPath(new URL("../../bin/preflight.ts", import.meta.url));
    const env = {
      PATH: process.env.PATH,
      HOME: tmpdir(),
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_REGION: REGION,
    };
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
      return { code: 0, output: stdout };
    } catch (cause) {
      const { code, stdout } = cause as { readonly code: number; readonly stdout: string };
      return { code, output: stdout };
    }
  }

  test("asks AWS with signed requests, and ends with 0 when all is ready and 1 when something is not", async () => {
    const ready = await preflight();
    expect(ready.output).toContain("✓ account 123456789012, as arn:aws:iam::123456789012:user/deployer");
    expect(ready.output).toContain("✓ bootstrapped, version 30");
    expect(ready.output).toContain("Ready. Next: npx cdk deploy");
    expect(ready.code).toBe(0);
    expect(ready.output).toContain("✓ the stack Rollcall is new");
    expect([...signedFor].sort()).toEqual(["apigateway", "cloudformation", "lambda", "ssm", "sts"]);
    bootstrapped = false;
    const missing = await preflight();
    expect(missing.output).toMatch(/^✗ .*\n {4}npx cdk bootstrap aws:\/\/123456789012\/eu-central-1$/m);
    expect(missing.code).toBe(1);
  });

  test.each([
    [200, "<html>Welcome</html>", "The answer is not one of STS."],
    [302, "", "STS answered 302: "],
    [200, "{}", "STS answered 200: "],
  ])("takes %i %j for no word of AWS about account or credentials", async (status, body, why) => {
    const before = answering;
    answering = () => [status, body];
    const { code, output } = await preflight();
    answering = before;
    expect(code).toBe(1);
    expect(output).toContain(`✗ ${why}`);
    expect(output).toContain("AWS_ENDPOINT_URL");
    expect(output).not.toMatch(/credentials|account unknown|version NaN/);
  });

  test("goes on where one service's answer is not its own", async () => {
    const before = answering;
    answering = (request) =>
      /\/(ssm|lambda)\//.test(request.headers.authorization ?? "") ? [200, {}] : before(request);
    const { output } = await preflight();
    answering = before;
    expect(output).toMatch(/^! the bootstrap stack could not be read: The answer is not one of SSM\.$/m);
    expect(output).toMatch(/^! the Lambda quota could not be read: The answer is not one of Lambda\.$/m);
  });
});

/** What AWS says, in the shapes of its API references. */
function answer({ headers, url }: IncomingMessage, bootstrapped: boolean): [status: number, body: unknown] {
  if (headers["x-amz-target"] === "AmazonSSM.GetParameter") {
    return bootstrapped ? [200, { Parameter: { Value: "30" } }] : [400, { __type: "ParameterNotFound" }];
  }
  if (url === "/2016-08-19/account-settings/")
    return [200, { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 900 } }];
  if (headers.authorization?.includes("/cloudformation/") === true) {
    // Nothing, whatever was asked.
    return [200, "<Response><DescribeStacksResult/><ListStackResourcesResult/><ListStacksResult/></Response>"];
  }
  if (url === "/account") return [200, { throttleSettings: {} }];
  const result = "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/deployer</Arn>";
  return [200, `<R><GetCallerIdentityResult>${result}</GetCallerIdentityResult></R>`];
}
