import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { type DeadLetterQueues, MOST_TAKEN, type Queue, readDeadLetter, type TakenDeadLetter } from "../deadLetters.ts";
import { deployedStack, type Place } from "../place.ts";
import { Refused } from "../refused.ts";
import { asked, TOOL_CALLS } from "./calls.ts";
import { DeployedStack } from "./stack.ts";

const OUTPUTS: Readonly<Record<Queue, string>> = {
  events: "EventsFailuresUrl",
  sweep: "SweepFailuresUrl",
  // Only in deployments with the portal.
  journal: "JournalFailuresUrl",
};
const HIDDEN_S = 15 * 60;

/** Opens the queues of a deployed stack with the caller's AWS credentials. @throws Refused, UsageError */
export async function openDeadLetterQueues(place: Place): Promise<DeadLetterQueues> {
  const { region, stack: name } = deployedStack(place);
  const stack = new DeployedStack(name, region);
  const urls = new Map<Queue, string>([
    ["events", await stack.output(OUTPUTS.events)],
    ["sweep", await stack.output(OUTPUTS.sweep)],
  ]);
  const journal = await stack.optionalOutput(OUTPUTS.journal);
  if (journal !== undefined) urls.set("journal", journal);
  // An emulator's queues are not at the addresses of their URLs.
  const sqs = new SQSClient({ ...TOOL_CALLS, region, useQueueUrlAsEndpoint: false });
  const receive = async (queue: Queue, VisibilityTimeout: number, WaitTimeSeconds?: number) => {
    const wishes = { QueueUrl: urls.get(queue), MaxNumberOfMessages: 10, VisibilityTimeout, WaitTimeSeconds };
    const { Messages = [] } = await asked("SQS", () => sqs.send(new ReceiveMessageCommand(wishes)));
    return Messages.map((message) => takenOf(queue, message));
  };
  const invoke = async (output: string, payload: JsonObject): Promise<Json> => {
    const FunctionName = await stack.output(output);
    const lambda = new LambdaClient({ ...TOOL_CALLS, region, maxAttempts: 1 });
    const answer = await asked("Lambda", () =>
      lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) })),
    );
    if (answer.FunctionError !== undefined) throw new Refused(`${FunctionName} failed.`);
    return JSON.parse(answer.Payload?.transformToString() || "null");
  };
  return {
    async look() {
      return Promise.all(
        [...urls.keys()].map(async (queue) => {
          const wishes = { QueueUrl: urls.get(queue), AttributeNames: ["ApproximateNumberOfMessages" as const] };
          const { Attributes } = await asked("SQS", () => sqs.send(new GetQueueAttributesCommand(wishes)));
          const shown = await receive(queue, 0);
          return { queue, waiting: Number(Attributes?.ApproximateNumberOfMessages ?? 0), shown };
        }),
      );
    },
    async take() {
      const taken: TakenDeadLetter[] = [];
      for (const queue of urls.keys()) {
        const ofQueue = new Map<string, TakenDeadLetter>();
        while (ofQueue.size < MOST_TAKEN) {
          // With a wait of a second SQS asks all its servers instead of some.
          const page = await receive(queue, HIDDEN_S, 1);
          if (page.length === 0) break;
          for (const deadLetter of page) ofQueue.set(deadLetter.id, deadLetter);
        }
        taken.push(...ofQueue.values());
      }
      return taken;
    },
    async remove({ handle, queue }) {
      const removed = { QueueUrl: urls.get(queue), ReceiptHandle: handle };
      await asked("SQS", () => sqs.send(new DeleteMessageCommand(removed)));
    },
    async putBack(deadLetters) {
      for (const { handle, queue } of deadLetters) {
        const shown = { QueueUrl: urls.get(queue), ReceiptHandle: handle, VisibilityTimeout: 0 };
        await asked("SQS", () => sqs.send(new ChangeMessageVisibilityCommand(shown)));
      }
    },
    async republish(streamPlace) {
      // After a restore, the function may not read the earlier table's stream.
      const table = await stack.output("TableName");
      if (!streamPlace.streamArn.includes(`:table/${table}/stream/`)) return { outcome: "otherTable" };
      // Publishing twice is harmless. A call that takes longer than the client waits is left to the next run.
      const republished = await invoke("EventsFunctionName", { again: { ...streamPlace } });
      if (!isObject(republished)) throw new Refused("The events function answered nothing.");
      return republished;
    },
    async journal(handed) {
      await invoke("JournalFunctionName", handed);
    },
  };
}

function takenOf(queue: Queue, { Body = "", MessageId = "", ReceiptHandle = "" }: Message): TakenDeadLetter {
  return { id: MessageId, queue, content: readDeadLetter(Body), handle: ReceiptHandle };
}
