import type { Help, Kinds, Texts } from "./family.ts";

export const SEARCHING_KINDS = {
  filter: [400, "invalidFilter"],
  sensitive: [403, "sensitive"],
  tooMany: [400, "tooMany"],
  "cursor.invalid": [400, "invalidCursor"],
  "cursor.expired": [400, "expiredCursor"],
  cursor: [400, "invalidCount"],
} as const satisfies Kinds;

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
} as const satisfies Texts<keyof typeof SEARCHING_KINDS>;

export const SEARCHING_HELP = {
  "filter.syntax": {
    console: "matching",
    happened:
      "A search for a user or group could not be read: the filter breaks off or has a word too many at the character the error names.",
    elsewhere:
      'Write it as in RFC 7644 section 3.4.2.2, text in double quotes, a quote within it as \\": userName eq "ada@example.com".',
    example: ["GET", 'Users?filter=userName eq "a'],
  },
  "filter.length": {
    console: "ownClient",
    happened: "The filter of a search is too long.",
    elsewhere: "Ask with several shorter filters.",
    example: ["POST", ".search", () => ({ filter: `userName eq "${"a".repeat(5_000)}"` })],
  },
  "filter.terms": {
    console: "ownClient",
    happened: "The filter has too many conditions.",
    elsewhere: "Ask with several shorter filters.",
    example: ["POST", ".search", () => ({ filter: Array.from({ length: 51 }, () => "title pr").join(" or ") })],
  },
  "filter.depth": {
    console: "ownClient",
    happened: "The filter is nested too deep.",
    elsewhere: "Write it with fewer brackets.",
    example: ["POST", ".search", () => ({ filter: `${"(".repeat(21)}title pr${")".repeat(21)}` })],
  },
  "filter.nested": {
    console: "ownClient",
    happened: "A filter in square brackets holds another one in square brackets.",
    elsewhere: "Write the inner condition beside the outer one.",
    example: ["GET", 'Users?filter=emails[emails[type eq "work"]]'],
  },
  "filter.operator": {
    console: "ownClient",
    happened: "The filter uses an operator that SCIM does not have.",
    elsewhere: "Use eq, ne, co, sw, ew, gt, ge, lt, le or pr.",
    example: ["GET", 'Users?filter=userName is "a"'],
  },
  "filter.attribute": {
    console: "matching",
    happened: "The identity provider searches by an attribute that users or groups do not have here.",
    elsewhere: "Search by userName, externalId, emails.value or displayName.",
    example: ["GET", 'Users?filter=shoeSize eq "42"'],
  },
  "filter.notComplex": {
    console: "matching",
    happened: "The filter uses square brackets on an attribute that has no parts.",
    elsewhere: "Write the attribute without brackets.",
    example: ["GET", 'Users?filter=title[value eq "a"]'],
  },
  "filter.complex": {
    console: "matching",
    happened: "The filter compares a whole attribute that consists of parts.",
    elsewhere: "Name the part: name.familyName, emails.value.",
    example: ["GET", 'Users?filter=name eq "a"'],
  },
  "filter.derived": {
    console: "ownClient",
    happened:
      "The operation selects members by their names, which belong to the users and are only shown with the group.",
    elsewhere: 'Name the members by their ids: members[value eq "…"].',
    example: ["PATCH", "Groups/{group}", [{ op: "remove", path: 'members[display eq "Ada"]' }]],
  },
  "filter.combination": {
    console: "matching",
    happened: "The filter asks of an attribute what makes no sense for its type, such as the order of true and false.",
    elsewhere: "Use eq for true and false; order only for text, numbers and dates.",
    example: ["GET", "Users?filter=active gt true"],
  },
  "filter.literal": {
    console: "matching",
    happened: "The filter compares an attribute with a value of another type.",
    elsewhere: "Text stands in double quotes; true, false and numbers do not.",
    example: ["GET", 'Users?filter=active eq "perhaps"'],
  },
  "sensitive.filter": {
    console: "ownClient",
    happened: "The filter names what nobody may search by, such as a password.",
    elsewhere: "Search by userName or externalId.",
    example: ["GET", 'Users?filter=password eq "secret"'],
  },
  "tooMany.examined": {
    console: "matching",
    happened: "The search would have to look at more users or groups than one request may.",
    elsewhere:
      'Add an equality on userName, externalId, emails.value or displayName joined by "and", or page by cursor.',
    after: ["manyUsers"],
    example: ["GET", 'Users?filter=title co "a"'],
  },
  "cursor.invalid": {
    console: "ownClient",
    happened: "A page was asked for with a cursor of another query.",
    elsewhere: "Send filter, sortBy, sortOrder and count as for the first page, or begin anew without a cursor.",
    example: ["GET", "Users?cursor=abc"],
  },
  "cursor.expired": {
    console: "ownClient",
    happened: "A page was asked for too long after the one before.",
    elsewhere: "Begin the query anew, without a cursor.",
    after: [["POST", "Users", {}], ["POST", "Users", { userName: "bob" }], ["GET", "Users?cursor&count=1"], 1],
    example: ["GET", "Users?count=1&cursor={nextCursor}"],
  },
  "cursor.count": {
    console: "ownClient",
    happened: "count is no number.",
    elsewhere: "Send a whole number.",
    example: ["GET", "Users?cursor&count=many"],
  },
  "cursor.countChanged": {
    console: "ownClient",
    happened: "The size of pages was changed in the middle of a query.",
    elsewhere: "Keep count, or begin anew.",
    after: [
      ["POST", "Users", {}],
      ["POST", "Users", { userName: "bob" }],
      ["GET", "Users?cursor&count=1"],
    ],
    example: ["GET", "Users?count=2&cursor={nextCursor}"],
  },
} satisfies Help<keyof typeof SEARCHING>;

