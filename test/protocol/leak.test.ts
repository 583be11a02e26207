import { describe, expect, test } from "@jest/globals";
import { createMemoryStore } from "../../functions/memory/store.ts";
import type { Json } from "../../functions/scim/json.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { runChecks, type Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { connect, type RawRequest, type Transport } from "../support/wire.ts";
import { replays } from "./idp/replays.ts";

const MARK = "Zq7xMarkedJk";

/**
 * Personal data stays out of logs (product.md 5.8). Every script of every identity provider is driven with a mark in
 * what it sends; whatever the answers are, no log line may hold the mark or a token.
 */
describe("no log line holds what a client sent", () => {
  test.each([
    ["in names, addresses and other free text, so that the scripts still succeed", markFreeText],
    ["in every value and every key, so that everything is refused that can be", markEverything],
  ])(
    "SEC-5: with marks %s",
    async (_title, mark) => {
      const lines: string[] = [];
      let sent = 0;
      const inner = inProcessTarget(
        "memory",
        testEndpoint(createMemoryStore(), (line) => lines.push(JSON.stringify(line))),
        30,
      );
      const tokens: string[] = [];
      const target: Target = {
        ...inner,
        org: async (rules) => {
          const tenant = await inner.org(rules);
          tokens.push(tenant.token);
          const marking: Transport = (request) => {
            const marked = mark(request);
            if (`${marked.target}${marked.body}${Object.values(marked.headers)}`.includes(MARK)) sent += 1;
            return inner.transport(marked);
          };
          return connect(marking, tenant);
        },
      };
      await runChecks(target, replays());
      expect(sent).toBeGreaterThan(300);
      expect(lines.length).toBeGreaterThan(sent);
      expect(lines.filter((line) => line.includes(MARK))).toEqual([]);
      expect(lines.filter((line) => tokens.some((token) => line.includes(token.slice(18))))).toEqual([]);
    },
    120_000,
  );

  test("the marks arrive: an answer repeats what was sent", async () => {
    const target = inProcessTarget("memory", testEndpoint(createMemoryStore()), 1);
    const org = await target.org();
    const user = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: `${MARK}@x.example` };
    const answer = await org.request({
      method: "POST",
      path: "/Users",
      body: { ...user, emails: [{ value: `${MARK}@x.example` }] },
    });
    expect(answer.text).toContain(MARK);
  });
});

/** Text that is a name, an address or a sentence; words of the protocol stay as they are. */
function markFreeText(request: RawRequest): RawRequest {
  const isFree = (text: string) =>
    (/[@\s]/.test(text) || text.length > 30) && !/^urn:|^https?:|\beq\b|^[ug][0-9A-Za-z]{22}$|members\[/i.test(text);
  const marked = (text: string) => (isFree(text) ? `${MARK}${text}` : text);
  return {
    ...request,
    target: markQuery(request.target, (query) => query.replace(/%22([^%&"]*%40[^%&"]*)%22/g, `%22${MARK}$1%22`)),
    headers: markHeaders(request.headers),
    body: markBody(request.body, marked, (key) => key),
  };
}

function markEverything(request: RawRequest): RawRequest {
  const marked = (text: string) => `${text}${MARK}`;
  return {
    ...request,
    target: markQuery(request.target, (query) => query.replace(/=([^&]*)/g, `=$1${MARK}`)),
    headers: { ...markHeaders(request.headers), "If-Match": `"${MARK}"` },
    body: markBody(request.body, marked, marked),
  };
}

function markHeaders(headers: RawRequest["headers"]): Record<string, string> {
  return {
    ...headers,
    "User-Agent": `Okta SCIM Client ${MARK}`,
    "X-Forwarded-For": MARK,
    Referer: `https://${MARK}.example`,
    "Accept-Language": MARK,
  };
}

function markQuery(target: string, change: (query: string) => string): string {
  const [path = "", query] = target.split(/\?(.*)/s);
  return `${path}?${query === undefined ? "" : `${change(query)}&`}note${MARK}=${MARK}`;
}

function markBody(
  body: RawRequest["body"],
  value: (text: string) => string,
  key: (text: string) => string,
): RawRequest["body"] {
  if (typeof body !== "string") return body;
  let json: Json;
  try {
    json = JSON.parse(body) as Json;
  } catch {
    return `${body}${MARK}`;
  }
  return JSON.stringify(markJson(json, value, key));
}

function markJson(json: Json, value: (text: string) => string, key: (text: string) => string): Json {
  if (typeof json === "string") return value(json);
  if (Array.isArray(json)) return json.map((one) => markJson(one, value, key));
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json).map(([name, one]) => [key(name), markJson(one, value, key)]);
  // The envelope's own words stay, or nothing behind it would be reached.
  return Object.fromEntries([
    ...entries,
    ...Object.entries(json)
      .filter(([name]) => name === "schemas" || name === "Operations" || name === "op")
      .map(([name, one]) => [name, name === "Operations" ? markJson(one, value, key) : one]),
  ]);
}
