import { isObject, type Json } from "../../../functions/scim/json.ts";
import type { RawRequest } from "../../support/wire.ts";

/** The n-th of the marks that a test puts into requests: no two orgs have the same one. Short: names may have 40 letters. */
export function markOf(n: number): string {
  return `zq7x${n.toString(36).padStart(3, "0")}jk`;
}

const MARK = /zq7x([0-9a-z]{3})jk/gi;

/** Which marks are in the text, in any letter case, each once. */
export function marksIn(text: string): string[] {
  return [...new Set([...text.matchAll(MARK)].map(([mark]) => mark.toLowerCase()))];
}

/** What whoever sent the request would have got without the marks. */
export function unmarked(text: string): string {
  return text.replace(MARK, "");
}

export type Marking = (request: RawRequest, mark: string) => RawRequest;

/** Text that is a name, an address or a sentence; words of the protocol stay as they are, so that scripts succeed. */
export const markFreeText: Marking = (request, mark) => ({
  ...request,
  target: markQuery(request.target, mark, (query) =>
    query.replace(/(%22|")((?:(?!%22|").)*)\1/g, (whole, quote: string, value: string) =>
      isFree(decoded(value)) ? quote + mark + value + quote : whole,
    ),
  ),
  headers: markHeaders(request.headers, mark),
  body: markBody(
    request.body,
    (text) => freeMarked(text, mark),
    (key) => key,
    mark,
  ),
});

/** Every value and every key, so that everything is refused that can be. */
export const markEverything: Marking = (request, mark) => ({
  ...request,
  target: markQuery(request.target, mark, (query) =>
    query.replace(/=([^&]*)/g, (_whole, value: string) => `=${markedAtEnd(value, mark)}`),
  ),
  headers: { ...markHeaders(request.headers, mark), "If-Match": `"${mark}"` },
  body: markBody(
    request.body,
    (text) => markedAtEnd(text, mark),
    (key) => key + mark,
    mark,
  ),
});

/** Within the last quotes, so that a filter is read to its end; without any, behind it all. */
function markedAtEnd(value: string, mark: string): string {
  const [, before = value, quote = ""] = /^(.*)(%22|")$/s.exec(value) ?? [];
  return before + mark + quote;
}

/** What an operator or the application writes for people to read. */
const PROSE = new Set(["displayName", "description", "reason", "note"]);

/** A call of an operator or the application, its prose marked. */
export function markProse(body: unknown, mark: string): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (name === "admins" && Array.isArray(value)) return [name, value.map((one) => `${mark}${one}`)];
      // That of a webhook may hold a token.
      if (name === "url" && typeof value === "string") return [name, `${value}?${mark}`];
      return [name, PROSE.has(name) && typeof value === "string" ? mark + value : value];
    }),
  );
}

/** The address of such a call, whatever in its query is somebody's name or address marked. */
export function markValues(path: string, mark: string): string {
  return path.replace(/=([^&]*)/g, (whole, value: string) => (isFree(decoded(value)) ? `=${mark}${value}` : whole));
}

function isFree(text: string): boolean {
  return (/[@\s]/.test(text) || text.length > 30) && !/^(urn:|https?:|\/|[ug][0-9A-Za-z]{22}$)|\beq\b|\[/i.test(text);
}

function freeMarked(text: string, mark: string): string {
  if (text.startsWith("bulkId:")) return `bulkId:${freeMarked(text.slice(7), mark)}`;
  // A filter in a body: what it compares with, as in an address.
  if (/\beq\b/i.test(text)) {
    return text.replace(/"([^"]*)"/g, (whole, value: string) => (isFree(value) ? `"${mark}${value}"` : whole));
  }
  return isFree(text) ? mark + text : text;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}

function markHeaders(headers: RawRequest["headers"], mark: string): Record<string, string> {
  return {
    ...headers,
    "User-Agent": `Okta SCIM Client ${mark}`,
    "X-Forwarded-For": mark,
    Referer: `https://${mark}.example`,
    "Accept-Language": mark,
  };
}

function markQuery(target: string, mark: string, change: (query: string) => string): string {
  const [path = "", query] = target.split(/\?(.*)/s);
  return `${path}?${query === undefined ? "" : `${change(query)}&`}note${mark}=${mark}`;
}

function markBody(
  body: RawRequest["body"],
  value: (text: string) => string,
  key: (text: string) => string,
  mark: string,
): RawRequest["body"] {
  if (typeof body !== "string") return body;
  let json: Json;
  try {
    json = JSON.parse(body) as Json;
  } catch {
    // A form stays one: a parameter of nobody's at its end.
    return /^grant_type=/.test(body) ? `${body}&note=${mark}` : body + mark;
  }
  return JSON.stringify(markJson(json, value, key));
}

function markJson(json: Json, value: (text: string) => string, key: (text: string) => string): Json {
  if (typeof json === "string") return value(json);
  if (Array.isArray(json)) return json.map((one) => markJson(one, value, key));
  if (!isObject(json)) return json;
  const entries = Object.entries(json).map(([name, one]) => [key(name), markJson(one, value, key)]);
  // The envelope's own words stay, or nothing behind it would be reached.
  return Object.fromEntries([
    ...entries,
    ...Object.entries(json)
      .filter(([name]) => name === "schemas" || name === "Operations" || name === "op")
      .map(([name, one]) => [name, name === "Operations" ? markJson(one, value, key) : one]),
  ]);
}
