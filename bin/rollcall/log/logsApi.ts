import { setTimeout as wait } from "node:timers/promises";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { awsEndpoint } from "../awsEndpoint.ts";
import { Refused, Unreachable } from "../refused.ts";
import { signedFetch } from "../signedHttp.ts";
import { lineOf } from "./logReader.ts";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** About half a minute of waiting. */
const ATTEMPTS = 8;
/** The same note is not repeated before. */
const NOTE_AGAIN_MS = 60_000;

/** CloudWatch Logs refused, for a reason that stays. */
export class LogsRefusal extends Refused {
  /** The exception's name, e.g. `AccessDeniedException`. */
  readonly type: string;

  constructor(type: string, sentence: string) {
    super(sentence);
    this.type = type;
  }
}

export interface LogsApi {
  /**
   * Throttling, a lost connection and a 5xx are tried again, with growing pauses and a note: for half a minute, or with a
   * signal until it comes.
   * @throws LogsRefusal, Refused
   */
  call(operation: string, input: JsonObject, signal?: AbortSignal): Promise<JsonObject>;
  /** AWS's clock as its last answer had it, milliseconds: this machine's may be minutes off. */
  now(): number;
}

export interface Patience {
  /** Notes for the person who waits. */
  say(text: string): void;
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Waits, or less when the signal comes. */
export async function waiting(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** @throws Refused without credentials */
export async function logsApi(stack: string, region: string, { say, wait }: Patience): Promise<LogsApi> {
  const { url } = awsEndpoint("logs", region, process.env);
  const send = await signedFetch("logs", region);
  const noted = new Map<string, number>();
  let ahead = 0;
  const note = (text: string): void => {
    if (Date.now() - (noted.get(text) ?? 0) < NOTE_AGAIN_MS) return;
    noted.set(text, Date.now());
    say(text);
  };
  /** @returns why not, where it may go better the next time */
  const once = async (operation: string, input: JsonObject, signal?: AbortSignal): Promise<JsonObject | Refused> => {
    let response: Response;
    let text: string;
    try {
      response = await send(`${url}/`, {
        method: "POST",
        headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `Logs_20140328.${operation}` },
        body: JSON.stringify(input),
        signal,
      });
      text = await response.text();
    } catch (error) {
      if (error instanceof Unreachable) return error;
      // The answer broke off while it was read.
      return new Unreachable(`The connection to ${new URL(url).host} was lost.`);
    }
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) ahead = date - Date.now();
    const answer = lineOf(text);
    if (response.ok && answer !== undefined) return answer;
    const type = String(answer?.__type ?? `status ${response.status}`).replace(/^.*#/, "");
    const refusal = new LogsRefusal(type, sentenceOf(operation, type, String(answer?.message ?? ""), stack));
    if (isPassing(type, response.status)) return refusal;
    throw refusal;
  };
  return {
    now: () => Date.now() + ahead,
    call: async (operation, input, signal) => {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await once(operation, input, signal);
        if (!(answer instanceof Refused)) return answer;
        if (signal?.aborted === true || (signal === undefined && attempt === ATTEMPTS)) throw answer;
        note(
          answer instanceof LogsRefusal
            ? `CloudWatch is busy (${answer.type}): waiting.`
            : `${answer.message} Waiting.`,
        );
        const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
        // Not all who were refused at the same moment come again at the same moment.
        await wait(longest * (0.5 + Math.random() / 2), signal);
      }
    },
  };
}

function isPassing(type: string, status: number): boolean {
  return (
    status === 429 || status >= 500 || /Throttling|TooManyRequests|LimitExceeded|ServiceUnavailable|Internal/.test(type)
  );
}

/** @param message AWS's own words, for what they name only */
function sentenceOf(operation: string, type: string, message: string, stack: string): string {
  if (/UnrecognizedClient|ExpiredToken|InvalidSignature|InvalidClientTokenId/.test(type)) {
    return `AWS does not accept your credentials (${type}): renew them, and check the region and the clock of this machine.`;
  }
  if (/AccessDenied/.test(type)) {
    const permission = /perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? `logs:${operation}`;
    return `Your AWS credentials may not do ${permission} on the log groups of stack ${stack} (${type}). Reading the log takes logs:StartQuery and logs:GetQueryResults, or logs:FilterLogEvents; tail always takes the latter.`;
  }
  if (type === "ResourceNotFoundException") {
    return `A log group of stack ${stack} is gone: it was deleted outside the stack. Deploy again.`;
  }
  if (/LimitExceeded/.test(type)) {
    return `As many queries of Logs Insights as this AWS account may have are running (${type}): try again in a minute.`;
  }
  if (/Throttling|TooManyRequests/.test(type)) {
    return `CloudWatch takes no more requests of this AWS account at the moment (${type}): try again in a minute.`;
  }
  return `CloudWatch answered ${operation} with ${type}.`;
}
