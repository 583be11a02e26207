import { readToken } from "../../../functions/provisioning/token.ts";
import { ERROR, LIST_RESPONSE } from "../../../functions/scim/schema.ts";
import type { FaultName, Findings } from "./faults.ts";
import { type Ask, NoReply, type Reply, type Send } from "./wire.ts";

export interface Patient {
  readonly tenantUrl: string;
  readonly token: string;
  readonly findings: Findings;
  readonly send: Send;
  /** Milliseconds since the epoch. */
  now(): number;
  /** After how many milliseconds a first answer counts as slow. */
  readonly slow: number;
}

const SKEW_MS = 5 * 60_000;
const TWO_WEEKS_MS = 14 * 86_400_000;
const NOBODY = `u${"0".repeat(22)}`;

/** Looks at a Tenant URL from outside. No request changes anything. */
export async function examine(patient: Patient): Promise<void> {
  const { findings, tenantUrl, token } = patient;
  try {
    await firstContact(patient);
    await findings.check("a request without a token is refused", () => withoutToken(patient));
    const arrives = await findings.check("the token arrives", () => wrongToken(patient));
    if (readToken(token) === undefined) {
      findings.add("tokenMalformed", `${token.length} characters`);
      return;
    }
    if (arrives && (await findings.check("the token opens the organization", () => rightToken(patient)))) {
      await requests(patient);
    }
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    findings.add(error.fault, `${new URL(tenantUrl).host}: ${error.message}`);
  }
}

async function firstContact(patient: Patient): Promise<void> {
  const { findings, send, tenantUrl, slow } = patient;
  const { protocol, hostname } = new URL(tenantUrl);
  const local = /^(127\.0\.0\.1|\[::1\]|localhost|.*\.localhost)$/.test(hostname);
  if (protocol !== "https:" && !local) findings.add("notEncrypted", tenantUrl);
  const ask = { method: "GET", url: `${tenantUrl}/ServiceProviderConfig` };
  const reply = await findings.check("the service answers, and its configuration can be read", async () => {
    const first = await send(ask);
    if (expectStatus(patient, ask, first, 200, "unexpected")) expectBody(patient, ask, first);
    return first;
  });
  await findings.check("clock, certificate and time of the first answer", async () => {
    const date = Date.parse(reply.headers.date ?? "");
    const skew = Math.abs(date - patient.now());
    if (skew > SKEW_MS) findings.add("clockSkew", `${Math.round(skew / 60_000)} minutes`);
    const left = (reply.certificateEnds ?? Number.POSITIVE_INFINITY) - patient.now();
    if (left < TWO_WEEKS_MS) findings.add("certificateExpires", `in ${Math.floor(left / 86_400_000)} days`);
    if (reply.ms > slow) findings.add("slowFirstAnswer", `${Math.round(reply.ms)} ms`);
  });
}

async function withoutToken(patient: Patient): Promise<void> {
  const { findings, send, tenantUrl } = patient;
  const ask = { method: "GET", url: `${tenantUrl}/Users?count=1` };
  const reply = await send(ask);
  if (reply.status === 200) return findings.add("open", nameOf(ask));
  if (!expectError(patient, ask, reply, 401, "unexpected")) return;
  const { "www-authenticate": challenge, "x-amzn-remapped-www-authenticate": remapped } = reply.headers;
  if (challenge === undefined && remapped === undefined) findings.add("noChallenge", nameOf(ask));
}

/** The configuration is for everybody, but not for a wrong token: whether the header arrives shows in the difference. */
async function wrongToken({ findings, send, tenantUrl }: Patient): Promise<boolean> {
  const url = `${tenantUrl}/ServiceProviderConfig`;
  const reply = await send({ method: "GET", url, headers: { Authorization: "Bearer none" } });
  if (reply.status !== 200) return true;
  findings.add("authorizationStripped", "GET /ServiceProviderConfig with a wrong token was answered with 200");
  return false;
}

async function rightToken(patient: Patient): Promise<boolean> {
  const { findings, send, tenantUrl } = patient;
  const ask = { method: "GET", url: `${tenantUrl}/ServiceProviderConfig`, headers: authorized(patient) };
  const reply = await send(ask);
  const detail = String(reply.json?.detail ?? "");
  if (reply.status === 401 && isScimError(reply)) {
    findings.add(detail.includes("belongs to the organization") ? "wrongOrg" : "tokenRefused", detail);
    return false;
  }
  if (reply.status === 403 && isScimError(reply)) {
    findings.add("orgState", detail);
    return false;
  }
  if (!expectStatus(patient, ask, reply, 200, "unexpected")) return false;
  if (reply.json === undefined) {
    findings.add("bodyRewritten", `${nameOf(ask)} was answered with ${begin(reply.text)}`);
    return true;
  }
  const { meta } = reply.json;
  const location = typeof meta === "object" && meta !== null && "location" in meta ? String(meta.location) : "";
  if (location !== ask.url) findings.add("addressRewritten", `meta.location is ${location || "missing"}`);
  return true;
}

interface Refusal {
  readonly title: string;
  readonly ask: Ask;
  readonly status: number;
  /** What another status means. */
  readonly otherwise: FaultName;
  readonly header?: string;
}

