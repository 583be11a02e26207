import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { reachable, reasonOf } from "../playing.ts";
import type { FaultName } from "./faults.ts";

const PATIENCE_MS = 30_000;

export interface Ask {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came; undefined where it is no JSON object. */
  readonly json: JsonObject | undefined;
  readonly text: string;
  readonly ms: number;
  readonly certificateEnds: number | undefined;
}

/** Nobody answered, and what that means. */
export class NoReply extends Error {
  readonly fault: FaultName;

  constructor(fault: FaultName, reason: string) {
    super(reason);
    this.fault = fault;
  }
}

export type Send = (ask: Ask) => Promise<Reply>;

/**
 * Sends a request as it is: nothing is followed, repeated or kept open. Every failure of the connection is a NoReply.
 * @param ca certificates to trust beside those of Node, PEM
 */
export function sender(ca?: string): Send {
  return ({ method, url, headers = {}, body }) => {
    const target = new URL(url);
    const started = performance.now();
    const all = {
      Host: target.host,
      Accept: "application/scim+json",
      "User-Agent": "rollcall-doctor",
      ...headers,
      ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
    };
    const options = { method, headers: all, agent: false, timeout: PATIENCE_MS, ...(ca === undefined ? {} : { ca }) };
    return new Promise((resolve, reject) => {
      const fail = (cause: Error & { readonly code?: string }): void =>
        reject(new NoReply(faultOf(`${cause.code} ${cause.message}`), reasonOf(cause)));
      const send = target.protocol === "https:" ? httpsRequest : httpRequest;
      const outgoing = send(reachable(target), options, async (incoming) => {
        const { socket } = incoming;
        const ends = socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : undefined;
        const ms = performance.now() - started;
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of incoming) chunks.push(chunk);
          const text = Buffer.concat(chunks).toString("utf8");
          const { statusCode: status = 0, headers: received } = incoming;
          resolve({ status, headers: received, text, json: objectIn(text), ms, certificateEnds: ends });
        } catch (error) {
          reject(new NoReply("unreachable", error instanceof Error ? error.message : "the answer broke off"));
        }
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} seconds`)));
      outgoing.on("error", fail);
      outgoing.end(body);
    });
  };
}

/** @param problem code and message: OpenSSL's alerts have no code of their own */
function faultOf(problem: string): FaultName {
  if (/^(ENOTFOUND|EAI_AGAIN) /.test(problem)) return "nameUnknown";
  if (/^CERT_HAS_EXPIRED /.test(problem)) return "certificateExpired";
  if (/^ERR_TLS_CERT_ALTNAME_INVALID /.test(problem)) return "certificateName";
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|alert protocol version/.test(problem)) return "oldTls";
  return /^\S*(CERT|ISSUER|SIGNATURE)/.test(problem) ? "certificateUntrusted" : "unreachable";
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const json: Json = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    // What is no JSON is a finding of the check that reads it.
    return undefined;
  }
}
