import type { DeadLetters } from "../provisioning/deadLetters.ts";
import { type AwsIdentity, signedCall } from "./signedCall.ts";

/** A queue of SQS. @param url of the queue */
export function createDeadLetters(url: string, identity: AwsIdentity): DeadLetters {
  return {
    async send(letter) {
      try {
        const input = { QueueUrl: url, MessageBody: JSON.stringify(letter) };
        const response = await signedCall(identity, "sqs", new URL("/", url), "AmazonSQS.SendMessage", input);
        return response.ok;
      } catch {
        // The caller logs that the dead letter was lost.
        return false;
      }
    },
  };
}
