import type { Authorizer } from "./authorize.ts";
import { type ClientCode, RollcallError } from "./rollcallError.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Pick<Headers, "get">;
  readonly text: string;
}

/** Signatures are valid for so long. */
const SKEW_MS = 300_000;

/** The error for an unsuccessful answer. @param now this machine's clock, milliseconds */
export function refusalIn(answer: Answered, base: string, { kind }: Authorizer, now: number): RollcallError {
  const { status, headers, text } = answer;
  const { detail, code, values } = errorIn(text);
  const reference = /\(ref: ([^()]*)\)$/.exec(detail ?? "")?.[1];
  const known = { status, reference, ...(values && { values }) };
  const because = (code: ClientCode, detail: string) => new RollcallError({ ...known, code, detail });

  if (status === 429 || status >= 500) {
    return new RollcallError({
      ...known,
      code: code ?? ("client.unavailable" satisfies ClientCode),
      detail: detail ?? `${base} answered ${status} and could not do it now.`,
      isTransient: true,
      retryAfterMs: retryAfter(headers, now),
    });
  }
  // Refusals by the functions have a code.
  if (code !== undefined && detail !== undefined) return new RollcallError({ ...known, code, detail });
  if (status === 401 && kind === "key") {
    return because(
      "client.key",
      `${base} does not take this application key: it is expired, revoked, of another deployment, or gone with its organization. \`rollcall app-key list\` shows which ones count.`,
    );
  }
  if (status === 403 && kind === "signature" && detail !== undefined) {
    const skew = skewOf(headers, now);
    if (Math.abs(skew) > SKEW_MS) {
      return because(
        "client.clock",
        `The clock of this machine is ${Math.round(Math.abs(skew) / 1000)} seconds ${skew > 0 ? "ahead of" : "behind"} that of ${base}, and a signature counts for five minutes: set the clock.`,
      );
    }
    return because(
      "client.credentials",
      `${base} does not take the signature: the credentials are of another account or server, have expired, or may not call this API. It says: ${detail}`,
    );
  }
  if (detail !== undefined && status !== 404) {
    return new RollcallError({ ...known, code: "client.argument" satisfies ClientCode, detail });
  }
  const keys =
    kind === "key" ? " A deployment has the addresses for application keys only with the setting applicationKeys." : "";
  return because(
    "client.url",
    `What answers at ${base} (${status}) is not Rollcall's API for applications: look at the url.${keys}`,
  );
}

/** @returns milliseconds by which this machine is ahead; 0 where the answer has no date */
function skewOf(headers: Answered["headers"], now: number): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? 0 : now - date;
}

/** RFC 9110 section 10.2.3: seconds or a date. */
function retryAfter(headers: Answered["headers"], now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

interface ErrorBody {
  readonly detail?: string;
  readonly code?: string;
  readonly values?: readonly (string | number)[];
}

/** Reads an error of RFC 7644 section 3.12; empty for other forms. */
function errorIn(text: string): ErrorBody {
  try {
    const { schemas, detail, code, values }: Readonly<Record<string, unknown>> = Object(JSON.parse(text));
    if (schemas === undefined || typeof detail !== "string") return {};
    return { detail, ...(typeof code === "string" && { code }), ...(Array.isArray(values) && { values }) };
  } catch {
    return {};
  }
}
