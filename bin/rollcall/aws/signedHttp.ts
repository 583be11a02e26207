import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { AwsClient } from "aws4fetch";
import { dnsSuffixOf } from "../../../functions/bus/awsEndpoints.ts";
import { own } from "../../../functions/scim/json.ts";
import type { AdminTransport } from "../adminClient.ts";
import { inTime, overHttp, type SendHttp } from "../overHttp.ts";
import { NoCredentials } from "./calls.ts";

export type SignedFetch = SendHttp;

/**
 * Signs each request with the caller's AWS credentials.
 * @param service as signatures name it, e.g. `execute-api`
 * @throws Refused
 */
export async function signedFetch(service: string, region: string): Promise<SignedFetch> {
  // Keeps credentials until shortly before they expire: an import can outlive a role's session of an hour. Roles without a
  // region in the profile are assumed in the deployment's region: another partition has no us-east-1.
  const provide = defaultProvider({ parentClientConfig: { region } });
  await credentialsOf(provide);
  const cache = new Map<string, ArrayBuffer>();
  return async (url, init) => {
    // Retries are left to the person: a token must not be made twice.
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

/** Lets all later users of credentials read the files again: the SDK reads each file once in a process. */
export async function readCredentialFiles(): Promise<void> {
  // If there are none, the next request reports it.
  await defaultProvider({ ignoreCache: true })().catch(() => undefined);
}

async function credentialsOf(
  provide: ReturnType<typeof defaultProvider>,
): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await provide();
    return { accessKeyId, secretAccessKey, sessionToken };
  } catch (error) {
    throw new NoCredentials(error);
  }
}

/** The address of an AWS service, and the region of its signatures. */
interface AwsEndpoint {
  /** Without a trailing slash. */
  readonly url: string;
  readonly region: string;
}

/** Services with different names in AWS_ENDPOINT_URL_… and in signatures. */
const OWN_NAMES = {
  apigateway: "API_GATEWAY",
  events: "EVENTBRIDGE",
  logs: "CLOUDWATCH_LOGS",
  monitoring: "CLOUDWATCH",
};

/** IAM has one endpoint for a whole partition; signatures name that endpoint's region. */
const IAM = [
  { prefix: "cn-", host: "iam.cn-north-1.amazonaws.com.cn", region: "cn-north-1" },
  { prefix: "us-gov-", host: "iam.us-gov.amazonaws.com", region: "us-gov-west-1" },
  { prefix: "", host: "iam.amazonaws.com", region: "us-east-1" },
];

/**
 * @param service as signatures name it, e.g. `logs`, `monitoring`
 * @param env may redirect one service or all: AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL
 */
export function awsEndpoint(service: string, region: string, env: NodeJS.ProcessEnv): AwsEndpoint {
  // AWS takes an empty variable as absent.
  const given = env[`AWS_ENDPOINT_URL_${own(OWN_NAMES, service) ?? service.toUpperCase()}`] || env.AWS_ENDPOINT_URL;
  if (given) return { url: given.replace(/\/+$/, ""), region };
  if (service === "iam") {
    const partition = IAM.find(({ prefix }) => region.startsWith(prefix));
    if (partition !== undefined) return { url: `https://${partition.host}`, region: partition.region };
  }
  return { url: `https://${service}.${region}.${dnsSuffixOf(region)}`, region };
}
