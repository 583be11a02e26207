import { describe, expect, test } from "@jest/globals";
import { readExamples } from "../../bin/generate/errorChapter.ts";
import {
  DETAIL_CODES,
  type DetailCode,
  type Example,
  HELP,
  isOperatorCode,
  OAUTH_CODES,
  patternOf,
} from "../../bin/rollcall/errors/errors.ts";
import { refusalInWords } from "../../bin/rollcall/refusalWords.ts";
import { JOURNAL_FILTER } from "../../functions/http/journal.ts";
import type { OAuthCode } from "../../functions/http/oauthErrors.ts";
import { readLine } from "../../functions/provisioning/journal/readLine.ts";
import { RULE_NAMES } from "../../functions/provisioning/orgSettings.ts";
import { kindOf } from "../../functions/scim/error.ts";
import { isObject, type Json } from "../../functions/scim/json.ts";
import { ERROR } from "../../functions/scim/schema.ts";
import { GATEWAY_ERRORS } from "../../lib/gatewayErrors.ts";
import { DOCUMENTS, documentedStatuses } from "../support/documented.ts";
import { type Answer, at } from "../support/wire.ts";
import { exampleOf } from "./everyCode/example.ts";
import {
  ANYBODY,
  API_GATEWAY_TYPES,
  LOCAL_REFUSALS,
  refusedByApiGateway,
  refusedLocally,
} from "./everyCode/gatewayCodes.ts";
import { AT_FAULT, journalAfter, type Line, OF_NO_ORG } from "./everyCode/journalAfter.ts";
import { FUNCTION_CODES, type FunctionCode, type Provoked, provoke } from "./everyCode/provoke.ts";

/** Codes that no request can cause, with the reason in its family's file; more than these are a gap. */
const UNPROVOKED = ["token.secretSuperseded"];
const PROVOKED = FUNCTION_CODES.filter((code) => !UNPROVOKED.includes(code));

/** What the reference chapter and `explain` show: of every code, and of nothing else. */
const EXAMPLES = readExamples();

/** Section 5.2; the last two are ours, for what that section has no word for. */
const RFC_6749_STATUS: Readonly<Record<OAuthCode, number>> = {
  "oauth.invalid_request": 400,
  "oauth.invalid_client": 401,
  "oauth.unauthorized_client": 400,
  "oauth.unsupported_grant_type": 400,
  "oauth.invalid_scope": 400,
  "oauth.temporarily_unavailable": 503,
  "oauth.server_error": 500,
};

/** The lines of requests that were refused with a code, and of those that led there: they need not be provoked twice. */
const refusals = new Map<FunctionCode, readonly Line[]>();

describe("a request is refused with", () => {
  test.each(DETAIL_CODES.filter((code) => !UNPROVOKED.includes(code)))("%s", async (code) => {
    const provoked = await refusedWith(code);
    const { request, answer } = provoked;
    const documented = documentedStatuses(request.method, request.target);
    if (documented !== undefined) expect(documented).toContain(String(answer.status));
    const [status, scimType] = kindOf(code);
    const last = provoked.setup.lines.at(-1);
    const error = errorsIn(answer).find((one) => shapeOf(code).test(String(at(one, "detail"))));
    expect({ code, error, answer: answer.text.slice(0, 300) }).toMatchObject({
      error: { status: String(status), ...(scimType === undefined ? {} : { scimType }) },
    });
    // A bulk request is carried out; which of its operations were refused, and why, is told by code.
    if (answer.status === 200) expect(last?.codes).toMatchObject({ [code]: expect.any(Number) });
    else expect(last).toMatchObject({ detailCode: code, status });
    if (isOperatorCode(code) && status !== 401) expectCommandLineWords(code, provoked);
    else if (last?.type === "scim.request" || status === 401) expect(error ?? {}).not.toHaveProperty("code");
    expectExample(code, exampleOf(provoked, provoked.setup.org, provoked.rules));
  });

  test.each(OAUTH_CODES)("%s, in the form of RFC 6749", async (code) => {
    const provoked = await refusedWith(code);
    const { answer, setup } = provoked;
    expect(answer.status).toBe(RFC_6749_STATUS[code]);
    expect(answer.json).toEqual({
      error: code.replace("oauth.", ""),
      // Section 5.2 lets it hold so much of ASCII.
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+ \(ref: [0-9a-f]{12}\)$/),
    });
    expect(answer.headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
    expect(answer.headers["www-authenticate"] !== undefined).toBe(answer.status === 401);
    expect(answer.headers["retry-after"] !== undefined).toBe(answer.status === 503);
    expect(setup.lines.at(-1)).toMatchObject({ type: "oauth.request", detailCode: code, status: answer.status });
    expectExample(code, exampleOf(provoked, setup.org, undefined));
  });

  test.each([
    ["POST", "/admin/v1/orgs"],
    ["PATCH", "/directory/v1/orgs/acme/users/{id}"],
    ["POST", "/portal/v1/admin/redeem"],
  ])("413 and 415 where it has a body, as documented: %s %s", (method, target) => {
    expect(documentedStatuses(method, target)).toEqual(expect.arrayContaining(["413", "415"]));
  });

  test.each(LOCAL_REFUSALS)("gateway.%s, by the local gateway over HTTP", async (expected) => {
    const { refusal, ...exchange } = await refusedLocally(expected);
    expect(refusal).toBe(expected);
    expectScimError(exchange.answer);
    expectExample(`gateway.${expected}`, exampleOf(exchange, ANYBODY, undefined));
  });

  test.each(API_GATEWAY_TYPES)("%s, by API Gateway", (type) => {
    const exchange = refusedByApiGateway(type);
    expectScimError(exchange.answer);
    expect(exchange.answer.text).not.toContain("$");
    expectExample(`gateway.${type}`, exampleOf(exchange, ANYBODY, undefined));
  });
});

