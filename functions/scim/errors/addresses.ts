import { address, bulkGroup, gone, type Help, many, matching, ownClient, query, type Texts } from "./family.ts";

export const ADDRESSES = {
  "version.unsupported": "Only SCIM 2.0 is served: the Tenant URL goes on after /scim/v2/.",
  "version.mismatch": "The resource has changed since the version named in If-Match. Read it again.",
  "method.notAllowed": "This endpoint does not take the method. It takes {allowed}.",
  "discovery.filter": "Discovery endpoints take no filter (RFC 7644 section 4).",
  "notImplemented.me": "/Me is not offered: an org token stands for an organization, not for a user.",
  "conflict.bulkId":
    "The operation refers to a bulkId that no operation of this request made: there is none with this bulkId, or it failed. Nothing was changed by this operation.",
  "notFound.user": "There is no user with this id in this organization. It may have been deleted.",
  "notFound.group": "There is no group with this id in this organization. It may have been deleted.",
  "notFound.document": "There is no schema or resource type with this name.",
  "notFound.endpoint":
    "There is no such SCIM endpoint. Below the Tenant URL there are /Users, /Groups, /.search, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.",
  "notFound.tenantUrl":
    "There is no such endpoint. The Tenant URL is /scim/v2/ followed by the organization's login name.",
  "notFound.doubleSlash":
    "The address is not below the Tenant URL as it must be. Remove the slash at the end of the Tenant URL in the identity provider.",
} as const satisfies Texts;

export const ADDRESSES_HELP = (): Help<keyof typeof ADDRESSES> => ({
  "version.unsupported": {
    happened: "The address asks for another version of SCIM than 2.0.",
    entra: "Provisioning › Admin Credentials: correct the Tenant URL; `org setup ORG` prints it.",
    okta: "Provisioning › Integration: set the SCIM version to 2.0 and the base URL to what `org setup ORG` prints.",
    elsewhere: "Use the Tenant URL that `org setup ORG` prints.",
    example: ["GET", "/scim/v1/{org}/Users", undefined, { Authorization: null }],
  },
  "version.mismatch": ownClient(
    "The client wanted to change a state that somebody else had changed meanwhile. Nothing was lost.",
    "Read the resource again and send the change with its new ETag, or without If-Match.",
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
    "A filter was put to /Schemas, /ResourceTypes or /ServiceProviderConfig.",
    "Ask without a filter.",
    { example: ["GET", "Schemas?filter=id pr"] },
  ),
  "notImplemented.me": ownClient("/Me was asked for, and a token stands for no person.", "Ask /Users with a filter.", {
    example: ["GET", "Me"],
  }),
  "conflict.bulkId": query(
    "An operation of a bulk request needed the result of another one that failed.",
    "Repair the failed one first; its status is in the same answer.",
    {
      example: ["POST", "Bulk", [bulkGroup("g", "bulkId:no")]],
    },
  ),
  "notFound.user": gone(
    "The identity provider asked for a user who is not here, or no longer.",
    "Look the resource up by userName or displayName and go on with its new id. `history ORG user ID` tells who deleted it.",
    { example: ["GET", "Users/{stranger}"] },
  ),
  "notFound.group": gone(
    "The identity provider asked for a group that is not here, or no longer.",
    "Look the resource up by userName or displayName and go on with its new id. `history ORG team ID` tells who deleted it.",
    { example: ["GET", "Groups/g0000000000000000000000"] },
  ),
  "notFound.document": query("A schema or resource type was asked for that there is not.", "GET /Schemas lists all.", {
    example: ["GET", "Schemas/urn:other"],
  }),
  "notFound.endpoint": address("The address goes on below the Tenant URL to something that there is not.", {
    example: ["GET", "Things"],
  }),
  "notFound.tenantUrl": address("The address is none of SCIM: the Tenant URL is wrong.", {
    example: ["GET", "/Users", undefined, { Authorization: null }],
  }),
  "notFound.doubleSlash": address("The Tenant URL ends in a slash, so that every address has two.", {
    example: ["GET", "/scim/v2/{org}//oauth/token"],
  }),
});

