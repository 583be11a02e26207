import type { SignedFetch } from "../../bin/rollcall/aws/signedHttp.ts";
import { Unreachable } from "../../bin/rollcall/refused.ts";
import { AwsCallFailed, type AwsCalls } from "./liveStack.ts";

/** How calls get to an account, or to an emulator. */
export interface AwsWay {
  /** Signed for a service, as signatures name it. */
  open(service: string): Promise<SignedFetch>;
  /** Where the service answers, without a slash at the end. */
  url(service: string): string;
  wait(milliseconds: number): Promise<unknown>;
}

/** These two speak JSON 1.0, the others 1.1. */
const JSON_1_0 = ["dynamodb", "sqs"];
/** What may be asked again: it changes nothing. */
const READS = /^(Describe|Get|List|Filter|BatchGet|Query|Scan|Simulate)/;
/** 0.2 s, doubled each time: 12.6 s in all. */
const TRIES = 7;
const FIRST_WAIT_MS = 200;

interface Call {
  /** For messages, e.g. `cloudformation:DescribeStacks`. */
  readonly name: string;
  readonly service: string;
  readonly path: string;
  readonly init: RequestInit;
  readonly reads: boolean;
}

/** Reads are repeated where the service throttles or fails; nothing else is sent twice. */
export function awsCalls(way: AwsWay): AwsCalls {
  const once = async ({ init, name, path, service }: Call): Promise<string> => {
    const send = await way.open(service);
    const response = await send(way.url(service) + path, init);
    const text = await response.text();
    if (response.ok) return text;
    const type = response.headers.get("x-amzn-errortype");
    throw new AwsCallFailed(name, response.status, codeOf(text, type), messageOf(text));
  };
  const called = async (call: Call): Promise<string> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await once(call);
      } catch (error) {
        if (!call.reads || tried === TRIES || !isPassing(error)) throw error;
        await way.wait(FIRST_WAIT_MS * 2 ** (tried - 1));
      }
    }
  };
  return {
    json: async (service, target, input) => {
      const action = target.split(".").at(-1) ?? target;
      const version = JSON_1_0.includes(service) ? "1.0" : "1.1";
      const headers = { "Content-Type": `application/x-amz-json-${version}`, "X-Amz-Target": target };
      const init = { method: "POST", headers, body: JSON.stringify(input) };
      return parsed(
        await called({ name: `${service}:${action}`, service, path: "/", init, reads: READS.test(action) }),
      );
    },
    query: (service, version, action, parameters) => {
      const headers = { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/xml" };
      const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
      const init = { method: "POST", headers, body };
      return called({ name: `${service}:${action}`, service, path: "/", init, reads: READS.test(action) });
    },
    rest: async (service, method, path, body) => {
      const headers = {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const name = `${service}: ${method} ${path.split("?")[0]}`;
      return parsed(await called({ name, service, path, init, reads: method === "GET" }));
    },
  };
}

/** Throttled, failed for once, or nobody answered. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsCallFailed)) return error instanceof Unreachable;
  return (
    error.status === 429 || error.status >= 500 || /Throttl|TooManyRequests|LimitExceeded|SlowDown/.test(error.code)
  );
}

/** Undefined where the service answers without a body. */
function parsed(text: string): unknown {
  return text === "" ? undefined : JSON.parse(text);
}

/** JSON services name it in `__type` or a header, XML ones in an element. */
function codeOf(text: string, header: string | null): string {
  const given = /"__type"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? header ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  return (given ?? "Unknown").replace(/^.*#/, "").replace(/:.*$/, "");
}

function messageOf(text: string): string {
  return /"message"\s*:\s*"([^"]*)"/i.exec(text)?.[1] ?? /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? "";
}