test.each(Object.entries(DOCUMENTS))("the document of the %s API lets every code through", (_api, { components }) => {
  const { pattern } = components.schemas.Error.properties.code;
  expect(DETAIL_CODES.filter((code) => !new RegExp(pattern, "u").test(code))).toEqual([]);
});

describe("no code is without an example", () => {
  test("and the example shows a number that is too large as it was sent", () => {
    expect(EXAMPLES["value.number"]?.request).toContain("1e999");
  });

  test("but a known few, whose files say why no request can cause them", () => {
    const unprovoked = Object.entries(HELP).flatMap(([code, help]) =>
      "unprovoked" in help ? [[code, help.unprovoked]] : [],
    );
    expect(unprovoked.map(([code]) => code)).toEqual(UNPROVOKED);
    for (const [, because = ""] of unprovoked) expect(because.length).toBeGreaterThan(20);
  });

  test("of API Gateway", () => {
    expect(API_GATEWAY_TYPES.toSorted()).toEqual(GATEWAY_ERRORS.map(({ type }) => type).sort());
  });

  test("and none has an example that nothing provokes", () => {
    const all = [...FUNCTION_CODES, ...[...LOCAL_REFUSALS, ...API_GATEWAY_TYPES].map((name) => `gateway.${name}`)];
    expect(Object.keys(EXAMPLES).sort()).toEqual(all.filter((code) => !UNPROVOKED.includes(code)).sort());
  });
});

test("every refused request of a known org is in its journal, with its code and the attribute at fault", async () => {
  const seen = new Set<string>();
  for (const code of PROVOKED) {
    const lines = await linesThatEndIn(code);
    const line = lines.at(-1);
    if (line === undefined || !/^(?:scim|oauth)\.request$/.test(String(line.type))) continue;
    const { items, of } = await journalAfter(lines);
    if (line.orgId === undefined) {
      expect([code, OF_NO_ORG.test(code) || code.startsWith("oauth.")]).toEqual([code, true]);
      continue;
    }
    const entry = (await of(line.orgId)).find(({ ref }) => ref === line.ref);
    const found = { code, status: entry?.status, attributes: entry?.attributes };
    const attribute = AT_FAULT[code];
    expect(found).toEqual({ code, status: line.status, attributes: attribute === undefined ? undefined : [attribute] });
    if (line.status === 200) expect(entry?.operations?.codes).toHaveProperty([code]);
    else expect(entry?.code).toBe(code);
    expect(items.length).toBeGreaterThan(0);
    seen.add(code);
  }
  expect(Object.keys(AT_FAULT).filter((code) => !seen.has(code))).toEqual([]);
  expect(seen.size).toBeGreaterThan(110);
});

