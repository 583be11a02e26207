import { AwsClient } from "aws4fetch";
import type { DeadLetters } from "../provisioning/deadLetters.ts";

export interface DeadLetterQueue {
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

const TIMEOUT_MS = 3_000;

/** A queue of SQS. One operation, once in a blue moon: it is called by hand, and its client is not loaded by every start. */
export function createDeadLetters({ url, ...identity }: DeadLetterQueue): DeadLetters {
  return {
    async send(letter) {
      try {
        const client = new AwsClient({ ...identity, service: "sqs", retries: 2 });
        const response = await client.fetch(new URL("/", url), {
          method: "POST",
          headers: { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage" },
          body: JSON.stringify({ QueueUrl: url, MessageBody: JSON.stringify(letter) }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        return response.ok;
      } catch {
        // The caller's line in the log says that the letter was lost.
        return false;
      }
    },
  };
}
