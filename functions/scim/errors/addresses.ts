import { address, busy, gone, type Help, many, matching, ownClient, query, steps, type Texts } from "./family.ts";

export const ADDRESSES = {
  "version.mismatch": "The resource has another version than the request asks for. Read it again.",
  "method.notAllowed": "This endpoint takes only {allowed}.",
  "notFound.document": "There is no schema, resource type, role or entitlement with this name.",
  "notFound.endpoint":
    "There is no such SCIM endpoint. Below the Tenant URL there are /Users, /Groups, /.search, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.",
} as const satisfies Texts;

export const ADDRESSES_HELP = (): Help<keyof typeof ADDRESSES> => ({
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
});

/** What only the functions say that serve discovery, and addresses outside every Tenant URL. */
export const DISCOVERY = {
  "version.unsupported": "Only SCIM 2.0 is served: the Tenant URL contains /scim/v2/.",
  "discovery.filter": "Discovery endpoints take no filter (RFC 7644 section 4).",
  "notImplemented.me": "/Me is not offered: an org token stands for an organization, not for a user.",
  "notFound.tenantUrl":
    "There is no such endpoint. The Tenant URL is /scim/v2/ followed by the organization's login name.",
  "notFound.doubleSlash":
    "The address has two slashes after the Tenant URL. Remove the slash at the end of the Tenant URL in the identity provider.",
} as const satisfies Texts;

export const DISCOVERY_HELP = (): Help<keyof typeof DISCOVERY> => ({
  "version.unsupported": {
    happened: "The address asks for a SCIM version that is not 2.0.",
    entra: "Provisioning › Admin Credentials: correct the Tenant URL; `org show ORG` prints it.",
    okta: "Provisioning › Integration: set the SCIM version to 2.0, and the base URL to the one that `org show ORG` prints.",
    elsewhere: "Use the Tenant URL that `org show ORG` prints.",
    example: ["GET", "/scim/v1/{org}/Users", undefined, { Authorization: null }],
  },
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
  "notFound.tenantUrl": address("The address is not a SCIM address: the Tenant URL is wrong.", {
    example: ["GET", "/Users", undefined, { Authorization: null }],
  }),
  "notFound.doubleSlash": address("The Tenant URL ends in a slash, so every address has two in a row.", {
    example: ["GET", "/scim/v2/{org}//oauth/token"],
  }),
});

/** What only the functions say that change groups. */
export const GROUP_TEXTS = {
  "notFound.group": "There is no group with this id in this organization. It may have been deleted.",
  "uniqueness.displayName":
    "displayName is already used by another group of this organization (upper and lower case count as equal). Link the existing group instead of creating it, or rename one of the two.",
  "value.teamNameLength":
    "displayName has {#length} characters; a team name may have at most {#most}. Shorten the group's name in the identity provider, or map a shorter attribute to displayName.",
  "value.unknownMembers":
    "members names ids that are no user or group of this organization: {shown}{more}. Provision these users first, or remove them from the group.",
  "tooLarge.members":
    "The request names {#members} members; one request can name at most {#most}. Nothing was changed. Create the group without members, then add them with several PATCH requests.",
  "busy.largeChange":
    "The change is too large for one request: {#left} membership changes are left. Send the same request again to finish it; what was done stays done.",
} as const satisfies Texts;

export const GROUP_HELP = (): Help<keyof typeof GROUP_TEXTS> => ({
  "notFound.group": gone(
    "The identity provider asked for a group that was never here, or was deleted.",
    "Look the group up by displayName, and use the new id. `history ORG team ID` shows who deleted the old one.",
    { example: ["GET", "Groups/g0000000000000000000000"] },
  ),
  "uniqueness.displayName": {
    happened:
      "The identity provider wants to create or rename a group, but another group of this organization already has that name.",
    entra:
      "Provisioning › Mappings › Provision Microsoft Entra ID Groups: make displayName the matching attribute; or rename one of the two groups.",
    okta: "Push Groups: link the group to the existing one instead of creating it; or rename one of the two.",
    elsewhere: "Look the group up by displayName, and change it. `teams ORG` lists the groups.",
    rule: "groupNameUnique",
    after: [["POST", "Groups", {}]],
    example: ["POST", "Groups", {}],
  },
  "value.teamNameLength": {
    happened: "The group's name is longer than this organization allows.",
    entra:
      "Shorten the group's display name, or map another, shorter attribute to displayName (Mappings › Provision Microsoft Entra ID Groups).",
    okta: "Shorten the group's name, or push it under another name: Push Groups › link to a new name.",
    elsewhere: "Shorten the name; or allow longer ones: `org update ORG --set teamNameMaxLength=N`.",
    rule: "teamNameMaxLength",
    example: ["POST", "Groups", () => ({ displayName: "x".repeat(41) })],
  },
  "value.unknownMembers": {
    happened:
      "A group has members that are not users or groups of this organization, and the organization's rules refuse that.",
    entra: "Users and groups: assign the missing people to the application too, so that they arrive before the group.",
    okta: "Assignments: assign the missing people too, then Push Groups › Push now.",
    elsewhere: "Provision the users first; or leave such members out: `org update ORG --set unknownMembers=skip`.",
    rule: "unknownMembers",
    under: { preset: "rfc" },
    example: ["POST", "Groups", { members: [{ value: "{stranger}" }] }],
  },
  "tooLarge.members": steps(
    "The request names too many members. Nothing was changed.",
    "Send members in several requests.",
    {
      example: [
        "POST",
        "Groups",
        () => ({ members: many(150_001, (n) => ({ value: `u${String(n).padStart(22, "0")}` })) }),
      ],
    },
  ),
  "busy.largeChange": busy(
    "The change to a group is too large for one request. Rollcall made a part of it: send the same request again to continue.",
    {
      after: [["POST", "Groups", {}], "lateChange"],
      example: ["PATCH", "Groups/{id}", [{ op: "add", path: "members", value: "{members}" }]],
    },
  ),
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
