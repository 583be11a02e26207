import { AwsClient } from "aws4fetch";
import type { AwsIdentity } from "./signedCall.ts";

/** Longer than Lambda needs to queue an event; the caller has other work. */
const TIMEOUT_MS = 1_000;

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
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // A connection can only be used again after its answer is read.
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
