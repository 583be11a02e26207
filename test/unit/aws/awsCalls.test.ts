import { describe, expect, test } from "@jest/globals";
import { Unreachable } from "../../../bin/rollcall/refused.ts";
import { awsCalls } from "../../aws/awsCalls.ts";
import { AwsCallFailed } from "../../aws/liveStack.ts";

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** Answers in turn, the last one again and again. */
function account(...answers: readonly (() => Response)[]) {
  const sent: Sent[] = [];
  const waited: number[] = [];
  const calls = awsCalls({
    open: async () => async (url, init) => {
      const next = answers[Math.min(sent.length, answers.length - 1)];
      sent.push({ url, init });
      if (next === undefined) throw new Error("no answer was prepared");
      return next();
    },
    url: (service) => `https://${service}.test`,
    wait: async (milliseconds) => waited.push(milliseconds),
  });
  return { calls, sent, waited };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status });
const throttled = json({ __type: "com.amazonaws#ThrottlingException", message: "Rate exceeded" }, 400);

describe("a call of AWS", () => {
  test("goes out in the words of each protocol", async () => {
    const { calls, sent } = account(
      json({ Table: {} }),
      () => new Response("<x/>"),
      json({}),
      () => new Response(""),
    );
    expect(await calls.json("dynamodb", "DynamoDB_20120810.DescribeTable", { TableName: "t" })).toEqual({ Table: {} });
    expect(await calls.query("iam", "2010-05-08", "GetRole", { RoleName: "a b" })).toBe("<x/>");
    await calls.rest("lambda", "GET", "/2016-08-19/account-settings/");
    expect(await calls.rest("lambda", "PUT", "/f", { MemorySize: 512 })).toBeUndefined();
    expect(sent.map(({ url, init }) => [init.method, url, init.body])).toEqual([
      ["POST", "https://dynamodb.test/", '{"TableName":"t"}'],
      ["POST", "https://iam.test/", "Action=GetRole&Version=2010-05-08&RoleName=a+b"],
      ["GET", "https://lambda.test/2016-08-19/account-settings/", undefined],
      ["PUT", "https://lambda.test/f", '{"MemorySize":512}'],
    ]);
    expect(sent[0]?.init.headers).toEqual({
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": "DynamoDB_20120810.DescribeTable",
    });
  });

  test("is repeated with longer and longer waits while a read is throttled", async () => {
    const { calls, sent, waited } = account(throttled, throttled, json({ logGroups: [] }));
    expect(await calls.json("logs", "Logs_20140328.DescribeLogGroups", {})).toEqual({ logGroups: [] });
    expect(sent).toHaveLength(3);
    expect(waited).toEqual([200, 400]);
  });

  test("is repeated when nobody answered a read, and given up in the end", async () => {
    const { calls, sent } = account(() => {
      throw new Unreachable("lambda.test does not answer (ECONNRESET).");
    });
    await expect(calls.rest("apigateway", "GET", "/account")).rejects.toThrow("ECONNRESET");
    expect(sent).toHaveLength(7);
  });

  test.each([
    ["json", (calls: ReturnType<typeof awsCalls>) => calls.json("sqs", "AmazonSQS.CreateQueue", {})],
    ["query", (calls: ReturnType<typeof awsCalls>) => calls.query("iam", "2010-05-08", "CreateRole", {})],
    ["rest", (calls: ReturnType<typeof awsCalls>) => calls.rest("lambda", "POST", "/f/invocations", {})],
  ])("of %s that changes something is never sent twice", async (_protocol, call) => {
    const { calls, sent } = account(throttled);
    await expect(call(calls)).rejects.toThrow(AwsCallFailed);
    expect(sent).toHaveLength(1);
  });

  test("that is refused says service, action, status and code, and is not repeated", async () => {
    const denied = "<Error><Code>AccessDenied</Code><Message>not authorized</Message></Error>";
    const { calls, sent } = account(() => new Response(denied, { status: 403 }));
    const refused = await calls.query("iam", "2010-05-08", "GetRole", {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      status: 403,
      code: "AccessDenied",
      message: "iam:GetRole: 403 AccessDenied not authorized",
    });
    expect(sent).toHaveLength(1);
  });

  test("finds the code of a REST service in its header", async () => {
    const headers = { "x-amzn-errortype": "ResourceNotFoundException:http://internal.amazon.com/" };
    const { calls } = account(() => new Response('{"message":"Function not found"}', { status: 404, headers }));
    await expect(calls.rest("lambda", "GET", "/f")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});
