import { MAX_BODY_BYTES } from "../../../functions/http/requestContext.ts";
import {
  authorized,
  begin,
  expectBody,
  expectError,
  expectStatus,
  nameOf,
  type Patient,
} from "../../../functions/probe/expectations.ts";
import type { FaultName } from "../../../functions/probe/faults.ts";
import { type Ask, NoReply } from "../../../functions/probe/wire.ts";
import { LIST_RESPONSE } from "../../../functions/scim/schema.ts";

const NOBODY = `u${"0".repeat(22)}`;

interface Refusal {
  readonly title: string;
  readonly ask: Ask;
  readonly status: number;
  /** The finding for any other status. */
  readonly otherwise: FaultName;
  readonly header?: string;
}

/** Requests that need a valid token; all are refused or find nothing. */
export async function requests(patient: Patient): Promise<void> {
  const { findings, send, tenantUrl } = patient;
  const headers = authorized(patient);
  const list = { method: "GET", url: `${tenantUrl}/Users?count=1`, headers };
  await findings.check("users are listed", async () => {
    const reply = await send(list);
    if (!expectStatus(patient, list, reply, 200, "unexpected")) return;
    expectBody(patient, list, reply, LIST_RESPONSE);
    if (!/\bno-store\b/.test(reply.headers["cache-control"] ?? "")) findings.add("cached", nameOf(list));
  });
  await findings.check("filters arrive as they were sent", () => filters(patient));
  await findings.check("a slash at the end changes nothing", () => trailingSlash(patient));
  const sent = (type: string) => ({ ...headers, "Content-Type": type });
  const scim = sent("application/scim+json");
  const patch =
    '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"x"}]}';
  const outside = tenantUrl.replace(/\/scim\/v2\/.*$/, "");
  const refusals: readonly Refusal[] = [
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
      title: "a method that is not offered is refused, and Allow names the others",
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
  await findings.check("large bodies arrive, and one that is too large is refused with a SCIM error", () =>
    largeBodies(patient),
  );
}

const asFilter = (filter: string): string => `filter=${encodeURIComponent(filter)}`;

/**
 * Quotes, a plus and an at sign must arrive, and a percent sign must not be decoded twice: the position of the error shows it.
 */
async function filters(patient: Patient): Promise<void> {
  const { findings, send, tenantUrl } = patient;
  const headers = authorized(patient);
  const nobody = asFilter('userName eq "doctor+nobody@rollcall.example"');
  const good = { method: "GET", url: `${tenantUrl}/Users?${nobody}`, headers };
  const reply = await send(good);
  if (!expectStatus(patient, good, reply, 200, "queryRewritten")) return;
  expectBody(patient, good, reply, LIST_RESPONSE);
  const broken = { method: "GET", url: `${tenantUrl}/Users?${asFilter(BROKEN_FILTER)}`, headers };
  const refusal = await send(broken);
  if (!expectError(patient, broken, refusal, 400, "queryRewritten")) return;
  const detail = String(refusal.json?.detail);
  const place = /at character (\d+)/.exec(detail)?.[1];
  if (place !== String(BROKEN_AT)) findings.add("queryRewritten", `${nameOf(broken)} was answered with “${detail}”`);
}

const BROKEN_FILTER = 'userName eq "%41%41" eq';
/** Position of the second `eq`, counted from 1. */
const BROKEN_AT = BROKEN_FILTER.lastIndexOf("eq") + 1;

async function trailingSlash(patient: Patient): Promise<void> {
  const ask = { method: "GET", url: `${patient.tenantUrl}/ServiceProviderConfig/`, headers: authorized(patient) };
  const reply = await patient.send(ask);
  if (reply.status === 429 || reply.status === 503) expectStatus(patient, ask, reply, 200, "unexpected");
  else if (reply.status !== 200) {
    patient.findings.add("trailingSlash", `GET /ServiceProviderConfig/ was answered with ${reply.status}`);
  }
}

/** Above the default limit of proxies (1 MB), below the limits of API Gateway and Lambda. */
const LARGE_BYTES = 2_000_000;

async function largeBodies(patient: Patient): Promise<void> {
  const { findings, send, tenantUrl } = patient;
  const headers = { ...authorized(patient), "Content-Type": "application/scim+json" };
  for (const [bytes, status] of [
    [LARGE_BYTES, 400],
    [MAX_BODY_BYTES + 1, 413],
  ] as const) {
    // Invalid JSON, so that it changes nothing.
    const ask = { method: "POST", url: `${tenantUrl}/Users`, headers, body: "x".repeat(bytes) };
    try {
      const reply = await send(ask);
      if (reply.status === 413 && status !== 413) {
        findings.add("bodyLimit", `${bytes} bytes were answered with 413 and ${begin(reply.text)}`);
        return;
      }
      if (!expectError(patient, ask, reply, status, "requestRewritten")) return;
    } catch (error) {
      // A server that refuses a body need not read all of it.
      if (!(error instanceof NoReply)) throw error;
      findings.add("bodyLimit", `${bytes} bytes: ${error.message}`);
      return;
    }
  }
}
