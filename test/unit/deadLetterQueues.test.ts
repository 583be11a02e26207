import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { openDeadLetterQueues } from "../../bin/rollcall/aws/deadLetterQueues.ts";
import type { DeadLetterQueues } from "../../bin/rollcall/deadLetters.ts";

const BODY = JSON.stringify({ consumer: "sweep", at: "2026-01-02T03:04:05Z", cause: "Error", org: "Ab12Cd34" });
const MESSAGE = {
  Body: BODY,
  MD5OfBody: createHash("md5").update(BODY).digest("hex"),
  MessageId: "letter-1",
  ReceiptHandle: "handle-1",
};
const PLACE = { streamArn: "arn:aws:dynamodb:stream", shardId: "shardId-1", first: "8", last: "9" };
const before = { ...process.env };

let server: Server;
let queues: DeadLetterQueues;
/** Calls of SQS: the operation, and the end of the queue's address. */
let asked: string[];
/** Whether the next reader of the queue of events finds the message. */
let waiting: boolean;
let functionError: string | undefined;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const [status, headers, text] = answerOf(request, body);
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" });
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  [asked, waiting, functionError] = [[], true, undefined];
  queues = await openDeadLetterQueues({ kind: "stack", stack: "Rollcall", region: "eu-west-1" });
});

/** CloudFormation, SQS and Lambda in the shapes of their API references. The queues' own addresses lead nowhere. */
function answerOf({ headers, url }: IncomingMessage, body: string): [number, Record<string, string>, string] {
  if (body.includes("Action=DescribeStacks")) {
    const outputs = {
      EventsFailuresUrl: queueUrl("events"),
      SweepFailuresUrl: queueUrl("sweep"),
      EventsFunctionName: "e",
    };
    const members = Object.entries(outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const stack = `<member><StackName>Rollcall</StackName><Outputs>${members.join("")}</Outputs></member>`;
    return [200, {}, `<R><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></R>`];
  }
  if (url === "/2015-03-31/functions/e/invocations") {
    const told: Record<string, string> = functionError === undefined ? {} : { "x-amz-function-error": functionError };
    return [200, told, JSON.stringify({ outcome: "published", given: JSON.parse(body) })];
  }
  const operation = String(headers["x-amz-target"]).replace("AmazonSQS.", "");
  const { QueueUrl, VisibilityTimeout } = JSON.parse(body);
  const queue = String(QueueUrl).split("/").at(-1);
  asked.push(`${operation} ${queue}`);
  if (operation === "GetQueueAttributes") return [200, {}, '{"Attributes":{"ApproximateNumberOfMessages":"7"}}'];
  if (operation !== "ReceiveMessage") return [200, {}, "{}"];
  const Messages = queue === "events" && waiting ? [MESSAGE] : [];
  if (VisibilityTimeout > 0) waiting = false;
  return [200, {}, JSON.stringify({ Messages })];
}

function queueUrl(queue: string): string {
  return `https://sqs.eu-west-1.example.invalid/000000000000/${queue}`;
}

test("a look takes nothing out, and says about how many there are", async () => {
  const shown = [{ id: "letter-1", queue: "events", content: expect.objectContaining({ org: "Ab12Cd34" }) }];
  for (let look = 0; look < 2; look++) {
    expect(await queues.look()).toMatchObject([
      { queue: "events", waiting: 7, shown },
      { queue: "sweep", waiting: 7, shown: [] },
    ]);
  }
});

test("what is taken is hidden, and removed or put back in its own queue", async () => {
  const taken = await queues.take();
  expect(taken.map(({ id, handle }) => [id, handle])).toEqual([["letter-1", "handle-1"]]);
  expect(await queues.take()).toEqual([]);
  asked = [];
  for (const deadLetter of taken) await queues.remove(deadLetter);
  await queues.putBack(taken);
  expect(asked).toEqual(["DeleteMessage events", "ChangeMessageVisibility events"]);
});

test("a place in the stream goes to the function of events, whose failure is a refusal", async () => {
  expect(await queues.republish(PLACE)).toEqual({ outcome: "published", given: { again: PLACE } });
  functionError = "Unhandled";
  await expect(queues.republish(PLACE)).rejects.toThrow("e failed.");
});
