import { setTimeout as wait } from "node:timers/promises";
import type { Json } from "../../functions/scim/json.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import { AwsCallFailed, type AwsCalls, type LiveStack } from "../aws/liveStack.ts";
import type { Check } from "../support/target.ts";
import { at, type Tenant } from "../support/wire.ts";

/** A new rule and a new queue's policy count within a minute or two; the emulator's at once. */
const PATIENCE_MS = 180_000;
/** Until the next user is made, in case the rule did not count for the last one yet. */
const NEXT_USER_MS = 10_000;
const POLL_MS = 250;

/** What an application would set up: a rule on the bus, and a queue of its own behind it. */
export function eventsArrive(stack: LiveStack): Check {
  return {
    name: "a user created over HTTP is told on the bus, by id and names of attributes only",
    run: async (target) => {
      try {
        const queue = await listen(stack);
        const tenant = await target.org();
        const told = await firstTold(stack.aws, queue, tenant);
        return told === undefined ? [`no user was told within ${PATIENCE_MS / 1000} s`] : differences(told);
      } finally {
        await stopListening(stack);
      }
    },
  };
}

/** Makes queue and rule. @returns the queue's URL */
export async function listen(
  { aws, outputs, stackName }: Pick<LiveStack, "aws" | "outputs" | "stackName">,
  type = "user.created",
): Promise<string> {
  const { QueueName, rule } = namesOf({ outputs, stackName });
  const { QueueUrl } = await call<{ QueueUrl: string }>(aws, "sqs", "AmazonSQS.CreateQueue", { QueueName });
  const AttributeNames = ["QueueArn"];
  const { Attributes } = await call<{ Attributes: { QueueArn: string } }>(aws, "sqs", "AmazonSQS.GetQueueAttributes", {
    QueueUrl,
    AttributeNames,
  });
  const EventPattern = JSON.stringify({ source: ["rollcall"], "detail-type": [type] });
  const { RuleArn } = await call<{ RuleArn: string }>(aws, "events", "AWSEvents.PutRule", {
    Name: rule.Rule,
    EventBusName: rule.EventBusName,
    EventPattern,
  });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: Attributes.QueueArn,
      Condition: { ArnEquals: { "aws:SourceArn": RuleArn } },
    },
  });
  await aws.json("sqs", "AmazonSQS.SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
  await aws.json("events", "AWSEvents.PutTargets", { ...rule, Targets: [{ Id: TARGET, Arn: Attributes.QueueArn }] });
  return QueueUrl;
}

/** Takes away what `listen` made beside the stack; a rule would keep its bus from being deleted. */
export async function stopListening({
  aws,
  ...stack
}: Pick<LiveStack, "aws" | "outputs" | "stackName">): Promise<void> {
  const { QueueName, rule } = namesOf(stack);
  await unlessGone(() => aws.json("events", "AWSEvents.RemoveTargets", { ...rule, Ids: [TARGET] }));
  await unlessGone(() =>
    aws.json("events", "AWSEvents.DeleteRule", { Name: rule.Rule, EventBusName: rule.EventBusName }),
  );
  await unlessGone(async () => {
    const { QueueUrl } = await call<{ QueueUrl: string }>(aws, "sqs", "AmazonSQS.GetQueueUrl", { QueueName });
    await aws.json("sqs", "AmazonSQS.DeleteQueue", { QueueUrl });
  });
}

const TARGET = "queue";

function namesOf({ outputs, stackName }: Pick<LiveStack, "outputs" | "stackName">) {
  const name = `${stackName}-application`;
  return { QueueName: name, rule: { Rule: name, EventBusName: outputs.EventBusName } };
}

async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof AwsCallFailed) || !/ResourceNotFound|NonExistentQueue|QueueDoesNotExist/.test(error.code)) {
      throw error;
    }
  }
}

async function firstTold(aws: AwsCalls, QueueUrl: string, tenant: Tenant): Promise<string | undefined> {
  const ids: string[] = [];
  let next = 0;
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(POLL_MS)) {
    if (Date.now() >= next) {
      next = Date.now() + NEXT_USER_MS;
      const userName = `hedy.lamarr${ids.length}@example.com`;
      const emails = [{ type: "work", primary: true, value: userName }];
      const body = { schemas: [USER_SCHEMA], userName, emails, active: true };
      ids.push(String(at((await tenant.request({ method: "POST", path: "/Users", body })).json, "id")));
    }
    const found = (await received(aws, QueueUrl)).find((body) => ids.some((id) => body.includes(id)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Up to ten bodies of messages. */
export async function received(aws: AwsCalls, QueueUrl: string): Promise<string[]> {
  const input = { QueueUrl, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await call<Received>(aws, "sqs", "AmazonSQS.ReceiveMessage", input);
  return Messages.map(({ Body }) => Body);
}

interface Received {
  readonly Messages?: readonly { readonly Body: string }[];
}

function differences(told: string): string[] {
  const found: string[] = [];
  const event: Json = JSON.parse(told);
  const same = (path: string, wanted: unknown): void => {
    const value = at(event, path);
    if (value !== wanted) found.push(`${path}: ${JSON.stringify(value)}, not ${JSON.stringify(wanted)}`);
  };
  same("detail-type", "user.created");
  same("source", "rollcall");
  same("detail.version", 1);
  same("detail.managed", true);
  if (told.includes("hedy.lamarr")) found.push(`it holds a value: ${told}`);
  return found;
}

/** The shapes are those of the two services' API references. */
async function call<T>(aws: AwsCalls, service: string, target: string, input: unknown): Promise<T> {
  return (await aws.json(service, target, input)) as T;
}
