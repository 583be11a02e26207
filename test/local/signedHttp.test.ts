import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { callerIdentity } from "../../bin/preflight/aws.ts";
import { AdminClient } from "../../bin/rollcall/adminClient.ts";
import { logsApi } from "../../bin/rollcall/aws/logsApi.ts";
import { signedFetch } from "../../bin/rollcall/aws/signedHttp.ts";
import { DeployedStack } from "../../bin/rollcall/aws/stack.ts";
import { overHttp } from "../../bin/rollcall/overHttp.ts";
import { Unreachable } from "../../bin/rollcall/refused.ts";
import { newFolder } from "../support/folders.ts";
import { scriptedServer } from "../support/scriptedServer.ts";
import { closed, listening } from "../support/serving.ts";

const before = { ...process.env };
let server: Server;
let url: string;
/** How long what the container's endpoint hands out is good, in seconds. */
let lasts: number;
let handedOut: number;
let signedWith: string[];
/** Regions of STS that were asked for a role. */
let assumedIn: string[];

/** A container's endpoint for credentials (SDKs and Tools Reference Guide, "Container credential provider"), and a service. */
beforeEach(async () => {
  [handedOut, signedWith, assumedIn] = [0, [], []];
  server = createServer((request, response) => {
    if (request.url === "/credentials") {
      handedOut += 1;
      const Expiration = new Date(Date.now() + lasts * 1000).toISOString();
      response.end(
        JSON.stringify({ AccessKeyId: `KEY${handedOut}`, SecretAccessKey: "secret", Token: "token", Expiration }),
      );
      return;
    }
    if (request.method === "POST" && request.url === "/") {
      assumedIn.push(/Credential=\w+\/\d+\/([\w-]+)\/sts\//.exec(request.headers.authorization ?? "")?.[1] ?? "none");
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const given = `<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${Expiration}</Expiration>`;
      response.end(
        `<AssumeRoleResponse><AssumeRoleResult><Credentials>${given}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
      return;
    }
    signedWith.push(/Credential=(\w+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "none");
    response.end("{}");
  });
  url = `http://127.0.0.1:${await listening(server)}`;
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"]) {
    delete process.env[name];
  }
  process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = "/dev/null";
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${url}/credentials`;
});
afterEach(async () => {
  process.env = { ...before };
  await closed(server);
});

test("a long run signs with new credentials when those it began with are about to expire", async () => {
  lasts = 60;
  const send = await signedFetch("execute-api", "eu-central-1");
  for (let n = 0; n < 3; n++) await send(url, { method: "GET" });
  expect(new Set(signedWith).size).toBe(3);
});

test("credentials that are good for an hour are asked for once", async () => {
  lasts = 3600;
  const send = await signedFetch("execute-api", "eu-central-1");
  for (let n = 0; n < 3; n++) await send(url, { method: "GET" });
  expect([handedOut, signedWith]).toEqual([1, ["KEY1", "KEY1", "KEY1"]]);
});

test.each([
  ["", "cn-north-1"],
  ["region = eu-west-1\n", "eu-west-1"],
])("a role is assumed where the deployment is, unless the profile says where: %j", async (line, region) => {
  const folder = newFolder();
  const path = join(folder, "config");
  const keys = "aws_access_key_id = DESK\naws_secret_access_key = secret\n";
  writeFileSync(
    path,
    `[profile desk]\n${keys}[profile role]\nrole_arn = arn:aws-cn:iam::111122223333:role/x\nsource_profile = desk\n${line}`,
  );
  Object.assign(process.env, { AWS_CONFIG_FILE: path, AWS_PROFILE: "role", AWS_ENDPOINT_URL_STS: url });
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) delete process.env[name];
  try {
    const send = await signedFetch("execute-api", "cn-north-1");
    await send(url, { method: "GET" });
    expect([assumedIn, signedWith]).toEqual([[region], ["ROLE"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each<[string, (response: ServerResponse) => unknown, RegExp]>([
  ["breaks off", (response) => response.writeHead(200).write("{", () => response.destroy()), /\(\w+\)\.$/],
  ["is no HTTP", ({ socket }) => socket?.end("SSH-2.0\r\n"), /\((?!undefined)\w.+\)\.$/],
])("an answer that %s counts as none, with the reason", async (_, react, why) => {
  lasts = 3600;
  const odd = await scriptedServer(react);
  try {
    const send = await signedFetch("execute-api", "eu-central-1");
    const refusal = await send(odd.endpoint, { method: "GET" }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Unreachable);
    expect(String(refusal)).toMatch(why);
  } finally {
    odd.stop();
  }
});

// A repetition brings no other answer: the address is wrong, or a proxy wants somebody to sign in.
test.each([
  [
    "https://sso.example.com/login?to=x",
    /^127\.0\.0\.1:\d+ redirects to sso\.example\.com \(302\), and Rollcall never does: check/,
  ],
  ["/elsewhere", /^(127\.0\.0\.1:\d+) redirects to \1 \(302\)/],
  ["http://", / redirects elsewhere \(302\)/],
])("a redirect to %s is refused at once, and followed by no request", async (location, sentence) => {
  lasts = 3600;
  const odd = await scriptedServer((response) => response.writeHead(302, { location }).end());
  try {
    const send = await signedFetch("execute-api", "eu-central-1");
    const waits: number[] = [];
    const client = new AdminClient(overHttp(odd.endpoint, send, undefined), async (milliseconds) =>
      waits.push(milliseconds),
    );
    for (const ask of ["call", "insist"] as const) await expect(client[ask]("GET", "orgs")).rejects.toThrow(sentence);
    expect([odd.arrived.length, waits]).toEqual([2, []]);
  } finally {
    odd.stop();
  }
});

test("a role that STS refuses is a matter of the credentials, not of the service that the command asks", async () => {
  const path = join(newFolder(), "config");
  const keys = "aws_access_key_id = DESK\naws_secret_access_key = secret\n";
  writeFileSync(
    path,
    `[profile desk]\n${keys}[profile role]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = desk\n`,
  );
  const why = "User: arn:aws:iam::111122223333:user/desk is not authorized to perform: sts:AssumeRole";
  const error = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${why}</Message></Error></ErrorResponse>`;
  const sts = await scriptedServer((response) => response.writeHead(403, { "Content-Type": "text/xml" }).end(error));
  Object.assign(process.env, { AWS_CONFIG_FILE: path, AWS_PROFILE: "role", AWS_ENDPOINT_URL: sts.endpoint });
  const logs = logsApi("Rollcall", "eu-west-1", { say: () => undefined, wait: async () => undefined });
  try {
    for (const call of [
      () => new DeployedStack("Rollcall", "eu-west-1").output("AdminUrl"),
      () => logs.call("StartQuery", (client, options) => client.send(new DescribeLogGroupsCommand({}), options)),
      () => callerIdentity("eu-west-1", process.env),
    ]) {
      const sentence = `There are no usable AWS credentials (STS answered 403: ${why}). Sign in: `;
      await expect(call()).rejects.toThrow(sentence);
    }
  } finally {
    sts.stop();
  }
});
