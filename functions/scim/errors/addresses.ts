import { address, gone, type Help, many, matching, operator, ownClient, query, type Texts } from "./family.ts";

const addresses = (which: string) => many(50, (n) => ({ value: `${which}${n}@acme.example` }));

export const ADDRESSES = {
  "version.unsupported": "Only SCIM 2.0 is served: the Tenant URL contains /scim/v2/.",
  "version.mismatch": "The resource has another version than the request asks for. Read it again.",
  "method.notAllowed": "This endpoint takes only {allowed}.",
  "discovery.filter": "Discovery endpoints take no filter (RFC 7644 section 4).",
  "notImplemented.me": "/Me is not offered: an org token stands for an organization, not for a user.",
  "conflict.adoption":
    "The application already has this user. Rollcall cannot adopt the user: there are too many e-mail addresses, or a change was cut off. Nothing was changed. The operator of this service can correct this.",
  "notFound.user": "There is no user with this id in this organization. It may have been deleted.",
  "notFound.group": "There is no group with this id in this organization. It may have been deleted.",
  "notFound.document": "There is no schema, resource type, role or entitlement with this name.",
  "notFound.endpoint":
    "There is no such SCIM endpoint. Below the Tenant URL there are /Users, /Groups, /.search, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.",
  "notFound.tenantUrl":
    "There is no such endpoint. The Tenant URL is /scim/v2/ followed by the organization's login name.",
  "notFound.doubleSlash":
    "The address has two slashes after the Tenant URL. Remove the slash at the end of the Tenant URL in the identity provider.",
} as const satisfies Texts;

export const ADDRESSES_HELP = (): Help<keyof typeof ADDRESSES> => ({
  "version.unsupported": {
    happened: "The address asks for a SCIM version that is not 2.0.",
    entra: "Provisioning › Admin Credentials: correct the Tenant URL; `org show ORG` prints it.",
    okta: "Provisioning › Integration: set the SCIM version to 2.0, and the base URL to the one that `org show ORG` prints.",
    elsewhere: "Use the Tenant URL that `org show ORG` prints.",
    example: ["GET", "/scim/v1/{org}/Users", undefined, { Authorization: null }],
  },
  "version.mismatch": ownClient(
    "Somebody else changed the resource after the client read it. Nothing was lost.",
    "Read the resource again and send the change with its new ETag, or without If-Match and If-None-Match.",
    {
      example: [
        "PATCH",
        "Users/{user}",
        { Operations: [{ op: "add", path: "title", value: "x" }] },
        { "If-Match": 'W/"7"' },
      ],
    },
  ),
  "method.notAllowed": ownClient(
    "The address exists but does not take this method.",
    "Use a method that the header Allow names.",
    { example: ["DELETE", "Users"] },
  ),
  "discovery.filter": ownClient(
    "A client sent a filter to /Schemas, /ResourceTypes or /ServiceProviderConfig.",
    "Ask without a filter.",
    { example: ["GET", "Schemas?filter=id pr"] },
  ),
  "notImplemented.me": ownClient(
    "A client asked for /Me, but a token does not stand for a person.",
    "Search /Users with a filter.",
    {
      example: ["GET", "Me"],
    },
  ),
  "conflict.adoption": operator(
    "The application has a user with the same key. Rollcall should adopt this user (rule adoption), but cannot move the user in one transaction.",
    "Remove e-mail addresses of that user with the directory API; `fsck ORG --repair` ends a change that was cut off.",
    {
      rule: "adoption",
      under: { changed: { adoption: "userName" } },
      after: [["POST", "/directory/v1/orgs/{org}/users", () => ({ userName: "ada", emails: addresses("old") })]],
      example: ["POST", "Users", () => ({ userName: "ada", emails: addresses("new") })],
    },
  ),
  "notFound.user": gone(
    "The identity provider asked for a user who was never here, or was deleted.",
    "Look the user up by userName, and use the new id. `history ORG user ID` shows who deleted the old one.",
    { example: ["GET", "Users/{stranger}"] },
  ),
  "notFound.group": gone(
    "The identity provider asked for a group that was never here, or was deleted.",
    "Look the group up by displayName, and use the new id. `history ORG team ID` shows who deleted the old one.",
    { example: ["GET", "Groups/g0000000000000000000000"] },
  ),
  "notFound.document": query(
    "A client asked for a schema, resource type, role or entitlement that does not exist.",
    "GET /Schemas, /ResourceTypes, /Roles and /Entitlements list all.",
    {
      example: ["GET", "Schemas/urn:other"],
    },
  ),
  "notFound.endpoint": address("There is no such address below the Tenant URL.", {
    example: ["GET", "Things"],
  }),
  "notFound.tenantUrl": address("The address is not a SCIM address: the Tenant URL is wrong.", {
    example: ["GET", "/Users", undefined, { Authorization: null }],
  }),
  "notFound.doubleSlash": address("The Tenant URL ends in a slash, so every address has two in a row.", {
    example: ["GET", "/scim/v2/{org}//oauth/token"],
  }),
});

