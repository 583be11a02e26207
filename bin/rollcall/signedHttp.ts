import { types } from "node:util";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { AwsClient } from "aws4fetch";
import type { AdminAnswer, AdminRequest, AdminTransport } from "./adminClient.ts";
import { Refused, Unreachable } from "./refused.ts";

const TIMEOUT_MS = 35_000;

/** Sends one request, signed with the caller's AWS credentials. @throws Refused when there are none, or nobody answers */
export type SignedFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
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
    try {
      const patience = AbortSignal.timeout(TIMEOUT_MS);
      const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience;
      return await client.fetch(url, { ...init, signal });
    } catch (error) {
      throw new Unreachable(`${new URL(url).host} does not answer (${reasonOf(error)}).`);
    }
  };
}

/**
 * The administration or directory API of a deployment.
 * @param url the stack's output AdminUrl or DirectoryUrl
 */
export async function signedHttp(url: string, region: string, actor: string | undefined): Promise<AdminTransport> {
  const send = await signedFetch("execute-api", region);
  const base = url.replace(/\/+$/, "");
  return {
    send: async ({ method, path, body }: AdminRequest): Promise<AdminAnswer> => {
      const response = await send(`${base}/${path}`, {
        method,
        redirect: "error",
        headers: {
          Accept: "application/json",
          "User-Agent": "rollcall-cli",
          ...(actor === undefined ? {} : { "Rollcall-Actor": actor }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    },
    close: async () => undefined,
  };
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

/** Errors of fetch may come from another realm than this module's. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error) && !types.isNativeError(error)) return "unknown reason";
  if (error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} seconds`;
  const { cause } = error;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : error.message;
}
