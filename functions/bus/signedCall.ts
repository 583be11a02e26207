import { AwsClient } from "aws4fetch";

/** Credentials and region of a call. */
export interface AwsIdentity {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** Services with JSON 1.1; the others have 1.0. Source: the protocol in each service's API reference. */
const JSON_1_1 = ["kms"];

/**
 * Calls one operation of an AWS service with JSON, without the service's client: for rare calls of a worker, so that no
 * start loads a client.
 * @param target from the service's API reference, e.g. `AmazonSQS.SendMessage`
 * @param milliseconds limit of the call
 */
export function signedCall(
  identity: AwsIdentity,
  service: string,
  url: string | URL,
  target: string,
  input: object,
  milliseconds = 3_000,
): Promise<Response> {
  return new AwsClient({ ...identity, service, retries: 2 }).fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": `application/x-amz-json-1.${JSON_1_1.includes(service) ? 1 : 0}`,
      "X-Amz-Target": target,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(milliseconds),
  });
}

/** Longer than Lambda needs to queue an event; the caller has other work. */
const WAKING_MS = 1_000;

/**
 * Invokes a function without waiting for its result (Lambda API reference, Invoke, type `Event`).
 * @param endpoint of Lambda
 * @returns whether Lambda accepted it. Never throws: the function's schedule will start it anyway
 */
export async function wakeFunction(endpoint: string, identity: AwsIdentity, name: string): Promise<boolean> {
  try {
    const url = new URL(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, endpoint);
    const response = await new AwsClient({ ...identity, service: "lambda", retries: 1 }).fetch(url, {
      method: "POST",
      headers: { "X-Amz-Invocation-Type": "Event" },
      body: "{}",
      signal: AbortSignal.timeout(WAKING_MS),
    });
    // A connection can only be used again after its answer is read.
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
