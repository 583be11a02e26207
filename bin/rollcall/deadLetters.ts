import type { StreamPlace } from "../../functions/provisioning/deadLetters.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { awsEndpoint } from "./awsEndpoint.ts";
import { type Letter, readLetter } from "./letters.ts";
import type { Place } from "./place.ts";
import { Refused, UsageError } from "./refused.ts";
import { type SignedFetch, signedFetch } from "./signedHttp.ts";
import { stackOutput } from "./stackOutput.ts";

export type Queue = "events" | "sweep";

export interface WaitingLetter {
  /** As SQS names the message. */
  readonly id: string;
  readonly queue: Queue;
  readonly letter: Letter;
}

/** One that nobody else is given for a while. */
export interface TakenLetter extends WaitingLetter {
  readonly handle: string;
}

export interface QueueView {
  readonly queue: Queue;
  /** About how many there are. */
  readonly waiting: number;
  /** Up to ten of them. */
  readonly shown: readonly WaitingLetter[];
}

/** The two queues of a stack, and the function that can tell events again. */
export interface DeadLetterOffice {
  /** Takes nothing out: each letter is there for the next reader as well. */
  look(): Promise<QueueView[]>;
  /** Up to a hundred of each queue. Who is interrupted loses none: they come back by themselves after 15 minutes. */
  take(): Promise<TakenLetter[]>;
  remove(letter: TakenLetter): Promise<void>;
  putBack(letters: readonly TakenLetter[]): Promise<void>;
  /** Has events told again. @returns what the function answers, see functions/http/retell.ts */
  retell(place: StreamPlace): Promise<JsonObject>;
}

export const MOST_TAKEN = 100;
const QUEUES: Readonly<Record<Queue, string>> = { events: "EventsFailuresUrl", sweep: "SweepFailuresUrl" };
const HIDDEN_S = 15 * 60;

/** Opens those of a deployed stack, with the caller's AWS credentials. @throws Refused, UsageError */
export async function openOffice({ stack, region }: Extract<Place, { kind: "stack" }>): Promise<DeadLetterOffice> {
  if (region === undefined) throw new UsageError("The region is not known: give --region or set AWS_REGION.");
  const output = (name: string): Promise<string> => stackOutput(stack, name, region, process.env);
  const urls: Readonly<Record<Queue, string>> = {
    events: await output(QUEUES.events),
    sweep: await output(QUEUES.sweep),
  };
  const sqs = await signedFetch("sqs", region);
  const call = (operation: string, queue: Queue, input: JsonObject): Promise<JsonObject> =>
    callQueue(sqs, operation, { QueueUrl: urls[queue], ...input });
  return {
    async look() {
      const views: QueueView[] = [];
      for (const queue of ["events", "sweep"] as const) {
        const { Attributes } = await call("GetQueueAttributes", queue, {
          AttributeNames: ["ApproximateNumberOfMessages"],
        });
        const shown = lettersOf(queue, await call("ReceiveMessage", queue, { ...MOST, VisibilityTimeout: 0 }));
        const waiting = isObject(Attributes) ? Number(Attributes.ApproximateNumberOfMessages) : 0;
        views.push({ queue, waiting, shown });
      }
      return views;
    },
    async take() {
      const taken: TakenLetter[] = [];
      for (const queue of ["events", "sweep"] as const) {
        const ofQueue = new Map<string, TakenLetter>();
        for (let page: TakenLetter[] = []; ofQueue.size < MOST_TAKEN; ) {
          // Waiting a second asks all of SQS's servers, not some of them.
          const wishes = { ...MOST, VisibilityTimeout: HIDDEN_S, WaitTimeSeconds: 1 };
          page = lettersOf(queue, await call("ReceiveMessage", queue, wishes));
          if (page.length === 0) break;
          for (const letter of page) ofQueue.set(letter.id, letter);
        }
        taken.push(...ofQueue.values());
      }
      return taken;
    },
    async remove({ queue, handle }) {
      await call("DeleteMessage", queue, { ReceiptHandle: handle });
    },
    async putBack(letters) {
      for (const { queue, handle } of letters) {
        await call("ChangeMessageVisibility", queue, { ReceiptHandle: handle, VisibilityTimeout: 0 });
      }
    },
    async retell(place) {
      return invoke(region, await output("EventsFunctionName"), { again: { ...place } });
    },
  };
}

const MOST = { MaxNumberOfMessages: 10 };

/** @throws Refused */
async function callQueue(send: SignedFetch, operation: string, input: JsonObject): Promise<JsonObject> {
  const origin = process.env.AWS_ENDPOINT_URL ?? new URL(String(input.QueueUrl)).origin;
  const response = await send(`${origin.replace(/\/+$/, "")}/`, {
    method: "POST",
    headers: { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AmazonSQS.${operation}` },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Refused(`SQS answered ${operation} with ${response.status}.`);
  // Some operations answer with nothing.
  const answer: Json = text === "" ? {} : JSON.parse(text);
  return isObject(answer) ? answer : {};
}

function lettersOf(queue: Queue, { Messages }: JsonObject): TakenLetter[] {
  const messages = Array.isArray(Messages) ? Messages.filter(isObject) : [];
  return messages.map(({ Body, MessageId, ReceiptHandle }) => ({
    id: String(MessageId),
    queue,
    letter: readLetter(String(Body)),
    handle: String(ReceiptHandle),
  }));
}

/** @throws Refused when the function failed */
async function invoke(region: string, name: string, event: JsonObject): Promise<JsonObject> {
  const endpoint = awsEndpoint("lambda", region, process.env).url;
  const send = await signedFetch("lambda", region);
  const url = `${endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  const response = await send(url, { method: "POST", body: JSON.stringify(event) });
  const text = await response.text();
  if (!response.ok) throw new Refused(`Lambda answered ${response.status} when ${name} was called.`);
  const answer: Json = JSON.parse(text);
  if (response.headers.has("x-amz-function-error") || !isObject(answer)) throw new Refused(`${name} failed.`);
  return answer;
}
