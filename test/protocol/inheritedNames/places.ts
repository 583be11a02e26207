/**
 * Every place of a request in which a name or a word of the client's choosing may stand: `METHOD PATH BODY`, where NAME is
 * that name, a + of the path a space, USER and GROUP ids, CORE, ENTERPRISE and TEAM the URNs of schemas, INDEX a number of its own.
 */

const FILTERS = [
  'NAME eq "x"',
  'NAME.value eq "x"',
  'NAME[type eq "x"]',
  "name.NAME pr",
  'emails.NAME eq "x"',
  'emails[NAME eq "x"]',
  'emails[type eq "work"].NAME pr',
  'userName NAME "x"',
  'userName eq "NAME"',
  "userName eq NAME",
  'urn:NAME:userName eq "x"',
  'CORE:NAME eq "x"',
  "ENTERPRISE:NAME pr",
  "ENTERPRISE:manager.NAME pr",
  'schemas eq "NAME"',
  "not (NAME pr) and NAME pr",
  'groups.NAME eq "x"',
  'id eq "NAME"',
  'meta.NAME eq "x"',
  'members.NAME eq "x"',
  'members.value eq "NAME"',
  'displayName eq "NAME"',
];

const QUERIES = [
  "NAME=1&NAME=2",
  "attributes=NAME",
  "attributes=name.NAME,emails.NAME,NAME.value",
  "attributes=ENTERPRISE:NAME,urn:NAME:userName",
  "excludedAttributes=NAME,members.NAME",
  "sortBy=NAME",
  "sortBy=name.NAME",
  "sortBy=userName&sortOrder=NAME",
  "count=NAME&startIndex=NAME",
  "cursor=NAME",
];

const USER_MEMBERS = [
  '"NAME":"x"',
  '"NAME":{"NAME":["x"]}',
  '"NAME":null',
  '"NAME":1,"NAME":2',
  '"name":{"NAME":"x"}',
  '"emails":[{"value":"e@x.example","type":"work","NAME":"x"}]',
  '"emails":[{"value":"e@x.example","type":"NAME"}]',
  '"emails":{"NAME":"x"}',
  '"emails":[{"NAME":"x"}]',
  '"roles":[{"value":"NAME","NAME":"x"}]',
  '"ENTERPRISE":{"NAME":"x"}',
  '"ENTERPRISE":{"manager":{"NAME":"x"}}',
  '"CORE:NAME":"x"',
  '"CORE":{"NAME":"x"}',
  '"ENTERPRISE:NAME":"x"',
  '"urn:x:NAME":{"NAME":1}',
  '"name.NAME":"x"',
  '"meta":{"NAME":"x"}',
  '"groups":[{"NAME":"x"}]',
  '"externalId":"NAME","active":"NAME"',
];

const GROUP_MEMBERS = [
  '"NAME":"x"',
  '"members":[{"NAME":"x"}]',
  '"members":[{"value":"NAME"}]',
  '"members":[{"value":"USER","type":"NAME","$ref":"NAME","NAME":"x"}]',
  '"members":{"NAME":"x"}',
  '"TEAM:NAME":"x"',
  '"externalId":"NAME"',
];

const USER_OPERATIONS = [
  '{"op":"NAME","path":"title","value":"x"}',
  '{"op":"replace","path":"NAME","value":"x"}',
  '{"op":"replace","path":"name.NAME","value":"x"}',
  '{"op":"replace","path":"emails.NAME","value":"x"}',
  '{"op":"replace","path":"emails[NAME eq \\"x\\"].value","value":"x"}',
  '{"op":"replace","path":"emails[type eq \\"NAME\\"].value","value":"e@x.example"}',
  '{"op":"replace","path":"emails[type eq \\"work\\"].NAME","value":"x"}',
  '{"op":"replace","path":"NAME[type eq \\"x\\"].value","value":"x"}',
  '{"op":"replace","path":"ENTERPRISE:NAME","value":"x"}',
  '{"op":"replace","path":"urn:NAME:title","value":"x"}',
  '{"op":"add","value":{"NAME":"x"}}',
  '{"op":"add","value":{"NAME":{"NAME":"x"}}}',
  '{"op":"add","value":{"name":{"NAME":"x"},"name.NAME":"x"}}',
  '{"op":"add","value":{"ENTERPRISE:NAME":"x"}}',
  '{"op":"add","value":{"ENTERPRISE":{"NAME":"x"}}}',
  '{"op":"add","value":{"emails[type eq \\"NAME\\"].value":"n@x.example"}}',
  '{"op":"add","value":{"emails[NAME eq \\"x\\"].value":"n@x.example"}}',
  '{"op":"replace","path":"emails","value":[{"value":"e@x.example","type":"work","NAME":"x"}]}',
  '{"op":"replace","path":"name","value":{"NAME":"x"}}',
  '{"op":"replace","path":"ENTERPRISE:manager","value":{"NAME":"x"}}',
  '{"op":"replace","path":"title","value":{"NAME":"x"}}',
  '{"op":"replace","path":"active","value":"NAME"}',
  '{"op":"remove","path":"NAME"}',
  '{"op":"remove","path":"emails","value":[{"NAME":"x"}]}',
  '{"op":"replace","path":"title","value":"x","NAME":"x"}',
  '{"NAME":"x"}',
];

