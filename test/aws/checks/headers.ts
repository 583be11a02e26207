import { GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { same, wants } from "../../deploy/smoke.ts";
import { type Answer, at, connect } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";

/** Two clocks that a signature would accept: AWS allows five minutes. */
const CLOCKS_MS = 5 * 60_000;

/** 8 requests. */
export const headers: LiveCheck = {
  name: "headers of the functions arrive as they were sent, and the challenge of a 401 under a name that is known",
  run: ask,
};

async function ask({ target }: LiveStack): Promise<Finding> {
  const tenant = await target.org();
  const emails = [{ type: "work", primary: true, value: "ada@example.com" }];
  const user = { schemas: [USER_SCHEMA], userName: "ada@example.com", emails, active: true };
  const group = { schemas: [GROUP_SCHEMA], displayName: "Crew" };
  const stranger = connect(target.transport, { ...tenant, token: "made-up" });
  const made = await tenant.request({ method: "POST", path: "/Users", body: user });
  const team = await tenant.request({ method: "POST", path: "/Groups", body: group });
  const path = `/Groups/${String(at(team.json, "id"))}`;
  const known = { "If-None-Match": team.headers.etag ?? "none came" };
  return together([
    challenge(await stranger.request({ method: "GET", path: "/Users" })),
    created("POST user", made, `${tenant.tenantUrl}/Users/${String(at(made.json, "id"))}`),
    created("POST group", team, `${tenant.tenantUrl}${path}`),
    unchanged(await tenant.request({ method: "GET", path, headers: known }), team.headers.etag),
    refusedMethod(await tenant.request({ method: "DELETE", path: "/Users" })),
    deleted(await tenant.request({ method: "DELETE", path })),
    clock(made, Date.now()),
  ]);
}

function together(findings: readonly Finding[]): Finding {
  return {
    differences: findings.flatMap(({ differences }) => differences),
    notes: findings.flatMap(({ notes = [] }) => notes),
  };
}

/**
 * RFC 7235 section 3.1 wants the header; of a function's answer API Gateway renames it.
 * Source: API Gateway Developer Guide, "Important notes", which lists `WWW-Authenticate` among the remapped headers.
 */
export function challenge(answer: Answer): Finding {
  const names = ["www-authenticate", "x-amzn-remapped-www-authenticate"].filter((name) => name in answer.headers);
  const values = names.map((name) => answer.headers[name] ?? "");
  return {
    differences: [
      ...wants("a made-up token", answer, 401),
      ...(names.length === 0 ? ["the 401 has no challenge under either name"] : []),
      ...values.filter((value) => !/^Bearer\b/.test(value)).map((value) => `the challenge is ${value}`),
    ],
    notes: names.map((name) => `the challenge of a 401 arrives as ${name}`),
  };
}

/** @param location RFC 7644 section 3.3: that of the resource, in header and body */
export function created(what: string, answer: Answer, location: string): Finding {
  return {
    differences: [
      ...wants(what, answer, 201),
      ...same(`${what}, Location`, answer.headers.location, location),
      ...same(`${what}, meta.location`, at(answer.json, "meta.location"), location),
      ...same(`${what}, ETag`, answer.headers.etag, at(answer.json, "meta.version")),
      ...same(`${what}, Content-Type`, answer.headers["content-type"], "application/scim+json"),
      ...same(`${what}, Cache-Control`, answer.headers["cache-control"], "no-store"),
      ...renamed(answer),
    ],
  };
}

/** RFC 7232 section 4.1. */
export function unchanged(answer: Answer, etag: string | undefined): Finding {
  return {
    differences: [
      ...wants("GET of a known version", answer, 304),
      ...same("its ETag", answer.headers.etag, etag),
      ...same("its body", answer.text, ""),
    ],
  };
}

/** RFC 7231 section 6.5.5. */
export function refusedMethod(answer: Answer): Finding {
  const allowed = (answer.headers.allow ?? "").split(",").map((method) => method.trim());
  return {
    differences: [
      ...wants("DELETE /Users", answer, 405),
      ...(allowed.includes("POST") ? [] : [`its Allow is ${answer.headers.allow}`]),
    ],
  };
}

export function deleted(answer: Answer): Finding {
  const type = answer.headers["content-type"];
  return {
    differences: [...wants("DELETE of a group", answer, 204), ...same("its body", answer.text, "")],
    notes: [type === undefined ? "a 204 comes without Content-Type" : `a 204 comes with Content-Type ${type}`],
  };
}

/** @param now milliseconds of this machine */
export function clock(answer: Answer, now: number): Finding {
  const { date = "" } = answer.headers;
  const apart = Math.abs(Date.parse(date) - now);
  return { differences: apart <= CLOCKS_MS ? [] : [`Date is ${date}, here it is ${new Date(now).toUTCString()}`] };
}

function renamed(answer: Answer): string[] {
  return Object.keys(answer.headers)
    .filter((name) => /^x-amzn-remapped-(?!(connection|content-length|date|server)$)/.test(name))
    .map((name) => `a header arrives as ${name}`);
}
