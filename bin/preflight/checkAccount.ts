import type { Config } from "../../lib/config.ts";
import { KEPT_UNRESERVED } from "../../lib/settings.ts";
import { AwsRefusal, LOOK_BETWEEN, SIGN_IN } from "../rollcall/aws/calls.ts";
import type { Account } from "./aws.ts";
import { bad, good, type PreflightFinding, warning } from "./checkMachine.ts";
import type { Landscape } from "./landscape.ts";
import { swaps } from "./swaps.ts";

/** The oldest bootstrap stack that takes the app's assets. */
const BOOTSTRAP_VERSION = 6;
/** A new account may start with 10. An identity provider sends 25 requests a second, each a fraction of a second long. */
const ENOUGH_CONCURRENCY = 50;

/** The checks that need the account. They stop where the first question fails. */
export async function checkAccount(account: Account, region: string, config: Config): Promise<PreflightFinding[]> {
  let id: string;
  try {
    const { account: found, arn } = await account.identity();
    id = found;
    const rest = await Promise.all([
      asked("the bootstrap stack", () => bootstrap(account, id, region)),
      asked("the Lambda quota", () => concurrency(account, region, config)),
      asked("API Gateway's logging role", () => logRole(account, config)),
    ]);
    return [good(`account ${id}, as ${arn}`), good(`region ${region}`), certificate(config, region), ...rest].filter(
      (finding) => finding !== undefined,
    );
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    // Everybody may ask who they are: only a refusal is about the credentials.
    if (error.status < 400 || error.status >= 500) return [bad(error.message, LOOK_BETWEEN)];
    return [bad(`AWS does not accept the credentials (${error.type})`, SIGN_IN)];
  }
}

async function asked(what: string, check: () => Promise<PreflightFinding>): Promise<PreflightFinding> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    return warning(
      `${what} could not be read: ${error.message}`,
      "Ask somebody with the right to read it, or just deploy.",
    );
  }
}

async function bootstrap(account: Account, id: string, region: string): Promise<PreflightFinding> {
  const version = await account.bootstrapVersion();
  const fault = bootstrapFault(version);
  return fault === undefined ? good(`bootstrapped, version ${version}`) : bad(fault, bootstrapCommand(id, region));
}

/** What is wrong with this bootstrap version. @param version undefined where there is none */
export function bootstrapFault(version: number | undefined): string | undefined {
  if (version === undefined) return "the CDK has never been set up in this account and region";
  if (version >= BOOTSTRAP_VERSION) return undefined;
  return `the CDK's bootstrap stack is version ${version}, and the app needs ${BOOTSTRAP_VERSION}`;
}

export function bootstrapCommand(account: string, region: string): string {
  return `npx cdk bootstrap aws://${account}/${region}`;
}

async function concurrency(account: Account, region: string, config: Config): Promise<PreflightFinding> {
  const { total, unreserved } = await account.concurrency();
  const wanted = Object.values(config.reservedConcurrency).reduce((sum, count) => sum + count, 0);
  if (wanted > 0) return reservation(wanted, total, unreserved);
  if (total < ENOUGH_CONCURRENCY) {
    return warning(
      `Lambda may run only ${total} functions at once here, for everything in the account`,
      `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region ${region}`,
    );
  }
  const fitting = fittingReservation(unreserved);
  const free = fitting === undefined ? "" : `; to keep some free for sign-in, you can reserve: ${fitting}`;
  return good(`Lambda may run ${total} functions at once${free}`);
}

function reservation(wanted: number, total: number, unreserved: number): PreflightFinding {
  const most = Math.max(0, total - KEPT_UNRESERVED);
  if (wanted > most) {
    const fitting = fittingReservation(total);
    return bad(
      `reservedConcurrency asks for ${wanted} environments, but the account can reserve at most ${most} of its ${total}`,
      fitting === undefined ? "Remove reservedConcurrency from rollcall.json." : `In rollcall.json: ${fitting}`,
    );
  }
  if (wanted > unreserved - KEPT_UNRESERVED) {
    return warning(
      `reservedConcurrency asks for ${wanted} environments, but ${total - unreserved} of the account's ${total} are reserved already`,
      "If an earlier deployment of this stack reserved them, deploy; otherwise lower reservedConcurrency in rollcall.json.",
    );
  }
  return good(`Lambda may run ${total} functions at once, ${wanted} of them reserved for functions of this stack`);
}

/** A tenth for the application's questions at sign-in; a twentieth and a fiftieth for long work. */
function fittingReservation(unreserved: number): string | undefined {
  const left = unreserved - KEPT_UNRESERVED;
  const of = (share: number) => Math.floor(left / share);
  if (of(50) < 2) return undefined;
  return `"reservedConcurrency": { "directory": ${of(10)}, "bulk": ${of(20)}, "maintenance": ${of(50)} }`;
}

async function logRole(account: Account, config: Config): Promise<PreflightFinding> {
  const role = await account.apiGatewayLogRole();
  const existing = '"apiGatewayAccountRole": "existing"';
  if (config.apiGatewayAccountRole === "existing") {
    return role === undefined
      ? bad(
          "the settings say API Gateway has its logging role, but the account has none",
          `Remove ${existing} from rollcall.json.`,
        )
      : good(`API Gateway logs with ${role}, which stays as it is`);
  }
  if (role === undefined || isOwnLogRole(role, config.stackName))
    return good("the stack will give API Gateway its logging role");
  return warning(
    `the stack would replace the account's API Gateway logging role ${role}`,
    `Put ${existing} into rollcall.json to keep it.`,
  );
}

/**
 * CloudFormation names a role after its stack and its logical id, and cuts both where that is longer than 64 characters: then
 * the beginning has to do.
 */
function isOwnLogRole(arn: string, stackName: string): boolean {
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  return name.startsWith(stackName.length > 20 ? stackName.slice(0, 20) : `${stackName}-HttpApiCloudWatchRole`);
}

function certificate(config: Config, region: string): PreflightFinding | undefined {
  if (config.domain === undefined) return undefined;
  const found = config.domain.certificateArn.split(":")[3];
  if (found === region) return good(`the certificate of ${config.domain.name} is in ${region}`);
  return bad(
    `the certificate of ${config.domain.name} is in ${found}, the API in ${region}`,
    `Request one in ${region} and name it in rollcall.json.`,
  );
}

/** Whether the settings would replace something live. */
export async function checkDeployed(read: () => Promise<Landscape>, config: Config): Promise<PreflightFinding[]> {
  let landscape: Landscape;
  try {
    landscape = await read();
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    const instead = "Every synth will refuse for the same reason: it compares the settings with the deployed stack.";
    return [warning(`the deployed stack could not be read: ${error.message}`, instead)];
  }
  const found = swaps(landscape, config).map(({ instead, setting, text }) =>
    bad(`${setting}: ${text}`, `${instead} To do it anyway, once: npx cdk deploy -c accept=${setting}`),
  );
  if (found.length > 0) return found;
  const { deployed } = landscape;
  return [
    deployed === undefined
      ? good(`the stack ${config.stackName} is new`)
      : good(`the stack ${config.stackName} keeps its table ${deployed.table} and its Tenant URLs`),
  ];
}