const GROUP_OPERATIONS = [
  '{"op":"add","path":"members","value":[{"NAME":"x"}]}',
  '{"op":"add","path":"members","value":[{"value":"NAME"}]}',
  '{"op":"add","path":"members","value":[{"value":"USER","type":"NAME","NAME":"x"}]}',
  '{"op":"remove","path":"members[NAME eq \\"x\\"]"}',
  '{"op":"remove","path":"members[value eq \\"NAME\\"]"}',
  '{"op":"replace","path":"members.NAME","value":"x"}',
  '{"op":"replace","value":{"members":[{"value":"USER"}],"NAME":"x"}}',
  '{"op":"add","value":{"NAME":[{"value":"USER"}]}}',
  '{"op":"remove","path":"members","value":{"NAME":"x"}}',
];

const BULK_OPERATIONS = [
  '{"method":"NAME","path":"/Users","bulkId":"a","data":{}}',
  '{"method":"POST","path":"/NAME","bulkId":"a","data":{}}',
  '{"method":"POST","path":"/Users","bulkId":"NAME","data":{"schemas":["CORE"],"userName":"bINDEX@x.example","NAME":"bulkId:NAME"}}',
  '{"method":"POST","path":"/Groups","bulkId":"g","data":{"schemas":["TEAM"],"displayName":"bINDEX","members":[{"value":"bulkId:NAME"}]}}',
  '{"method":"POST","path":"/Users","bulkId":"NAME","data":{"schemas":["CORE"],"userName":"cINDEX@x.example"}},{"method":"POST","path":"/Groups","bulkId":"g","data":{"schemas":["TEAM"],"displayName":"cINDEX","members":[{"value":"bulkId:NAME"}]}}',
  '{"method":"DELETE","path":"/Users/bulkId:NAME"}',
  '{"method":"DELETE","path":"/Users/NAME"}',
  '{"method":"PATCH","path":"/Users/USER","data":{"schemas":["PATCHES"],"Operations":[{"op":"replace","path":"NAME","value":{"NAME":"x"}}]}}',
  '{"method":"DELETE","path":"/Users/USER","NAME":"x","version":"NAME"}',
];

const spaced = (text: string) => text.replaceAll(" ", "+");

