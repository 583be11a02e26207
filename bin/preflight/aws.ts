import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AwsRefusal } from "../rollcall/aws/calls.ts";
import { awsEndpoint, type SignedFetch, signedFetch } from "../rollcall/aws/signedHttp.ts";

/** The few questions that are asked of an account before a first deployment. All of them only read. */
export interface Account {
  /** @throws AwsRefusal */
  identity(): Promise<{ readonly account: string; readonly arn: string }>;
  /** Undefined where the account has never been bootstrapped in this region. */
  bootstrapVersion(): Promise<number | undefined>;
  /** How many functions may run at the same time, and how many of them no function has reserved for itself. */
  concurrency(): Promise<{ readonly total: number; readonly unreserved: number }>;
  /** The role with which API Gateway writes logs, if the account has one in this region. */
  apiGatewayLogRole(): Promise<string | undefined>;
}

const BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version";

/**
 * @param open signs for a service: by default with the credentials in force
 * @throws Refused when there are no credentials
 */
export async function openAccount(
  region: string,
  env: NodeJS.ProcessEnv,
  open: (service: string) => Promise<SignedFetch> = (service) => signedFetch(service, region),
): Promise<Account> {
  const client = async (service: string): Promise<(path: string, init: RequestInit) => Promise<Response>> => {
    const send = await open(service);
    const base = awsEndpoint(service, region, env).url;
    return (path, init) => send(base + path, init);
  };
  const [sts, ssm, lambda, apigateway] = await Promise.all([
    client("sts"),
    client("ssm"),
    client("lambda"),
    client("apigateway"),
  ]);
  return {
    identity: async () => {
      const body = new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
      const text = await good(await sts("/", { method: "POST", headers, body }));
      return { account: textOf(text, "Account"), arn: textOf(text, "Arn") };
    },
    bootstrapVersion: async () => {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameter" };
      const response = await ssm("/", { method: "POST", headers, body: JSON.stringify({ Name: BOOTSTRAP_PARAMETER }) });
      const text = await response.text();
      if (!response.ok && text.includes("ParameterNotFound")) return undefined;
      if (!response.ok) throw unanswered(response, text);
      return Number(member(JSON.parse(text), "Parameter", "Value"));
    },
    concurrency: async () => {
      const text = await good(await lambda("/2016-08-19/account-settings/", { method: "GET" }));
      const limit = (name: string) => Number(member(JSON.parse(text), "AccountLimit", name));
      return { total: limit("ConcurrentExecutions"), unreserved: limit("UnreservedConcurrentExecutions") };
    },
    apiGatewayLogRole: async () => {
      const text = await good(await apigateway("/account", { method: "GET", headers: { accept: "application/json" } }));
      const role = member(JSON.parse(text), "cloudwatchRoleArn");
      return typeof role === "string" && role !== "" ? role : undefined;
    },
  };
}

async function good(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw unanswered(response, text);
  return text;
}

/** No right to ask, no such service here. */
function unanswered({ status }: Response, text: string): AwsRefusal {
  const message = /"message"\s*:\s*"([^"]*)"/i.exec(text)?.[1] ?? /<Message>([^<]*)<\/Message>/.exec(text)?.[1];
  return new AwsRefusal("", status, message ?? `status ${status}`);
}

/** STS answers in JSON or XML; the names of the two values are the same in both. */
function textOf(text: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>|"${name}"\\s*:\\s*"([^"]*)"`).exec(text);
  return found?.[1] ?? found?.[2] ?? "unknown";
}

function member(value: unknown, ...names: readonly string[]): unknown {
  let inner = value;
  for (const name of names) {
    inner =
      typeof inner === "object" && inner !== null ? Object.getOwnPropertyDescriptor(inner, name)?.value : undefined;
  }
  return inner;
}

/** From the environment or the profile, as the CDK looks for it; undefined where there is none. */
export async function regionInForce(): Promise<string | undefined> {
  try {
    return await new DynamoDBClient({}).config.region();
  } catch {
    // Its only way to say that there is none; whoever asked says what to do.
    return undefined;
  }
}
