import type { PortalTexts } from "../texts/en.ts";
import type { Wording } from "./wording.ts";

/** A page's view of a failed request. */
export class PortalError extends Error {
  /** HTTP status; 0: no answer. */
  readonly status: number;
  /** Our name of the reason; null where the answer has none. */
  readonly code: string | null;
  /** For people, without the reference. */
  readonly detail: string;
  /** Finds the log line; null: none in the answer. */
  readonly reference: string | null;

  constructor(status: number, code: string | null, detail: string, reference: string | null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.reference = reference;
  }
}

/** @param text body of an error (RFC 7644 section 3.12), or the text of a server in between */
export function readPortalError(status: number, text: string): PortalError {
  const body = parsed(text);
  const detail = memberText(body, "detail") ?? memberText(body, "message") ?? "";
  const found = /^(.*?)\s*\(ref: ([^()\s]+)\)\s*$/s.exec(detail);
  const code = memberText(body, "code") ?? memberText(body, "scimType");
  return new PortalError(status, code, found?.[1] ?? detail, found?.[2] ?? null);
}

/** Wraps what a request threw. */
export function asPortalError(error: unknown): PortalError {
  return error instanceof PortalError ? error : new PortalError(0, null, String(error), null);
}

/** No network, or a server that is down or overloaded: the same request may succeed soon. */
export function mayPass({ status }: PortalError): boolean {
  // 501 will not change.
  return status === 0 || status === 429 || (status >= 500 && status !== 501);
}

/** An error of the operator console itself; its sentences are for the operator. */
export function isOfConsole({ code }: PortalError): boolean {
  return code?.startsWith("console.") ?? false;
}

export interface ErrorWords {
  readonly title: string;
  readonly text: string;
  /** Of the text, where the server wrote it. */
  readonly lang?: string;
}

/** In the reader's language, as far as the reason is expected. */
export function errorWords(error: PortalError, { errors, credentials }: PortalTexts, wording: Wording): ErrorWords {
  const { status, code, detail } = error;
  const ofServer = { text: detail, lang: "en" };
  const reason = new Map<string, string>(Object.entries(credentials.reasons)).get(code ?? "");
  if (reason !== undefined) return { title: errors.refused, text: reason };
  if (isOfConsole(error)) return { title: errors.refused, ...ofServer };
  if (status === 0) return { title: errors.network, text: errors.networkText };
  if (mayPass(error)) return { title: errors.busy, text: errors.busyText };
  if (code === "portal.csrf") return { title: errors.otherSession, text: errors.otherSessionText };
  if (status === 403) return { title: errors.forbidden, ...ofServer };
  if (status === 404) return { title: errors.notFound, text: errors.notFoundText };
  return { title: errors.refused, ...(detail === "" ? { text: wording.fill(errors.unknown, { status }) } : ofServer) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberText(body: unknown, name: "code" | "detail" | "message" | "scimType"): string | null {
  if (typeof body !== "object" || body === null) return null;
  const value: unknown = Reflect.get(body, name);
  return typeof value === "string" ? value : null;
}