/** Below the Tenant URL. */
export const SCIM: readonly string[] = [
  ...[
    "NAME",
    "NAME/NAME",
    "Users/NAME",
    "Users/NAME/NAME",
    "Groups/NAME",
    "Schemas/NAME",
    "ResourceTypes/NAME",
  ].flatMap((path) => [`GET /${path}`, `DELETE /${path}`]),
  ...["ServiceProviderConfig/NAME", "Bulk/NAME", "oauth/NAME", "Me/NAME", ".search/NAME"].map((path) => `GET /${path}`),
  ...["", "/Users", "/Users/USER", "/Groups", "/Bulk", "/.search"].map((path) => `NAME ${path}`),
  ...FILTERS.flatMap((filter) => ["", "/Users", "/Groups"].map((path) => `GET ${path}?filter=${spaced(filter)}`)),
  ...QUERIES.flatMap((query) =>
    ["", "/Users", "/Users/USER", "/Groups", "/Schemas"].map((path) => `GET ${path}?${query}`),
  ),
  ...USER_MEMBERS.flatMap((member) => [
    `POST /Users {"schemas":["CORE","ENTERPRISE"],"userName":"pINDEX@x.example",${member}}`,
    `PUT /Users/USER {"schemas":["CORE","ENTERPRISE"],"userName":"a@x.example",${member}}`,
  ]),
  'POST /Users {"schemas":["CORE","NAME","urn:NAME"],"userName":"NAME"}',
  'POST /Users {"schemas":{"NAME":1},"userName":{"NAME":1}}',
  ...GROUP_MEMBERS.flatMap((member) => [
    `POST /Groups {"schemas":["TEAM"],"displayName":"pINDEX",${member}}`,
    `PUT /Groups/GROUP {"schemas":["TEAM"],"displayName":"G",${member}}`,
  ]),
  ...USER_OPERATIONS.map((operation) => `PATCH /Users/USER {"schemas":["PATCHES"],"Operations":[${operation}]}`),
  'PATCH /Users/USER {"schemas":["PATCHES"],"NAME":1,"Operations":[]}',
  'PATCH /Users/USER {"schemas":["NAME"],"NAME":[{"op":"add","path":"title","value":"x"}]}',
  ...GROUP_OPERATIONS.map((operation) => `PATCH /Groups/GROUP {"schemas":["PATCHES"],"Operations":[${operation}]}`),
  ...BULK_OPERATIONS.map((operation) => `POST /Bulk {"schemas":["BULK"],"Operations":[${operation}]}`),
  'POST /Bulk {"schemas":["BULK"],"failOnErrors":"NAME","NAME":1,"Operations":[]}',
  ...[
    '"NAME":1',
    '"attributes":["NAME"]',
    '"filter":"NAME pr"',
    '"sortBy":"NAME"',
    '"sortOrder":"NAME"',
    '"count":"NAME"',
  ].flatMap((member) => ["", "/Users", "/Groups"].map((path) => `POST ${path}/.search {${member}}`)),
];

const FORM = "Content-Type: application/x-www-form-urlencoded";
const BEARER = "Authorization: Bearer TOKEN";

/** Any address, with these headers alone. */
export const HEADERS: readonly (readonly [request: string, headers: readonly string[]])[] = [
  ["GET /scim/v2/NAME/Users", [BEARER]],
  ["GET /scim/v2/NAME", []],
  ["GET /scim/NAME/ORG/Users", [BEARER]],
  ["GET /NAME", []],
  ["GET /scim/v2/ORG/Users", [BEARER, "NAME: x"]],
  ["GET /scim/v2/ORG/Users", ["NAME: Bearer TOKEN"]],
  ["GET /scim/v2/ORG/Users", ["Authorization: NAME TOKEN"]],
  ["GET /scim/v2/ORG/Users", ["Authorization: Bearer NAME"]],
  ["GET /scim/v2/ORG/Users", [BEARER, "Accept: NAME", "User-Agent: NAME"]],
  ["GET /scim/v2/ORG/Users/USER", [BEARER, "If-None-Match: NAME"]],
  ["DELETE /scim/v2/ORG/Users/USER", [BEARER, "If-Match: NAME"]],
  ["POST /scim/v2/ORG/Users {}", [BEARER, "Content-Type: NAME"]],
  ["POST /scim/v2/ORG/oauth/token NAME=x&NAME=y&grant_type=client_credentials", [FORM]],
  ["POST /scim/v2/ORG/oauth/token grant_type=NAME", [FORM]],
  ["POST /scim/v2/ORG/oauth/token grant_type=client_credentials&scope=NAME&client_id=NAME&client_secret=NAME", [FORM]],
  ["POST /scim/v2/ORG/oauth/token grant_type=client_credentials", [FORM, "Authorization: Basic NAME"]],
  ["POST /scim/v2/ORG/oauth/token?NAME=x grant_type=client_credentials", ["Content-Type: NAME"]],
];

const FILE = "0".repeat(64);