export const PATHS_KINDS = {
  path: [400, "invalidPath"],
  noTarget: [400, "noTarget"],
} as const satisfies Kinds;

export const PATHS = {
  "path.syntax":
    'The path of an operation is malformed. Paths look like "title", "name.givenName" or "emails[type eq \\"work\\"].value".',
  "path.unknown":
    "The path of an operation names an attribute that no schema of this service lists. Remove its mapping in the identity provider; GET /Schemas shows what exists.",
  "path.notMultiValued": "{path} has no list of values to select from: write the path without the brackets.",
  "noTarget.path": "The operation remove needs a path.",
  "noTarget.add": 'Name the members to add: path "members" and a list as value.',
  "noTarget.replace": "No value of {name} matches the filter in the path.",
  "noTarget.member": "No member matches the filter in the path.",
} as const satisfies Texts<keyof typeof PATHS_KINDS>;

export const PATHS_HELP = {
  "path.syntax": {
    console: "unknownName",
    happened: "A PATCH names a place in a user or group in a way that cannot be read.",
    example: ["PATCH", "Users/{user}", [{ op: "add", path: "emails[", value: "x" }]],
  },
  "path.unknown": {
    console: "unknownName",
    happened: "A PATCH names an attribute that there is not here.",
    rule: "unknownPaths",
    under: { preset: "rfc" },
    example: ["PATCH", "Users/{user}", [{ op: "add", path: "shoeSize", value: "42" }]],
  },
  "path.notMultiValued": {
    console: "unknownName",
    happened: "A PATCH selects one of several values of an attribute that has only one.",
    example: ["PATCH", "Users/{user}", [{ op: "add", path: 'title[value eq "a"]', value: "x" }]],
  },
  "noTarget.path": {
    console: "ownClient",
    happened: "A removal does not say what to remove.",
    elsewhere: "Give the operation a path.",
    example: ["PATCH", "Users/{user}", [{ op: "remove" }]],
  },
  "noTarget.add": {
    console: "ownClient",
    happened: "An operation on a group does not say that it is about members.",
    elsewhere: 'Give it path "members" and a list as value.',
    example: ["PATCH", "Groups/{group}", [{ op: "add", path: 'members[type eq "User"]', value: [{ display: "a" }] }]],
  },
  "noTarget.replace": {
    console: "unknownName",
    happened: "A PATCH replaces one of several values (such as the work address), and the user has none of the kind.",
    rule: "replaceWithoutTarget",
    under: { preset: "rfc" },
    example: ["PATCH", "Users/{user}", [{ op: "replace", path: 'emails[type eq "home"].value', value: "a@b.c" }]],
  },
  "noTarget.member": {
    console: "ownClient",
    happened: "A PATCH changes a member who is not in the group.",
    elsewhere: "Read the group again, then send what differs.",
    example: [
      "PATCH",
      "Groups/{group}",
      [{ op: "replace", path: 'members[value eq "{stranger}"]', value: [{ value: "{stranger}" }] }],
    ],
  },
} satisfies Help<keyof typeof PATHS>;