test("the filter of the subscription lets through what the journal reads, and no line of the journal itself", async () => {
  const lines: Line[] = [];
  for (const code of PROVOKED) lines.push(...(await linesThatEndIn(code)));
  const massChange = {
    type: "org.massChange",
    orgId: "Acme0000",
    ts: "2026-01-02T03:04:05.678Z",
    ref: "a",
    kind: "users",
  };
  lines.push({ ...massChange, lost: 30, roster: 40 }, { type: "journal.batch", records: 3 });
  const passed = lines.filter(matches);
  expect(passed).toEqual(lines.filter((line) => readLine(line) !== undefined));
  expect(passed.length).toBeGreaterThan(30);
  expect(lines.length - passed.length).toBeGreaterThan(30);
});

async function linesThatEndIn(code: FunctionCode): Promise<readonly Line[]> {
  return refusals.get(code) ?? (await refusedWith(code)).setup.lines;
}

/** As CloudWatch Logs reads such a pattern: `"*"` is any value that is there. */
function matches(line: Line): boolean {
  const [, org = "", types = ""] = /^\{ \((.*?)\) && \((.*)\) \}$/.exec(JOURNAL_FILTER) ?? [];
  return holds(org, line) && types.split(" || ").some((one) => holds(one.slice(1, -1), line));
}

function holds(comparison: string, line: Line): boolean {
  const [, name = "", value] = /^\$\.(\w+) = "([^"]*)"$/.exec(comparison) ?? [];
  return value === "*" ? line[name] !== undefined : value !== undefined && line[name] === value;
}

async function refusedWith(code: FunctionCode): Promise<Provoked> {
  const provoked = await provoke(code);
  if (provoked === undefined) throw new Error(`${code} has no example`);
  refusals.set(code, provoked.setup.lines);
  return provoked;
}

/** One that differs from what is answered now: `npm run generate`, and read what has changed. */
function expectExample(code: string, example: Example): void {
  expect(EXAMPLES[code]).toEqual(example);
}

const PLACE = { kind: "stack", stack: "Rollcall", region: "eu-west-1" } as const;
/** Methods, paths and members of the APIs; names of rules and userName, which consoles show too, are no such words. */
const API_WORDS =
  /\b(?:GET|POST|PATCH|PUT|DELETE) |\/orgs|\/v1\b|Rollcall-Actor|\badmins\b|\bsso\.|\b[a-z]+[A-Z]\w*|^(?:cursor|after|from|include|file|reason|confirm|org|email) |\[object|undefined/g;

/** The answer names its code and values, and the command line says it with its own options and commands. */
function expectCommandLineWords(code: string, { answer, request }: Provoked): void {
  expect(answer.json).toMatchObject({ code, values: expect.any(Array) });
  if (!isObject(answer.json)) throw new Error("the answer is no object");
  const body = typeof request.body === "string" ? JSON.parse(request.body) : undefined;
  const path = request.target.replace(/^.*?\/v1\//, "");
  const said = refusalInWords(answer.json, { path, body, place: PLACE }) ?? String(answer.json.detail);
  // Neither what was typed, in quotes, nor an id is a word of anybody.
  const words = said.replaceAll(
    /"[^"]*"|\b[gu][0-9A-Za-z]{22}\b|(?<=(?:webhook [a-z]+|trust|client revoke \S+) )[0-9A-Za-z]{12}\b/g,
    "",
  );
  const ofTheApi = (words.match(API_WORDS) ?? []).filter((word) => word !== "userName" && !RULE_NAMES.includes(word));
  expect({ said, ofTheApi }).toEqual({ said: expect.stringMatching(/ \(ref: [0-9a-f]{12}\)$/), ofTheApi: [] });
  for (const command of said.match(/npm run rollcall -- [^`]*/g) ?? []) {
    expect(command).toMatch(/ --stack Rollcall --region eu-west-1$/);
    expect(command).not.toMatch(/\bORG\b/);
  }
}

/** RFC 7644 section 3.12, ending in the reference. */
function expectScimError({ status, json }: Answer): void {
  expect(json).toEqual({
    schemas: [ERROR],
    status: String(status),
    detail: expect.stringMatching(/^[A-Z].* \(ref: [\w+/-]{15}=\)$/),
  });
}

/** The answer itself, or those of the operations of a bulk request. */
function errorsIn({ status, json }: Answer): readonly Json[] {
  if (status >= 400) return json === undefined ? [] : [json];
  const operations = at(json, "Operations");
  return Array.isArray(operations) ? operations.map((one) => at(one, "response") ?? null).filter(isObject) : [];
}

/** The text of the catalogue, whatever its values, and the reference behind it. */
function shapeOf(code: DetailCode): RegExp {
  return new RegExp(`^${patternOf(code)} \\(ref: [0-9a-f]{12}\\)$`, "s");
}
