import { dnsSuffixOf } from "../../functions/bus/dnsSuffix.ts";
import { own } from "../../functions/scim/json.ts";

/** Where an AWS service answers, and for which region it takes signatures. */
export interface AwsEndpoint {
  /** Without a slash at its end. */
  readonly url: string;
  readonly region: string;
}

/** Services whose name in AWS_ENDPOINT_URL_… is another than in signatures. */
const OWN_NAMES = {
  apigateway: "API_GATEWAY",
  events: "EVENTBRIDGE",
  logs: "CLOUDWATCH_LOGS",
  monitoring: "CLOUDWATCH",
};

/** IAM has one endpoint for a whole partition, and signatures name the region it lives in. */
const IAM = [
  { prefix: "cn-", host: "iam.cn-north-1.amazonaws.com.cn", region: "cn-north-1" },
  { prefix: "us-gov-", host: "iam.us-gov.amazonaws.com", region: "us-gov-west-1" },
  { prefix: "", host: "iam.amazonaws.com", region: "us-east-1" },
];

/**
 * @param service as signatures name it, e.g. `logs`, `monitoring`
 * @param env may send one service, or all, elsewhere: AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL
 */
export function awsEndpoint(service: string, region: string, env: NodeJS.ProcessEnv): AwsEndpoint {
  const given = env[`AWS_ENDPOINT_URL_${own(OWN_NAMES, service) ?? service.toUpperCase()}`] ?? env.AWS_ENDPOINT_URL;
  if (given !== undefined) return { url: given.replace(/\/+$/, ""), region };
  if (service === "iam") {
    const partition = IAM.find(({ prefix }) => region.startsWith(prefix));
    if (partition !== undefined) return { url: `https://${partition.host}`, region: partition.region };
  }
  return { url: `https://${service}.${region}.${dnsSuffixOf(region)}`, region };
}