async function requests(patient: Patient): Promise<void> {
  const { findings, send, tenantUrl } = patient;
  const headers = authorized(patient);
  const list = { method: "GET", url: `${tenantUrl}/Users?count=1`, headers };
  await findings.check("users are listed", async () => {
    const reply = await send(list);
    if (!expectStatus(patient, list, reply, 200, "unexpected")) return;
    expectBody(patient, list, reply, LIST_RESPONSE);
    if (!/\bno-store\b/.test(reply.headers["cache-control"] ?? "")) findings.add("cached", nameOf(list));
  });
  const sent = (type: string) => ({ ...headers, "Content-Type": type });
  const scim = sent("application/scim+json");
  const patch =
    '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"x"}]}';
  const outside = tenantUrl.replace(/\/scim\/v2\/.*$/, "");
  const refusals: readonly Refusal[] = [
    {
      title: "a broken filter is refused: the query arrives",
      ask: { method: "GET", url: `${tenantUrl}/Users?filter=userName%20eq`, headers },
      status: 400,
      otherwise: "queryRewritten",
    },
    {
      title: "malformed JSON is refused",
      ask: { method: "POST", url: `${tenantUrl}/Users`, headers: scim, body: "{" },
      status: 400,
      otherwise: "requestRewritten",
    },
    {
      title: "a body of another type is refused",
      ask: { method: "POST", url: `${tenantUrl}/Users`, headers: sent("text/plain"), body: "x" },
      status: 415,
      otherwise: "requestRewritten",
    },
    {
      title: "a method that is not offered is refused, with what is",
      ask: { method: "PUT", url: `${tenantUrl}/Users`, headers: scim, body: "{}" },
      status: 405,
      otherwise: "methodBlocked",
      header: "allow",
    },
    {
      title: "PATCH gets through",
      ask: { method: "PATCH", url: `${tenantUrl}/Users/${NOBODY}`, headers: scim, body: patch },
      status: 404,
      otherwise: "methodBlocked",
    },
    {
      title: "DELETE gets through",
      ask: { method: "DELETE", url: `${tenantUrl}/Users/${NOBODY}`, headers },
      status: 404,
      otherwise: "methodBlocked",
    },
    {
      title: "an unknown endpoint is a SCIM error",
      ask: { method: "GET", url: `${tenantUrl}/NothingHere`, headers },
      status: 404,
      otherwise: "unexpected",
    },
    {
      title: "an address outside SCIM is a SCIM error",
      ask: { method: "GET", url: `${outside}/nothing-here`, headers },
      status: 404,
      otherwise: "unexpected",
    },
  ];
  for (const { title, ask, status, otherwise, header } of refusals) {
    await findings.check(title, async () => {
      const reply = await send(ask);
      if (!expectError(patient, ask, reply, status, otherwise)) return;
      if (header !== undefined && reply.headers[header] === undefined) {
        findings.add("headersDropped", `${nameOf(ask)} has no ${header}`);
      }
    });
  }
}

export function authorized({ token }: Pick<Patient, "token">): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${token}` };
}

/** @returns whether the status is the one that was expected; otherwise the fault is noted */
function expectStatus({ findings }: Patient, ask: Ask, reply: Reply, status: number, otherwise: FaultName): boolean {
  if (reply.status === status) return true;
  const where = `${nameOf(ask)} was answered with ${reply.status}`;
  if (reply.status >= 300 && reply.status < 400) {
    findings.add("redirected", `${where} to ${reply.headers.location ?? "nowhere"}`);
  } else if (reply.status === 429 || reply.status === 503) findings.add("busy", where);
  else if (reply.status >= 400 && !isScimError(reply) && otherwise === "unexpected") findings.add("notScim", where);
  else findings.add(otherwise, `${where} instead of ${status}`);
  return false;
}

/** As expectStatus; the answer must be a SCIM error of this service as well. */
function expectError(patient: Patient, ask: Ask, reply: Reply, status: number, otherwise: FaultName): boolean {
  if (!expectStatus(patient, ask, reply, status, otherwise)) return false;
  if (!isScimError(reply)) {
    patient.findings.add("notScim", `${nameOf(ask)} was answered with ${status} and ${begin(reply.text)}`);
    return false;
  }
  expectBody(patient, ask, reply, ERROR);
  return true;
}

function expectBody({ findings }: Patient, ask: Ask, reply: Reply, schema?: string): void {
  const type = reply.headers["content-type"];
  if (type !== "application/scim+json") findings.add("contentType", `${nameOf(ask)} has ${type ?? "none"}`);
  const schemas = reply.json?.schemas;
  if (!Array.isArray(schemas) || (schema !== undefined && !schemas.includes(schema))) {
    findings.add("bodyRewritten", `${nameOf(ask)} was answered with ${begin(reply.text)}`);
  }
}

function isScimError({ json, status }: Reply): boolean {
  const { schemas, status: said, detail } = json ?? {};
  return (
    Array.isArray(schemas) &&
    schemas.includes(ERROR) &&
    said === String(status) &&
    /\(ref: [^)]+\)$/.test(String(detail))
  );
}

function begin(text: string): string {
  return text === "" ? "an empty body" : `“${text.slice(0, 60).replace(/\s+/g, " ")}”`;
}

/** Without the host, and without what follows the path. */
function nameOf({ method, url }: Ask): string {
  return `${method} ${new URL(url).pathname.replace(/^.*(?=\/[^/]+\/?$)/, "")}`;
}