export const SEARCHING = {
  "filter.syntax": "The filter is malformed: {expected} is expected at character {#position}.",
  "filter.length": "The filter is longer than {#most} characters.",
  "filter.terms": "The filter has more than {#most} conditions.",
  "filter.depth": "The filter is nested deeper than {#most} levels.",
  "filter.nested": "A filter in brackets cannot contain another one.",
  "filter.operator": "The operator '{operator}' is not supported. Use one of pr, {known}.",
  "filter.attribute": "The filter names an attribute '{name}' that does not exist here.",
  "filter.notComplex": "{path} has no sub-attributes to filter by in brackets.",
  "filter.complex": "Name a sub-attribute of {path} in the filter.",
  "filter.derived": "{path} exists only in answers: nothing can be selected by it. Compare value instead.",
  "filter.combination": "The operator {operator} is not supported for {path}.",
  "filter.literal": "The value compared with {path} must be a {type}.",
  "sensitive.filter": "{path} cannot be used in a filter.",
  "tooMany.examined":
    'The query takes too long or reads over {#most} resources. Narrow the filter by "and" with an eq on id, userName, externalId or emails.value (groups: displayName), or page by cursor. Without a filter, leave sortBy out.',
  "cursor.invalid":
    "The cursor does not belong to this query. Repeat filter, sortBy, sortOrder and endpoint unchanged on every page, or begin the query anew, without a cursor value.",
  "cursor.expired": "The cursor is too old. Begin the query anew, without a cursor value.",
  "cursor.count": "count must be an integer.",
  "cursor.countChanged": "count must be the same on every page of one query.",
} as const satisfies Texts;

export const SEARCHING_HELP = (): Help<keyof typeof SEARCHING> => ({
  "filter.syntax": matching(
    "Rollcall could not read a filter: it ends too early, or has a word too many, at the character that the error names.",
    'Write it as in RFC 7644 section 3.4.2.2, such as userName eq "ada@example.com". Text is in double quotes; write a quote in it as \\".',
    { example: ["GET", 'Users?filter=userName eq "a'] },
  ),
  "filter.length": ownClient("The filter of a search is too long.", "Ask with several shorter filters.", {
    example: ["POST", ".search", () => ({ filter: `userName eq "${"a".repeat(5_000)}"` })],
  }),
  "filter.terms": ownClient("The filter has too many conditions.", "Ask with several shorter filters.", {
    example: ["POST", ".search", () => ({ filter: many(51, () => "title pr").join(" or ") })],
  }),
  "filter.depth": ownClient("The filter is nested too deep.", "Write it with fewer brackets.", {
    example: ["POST", ".search", () => ({ filter: `${"(".repeat(21)}title pr${")".repeat(21)}` })],
  }),
  "filter.nested": ownClient(
    "A filter in square brackets holds another one in square brackets.",
    "Write the inner condition beside the outer one.",
    { example: ["GET", 'Users?filter=emails[emails[type eq "work"]]'] },
  ),
  "filter.operator": ownClient(
    "The filter uses an operator that SCIM does not have.",
    "Use eq, ne, co, sw, ew, gt, ge, lt, le or pr.",
    { example: ["GET", 'Users?filter=userName is "a"'] },
  ),
  "filter.attribute": matching(
    "The identity provider searches by an attribute that users or groups do not have here.",
    "Search by userName, externalId, emails.value or displayName.",
    { example: ["GET", 'Users?filter=shoeSize eq "42"'] },
  ),
  "filter.notComplex": matching(
    "The filter uses square brackets on an attribute that has no parts.",
    "Write the attribute without brackets.",
    { example: ["GET", 'Users?filter=title[value eq "a"]'] },
  ),
  "filter.complex": matching(
    "The filter compares a whole attribute that consists of parts.",
    "Name the part: name.familyName, emails.value.",
    { example: ["GET", 'Users?filter=name eq "a"'] },
  ),
  "filter.derived": ownClient(
    "The filter compares the name of a member or a manager, which exists only in answers.",
    'Compare the id: members[value eq "…"], manager.value eq "…".',
    { example: ["PATCH", "Groups/{group}", [{ op: "remove", path: 'members[display eq "Ada"]' }]] },
  ),
  "filter.combination": matching(
    "The operator makes no sense for the attribute's type, for example gt for true and false.",
    "Use eq for true and false; use gt, ge, lt and le only for text, numbers and dates.",
    { example: ["GET", "Users?filter=active gt true"] },
  ),
  "filter.literal": matching(
    "The filter compares an attribute with a value of another type.",
    "Put text in double quotes, and true, false and numbers without quotes.",
    { example: ["GET", 'Users?filter=active eq "perhaps"'] },
  ),
  "sensitive.filter": ownClient(
    "The filter names an attribute that nobody may search by, such as a password.",
    "Search by userName or externalId.",
    { example: ["GET", 'Users?filter=password eq "secret"'] },
  ),
  "tooMany.examined": matching(
    "The search would examine more users or groups than one request may, or take too long.",
    'Narrow the filter by "and" with an eq on userName, externalId, emails.value or displayName; or page by cursor.',
    { after: ["manyUsers"], example: ["GET", 'Users?filter=title co "a"'] },
  ),
  "cursor.invalid": ownClient(
    "A client asked for a page with a cursor of another query.",
    "Send filter, sortBy, sortOrder and count as for the first page, or start over without a cursor.",
    { example: ["GET", "Users?cursor=abc"] },
  ),
  "cursor.expired": ownClient(
    "A client asked for a page too long after the earlier one.",
    "Start the query over, without a cursor.",
    {
      after: [["POST", "Users", {}], ["POST", "Users", { userName: "bob" }], ["GET", "Users?cursor&count=1"], 1],
      example: ["GET", "Users?count=1&cursor={nextCursor}"],
    },
  ),
  "cursor.count": ownClient("count is not a whole number.", "Send a whole number.", {
    example: ["GET", "Users?cursor&count=many"],
  }),
  "cursor.countChanged": ownClient(
    "The client changed the page size in the middle of a query.",
    "Keep the same count, or start over.",
    {
      after: [
        ["POST", "Users", {}],
        ["POST", "Users", { userName: "bob" }],
        ["GET", "Users?cursor&count=1"],
      ],
      example: ["GET", "Users?count=2&cursor={nextCursor}"],
    },
  ),
});