export const SEARCHING = {
  "filter.syntax": "The filter is malformed: {expected} is expected at character {#position}.",
  "filter.length": "The filter is longer than {#most} characters.",
  "filter.terms": "The filter has more than {#most} conditions.",
  "filter.depth": "The filter is nested deeper than {#most} levels.",
  "filter.nested": "A filter in brackets cannot contain another one.",
  "filter.operator": "The operator '{operator}' is not supported. Supported are pr, {known}.",
  "filter.attribute": "The filter names an attribute '{name}' that does not exist here.",
  "filter.notComplex": "{path} has no sub-attributes to filter by in brackets.",
  "filter.complex": "Name a sub-attribute of {path} in the filter.",
  "filter.derived":
    "{path} is made for answers only and selects nothing in the path of an operation. Compare the value beside it.",
  "filter.combination": "The operator {operator} is not supported for {path}.",
  "filter.literal": "The value compared with {path} must be a {type}.",
  "sensitive.filter": "{path} cannot be used in a filter.",
  "tooMany.examined":
    'The query would have to look at more than {#most} resources. Add an equality on id, userName, externalId, emails.value or, of a group, displayName to the filter, joined by "and"; or page by cursor. Without a filter, leave sortBy out.',
  "cursor.invalid":
    "The cursor is not one of this query. Repeat filter, sortBy, sortOrder and endpoint unchanged on every page, or begin the query anew, without a cursor value.",
  "cursor.expired": "The cursor is too old. Begin the query anew, without a cursor value.",
  "cursor.count": "count must be an integer.",
  "cursor.countChanged": "count must be the same on every page of one query.",
} as const satisfies Texts;

export const SEARCHING_HELP = (): Help<keyof typeof SEARCHING> => ({
  "filter.syntax": matching(
    "A search for a user or group could not be read: the filter breaks off or has a word too many at the character the error names.",
    'Write it as in RFC 7644 section 3.4.2.2, text in double quotes, a quote within it as \\": userName eq "ada@example.com".',
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
    "The operation selects members by their names, which belong to the users and are only shown with the group.",
    'Name the members by their ids: members[value eq "…"].',
    { example: ["PATCH", "Groups/{group}", [{ op: "remove", path: 'members[display eq "Ada"]' }]] },
  ),
  "filter.combination": matching(
    "The filter asks of an attribute what makes no sense for its type, such as the order of true and false.",
    "Use eq for true and false; order only for text, numbers and dates.",
    { example: ["GET", "Users?filter=active gt true"] },
  ),
  "filter.literal": matching(
    "The filter compares an attribute with a value of another type.",
    "Text stands in double quotes; true, false and numbers do not.",
    { example: ["GET", 'Users?filter=active eq "perhaps"'] },
  ),
  "sensitive.filter": ownClient(
    "The filter names what nobody may search by, such as a password.",
    "Search by userName or externalId.",
    { example: ["GET", 'Users?filter=password eq "secret"'] },
  ),
  "tooMany.examined": matching(
    "The search would have to look at more users or groups than one request may.",
    'Add an equality on userName, externalId, emails.value or displayName joined by "and", or page by cursor.',
    { after: ["manyUsers"], example: ["GET", 'Users?filter=title co "a"'] },
  ),
  "cursor.invalid": ownClient(
    "A page was asked for with a cursor of another query.",
    "Send filter, sortBy, sortOrder and count as for the first page, or begin anew without a cursor.",
    { example: ["GET", "Users?cursor=abc"] },
  ),
  "cursor.expired": ownClient(
    "A page was asked for too long after the one before.",
    "Begin the query anew, without a cursor.",
    {
      after: [["POST", "Users", {}], ["POST", "Users", { userName: "bob" }], ["GET", "Users?cursor&count=1"], 1],
      example: ["GET", "Users?count=1&cursor={nextCursor}"],
    },
  ),
  "cursor.count": ownClient("count is no number.", "Send a whole number.", {
    example: ["GET", "Users?cursor&count=many"],
  }),
  "cursor.countChanged": ownClient(
    "The size of pages was changed in the middle of a query.",
    "Keep count, or begin anew.",
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
