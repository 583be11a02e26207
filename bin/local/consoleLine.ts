import type { Envelope } from "../../functions/provisioning/events/busEvents.ts";

/**
 * A canonical log line for people: `12:03:04 GET    /scim/v2/acme/Users (userName eq) 200  4 ms  0a1b2c3d4e5f acme`.
 * It uses that line alone, which holds no personal data: the path is the route's template with the verified org and the
 * resource's id filled in, never the path as sent.
 */
export function consoleLine(line: Readonly<Record<string, unknown>>): string {
  const org = textOf(line.org);
  // The signed APIs have few routes for many operations, so the operation says what the request was.
  const signed = /^(?:admin|directory|data)\.(?!none$)/.test(textOf(line.op)) ? textOf(line.op) : "";
  const path = (signed || textOf(line.route) || workIn(line) || "(no route)")
    .replace("{orgName}", org || "{orgName}")
    .replace("{id}", textOf(line.resourceId) || "{id}");
  const asked = Array.isArray(line.filterAttrs) ? ` (${line.filterAttrs.map(textOf).join(", ")})` : "";
  // Answered with 200 or 201, but only partly done.
  const code =
    textOf(line.detailCode) || partly(line.operationsRefused, "refused") || partly(line.skippedMembers, "skipped");
  return [
    timeOf(line.ts),
    textOf(line.method).padEnd(6),
    `${path}${asked}`,
    `${textOf(line.status)}${code === "" ? "" : ` ${code}`}`,
    line.ms === undefined ? "" : `${textOf(line.ms)} ms`,
    textOf(line.ref),
    org,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** Work without a request: failures, and outcomes of webhooks. */
function workIn({ type, cause, outcomes, webhookId, reason }: Readonly<Record<string, unknown>>): string {
  const name = textOf(type);
  if (name === "webhooks.disabled") return `webhook ${textOf(webhookId)} disabled (${textOf(reason)})`;
  if (!/^(?:(?:events|journal|sweep|webhooks)\.visit|webhooks\.run)$/.test(name)) return "";
  const sent = isObject(outcomes) ? Object.entries(outcomes).map(([kind, count]) => `${textOf(count)} ${kind}`) : [];
  const failure = isObject(cause) ? textOf(cause.name) : "";
  const failed = failure === "" ? "failed" : `failed (${failure})`;
  if (name === "webhooks.run") return `webhooks: ${[...sent, ...(cause === undefined ? [] : [failed])].join(", ")}`;
  return `${name} ${failed}`;
}

/** An event for people: `event  user.updated u0f3… version 2 (displayName, emails) ref 0a1b2c3d4e5f acme`. */
export function eventLine({ "detail-type": type, detail }: Envelope): string {
  const { changed, id, managed, member, orgName, reference, version } = detail;
  return [
    `event  ${type}`,
    member === undefined ? id : `${member} in ${id}`,
    version === undefined ? "" : `version ${version}`,
    changed === undefined ? "" : `(${changed.join(", ")})`,
    managed ? "" : "unmanaged",
    `ref ${reference}`,
    orgName ?? "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function partly(count: unknown, what: string): string {
  return typeof count === "number" && count > 0 ? `(${count} ${what})` : "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** Local time of day. */
function timeOf(ts: unknown): string {
  const date = new Date(textOf(ts));
  if (Number.isNaN(date.getTime())) return "";
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