/** Below /admin/v1. */
export const ADMIN: readonly string[] = [
  "GET /NAME",
  "GET /orgs?NAME=1&after=NAME",
  "GET /orgs?count=NAME",
  "GET /orgs/NAME",
  "GET /orgs/ORG/NAME",
  "NAME /orgs",
  "GET /tokens-report?after=NAME",
  "GET /remains/NAME",
  'POST /orgs {"org":"NAME"}',
  ...[
    '"NAME":1',
    '"preset":"NAME"',
    '"changedRules":{"NAME":1}',
    '"changedRules":{"NAME":null}',
    '"changedRules":{"liveTokens":"NAME"}',
    '"sso":{"NAME":"x"}',
    '"admins":["NAME"]',
    '"displayName":"NAME"',
  ].flatMap((member) => [`POST /orgs {"org":"made","entitled":"no",${member}}`, `PATCH /orgs/ORG {${member}}`]),
  'POST /orgs/ORG/tokens {"NAME":1}',
  'POST /orgs/ORG/tokens {"boundTo":"NAME","description":"NAME"}',
  'POST /orgs/ORG/tokens/rotate {"onFirstUse":"NAME"}',
  "DELETE /orgs/ORG/tokens/NAME",
  "POST /orgs/ORG/protected/NAME",
  "GET /orgs/ORG/users?startIndex=NAME",
  "GET /orgs/ORG/teams/NAME?after=NAME",
  'POST /orgs/ORG/purge {"confirm":"NAME"}',
  "GET /orgs/ORG/data/NAME",
  "GET /orgs/ORG/data/export/NAME/users",
  "GET /orgs/ORG/data/export/managed/users?after=NAME",
  "GET /orgs/ORG/data/jobs/NAME/begun",
  'POST /orgs/ORG/data/fsck {"from":"NAME"}',
  'POST /orgs/ORG/data/fsck {"NAME":true}',
  'POST /orgs/ORG/data/import {"file":"NAME"}',
  // An org of its own, in which an import is under way.
  'POST /orgs {"org":"taken"}',
  'POST /orgs/taken/pause {"reason":"NAME"}',
  `POST /orgs/taken/data/import {"file":"${FILE}","counts":{"NAME":1,"managed":{"NAME":1}}}`,
  `POST /orgs/taken/data/import {"file":"${FILE}","counts":{"managed":{"users":1,"groups":0,"memberships":0,"NAME":1},"unmanaged":{"users":0,"groups":0,"memberships":0},"NAME":1}}`,
  ...[
    '{"type":"NAME"}',
    '{"NAME":"user"}',
    '{"type":"user","side":"NAME"}',
    '{"type":"members","side":"managed","group":"NAME","ids":["NAME"]}',
    ...['"schemas":["CORE"],"NAME":"x"', '"schemas":["NAME"]', '"schemas":["CORE"],"name":{"NAME":"x"}'].map(
      (attributes) =>
        `{"type":"user","side":"managed","id":"USER","version":1,"created":"2026-01-02T03:04:05.678Z","lastModified":"2026-01-02T03:04:05.678Z","attributes":{"userName":"i","active":true,${attributes}}}`,
    ),
  ].map((line) => `POST /orgs/taken/data/import/lines {"file":"${FILE}","lines":[${line}]}`),
];

/** Below /directory/v1. */
export const DIRECTORY: readonly string[] = [
  "GET /NAME",
  "GET /orgs/NAME/users",
  "GET /orgs/ORG/users?cursor=NAME",
  "GET /orgs/ORG/users?NAME=1",
  "GET /orgs/ORG/users/NAME",
  "GET /orgs/ORG/teams/GROUP/members?include=NAME",
  "GET /orgs/ORG/teams/GROUP/NAME",
  "PUT /orgs/ORG/teams/GROUP/members/NAME",
  "GET /orgs/ORG/access?NAME=1",
  "GET /orgs/ORG/access?email=NAME",
  "GET /orgs/ORG/access?userName=NAME",
  "GET /orgs/ORG/deleted/NAME",
  'POST /orgs/ORG/users {"NAME":"x"}',
  'POST /orgs/ORG/users {"userName":"own-NAME","name":{"NAME":"x"}}',
  'POST /orgs/ORG/users {"userName":"own2-NAME","emails":[{"value":"o@x.example","type":"NAME","NAME":"x"}]}',
  'PATCH /orgs/ORG/users/NAME {"name":{"NAME":"x"}}',
  'POST /orgs/ORG/teams {"NAME":"x"}',
  'POST /orgs/ORG/teams {"displayName":"NAME"}',
];

/** Commands of the tool, on an org called acme. */
export const COMMAND_LINES: readonly string[] = [
  "NAME",
  "help NAME",
  "org NAME",
  "org list --NAME",
  "org list --NAME=x",
  "org show NAME",
  "org show acme",
  "org create other --preset NAME",
  "org update acme --set NAME=true",
  "org update acme --set liveTokens=NAME",
  "org update acme --reset NAME",
  "token generate acme --bound-to NAME",
  "token rotate acme --overlap NAME",
  "users acme --limit NAME",
  "team acme NAME",
  "org setup acme NAME",
  "org setup acme --idp NAME",
  "org rules acme --NAME",
  "play acme NAME",
  "history acme NAME x",
  "stop NAME",
  "explain NAME",
  "import acme NAME",
];
