import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { type Refused, Unreachable } from "../refused.ts";
import { AwsRefusal, asked, isUnaccepted, type Patience, TOOL_CALLS } from "./calls.ts";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** About half a minute of waiting. */
const ATTEMPTS = 8;
/** The same note appears at most once in this time. */
const NOTE_AGAIN_MS = 60_000;

export interface LogsApi {
  /**
   * Repeats the call after throttling, a lost connection or a 5xx, with growing pauses and a note: for half a minute, or until
   * a given signal.
   * @param operation as AWS names it
   * @throws AwsRefusal for a lasting reason, Refused
   */
  call<T>(
    operation: string,
    send: (client: CloudWatchLogsClient, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** AWS's clock at its last answer, milliseconds: this machine's may be minutes off. */
  now(): number;
}

/** CloudWatch Logs for the log groups of a stack. */
export function logsApi(stack: string, region: string, { say, wait }: Patience): LogsApi {
  const client = new CloudWatchLogsClient({ ...TOOL_CALLS, region, maxAttempts: 1 });
  const noted = new Map<string, number>();
  let ahead = 0;
  const note = (text: string): void => {
    if (Date.now() - (noted.get(text) ?? 0) < NOTE_AGAIN_MS) return;
    noted.set(text, Date.now());
    say(text);
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      const date = Date.parse(headers?.date ?? "");
      if (!Number.isNaN(date)) ahead = date - Date.now();
      return result;
    },
    { step: "deserialize", name: "readClock" },
  );
  return {
    now: () => Date.now() + ahead,
    call: async (operation, send, signal) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await asked("CloudWatch", () => send(client, { abortSignal: signal }));
        } catch (error) {
          const ended = signal?.aborted === true || (signal === undefined && attempt === ATTEMPTS);
          if (!isPassing(error) || ended) throw inWords(error, operation, stack);
          note(
            error instanceof AwsRefusal ? `CloudWatch is busy (${error.type}): waiting.` : `${error.message} Waiting.`,
          );
          const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
          // Spreads the retries of calls that were refused at the same time.
          await wait(longest * (0.5 + Math.random() / 2), signal);
        }
      }
    },
  };
}

function isPassing(error: unknown): error is Refused {
  if (error instanceof Unreachable) return true;
  if (!(error instanceof AwsRefusal)) return false;
  const { status, type } = error;
  return (
    status === 429 || status >= 500 || /Throttling|TooManyRequests|LimitExceeded|ServiceUnavailable|Internal/.test(type)
  );
}

/** Keeps AWS's own words only where they name something. */
function inWords(error: unknown, operation: string, stack: string): unknown {
  if (!(error instanceof AwsRefusal)) return error;
  const { message, status, type } = error;
  return new AwsRefusal(type, status, sentenceOf(operation, type, message, stack));
}

function sentenceOf(operation: string, type: string, message: string, stack: string): string {
  if (isUnaccepted(type)) return message;
  if (/AccessDenied/.test(type)) {
    const permission = /perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? `logs:${operation}`;
    return `Your AWS credentials may not do ${permission} on the log groups of stack ${stack} (${type}). Reading the log takes logs:StartQuery and logs:GetQueryResults, or logs:FilterLogEvents; tail always takes the latter.`;
  }
  if (type === "ResourceNotFoundException") {
    return `A log group of stack ${stack} is gone: it was deleted outside the stack. Deploy again.`;
  }
  if (/LimitExceeded/.test(type)) {
    return `This AWS account runs as many queries of Logs Insights as it may (${type}): try again in a minute.`;
  }
  if (/Throttling|TooManyRequests/.test(type)) {
    return `CloudWatch takes no more requests of this AWS account at the moment (${type}): try again in a minute.`;
  }
  return `CloudWatch answered ${operation} with ${type}.`;
}
