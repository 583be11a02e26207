import { gone, type Help, many, mapping, operator, query, type Texts } from "./family.ts";

const addresses = (which: string) => many(50, (n) => ({ value: `${which}${n}@acme.example` }));

export const VALUES = {
  "value.required":
    "{name} is required and must not be empty. In the identity provider, map it from an attribute that is never empty.",
  "value.type": "{name} must be {expected}. Check its mapping in the identity provider.",
  "value.length": "{name} is too long: at most {#most} bytes of UTF-8 are possible.",
  "value.notMultiValued": "{name} can have one value only.",
  "value.count": "{name} can have at most {#most} values.",
  "value.twoPrimaries": "Only one value of {name} can be primary.",
  "value.missing": "The operation {op} needs a value.",
  "value.number": "The request contains a number that is too large.",
  "value.depth": "The request is nested deeper than {#most} levels.",
  "value.unicode":
    "The request contains text that is not well-formed Unicode, or the character U+0000. Correct the attribute in the identity provider.",
  "value.size":
    "The resource is too large: its attributes can have at most {#most} bytes (48 KB). Do not map photos or certificates in the identity provider.",
  "value.emailCount": "A user can have at most {#most} e-mail addresses.",
  "value.userNameBlank": "userName must not be empty. Check its mapping in the identity provider.",
  "value.userNameControl": "userName must not contain control characters.",
  "value.members": 'members must be a list of objects with the id of a user or group as "value". Nothing was changed.',
  "value.integer": "The query parameter {name} must be an integer.",
  "value.search": "{name} of a search request must be {expected}.",
  "value.cursorAndIndex": "Only one of cursor and startIndex can be given.",
  "value.projection": "Only one of attributes and excludedAttributes can be given.",
  "value.projectionLength": "The list of attributes is longer than {#most} characters.",
  "value.sortOrder": 'sortOrder must be "ascending" or "descending".',
  "value.sortBy": "sortBy names an attribute that does not exist here.",
  "value.sortByHidden": "Sorting by {path} is not possible.",
  "value.sortByComplex": "sortBy needs a sub-attribute of {path}.",
  "mutability.required": "{name} is required and cannot be removed.",
  "mutability.readOnly": "{name} is written by the server only. Remove its mapping in the identity provider.",
  "mutability.members": "The parts of a member cannot be changed: remove the member and add another one.",
} as const satisfies Texts;

