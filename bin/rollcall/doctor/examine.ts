import {
  authorized,
  begin,
  expectBody,
  expectCertificate,
  expectError,
  expectStatus,
  isScimError,
  nameOf,
  type Patient,
} from "../../../functions/probe/expectations.ts";
import { NoReply, type Reply } from "../../../functions/probe/wire.ts";
import { readToken } from "../../../functions/provisioning/token.ts";
import { requests } from "./requests.ts";

const SKEW_MS = 5 * 60_000;
/** Later answers must be this many times faster than the first. */
const SLOW_AGAIN = 3;
const REMAPPED =
  "API Gateway renames the header WWW-Authenticate of a 401 to x-amzn-Remapped-WWW-Authenticate. This does no harm: identity providers read the status and the body.";

/** Examines a Tenant URL from outside. No request changes anything. */
export async function examine(patient: Patient): Promise<void> {
  const { findings, tenantUrl, send, slow } = patient;
  const times: number[] = [];
  const timed: Patient = {
    ...patient,
    send: async (ask) => {
      const reply = await send(ask);
      times.push(Math.round(reply.ms));
      return reply;
    },
  };
  try {
    await checkAll(timed);
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    findings.add(error.fault, `${new URL(tenantUrl).host}: ${error.message}`);
  }
  const [first, ...later] = times;
  const median = later.toSorted((a, b) => a - b)[Math.floor(later.length / 2)];
  if (first === undefined || median === undefined) return;
  const those = `${median} ms in the median of ${later.length}`;
  if (median > slow / SLOW_AGAIN) findings.add("slowAnswers", those);
  findings.remarks.push(
    `The first answer took ${first} ms, the later ones ${those}; each over a connection of its own.`,
  );
}

async function checkAll(patient: Patient): Promise<void> {
  const { findings, token } = patient;
  if (!(await firstContact(patient))) return;
  await findings.check("a request without a token is refused", () => withoutToken(patient));
  const arrives = await findings.check("the token arrives", () => wrongToken(patient));
  if (readToken(token) === undefined) {
    findings.add("tokenMalformed", `${token.length} characters`);
    return;
  }
  if (arrives && (await findings.check("the token opens the organization", () => rightToken(patient)))) {
    await requests(patient);
  }
}

/** @returns whether further checks make sense */
async function firstContact(patient: Patient): Promise<boolean> {
  const { findings, send, tenantUrl, slow } = patient;
  const { protocol, hostname } = new URL(tenantUrl);
  const local = /^(127\.0\.0\.1|\[::1\]|localhost|.*\.localhost)$/.test(hostname);
  if (protocol !== "https:" && !local) findings.add("notEncrypted", tenantUrl);
  const ask = { method: "GET", url: `${tenantUrl}/ServiceProviderConfig` };
  const reply = await findings.check("the service answers, and its configuration can be read", async () => {
    const first = await send(ask);
    if (isSomethingElse(first)) {
      findings.add("wrongAddress", `${nameOf(ask)} was answered with ${first.status} and ${begin(first.text)}`);
    } else if (expectStatus(patient, ask, first, 200, "unexpected")) expectBody(patient, ask, first);
    return first;
  });
  await findings.check("clock, certificate and time of the first answer", async () => {
    const date = Date.parse(reply.headers.date ?? "");
    const skew = Math.abs(date - patient.now());
    if (skew > SKEW_MS) findings.add("clockSkew", `${Math.round(skew / 60_000)} minutes`);
    expectCertificate(patient, reply);
    if (reply.ms > slow) findings.add("slowFirstAnswer", `${Math.round(reply.ms)} ms`);
  });
  return !findings.has("wrongAddress") && !findings.has("redirected");
}

/** This document is public: a 404 or a foreign page comes from a wrong address. */
function isSomethingElse(reply: Reply): boolean {
  if (reply.status === 404) return true;
  return [200, 403].includes(reply.status) && !isScimError(reply) && isPage(reply);
}

/** From another server: a web page, or API Gateway's `{"message":"Forbidden"}`. */
function isPage({ headers, json }: Reply): boolean {
  return /^text\/html\b/.test(headers["content-type"] ?? "") || (json !== undefined && "message" in json);
}

async function withoutToken(patient: Patient): Promise<void> {
  const { findings, send, tenantUrl } = patient;
  const ask = { method: "GET", url: `${tenantUrl}/Users?count=1` };
  const reply = await send(ask);
  if (reply.status === 200) return findings.add("open", nameOf(ask));
  if (!expectError(patient, ask, reply, 401, "unexpected")) return;
  const { "www-authenticate": challenge, "x-amzn-remapped-www-authenticate": remapped } = reply.headers;
  if (challenge === undefined && remapped === undefined) findings.add("noChallenge", nameOf(ask));
  if (challenge === undefined && remapped !== undefined) findings.remarks.push(REMAPPED);
}

/** The configuration is public, but a wrong token is refused: the difference shows whether the header arrives. */
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
