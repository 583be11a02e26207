import { type FunctionName, ROUTES } from "../../functions/routes.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { awsEndpoint } from "./awsEndpoint.ts";
import { Refused, Unreachable } from "./refused.ts";
import { type SignedFetch, signedFetch } from "./signedHttp.ts";
import { stackResources } from "./stackResources.ts";

/** The functions that answer identity providers, and no others. */
export const SCIM_FUNCTIONS: readonly FunctionName[] = [
  ...new Set(ROUTES.filter(({ auth }) => auth === "none").map((route) => route.function)),
];

/** On a function that was stopped: the reserved concurrency that it had, a number or `none`. */
const TAG = "rollcall:stopped";
/** 0.5 s, doubled each time: about a minute. Lambda takes 15 such calls a second. */
const TRIES = 8;
const FIRST_WAIT_MS = 500;

export interface ScimFunctions {
  /** Lambda starts no invocation of any of them any more. May be repeated. @throws Refused */
  stop(): Promise<void>;
  /** Gives each what it had before `stop`. May be repeated. @returns those that something else keeps stopped @throws Refused */
  start(): Promise<FunctionName[]>;
}

interface Found {
  readonly arn: string;
  readonly reserved: number | undefined;
  /** What it had before it was stopped here; undefined where it was not. */
  readonly before: string | undefined;
}

/**
 * Those of a deployed stack. Reserved concurrency of zero is the one switch that Lambda guarantees: throttling by API
 * Gateway is a target. No deployment changes it unless its template does.
 * @throws Refused
 */
export async function scimFunctions(
  stack: string,
  region: string,
  env: NodeJS.ProcessEnv,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<ScimFunctions> {
  const names = namesOf(await stackResources(stack, region, env), stack);
  const send = await signedFetch("lambda", region);
  const { url } = awsEndpoint("lambda", region, env);
  const call = (method: string, path: string, body?: Json): Promise<JsonObject> =>
    insist(send, method, url + path, body, wait);

  const concurrencyOf = (name: string): string => `/2017-10-31/functions/${encodeURIComponent(name)}/concurrency`;
  const tagsOf = (arn: string): string => `/2017-03-31/tags/${encodeURIComponent(arn)}`;
  const look = async (name: string): Promise<Found> => {
    const { Concurrency, Configuration, Tags } = await call("GET", `/2015-03-31/functions/${encodeURIComponent(name)}`);
    const reserved = isObject(Concurrency) ? Concurrency.ReservedConcurrentExecutions : undefined;
    const before = isObject(Tags) ? Tags[TAG] : undefined;
    return {
      arn: isObject(Configuration) ? String(Configuration.FunctionArn) : name,
      reserved: typeof reserved === "number" ? reserved : undefined,
      before: typeof before === "string" ? before : undefined,
    };
  };
  return {
    async stop() {
      await Promise.all(
        [...names.values()].map(async (name) => {
          const { arn, before, reserved } = await look(name);
          // The note comes first: broken off in between, it says what is true.
          if (before === undefined) await call("POST", tagsOf(arn), { Tags: { [TAG]: String(reserved ?? "none") } });
          await call("PUT", concurrencyOf(name), { ReservedConcurrentExecutions: 0 });
        }),
      );
    },
    async start() {
      const kept = await Promise.all(
        [...names].map(async ([role, name]) => {
          const { arn, before, reserved } = await look(name);
          if (before === undefined) return reserved === 0 ? role : undefined;
          if (before === "none") await call("DELETE", concurrencyOf(name));
          else await call("PUT", concurrencyOf(name), { ReservedConcurrentExecutions: Number(before) });
          await call("DELETE", `${tagsOf(arn)}?tagKeys=${encodeURIComponent(TAG)}`);
          return before === "0" ? role : undefined;
        }),
      );
      return kept.filter((role) => role !== undefined);
    },
  };
}

/** By what they do; in the stack, each begins its logical id with that. @throws Refused */
function namesOf(resources: Awaited<ReturnType<typeof stackResources>>, stack: string): Map<FunctionName, string> {
  const lambdas = resources.filter(({ type }) => type === "AWS::Lambda::Function");
  return new Map(
    SCIM_FUNCTIONS.map((role) => {
      const found = lambdas.find(({ logicalId }) => logicalId.startsWith(`${role}Function`));
      if (found === undefined) throw new Refused(`The stack ${stack} has no function ${role}: is it a Rollcall?`);
      return [role, found.physicalId];
    }),
  );
}

/** Every one of these calls may be repeated. @throws Refused */
async function insist(
  send: SignedFetch,
  method: string,
  url: string,
  body: Json | undefined,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<JsonObject> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(send, method, url, body);
    if (!(answer instanceof Refused)) return answer;
    if (attempt === TRIES) throw answer;
    await wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
}

/** @returns why not, where it may go better the next time @throws Refused */
async function once(
  send: SignedFetch,
  method: string,
  url: string,
  body: Json | undefined,
): Promise<JsonObject | Refused> {
  const what = `${method} ${new URL(url).pathname}`;
  try {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await send(url, { method, headers: { "Content-Type": "application/json" }, ...json });
    const text = await response.text();
    if (response.ok) return objectIn(text);
    const said = objectIn(text);
    const refused = new Refused(
      `Lambda answered ${what} with ${response.status}: ${said.Message ?? said.message ?? ""}`,
    );
    if (response.status === 429 || response.status >= 500) return refused;
    throw refused;
  } catch (error) {
    if (error instanceof Unreachable) return error;
    throw error;
  }
}

function objectIn(text: string): JsonObject {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // Some answers have no body, and an error of something in between is no JSON.
    return {};
  }
}
