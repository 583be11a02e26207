import { AwsClient } from "aws4fetch";
import type { AwsIdentity } from "./signedCall.ts";

/** Longer than Lambda takes to queue an event; the caller has other work. */
const TIMEOUT_MS = 1_000;

/**
 * Invokes a function without waiting for it (Lambda API reference, Invoke, type `Event`).
 * @param endpoint of Lambda
 * @returns whether Lambda took it. Never throws: what was not woken, its schedule wakes
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
    // A connection whose answer is not read cannot be used again.
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
