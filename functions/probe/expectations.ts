import { ERROR } from "../scim/schema.ts";
import type { FaultName, Findings } from "./faults.ts";
import type { Ask, Reply, Send } from "./wire.ts";

/** An endpoint under test, its user, and the findings. */
export interface Patient {
  readonly tenantUrl: string;
  readonly token: string;
  readonly findings: Findings;
  readonly send: Send;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from which an answer counts as slow. */
  readonly slow: number;
}

export function authorized({ token }: Pick<Patient, "token">): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${token}` };
}

/** @returns whether the status is the expected one; otherwise adds the fault */
export function expectStatus(
  { findings }: Patient,
  ask: Ask,
  reply: Reply,
  status: number,
  otherwise: FaultName,
): boolean {
  if (reply.status === status) return true;
  const where = `${nameOf(ask)} was answered with ${reply.status}`;
  if (reply.status >= 300 && reply.status < 400) {
    findings.add("redirected", `${where} to ${reply.headers.location ?? "nowhere"}`);
  } else if (reply.status === 429 || reply.status === 503) {
    findings.add("busy", where);
    if (!/^\d+$/.test(reply.headers["retry-after"] ?? "")) findings.add("noRetryAfter", where);
  } else if (reply.status >= 500 && isScimError(reply)) findings.add("serverError", where);
  else if (reply.status >= 400 && !isScimError(reply) && otherwise === "unexpected") findings.add("notScim", where);
  else findings.add(otherwise, `${where} instead of ${status}`);
  return false;
}

/** The same; the answer must also be a SCIM error of this service. */
export function expectError(patient: Patient, ask: Ask, reply: Reply, status: number, otherwise: FaultName): boolean {
  if (!expectStatus(patient, ask, reply, status, otherwise)) return false;
  if (!isScimError(reply)) {
    patient.findings.add("notScim", `${nameOf(ask)} was answered with ${status} and ${begin(reply.text)}`);
    return false;
  }
  expectBody(patient, ask, reply, ERROR);
  return true;
}

export function expectBody({ findings }: Patient, ask: Ask, reply: Reply, schema?: string): void {
  const type = reply.headers["content-type"];
  if (type !== "application/scim+json") findings.add("contentType", `${nameOf(ask)} has ${type ?? "none"}`);
  const schemas = reply.json?.schemas;
  if (!Array.isArray(schemas) || (schema !== undefined && !schemas.includes(schema))) {
    findings.add("bodyRewritten", `${nameOf(ask)} was answered with ${begin(reply.text)}`);
  }
}

const TWO_WEEKS_MS = 14 * 86_400_000;

/** Checks that the certificate of an answer over TLS is valid for two more weeks. */
export function expectCertificate({ findings, now }: Patient, { certificateEnds }: Reply): void {
  const left = (certificateEnds ?? Number.POSITIVE_INFINITY) - now();
  if (left < TWO_WEEKS_MS) findings.add("certificateExpires", `in ${Math.floor(left / 86_400_000)} days`);
}

export function isScimError({ json, status }: Reply): boolean {
  const { schemas, status: stated, detail } = json ?? {};
  return (
    Array.isArray(schemas) &&
    schemas.includes(ERROR) &&
    stated === String(status) &&
    /\(ref: [^)]+\)$/.test(String(detail))
  );
}

export function begin(text: string): string {
  return text === "" ? "an empty body" : `“${text.slice(0, 60).replace(/\s+/g, " ")}”`;
}

/** Method and last segment of the path, without host and query. */
export function nameOf({ method, url }: Ask): string {
  return `${method} ${new URL(url).pathname.replace(/^.*(?=\/[^/]+\/?$)/, "")}`;
}
