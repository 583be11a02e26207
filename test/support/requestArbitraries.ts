import fc from "fast-check";
import {
  BULK_REQUEST,
  ENTERPRISE_SCHEMA,
  GROUP_SCHEMA,
  PATCH_OP,
  SEARCH_REQUEST,
  USER_SCHEMA,
} from "../../functions/scim/schema.ts";
import type { Client } from "../protocol/rows/client.ts";
import { codePoint } from "./anyText.ts";
import { filterText, patchOperations, userAttributes } from "./scimArbitraries.ts";
import type { RawRequest } from "./wire.ts";

export interface FuzzedRequest {
  readonly method: string;
  /** Org of the URL. */
  readonly slug: string;
  /** Below the tenant URL, percent-encoded, possibly wrongly. */
  readonly path: string;
  /** With its question mark; "" without a query. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

const NAMES = ["{{user}}", "{{user2}}", "{{group}}", "{{foreignUser}}", "{{foreignGroup}}"] as const;

const WORDS = [
  ...NAMES,
  ...[
    "schemas",
    "id",
    "externalId",
    "meta",
    "userName",
    "displayName",
    "active",
    "emails",
    "name",
    "givenName",
    "members",
  ],
  ...[
    "value",
    "type",
    "primary",
    "$ref",
    "display",
    "groups",
    "password",
    "manager",
    "roles",
    "op",
    "path",
    "Operations",
  ],
  ...[
    "add",
    "replace",
    "remove",
    "Replace",
    "work",
    "True",
    "False",
    "",
    " ",
    "\u0000",
    "\ud800",
    "é",
    "😀",
    "__proto__",
  ],
  ...[
    "constructor",
    USER_SCHEMA,
    GROUP_SCHEMA,
    ENTERPRISE_SCHEMA,
    `${ENTERPRISE_SCHEMA}:manager`,
    `${USER_SCHEMA}:active`,
    PATCH_OP,
  ],
  ...[
    'emails[type eq "work"].value',
    'members[value eq "{{user}}"]',
    "name.givenName",
    "emails[",
    "meta.version",
    "x.y.z",
  ],
];

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: codePoint, maxLength: 8 }) },
);

/** JSON text, made as text so that `__proto__` and repeated keys are ordinary members. */
const jsonText = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, depthSize: "small", withCrossShrink: true },
    word.map((text) => JSON.stringify(text)),
    fc.constantFrom("null", "true", "false", "0", "-1", "1.5", "1e999", "[]", "{}", '"x"'),
    fc.array(tie("json"), { maxLength: 4 }).map((parts) => `[${parts.join(",")}]`),
    fc
      .array(fc.tuple(word, tie("json")), { maxLength: 6 })
      .map((parts) => `{${parts.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`),
  ),
})).json;

const memberValue = fc.oneof(
  fc.array(
    fc.constantFrom(...NAMES, "nobody").map((value) => ({ value })),
    { maxLength: 3 },
  ),
  fc.constantFrom<unknown>(null, [], {}, "", "{{user}}", { value: "{{group}}" }, [{ value: null }], [null], {
    members: [],
  }),
);

const memberOperation = fc.record({
  op: fc.constantFrom("add", "Remove", "replace", "move"),
  path: fc.constantFrom(
    "members",
    'members[value eq "{{user}}"]',
    'members[type eq "User"]',
    "members.value",
    undefined,
    "displayName",
    "members[value eq",
  ),
  value: fc.oneof(
    memberValue,
    memberValue.map((members) => ({ members })),
  ),
});

const bulkOperation = fc.record(
  {
    method: fc.constantFrom("POST", "PUT", "PATCH", "DELETE", "GET", "post"),
    path: fc.constantFrom(
      "/Users",
      "/Groups",
      "/Users/{{user2}}",
      "/Groups/{{group}}",
      "/Users/bulkId:b1",
      "/Bulk",
      "x",
    ),
    bulkId: fc.constantFrom("b1", "b2", ""),
    version: fc.constantFrom('W/"1"', "x"),
    data: fc.oneof(
      userAttributes.map((attributes) => ({ schemas: [USER_SCHEMA], ...attributes })),
      fc.tuple(word, memberValue).map(([displayName, members]) => ({ schemas: [GROUP_SCHEMA], displayName, members })),
      fc.constant({
        schemas: [GROUP_SCHEMA],
        displayName: "B",
        members: [{ value: "bulkId:b1" }, { value: "bulkId:b2" }],
      }),
      patchOperations.map((Operations) => ({ schemas: [PATCH_OP], Operations })),
      word,
    ),
  },
  { requiredKeys: ["method", "path"] },
);