export const VALUES_HELP = (): Help<keyof typeof VALUES> => ({
  "value.required": mapping("A required attribute is missing or empty.", "Map it from a source that is never empty.", {
    example: ["POST", "Users", { userName: null }],
  }),
  "value.type": mapping("An attribute has a value of a wrong type.", "Send the type that GET /Schemas names.", {
    example: ["POST", "Users", { title: 7 }],
  }),
  "value.length": mapping("A value is too long.", "Shorten the value at its source.", {
    example: ["POST", "Users", () => ({ userName: "x".repeat(901) })],
  }),
  "value.notMultiValued": mapping("An attribute that can have only one value has several.", "Send one value.", {
    example: ["POST", "Users", { name: [{ givenName: "a" }, { givenName: "b" }] }],
  }),
  "value.count": mapping("An attribute has too many values.", "Send fewer values.", {
    example: ["POST", "Users", () => ({ roles: many(1_001, (n) => ({ value: `r${n}` })) })],
  }),
  "value.twoPrimaries": mapping("Two values are marked as the primary one.", "Mark only one.", {
    example: ["POST", "Users", () => ({ roles: ["r0", "r1"].map((value) => ({ value, primary: true })) })],
  }),
  "value.missing": query("An operation of a PATCH has no value.", "Give the operation a value.", {
    example: ["PATCH", "Users/{user}", [{ op: "add", path: "title" }]],
  }),
  "value.number": mapping("A number is too large.", "Send a smaller number.", {
    example: ["POST", "Users", '{"userName":1e999}'],
  }),
  "value.depth": query("The request is nested too deep.", "Send a flatter body.", {
    example: ["POST", "Users", () => ({ title: JSON.parse(`${'{"a":'.repeat(30)}1${"}".repeat(30)}`) })],
  }),
  "value.unicode": mapping("A text holds half a character or U+0000.", "Correct the text at its source.", {
    example: ["POST", "Users", { title: "\u0000" }],
  }),
  "value.size": mapping("The user or group is larger than 48 KB.", "Do not send photos, certificates or long notes.", {
    example: ["POST", "Users", () => ({ title: "x".repeat(50_000) })],
  }),
  "value.emailCount": mapping("The user has too many addresses.", "Map fewer addresses.", {
    example: ["POST", "Users", () => ({ emails: many(51, (n) => ({ value: `a${n}@b.example`, type: "work" })) })],
  }),
  "value.userNameBlank": mapping("The userName is empty.", "Map userName from an attribute that is never empty.", {
    example: ["GET", "/directory/v1/orgs/{org}/access?userName=%20"],
  }),
  "value.userNameControl": mapping("The userName holds an invisible control character.", "Correct it at its source.", {
    example: ["POST", "Users", { userName: "a\u0007b" }],
  }),
  "value.members": query("members is not a list of ids. Nothing was changed.", 'Send [{"value":"ID"}].', {
    example: ["POST", "Groups", { members: [7] }],
  }),
  "value.integer": query("A value in the query is not a whole number.", "Send a whole number.", {
    example: ["GET", "Users?count=many"],
  }),
  "value.search": query("A search request is malformed.", "Correct it as the error says (RFC 7644 section 3.4.3).", {
    example: ["POST", ".search", { count: "one" }],
  }),
  "value.cursorAndIndex": query(
    "The query has two ways of paging at once.",
    "Send only one of cursor and startIndex.",
    {
      example: ["GET", "Users?cursor&startIndex=1"],
    },
  ),
  "value.projection": query("The query has both attributes and excludedAttributes.", "Send one of the two.", {
    example: ["GET", "Users?attributes=title&excludedAttributes=name"],
  }),
  "value.projectionLength": query("The list of attributes is too long.", "Ask for fewer attributes.", {
    example: ["POST", ".search", () => ({ attributes: [`x${"y".repeat(8_200)}`] })],
  }),
  "value.sortOrder": query("sortOrder has an unknown value.", 'Send "ascending" or "descending".', {
    example: ["GET", "Users?sortOrder=random"],
  }),
  "value.sortBy": query(
    "The query sorts by an attribute that does not exist.",
    "Sort by one that GET /Schemas lists.",
    {
      example: ["GET", "Users?sortBy=shoeSize"],
    },
  ),
  "value.sortByHidden": query(
    "The query sorts by an attribute that nobody may read, or that exists only in answers.",
    "Sort by another attribute.",
    {
      example: ["GET", "Users?sortBy=password"],
    },
  ),
  "value.sortByComplex": query(
    "The query sorts by an attribute that consists of parts.",
    "Name the part: name.familyName.",
    {
      example: ["GET", "Users?sortBy=name"],
    },
  ),
  "mutability.required": mapping("A PATCH removes a required attribute.", "Replace its value instead.", {
    example: ["PATCH", "Users/{user}", [{ op: "remove", path: "userName" }]],
  }),
  "mutability.readOnly": mapping(
    "The request writes an attribute that only the server writes, such as id.",
    "Do not send it.",
    {
      rule: "readOnlyPaths",
      under: { preset: "rfc" },
      example: ["PATCH", "Users/{user}", [{ op: "replace", path: "id", value: "x" }]],
    },
  ),
  "mutability.members": query("The request changes a part of a member.", "Remove the member and add another one.", {
    example: ["PATCH", "Groups/{group}", [{ op: "replace", path: "members.value", value: "x" }]],
  }),
});

/** What only the functions say that change users. */
export const USER_TEXTS = {
  "notFound.user": "There is no user with this id in this organization. It may have been deleted.",
  "user.protected":
    "This user is protected: the identity provider can neither deactivate nor delete it, and nothing was changed. Assign the user again, or ask the operator of this service to end the protection.",
  "uniqueness.userName":
    "userName is already used by another user of this organization (upper and lower case count as equal). Match the existing user instead of creating it, or give one of the two another userName.",
  "mutability.userName":
    'userName cannot change after creation. In Entra ID, set the userName mapping to apply "Only during object creation"; in Okta, set "Update application username on" to "Create only".',
  "value.workEmail":
    'A work e-mail address is required: emails needs an element with type "work" and a value; the primary or only address may have another type. In Entra ID, map a source attribute that is never empty to emails[type eq "work"].value; in Okta, map the user\'s email. If users have no address, ask the operator of this service for workEmailRequired=false.',
  "value.activeUnassigned":
    "active cannot be removed: send true, or false to deactivate the user. Check its mapping in the identity provider.",
  "value.unknownRole":
    "{name} has a value that is not an assignable role here. In Entra ID, assign an app role whose value is the key of such a role; in Okta, choose a role that was imported from here. Or take this attribute out of the mappings.",
  "conflict.adoption":
    "The application already has this user. Rollcall cannot adopt the user: there are too many e-mail addresses, or a change was cut off. Nothing was changed. The operator of this service can correct this.",
} as const satisfies Texts;

