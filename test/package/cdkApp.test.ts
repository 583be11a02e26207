import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { BUNDLE } from "../../lib/bundling.ts";
import type { AwsCalls } from "../aws/liveStack.ts";
import { emulatedAccount } from "../deploy/emulatedAccount.ts";
import { installMinistack, type Ministack, startMinistack } from "../deploy/ministack.ts";
import { ownProject, ROOT, run, strange } from "./packed.ts";

/** The app of a platform team, in CommonJS as most are: a stack of its own, with a Rollcall beside it that uses its bus. */
const APP = `
import { App, CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { Rollcall, type RollcallProps } from "rollcall/cdk";

class Platform extends Stack {
  readonly bus = new EventBus(this, "Bus");
  readonly application = new Role(this, "Application", { assumedBy: new AccountRootPrincipal() });
}

class Identity extends Stack {
  constructor(scope: Construct, id: string, platform: Platform, props?: StackProps) {
    super(scope, id, props);
    const settings: RollcallProps = { stage: "dev", logRetentionDays: RetentionDays.ONE_WEEK, bus: platform.bus };
    const rollcall = new Rollcall(this, "Scim", settings);
    rollcall.grantDirectory(Role.fromRoleArn(this, "Application", platform.application.roleArn));
    const joined = new Queue(this, "Joined");
    rollcall.onEvent("Joiners", { eventPattern: { detailType: ["user.created"] }, target: new SqsQueue(joined) });
    new CfnOutput(this, "JoinedUrl", { value: joined.queueUrl });
    new CfnOutput(this, "Where", { value: rollcall.tenantUrl });
    // @ts-expect-error a misspelled prop
    const wrong: RollcallProps = { memorysize: { users: 1024 } };
    // @ts-expect-error a function that there is not
    const nobody: RollcallProps = { memorySize: { user: 1024 } };
    if (wrong === nobody) throw new Error("never");
  }
}

const app = new App();
const env = { account: "000000000000", region: "us-east-1" };
new Identity(app, "Identity", new Platform(app, "Platform", { env }), { env });
`;

const TSCONFIG = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    moduleResolution: "NodeNext",
    strict: true,
    skipLibCheck: true,
    types: [],
  },
};

const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const version = (name: string): string => `${name}@${devDependencies[name]}`;

let emulator: Ministack | undefined;
afterAll(() => emulator?.stop());

test("the construct is installed into an empty CDK app, compiled, synthesised and deployed beside a stack of its own", async () => {
  const project = ownProject("cdkApp");
  const seconds = stopwatch();
  // As npm init makes it: what is there already is the tarball's dependency.
  const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(project, "app.ts"), APP);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(TSCONFIG));
  const bins = join(project, "node_modules", ".bin");
  const wanted = ["aws-cdk-lib", "constructs", "aws-cdk", "typescript"].map(version);
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", ...wanted];
  await run("npm", install, { cwd: project, env: strange });
  await run(join(bins, "tsc"), [], { cwd: project, env: strange });
  const cdk = (env: NodeJS.ProcessEnv, ...words: string[]) =>
    run(join(bins, "cdk"), words, { cwd: project, env, maxBuffer: 10 ** 8 });
  const alone = { PATH: strange.PATH, HOME: project, CI: "true", AWS_EC2_METADATA_DISABLED: "true" };
  // As npm installs them where the umask is 077: Lambda could not load what only its owner may read.
  const functions = join(project, "node_modules", "rollcall", "dist", "cdk", "functions");
  for (const name of readdirSync(functions)) chmodSync(join(functions, name, BUNDLE), 0o600);
  await cdk(alone, "--app", "node app.js", "synth", "--quiet");
  const assets = readdirSync(join(project, "cdk.out")).map((name) => join(project, "cdk.out", name, BUNDLE));
  const modes = assets.filter((file) => existsSync(file)).map((file) => (statSync(file).mode & 0o777).toString(8));
  expect([...new Set(modes)]).toEqual(["644"]);
  console.info(`From npm init to synth: ${seconds()} s.`);

  await installMinistack();
  emulator = await startMinistack();
  const account = emulatedAccount(emulator, project);
  const asStranger = { ...account.env, PATH: strange.PATH };
  // Both take what was synthesised: running the app again takes as long each time.
  await cdk(asStranger, "bootstrap", "aws://000000000000/us-east-1");
  const words = ["--all", "--require-approval", "never", "--outputs-file", "outputs.json"];
  await cdk(asStranger, "--app", "cdk.out", "deploy", ...words);
  console.info(`And to a deployment on the emulator: ${seconds()} s.`);
  const { Identity } = JSON.parse(readFileSync(join(project, "outputs.json"), "utf8"));
  expect(Identity.Where).toBe(Identity.RollcallTenantUrl);

  // What the stack names next, by the package's own command line.
  const [npx, command, ...next] = Identity.RollcallNextCommand.split(" ");
  expect([npx, command]).toEqual(["npx", "rollcall"]);
  const withNode24 = { ...account.env, PATH: `${dirname(process.execPath)}${delimiter}${strange.PATH}` };
  const rollcall = (...words: string[]) => run(join(bins, "rollcall"), words, { cwd: project, env: withNode24 });
  await rollcall(...next);
  const generated = await rollcall("token", "generate", "acme", "--json", "--stack", "Identity");
  const { secretToken } = JSON.parse(generated.stdout);
  const tenant = account.reachable(Identity.RollcallTenantUrl.replace("{orgName}", "acme"));
  const joined = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: "ada@example.com",
    emails: [{ type: "work", primary: true, value: "ada@example.com" }],
    active: true,
  };
  const headers = { Authorization: `Bearer ${secretToken}`, "Content-Type": "application/scim+json" };
  const made = await fetch(`${tenant}/Users`, { method: "POST", headers, body: JSON.stringify(joined) });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { readonly id: string };
  const seen = await rollcall("users", "acme", "--json", "--stack", "Identity");
  expect(seen.stdout).toContain(id);
  expect(await received(account.aws, Identity.JoinedUrl)).toContain(id);
}, 300_000);

/** The next message of the queue: the event travels by the stream, the function, the team's own bus, and its rule. */
async function received(aws: AwsCalls, QueueUrl: string): Promise<string> {
  for (let asked = 0; asked < 60; asked += 1) {
    const answer = await aws.json("sqs", "AmazonSQS.ReceiveMessage", { QueueUrl, WaitTimeSeconds: 1 });
    const text = JSON.stringify(answer);
    if (text.includes("Body")) return text;
  }
  return "nothing came";
}

function stopwatch(): () => number {
  const begun = performance.now();
  return () => Math.round((performance.now() - begun) / 1000);
}
