import { setTimeout as wait } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import type { Json } from "../../functions/scim/json.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Check } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { CREDENTIALS } from "./deployment.ts";

/** From the stream to a queue that a rule of the bus feeds: longer than the emulator takes. */
const PATIENCE_MS = 30_000;

/** What an application would set up: a rule on the bus, and a queue of its own behind it. */
export function eventsArrive(endpoint: string, busName: string): Check {
  return {
    name: "a user created over HTTP is told on the bus, by id and names of attributes only",
    run: async (target) => {
      const aws = caller(endpoint);
      const { QueueUrl } = await aws<{ QueueUrl: string }>("sqs", "AmazonSQS.CreateQueue", {
        QueueName: "application",
      });
      const { Attributes } = await aws<{ Attributes: { QueueArn: string } }>("sqs", "AmazonSQS.GetQueueAttributes", {
        QueueUrl,
        AttributeNames: ["QueueArn"],
      });
      const rule = { Name: "application", EventBusName: busName };
      const EventPattern = JSON.stringify({ source: ["rollcall"], "detail-type": ["user.created"] });
      await aws("events", "AWSEvents.PutRule", { ...rule, EventPattern });
      const Targets = [{ Id: "queue", Arn: Attributes.QueueArn }];
      await aws("events", "AWSEvents.PutTargets", { Rule: rule.Name, EventBusName: busName, Targets });

      const tenant = await target.org();
      const emails = [{ type: "work", primary: true, value: "hedy@example.com" }];
      const body = { schemas: [USER_SCHEMA], userName: "hedy@example.com", emails, active: true };
      const made = await tenant.request({ method: "POST", path: "/Users", body });
      const id = String(at(made.json, "id"));
      const told = await messageWith(aws, QueueUrl, id);
      if (told === undefined) return [`the user ${id} was not told within ${PATIENCE_MS / 1000} s`];
      const differences: string[] = [];
      const event: Json = JSON.parse(told);
      const same = (path: string, wanted: unknown): void => {
        const found = at(event, path);
        if (found !== wanted) differences.push(`${path}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
      };
      same("detail-type", "user.created");
      same("source", "rollcall");
      same("detail.id", id);
      same("detail.version", 1);
      same("detail.managed", true);
      if (told.includes("hedy")) differences.push(`it holds a value: ${told}`);
      return differences;
    },
  };
}

type Call = <T>(service: string, target: string, input: unknown) => Promise<T>;

async function messageWith(aws: Call, QueueUrl: string, id: string): Promise<string | undefined> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(250)) {
    const input = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await aws<{ Messages?: { Body: string }[] }>("sqs", "AmazonSQS.ReceiveMessage", input);
    const found = Messages.find(({ Body }) => Body.includes(id));
    if (found !== undefined) return found.Body;
  }
  return undefined;
}

function caller(url: string): Call {
  return async <T>(service: string, target: string, input: unknown): Promise<T> => {
    const body = JSON.stringify(input);
    const version = service === "sqs" ? "1.0" : "1.1";
    const headers = { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target };
    const signed = await new AwsV4Signer({ method: "POST", url, headers, body, service, ...CREDENTIALS }).sign();
    const response = await fetch(signed.url, { method: "POST", headers: signed.headers, body });
    if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
    // The shapes are those of the two services' API references.
    return (await response.json()) as T;
  };
}