export const USER_HELP = (): Help<keyof typeof USER_TEXTS> => ({
  "notFound.user": gone(
    "The identity provider asked for a user who was never here, or was deleted.",
    "Look the user up by userName, and use the new id. `history ORG user ID` shows who deleted the old one.",
    { example: ["GET", "Users/{stranger}"] },
  ),
  "user.protected": {
    happened: "The identity provider wanted to deactivate or delete a protected user. Nothing was changed.",
    entra: "Users and groups: to keep the person, assign the person again.",
    okta: "Assignments: to keep the person, assign the person again.",
    elsewhere:
      "To remove the person: `org unprotect ORG USER_ID`, then let the identity provider send the request again.",
    after: [["POST", "/admin/v1/orgs/{org}/protected/{user}"]],
    example: ["DELETE", "Users/{user}"],
  },
  "uniqueness.userName": {
    happened:
      "The identity provider wants to create or rename a user, but another user of this organization already has that userName.",
    entra:
      "Provisioning › Mappings: make userName the matching attribute (matching precedence 1); then Entra ID finds the existing user instead of creating it. If two jobs provision the organization, stop one.",
    okta: "Import › Import now and confirm the match with the existing user; then Tasks › Retry selected.",
    elsewhere:
      "Look the user up by userName, and change that user instead of creating one. `users ORG` lists the users.",
    after: [["POST", "Users", {}]],
    example: ["POST", "Users", {}],
  },
  "mutability.userName": {
    happened:
      "The identity provider wants to give a user another userName, which Rollcall does not allow. The user keeps the old one, and the request changed nothing.",
    entra:
      'Provisioning › Mappings › Provision Microsoft Entra ID Users › userName: set "Apply this mapping" to "Only during object creation".',
    okta: 'Sign On › Credentials Details: set "Update application username on" to "Create only".',
    elsewhere:
      "Do not send userName for users who exist; or allow it: `org update ORG --set userNameMutability=readWrite`.",
    rule: "userNameMutability",
    example: ["PATCH", "Users/{user}", [{ op: "replace", path: "userName", value: "other" }]],
  },
  "value.workEmail": {
    happened:
      "The person has no work e-mail address, which this organization requires. The user was not created or changed.",
    entra:
      'Provisioning › Mappings › Provision Microsoft Entra ID Users: map an attribute that everybody has (mail, or userPrincipalName) to emails[type eq "work"].value. If only one person is affected, fill in the e-mail address in the directory.',
    okta: "Provisioning › To App › Attribute Mappings: map user.email to email (primary email type: work). If only one person is affected, fill in the primary e-mail in the profile.",
    elsewhere:
      'Map the address to emails, with type "work", or as the primary or only one. Or do not require it: `org update ORG --set workEmailRequired=false`.',
    rule: "workEmailRequired",
    example: ["POST", "Users", { emails: [] }],
  },
  "value.activeUnassigned": mapping(
    "A PATCH removes active: the person would then be neither active nor inactive. Nothing was changed.",
    "Map active from an attribute that is true or false for everybody.",
    { rule: "activeUnassign", example: ["PATCH", "Users/{user}", [{ op: "remove", path: "active" }]] },
  ),
  "value.unknownRole": {
    happened:
      "The person was sent with a role that the application does not know, and the organization's rules refuse that.",
    entra:
      "App registrations › App roles: each value must be the key of a role in the application's catalogue; disable other app roles. If only one person is affected: Users and groups › Edit assignment.",
    okta: "Governance › Entitlements: import entitlements again and assign one of them. Without governance: Provisioning › To App › Attribute Mappings, take roles and entitlements out.",
    elsewhere:
      "Send keys of the application's catalogue: GET /Roles and /Entitlements list them. Or accept such values, which then give nobody anything: `org update ORG --set unknownRoles=ignore`.",
    rule: "unknownRoles",
    under: { changed: { unknownRoles: "refuse" } },
    example: ["POST", "Users", { roles: [{ value: "nobody-knows" }] }],
  },
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
});
