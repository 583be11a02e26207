import { types } from "node:util";
import { type AdminAnswer, type AdminRequest, type AdminTransport, ifMatchOf } from "./adminClient.ts";
import { codeOf, Refused, Unreachable } from "./refused.ts";

const TIMEOUT_MS = 35_000;

/** Sends one request with its authorization. @throws Refused without authorization or answer */
export type SendHttp = (url: string, init: RequestInit) => Promise<Response>;

/** An administration or directory API over HTTP. @param url its root, ending in the version */
export function overHttp(url: string, send: SendHttp, actor: string | undefined): AdminTransport {
  const base = url.replace(/\/+$/, "");
  return {
    send: async ({ method, path, body, ifVersion, signal }: AdminRequest): Promise<AdminAnswer> => {
      const response = await send(`${base}/${path}`, {
        method,
        redirect: "manual",
        ...(signal && { signal }),
        headers: {
          Accept: "application/json",
          "User-Agent": "rollcall-cli",
          ...(actor === undefined ? {} : { "Rollcall-Actor": sendable(actor) }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...ifMatchOf({ ifVersion }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.status >= 300 && response.status < 400) throw redirected(base, response);
      return { status: response.status, text: await response.text() };
    },
    close: async () => undefined,
  };
}

/** `fetch` fails for characters that no header takes, as if nobody answered. The server refuses a question mark, and says why. */
function sendable(actor: string): string {
  return actor.replace(/[^ -~]/g, "?");
}

/** A signature is for one host. A proxy in between may ask for a sign-in, which no repetition brings. */
function redirected(base: string, { status, headers }: Response): Refused {
  const to = URL.parse(headers.get("location") ?? "", base)?.host;
  const where = to === undefined ? "elsewhere" : `to ${to}`;
  return new Refused(
    `${new URL(base).host} redirects ${where} (${status}), and Rollcall never does: check the address, and what stands between.`,
  );
}

/** @returns the whole answer @throws Unreachable where it does not come in time, or breaks off */
export async function inTime(
  url: string,
  init: RequestInit,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  try {
    const patience = AbortSignal.timeout(TIMEOUT_MS);
    const response = await send(init.signal ? AbortSignal.any([init.signal, patience]) : patience);
    const body = await response.arrayBuffer();
    // A status such as 204 takes no body, not even an empty one.
    return new Response(body.byteLength === 0 ? null : body, response);
  } catch (error) {
    throw new Unreachable(`${new URL(url).host} does not answer (${reasonOf(error)}).`);
  }
}

/** Errors of fetch may come from another realm. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error) && !types.isNativeError(error)) return "unknown reason";
  if (error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} seconds`;
  const { cause } = error;
  return codeOf(cause) ?? (cause instanceof Error || types.isNativeError(cause) ? cause : error).message;
}
