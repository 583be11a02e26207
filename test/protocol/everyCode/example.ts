import type { Example } from "../../../bin/rollcall/errors/errors.ts";
import type { OrgRules } from "../../support/target.ts";
import type { RawRequest } from "../../support/wire.ts";
import { type RequestContext, SIGNED } from "./refusalSetup.ts";

const REFERENCE = "0".repeat(12);
const GATEWAY_REFERENCE = "AAAAAAAAAAAAAAA=";
const TIME = "2026-03-01T00:00:00.000Z";
/** Longer texts and lists are told by what they begin with, and how long they are. */
const LONGEST_TEXT = 90;
const LONGEST_LIST = 3;
const LONGEST_BODY = 1_200;

/**
 * An exchange as the reference chapter shows it: everything that is made anew in each run is put in its place, what is long
 * is cut short.
 * @param own the org that stands in the address as `acme`, and its token
 */
export function exampleOf(
  { request, answer }: RequestContext,
  own: { readonly slug: string; readonly token: string },
  rules: OrgRules | undefined,
): Example {
  const settled = settler(own);
  const under = rulesInWords(rules);
  return {
    ...(under === undefined ? {} : { under }),
    request: requestText(request, own.token, settled),
    answer: `${answer.status}\n${bodyText(answer.text, settled)}`,
  };
}

type Settled = (text: string) => string;

function rulesInWords(rules: OrgRules | undefined): string | undefined {
  if (rules === undefined) return undefined;
  const changed = Object.entries(rules.changed ?? {}).map(([rule, value]) => `${rule}=${value}`);
  return [...(rules.preset === undefined ? [] : [`preset ${rules.preset}`]), ...changed].join(", ");
}

function requestText({ method, target, headers, body }: RawRequest, token: string, settled: Settled): string {
  const shown = Object.entries(headers).filter(([name, value]) => !isUsual(name.toLowerCase(), value, token));
  const authorized = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  return [
    `${method} ${cut(readable(settled(target)), 160)}`,
    ...shown.map(([name, value]) => `${name}: ${settled(value)}`),
    ...(authorized || target.includes("/oauth/") ? [] : ["(no Authorization)"]),
    ...(body === undefined ? [] : [bodyText(body, settled)]),
  ].join("\n");
}

/** What a good request has as well. */
function isUsual(name: string, value: string, token: string): boolean {
  if (name === "content-type") return value === "application/scim+json" || value === "application/json";
  return ["accept", "user-agent"].includes(name) || value === `Bearer ${token}` || value === SIGNED.Authorization;
}

/** Spaces, quotes and brackets as a person writes them; the wire has them percent-encoded. */
function readable(target: string): string {
  if (!/filter=/.test(target)) return target;
  return target.replace(/%(20|22|28|29|5B|5D)/gi, (escaped) => decodeURIComponent(escaped));
}

function bodyText(raw: string | Uint8Array, settled: Settled): string {
  if (typeof raw !== "string") return [...raw].map(byteText).join("");
  const body = settled(raw);
  // A number that is too large would be printed as null.
  if (body.length <= LONGEST_TEXT) return body;
  const size = `… (${thousands(Buffer.byteLength(body))} bytes)`;
  try {
    const short = JSON.stringify(shortened(JSON.parse(body)));
    return short.length > LONGEST_BODY ? `${short.slice(0, LONGEST_BODY)}${size}` : short;
  } catch {
    return body.length > 200 ? `${body.slice(0, 20)}${size}` : body;
  }
}

function byteText(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`;
}

function shortened(value: unknown): unknown {
  if (typeof value === "string") return /^urn:|\(ref: /.test(value) ? value : cut(value, LONGEST_TEXT);
  if (Array.isArray(value)) {
    const [first, ...others] = value.map(shortened);
    return value.length <= LONGEST_LIST
      ? [first, ...others].slice(0, value.length)
      : [first, `… and ${thousands(others.length)} more`];
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shortened(one)]));
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, 20)}… (${thousands(text.length)} characters)`;
}

function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Ids by the order in which they appear, so that an example is the same whatever was made before. */
function settler({ slug }: { readonly slug: string }): Settled {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? `${id[0]}${String.fromCharCode(97 + ids.size).repeat(22)}`;
    ids.set(id, known);
    return known;
  };
  return (text) =>
    text
      .replace(/\(ref: [0-9a-f]{12}\)/g, `(ref: ${REFERENCE})`)
      .replace(/\(ref: [\w+/-]{15}=\)/g, `(ref: ${GATEWAY_REFERENCE})`)
      .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, TIME)
      .replace(/cursor=[^&\s]{20,}/g, "cursor=…")
      .replace(/(rollcall(?:app|link|portal)_)[0-9A-Za-z_]{20,}/g, "$1…")
      .replace(/((?:webhooks|deliveries|portal-sessions)\/)[0-9A-Za-z]{12}\b/g, `$1${"a".repeat(12)}`)
      .replace(/(trust |values":\[")[0-9A-Za-z]{12}\b/g, `$1${"a".repeat(12)}`)
      .replace(/after=(?!\d)[^&\s]{12,}/g, "after=…")
      .replace(/(rollcall_(?:(?:client|access)_)?)[0-9A-Za-z_]{20,}/g, "$1…")
      .replace(/(rollcall-domain=)[0-9a-f]{40}/g, "$1…")
      .replaceAll(slug, "acme")
      .replace(/\bt[0-9a-f]{16}\b/g, "other")
      .replace(/\b[ug](?!0{10}|1{22}|2{22})[0-9A-Za-z]{22}\b/g, idOf);
}
