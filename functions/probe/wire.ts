import { type JsonObject, objectIn } from "../scim/json.ts";
import type { FaultName } from "./faults.ts";
import { BROKEN_OFF, NoAnswer, type Received, sendPlainly } from "./sendPlainly.ts";

const PATIENCE_MS = 30_000;

export interface Ask {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Reply extends Received {
  /** Undefined where the body is no JSON object. */
  readonly json: JsonObject | undefined;
}

/** No answer came; `fault` says why. */
export class NoReply extends Error {
  readonly fault: FaultName;

  constructor(fault: FaultName, reason: string) {
    super(reason);
    this.fault = fault;
  }
}

export type Send = (ask: Ask) => Promise<Reply>;

/**
 * Sends a request unchanged, without redirects, retries or kept connections. Every connection failure is a NoReply.
 * @param userAgent of the request @param ca certificates to trust besides Node's, PEM
 */
export function sender(userAgent: string, ca?: string): Send {
  return async ({ method, url, headers = {}, body }) => {
    const all = { Accept: "application/scim+json", "User-Agent": userAgent, ...headers };
    const options = { method, headers: all, agent: false, timeout: PATIENCE_MS, ...(ca === undefined ? {} : { ca }) };
    try {
      const received = await sendPlainly(new URL(url), options, body);
      return { ...received, json: objectIn(received.text) };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new NoReply(faultOf(`${error.code} ${error.message}`), error.message);
    }
  };
}

/** @param problem code and message, because OpenSSL's alerts have no own code */
function faultOf(problem: string): FaultName {
  if (problem.endsWith(BROKEN_OFF)) return "brokenOff";
  if (/^(ENOTFOUND|EAI_AGAIN) /.test(problem)) return "nameUnknown";
  if (/^CERT_HAS_EXPIRED /.test(problem)) return "certificateExpired";
  if (/^ERR_TLS_CERT_ALTNAME_INVALID /.test(problem)) return "certificateName";
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|alert protocol version/.test(problem)) return "oldTls";
  return /^\S*(CERT|ISSUER|SIGNATURE)/.test(problem) ? "certificateUntrusted" : "unreachable";
}