const bodies = {
  json: jsonText,
  user: userAttributes.map((attributes) => JSON.stringify({ schemas: [USER_SCHEMA], ...attributes })),
  group: fc
    .tuple(word, memberValue)
    .map(([displayName, members]) => JSON.stringify({ schemas: [GROUP_SCHEMA], displayName, members })),
  userPatch: patchOperations.map((Operations) => JSON.stringify({ schemas: [PATCH_OP], Operations })),
  groupPatch: fc
    .array(memberOperation, { minLength: 1, maxLength: 4 })
    .map((Operations) => JSON.stringify({ Operations })),
  loosePatch: fc
    .tuple(fc.constantFrom("add", "replace", "remove"), word, jsonText)
    .map(([op, name, value]) => `{"Operations":[{"op":"${op}","path":${JSON.stringify(name)},"value":${value}}]}`),
  search: fc
    .record(
      {
        filter: fc.oneof(filterText, word),
        attributes: fc.array(word, { maxLength: 3 }),
        sortBy: fc.oneof(word, fc.constantFrom("userName", "meta.created", "emails")),
        sortOrder: fc.constantFrom("ascending", "descending", "up"),
        startIndex: fc.integer(),
        count: fc.integer(),
      },
      { requiredKeys: [] },
    )
    .map((message) => JSON.stringify({ schemas: [SEARCH_REQUEST], ...message })),
  bulk: fc
    .tuple(fc.option(fc.nat(3), { nil: undefined }), fc.array(bulkOperation, { minLength: 1, maxLength: 5 }))
    .map(([failOnErrors, Operations]) => JSON.stringify({ schemas: [BULK_REQUEST], failOnErrors, Operations })),
  text: fc.string({ unit: codePoint, maxLength: 40 }),
  bytes: fc.uint8Array({ maxLength: 40 }),
};

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("Users", "Groups") },
  { weight: 5, arbitrary: fc.constantFrom(...NAMES) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "Schemas",
      "ResourceTypes",
      "ServiceProviderConfig",
      "Me",
      "Bulk",
      ".search",
      "..",
      "%2e%2e",
      "%zz",
      "%00",
      "%ff",
      "x%2Fy",
      "",
      USER_SCHEMA,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: codePoint, maxLength: 10 }).map((text) => encodeURIComponent(text.toWellFormed())),
  },
);

