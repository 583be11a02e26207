import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { AwsClient } from "aws4fetch";
import type { AdminTransport } from "./adminClient.ts";
import { inTime, overHttp, type SendHttp } from "./overHttp.ts";
import { Refused } from "./refused.ts";

export type SignedFetch = SendHttp;

/**
 * Signs each request with the caller's AWS credentials.
 * @param service as signatures name it, e.g. `execute-api`
 * @throws Refused
 */
export async function signedFetch(service: string, region: string): Promise<SignedFetch> {
  // Keeps credentials until shortly before they expire: an import outlives the hour of many a role's session.
  const provide = defaultProvider();
  await credentialsOf(provide);
  const cache = new Map<string, ArrayBuffer>();
  return async (url, init) => {
    // Repeating is left to the person: a token must not be made twice.
    const client = new AwsClient({ ...(await credentialsOf(provide)), service, region, retries: 0, cache });
    return await inTime(url, init, (signal) => client.fetch(url, { ...init, signal }));
  };
}

/**
 * The administration or directory API of a deployment.
 * @param url the stack's output AdminUrl or DirectoryUrl
 */
export async function signedHttp(url: string, region: string, actor: string | undefined): Promise<AdminTransport> {
  return overHttp(url, await signedFetch("execute-api", region), actor);
}

async function credentialsOf(
  provide: ReturnType<typeof defaultProvider>,
): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await provide();
    return { accessKeyId, secretAccessKey, sessionToken };
  } catch (error) {
    // The provider's message names the sources it tried, never a value of them.
    throw new Refused(
      `There are no usable AWS credentials: ${error instanceof Error ? error.message : "unknown reason"}`,
    );
  }
}
