import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { openDeadLetterQueues } from "../../bin/rollcall/aws/deadLetterQueues.ts";
import type { DeadLetterQueues } from "../../bin/rollcall/deadLetters.ts";
import { reachAws } from "../support/reachAws.ts";
import { closed, listening } from "../support/serving.ts";

const BODY = JSON.stringify({ consumer: "sweep", at: "2026-01-02T03:04:05Z", cause: "Error", org: "Ab12Cd34" });
const MESSAGE = {
  Body: BODY,
  MD5OfBody: createHash("md5").update(BODY).digest("hex"),
  MessageId: "letter-1",
  ReceiptHandle: "handle-1",
};
/** As Lambda writes it of an invocation that failed for good. */
const GIVEN_UP = JSON.stringify({
  version: "1.0",
  timestamp: "2026-01-02T03:04:05.678Z",
  requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
  requestPayload: { awslogs: { data: "H4sI" } },
});
const LINES = {
  Body: GIVEN_UP,
  MD5OfBody: createHash("md5").update(GIVEN_UP).digest("hex"),
  MessageId: "letter-2",
  ReceiptHandle: "handle-2",
};
/** What an output of a construct in somebody else's stack begins with. */
const PREFIX = "Rollcall";
const STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/table/stream/2026-01-02T03:04:05.678";
const PLACE = { streamArn: STREAM, shardId: "shardId-1", first: "8", last: "9" };

let server: Server;
let leaveAws: () => void;
let queues: DeadLetterQueues;
/** Calls of SQS: the operation, and the end of the queue's address. */
let asked: string[];
/** Whether the next reader of the queue of events finds the message. */
let waiting: boolean;
let functionError: string | undefined;
/** What the stack's outputs are beside those that each stack has. */
let more: Readonly<Record<string, string>>;
/** Replaces all of them. */
let whole: Readonly<Record<string, string>> | undefined;
/** What the function of the journal was given. */
let handed: unknown[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const [status, headers, text] = answerOf(request, body);
    response.writeHead(status, headers).end(text);
  });
  leaveAws = reachAws(`http://127.0.0.1:${await listening(server)}`);
});
afterAll(async () => {
  leaveAws();
  await closed(server);
});
beforeEach(async () => {
  [asked, waiting, functionError, more, whole, handed] = [[], true, undefined, {}, undefined, []];
  queues = await openDeadLetterQueues({ kind: "stack", stack: "Rollcall", region: "eu-west-1" });
});

/** CloudFormation, SQS and Lambda in the shapes of their API references. The queues' own addresses lead nowhere. */
function answerOf({ headers, url }: IncomingMessage, body: string): [number, Record<string, string>, string] {
  if (body.includes("Action=DescribeStacks")) {
    const outputs = {
      TableName: "table",
      EventsFailuresUrl: queueUrl("events"),
      SweepFailuresUrl: queueUrl("sweep"),
      EventsFunctionName: "e",
      ...more,
    };
    const members = Object.entries(whole ?? outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const stack = `<member><StackName>Rollcall</StackName><Outputs>${members.join("")}</Outputs></member>`;
    return [200, {}, `<R><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></R>`];
  }
  // With versions, the output names the alias as well.
  if (/^\/2015-03-31\/functions\/e(%3Alive)?\/invocations$/.test(url ?? "")) {
    const told: Record<string, string> = functionError === undefined ? {} : { "x-amz-function-error": functionError };
    return [200, told, JSON.stringify({ outcome: "published", given: JSON.parse(body) })];
  }
  if (url === "/2015-03-31/functions/j/invocations") {
    handed.push(JSON.parse(body));
    return [200, functionError === undefined ? {} : { "x-amz-function-error": functionError }, "null"];
  }
  const operation = String(headers["x-amz-target"]).replace("AmazonSQS.", "");
  const { QueueUrl, VisibilityTimeout } = JSON.parse(body);
  const queue = String(QueueUrl).split("/").at(-1);
  asked.push(`${operation} ${queue}`);
  if (operation === "GetQueueAttributes") return [200, {}, '{"Attributes":{"ApproximateNumberOfMessages":"7"}}'];
  if (operation !== "ReceiveMessage") return [200, {}, "{}"];
  const Messages = queue === "events" && waiting ? [MESSAGE] : queue === "journal" ? [LINES] : [];
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

test("a place in the stream of a table that was in use before a restore goes to no function", async () => {
  functionError = "Unhandled";
  const earlier = { ...PLACE, streamArn: STREAM.replace("table/table", "table/tables") };
  expect(await queues.republish(earlier)).toEqual({ outcome: "otherTable" });
});

test("in a host's stack, the outputs with the prefix count, and the function is called by its alias", async () => {
  whole = {
    EventsFailuresUrl: "the host's",
    [`${PREFIX}TableName`]: "table",
    [`${PREFIX}EventsFailuresUrl`]: queueUrl("events"),
    [`${PREFIX}SweepFailuresUrl`]: queueUrl("sweep"),
    [`${PREFIX}EventsFunctionName`]: "e:live",
  };
  queues = await openDeadLetterQueues({ kind: "stack", stack: "Host", region: "eu-west-1" });
  expect((await queues.look()).map(({ queue }) => queue)).toEqual(["events", "sweep"]);
  expect(await queues.republish(PLACE)).toEqual({ outcome: "published", given: { again: PLACE } });
});

test("with the portal there is a third queue, whose lines go to the function of the journal as they came", async () => {
  more = { JournalFailuresUrl: queueUrl("journal"), JournalFunctionName: "j" };
  queues = await openDeadLetterQueues({ kind: "stack", stack: "Rollcall", region: "eu-west-1" });
  const [, , journal] = await queues.look();
  expect(journal).toMatchObject({ queue: "journal", shown: [{ id: "letter-2", content: { kind: "lines" } }] });
  const [content] = journal?.shown.map((one) => one.content) ?? [];
  if (content?.kind !== "lines") throw new Error("no lines of the log");
  await queues.journal(content.handed);
  expect(handed).toEqual([{ awslogs: { data: "H4sI" } }]);
  functionError = "Unhandled";
  await expect(queues.journal(content.handed)).rejects.toThrow("j failed.");
});