const resource = fc.constantFrom(
  "/Users",
  "/Groups",
  "/Users/{{user}}",
  "/Users/{{user2}}",
  "/Groups/{{group}}",
  "/Users/{{foreignUser}}",
  "/Groups/{{foreignGroup}}",
);
const path = fc.oneof(
  { weight: 4, arbitrary: resource },
  { weight: 1, arbitrary: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`) },
);

const looseFilter = fc.array(
  fc.oneof(
    word,
    fc.constantFrom(
      "eq",
      "co",
      "and",
      "or",
      "not",
      "(",
      ")",
      "[",
      "]",
      '"',
      "'",
      "\\",
      "pr",
      "gt",
      "null",
      '"a"',
      "{{user}}",
    ),
  ),
  { maxLength: 9 },
);
const filter = fc.oneof(
  filterText,
  looseFilter.map((parts) => parts.join(" ")),
);
const parameter = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom("filter", "Filter"), filter) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom("attributes", "excludedAttributes"),
      fc.array(word, { maxLength: 4 }).map(String),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom("count", "startIndex", "sortBy", "sortOrder", "cursor"),
      fc.oneof(fc.integer().map(String), word),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(word, word) },
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  {
    weight: 4,
    arbitrary: fc
      .array(parameter, { minLength: 1, maxLength: 3 })
      .map(
        (all) =>
          `?${all.map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join("=")).join("&")}`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary-ascii", maxLength: 20 }).map((text) => `?${text.replaceAll("#", "")}`),
  },
);

const headers = fc.record(
  {
    "If-Match": fc.constantFrom('W/"1"', '"2"', "*", "garbage", ""),
    "If-None-Match": fc.constantFrom('W/"1"', "*", ","),
    "Content-Type": fc.constantFrom("application/json", "text/plain", "application/scim+json; charset=utf-8", ""),
    Accept: fc.constantFrom("*/*", "text/html", "application/scim+json;q=0", ""),
    Authorization: fc.constantFrom("Bearer x", "", "Bearer rollcall_aaaaaaaa_b", "{{foreignToken}}"),
  },
  { requiredKeys: [] },
);

/** Any request to any path. */
const wild = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "X"),
  slug: fc.oneof(
    { weight: 3, arbitrary: fc.constant("{{slug}}") },
    { weight: 1, arbitrary: fc.constantFrom("{{foreignSlug}}", "nobody", "%20", "..") },
  ),
  path,
  query,
  headers: fc.oneof(fc.constant({}), headers),
  body: fc.oneof(...Object.values(bodies), fc.constant(undefined)),
});

/** The right kind of body for the endpoint, to get past the first refusal. */
const plausible = fc
  .constantFrom<readonly [method: string, path: string, body: keyof typeof bodies]>(
    ["POST", "/Users", "user"],
    ["POST", "/Groups", "group"],
    ["PUT", "/Users/{{user}}", "user"],
    ["PUT", "/Users/{{user2}}", "json"],
    ["PUT", "/Groups/{{group}}", "group"],
    ["PATCH", "/Users/{{user}}", "userPatch"],
    ["PATCH", "/Users/{{user2}}", "userPatch"],
    ["PATCH", "/Users/{{user}}", "loosePatch"],
    ["PATCH", "/Groups/{{group}}", "groupPatch"],
    ["PATCH", "/Groups/{{group}}", "loosePatch"],
    ["GET", "/Users", "json"],
    ["GET", "/Groups", "json"],
    ["GET", "", "json"],
    ["POST", "/.search", "search"],
    ["POST", "/Users/.search", "search"],
    ["POST", "/Bulk", "bulk"],
    ["DELETE", "/Users/{{user2}}", "json"],
  )
  .chain(([method, target, kind]) =>
    fc.record({
      method: fc.constant(method),
      slug: fc.constant("{{slug}}"),
      path: fc.constant(target),
      query: fc.oneof(
        { weight: 3, arbitrary: fc.constant("") },
        { weight: method === "GET" ? 9 : 1, arbitrary: query },
      ),
      headers: fc.constant({}),
      body: bodies[kind],
    }),
  );

/**
 * An attacker's possible requests. They carry the attacker's token unless `headers` has another; the sender fills in
 * `{{slug}}`, the names above, `{{foreignSlug}}` and `{{foreignToken}}`, because ids differ between runs.
 */
export const request: fc.Arbitrary<FuzzedRequest> = fc.oneof(
  { weight: 3, arbitrary: plausible },
  { weight: 2, arbitrary: wild },
);

/** What the names in braces stand for. */
export type Places = Readonly<Record<string, string>>;

/** Creates who is in an org. Everything foreign is nowhere. */
export async function placesIn(scim: Client): Promise<Places> {
  return {
    user: await scim.user("a"),
    user2: await scim.user("b"),
    group: await scim.group("G"),
    foreignUser: `u${"0".repeat(22)}`,
    foreignGroup: `g${"0".repeat(22)}`,
    slug: scim.tenant.slug,
    foreignSlug: "other",
    foreignToken: "Bearer nothing",
  };
}

export function filled({ method, target, headers, body }: RawRequest, places: Places): RawRequest {
  const fill = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => places[name] ?? whole);
  return {
    method,
    target: fill(target),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)])),
    body: typeof body === "string" ? fill(body) : body,
  };
}

/** @param token sent unless the request has credentials of its own */
export function filledRequest(
  { method, slug, path, query, headers, body }: FuzzedRequest,
  token: string,
  places: Places,
): RawRequest {
  const target = `/scim/v2/${slug}${path}${query}`;
  return filled({ method, target, headers: { Authorization: `Bearer ${token}`, ...headers }, body }, places);
}
