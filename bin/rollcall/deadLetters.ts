import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import type { Place } from "./place.ts";
import { Misused, Refused } from "./refused.ts";
import { signedFetch } from "./signedHttp.ts";
import { stackOutput } from "./stackOutput.ts";

export interface Letters {
  readonly queue: "events" | "sweep";
  readonly waiting: number;
  /** Up to ten of them, each a line: which org and resource, or which place in the stream. */
  readonly shown: readonly string[];
}

const OUTPUTS = { events: "EventsFailuresUrl", sweep: "SweepFailuresUrl" } as const;

/** What is in the queues of a stack. Nothing is taken out: each letter is there for the next reader as well. */
export async function deadLetters({ stack, region }: Extract<Place, { kind: "stack" }>): Promise<Letters[]> {
  if (region === undefined) throw new Misused("The region is not known: give --region or set AWS_REGION.");
  const send = await signedFetch("sqs", region);
  const call = async (operation: string, input: JsonObject): Promise<JsonObject> => {
    const origin = process.env.AWS_ENDPOINT_URL ?? new URL(String(input.QueueUrl)).origin;
    const response = await send(`${origin.replace(/\/+$/, "")}/`, {
      method: "POST",
      headers: { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AmazonSQS.${operation}` },
      body: JSON.stringify(input),
    });
    const answer: Json = JSON.parse(await response.text());
    if (!response.ok || !isObject(answer)) throw new Refused(`${operation} was answered with ${response.status}.`);
    return answer;
  };
  const read = async (queue: "events" | "sweep"): Promise<Letters> => {
    const QueueUrl = await stackOutput(stack, OUTPUTS[queue], region, process.env);
    const { Attributes } = await call("GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages"],
    });
    const { Messages } = await call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    const messages = Array.isArray(Messages) ? Messages.filter(isObject) : [];
    return {
      queue,
      waiting: isObject(Attributes) ? Number(Attributes.ApproximateNumberOfMessages) : 0,
      shown: messages.map(({ Body }) => letterLine(String(Body))),
    };
  };
  return [await read("events"), await read("sweep")];
}

/** Our own letters name org and resource; Lambda's name the stream's place. @param body of a message */
export function letterLine(body: string): string {
  let letter: Json;
  try {
    letter = JSON.parse(body);
  } catch {
    return "a message that is none of ours";
  }
  if (!isObject(letter)) return "a message that is none of ours";
  const batch = letter.DDBStreamBatchInfo;
  if (isObject(batch)) {
    return `records ${batch.startSequenceNumber} to ${batch.endSequenceNumber} of ${batch.shardId}: tried in vain until ${letter.timestamp}`;
  }
  return `org ${letter.org ?? "unknown"}, ${letter.resourceId ?? "unknown"}: ${letter.cause}, record ${letter.sequence}, ${letter.at}`;
}
