import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { isObject, objectIn } from "../../functions/scim/json.ts";
import { AwsRefusal, asked, TOOL_CALLS } from "../rollcall/aws/calls.ts";
import { awsEndpoint, type SignedFetch, signedFetch } from "../rollcall/aws/signedHttp.ts";

/** Questions to an account before a first deployment. All of them only read. */
export interface Account {
  /** @throws AwsRefusal */
  identity(): Promise<{ readonly account: string; readonly arn: string }>;
  /** Undefined where the account has never been bootstrapped in this region. */
  bootstrapVersion(): Promise<number | undefined>;
  /** How many functions may run at the same time, and how many of these are not reserved. */
  concurrency(): Promise<{ readonly total: number; readonly unreserved: number }>;
  /** API Gateway's role for writing logs, if the account has one in this region. */
  apiGatewayLogRole(): Promise<string | undefined>;
  /** The ARNs that receive a log group's lines. */
  subscriptions(logGroup: string): Promise<readonly string[]>;
}

const JSON_1_1 = "application/x-amz-json-1.1";
const BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version";

/**
 * SSM, API Gateway and the logs are called without the SDK: three clients for one question each would be three dependencies.
 * @param open signs for a service; default: with the credentials in force
 * @throws Refused when there are no credentials
 */
export async function openAccount(
  region: string,
  env: NodeJS.ProcessEnv,
  open: (service: string) => Promise<SignedFetch> = (service) => signedFetch(service, region),
): Promise<Account> {
  const [ssm, apigateway, logs] = await Promise.all([open("ssm"), open("apigateway"), open("logs")]);
  const lambda = new LambdaClient({ ...TOOL_CALLS, ...clientOptions(region, env) });
  return {
    identity: () => callerIdentity(region, env),
    bootstrapVersion: async () => {
      const headers = { "content-type": JSON_1_1, "x-amz-target": "AmazonSSM.GetParameter" };
      const body = JSON.stringify({ Name: BOOTSTRAP_PARAMETER });
      const response = await ssm(awsEndpoint("ssm", region, env).url, { method: "POST", headers, body });
      const text = await response.text();
      if (!response.ok && text.includes("ParameterNotFound")) return undefined;
      const { Parameter } = answerIn(response, text);
      return needed("SSM", Number(isObject(Parameter) && Parameter.Value) || undefined);
    },
    concurrency: async () => {
      const { AccountLimit = {} } = await asked("Lambda", () => lambda.send(new GetAccountSettingsCommand({})));
      const { ConcurrentExecutions: total, UnreservedConcurrentExecutions: unreserved } = AccountLimit;
      return { total: needed("Lambda", total), unreserved: needed("Lambda", unreserved) };
    },
    apiGatewayLogRole: async () => {
      const headers = { accept: "application/json" };
      const response = await apigateway(`${awsEndpoint("apigateway", region, env).url}/account`, { headers });
      const { cloudwatchRoleArn: role } = answerIn(response, await response.text());
      return typeof role === "string" && role !== "" ? role : undefined;
    },
    subscriptions: async (logGroupName) => {
      const target = "Logs_20140328.DescribeSubscriptionFilters";
      const headers = { "content-type": JSON_1_1, "x-amz-target": target };
      const body = JSON.stringify({ logGroupName });
      const response = await logs(awsEndpoint("logs", region, env).url, { method: "POST", headers, body });
      const { subscriptionFilters } = answerIn(response, await response.text());
      const found = Array.isArray(subscriptionFilters) ? subscriptionFilters : [];
      return found.map((one) => (isObject(one) ? String(one.destinationArn) : ""));
    },
  };
}

/** The caller. @throws AwsRefusal, Refused without credentials, Unreachable */
export async function callerIdentity(
  region: string,
  env: NodeJS.ProcessEnv,
  abortSignal?: AbortSignal,
): Promise<{ readonly account: string; readonly arn: string }> {
  const client = new STSClient({ ...TOOL_CALLS, ...clientOptions(region, env) });
  const whoAmI = new GetCallerIdentityCommand({});
  const { Account, Arn } = await asked("STS", () => client.send(whoAmI, { abortSignal }));
  return { account: needed("STS", Account), arn: needed("STS", Arn) };
}

/** A part of each answer of this service: a proxy also answers 200. @throws AwsRefusal */
function needed<T>(service: string, part: T | undefined): T {
  if (part !== undefined) return part;
  throw new AwsRefusal("", 200, `The answer is not one of ${service}.`);
}

/** For this process, or for another environment with complete credentials. */
function clientOptions(region: string, env: NodeJS.ProcessEnv) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env;
  if (env === process.env || accessKeyId === undefined || secretAccessKey === undefined) return { region };
  const credentials = { accessKeyId, secretAccessKey, sessionToken: AWS_SESSION_TOKEN };
  return { region, credentials, endpoint: env.AWS_ENDPOINT_URL || undefined };
}

/** @throws AwsRefusal without permission, or where the region lacks the service */
function answerIn({ ok, status }: Response, text: string) {
  const answer = objectIn(text) ?? {};
  if (ok) return answer;
  const message = answer.message ?? answer.Message;
  throw new AwsRefusal("", status, typeof message === "string" ? message : `status ${status}`);
}

/** From the environment or the profile, as in the CDK; undefined where there is none. */
export async function regionInForce(): Promise<string | undefined> {
  try {
    return await new DynamoDBClient(TOOL_CALLS).config.region();
  } catch {
    // The SDK throws for a missing region; the caller reports it.
    return undefined;
  }
}
