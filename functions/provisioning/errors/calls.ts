import { type CallerHelp, caller, FILE, IMPORT, many, type Sent, type Texts, wrong } from "../../scim/errors/family.ts";

/** One text for every reason why a key is not valid: a guess shall reveal nothing. The log has the code. */
const NO_LIVE_KEY =
  "The application key is missing, wrong or no longer valid. Send it as Authorization: Bearer KEY. A lost key cannot be shown again; the operator of this service can make another one.";

/** The command line sends what the deployment does not know. */
const OTHER_RELEASE = "This command line and the deployment are of different releases: use the one of the deployment.";

/** Texts about a call itself and what it names, for the APIs for operators and the application. */
export const CALLER_ERRORS = {
  "signature.missing": "This API takes requests signed with AWS credentials (SigV4) only.",
  "appKey.missing": NO_LIVE_KEY,
  "appKey.malformed": NO_LIVE_KEY,
  "appKey.unknown": NO_LIVE_KEY,
  "appKey.revoked": NO_LIVE_KEY,
  "appKey.expired": NO_LIVE_KEY,
  "scope.needed": "This call needs an application key with the scope {needed}; this one has the scope {has}.",
  "scope.operator":
    "An application key of one organization cannot make this call: the call is about all organizations, or only for the operator of this service.",
  "notFound.apiPath": "{root} has no such path.",
  "value.actor":
    "Rollcall-Actor is 1 to 64 of the characters A-Z a-z 0-9 : . _ -, for example your own id of the person. It is logged, so it must not be an e-mail address.",
  "value.memberType": "{name} must be {expected}.",
  "value.unknownMember": "{part} knows only {known}.",
  "value.wholeNumber": "{name} is a whole number from 1 on.",
  "value.range": "{name} is a whole number from {#least} to {#most}.",
  "value.line": "{name} is one line of at most {#most} characters.",
  "value.after": "after must be the value of next in the earlier page.",
  "value.directoryCursor": "cursor must be the value of next in the earlier page; leave it out for the first page.",
  "value.from": "from must be the value of next in the earlier step; leave it out to begin.",
  "value.orgMissing": "org is missing: the login name of the new organization.",
  "value.orgName":
    "The login name of an organization is 1 to 63 of the characters a-z, 0-9 and -, without a hyphen at either end. It stands in the Tenant URL and never changes.",
  "value.orgReserved": "The login name {org} is reserved: choose another one.",
  "value.orgId": "orgId is the 8 characters of an organization's id.",
  "value.displayNameEmpty": "displayName must not be empty.",
  "value.adminCount": "admins names at most {#most} administrators.",
  "value.adminEmpty": "An entry of admins must not be empty.",
  "value.ssoUrl": "sso.url is the http(s) address of the identity provider's SAML endpoint.",
  "value.ssoEntityId": "sso.entityId must not be empty.",
  "value.preset": "preset is one of {known}.",
  "value.rule": "changedRules knows only {known}.",
  "value.ruleValue": "The rule {rule} is {expected}.",
  "value.domain":
    "domain is the name of a mail domain, such as example.com. It cannot be a single word, an IP address, an e-mail address or a URL.",
  "value.adoptionKey": "by is userName or email.",
  "value.reason": "reason is missing: say why, in one line.",
  "value.confirm": "confirm must repeat the organization's login name: a purge cannot be undone.",
  "value.boundTo":
    "A token can be bound only to an active user of this organization, by its id. Without such a user the token would not work.",
  "value.teamNameMissing": "displayName is missing: the name of the team.",
  "value.include": "include knows only inactive.",
  "value.fields": "fields knows only {known}, with commas between them.",
  "value.filterElsewhere": "filter cannot ask for {name}. A team lists its members, and a user shows its teams.",
  "value.userList": "users is a list of 1 to {#most} users.",
  "value.applicationId": "applicationId is text of 1 to {#most} characters.",
  "value.person": "Give exactly one of email, userName, externalId and applicationId.",
  "value.applicationIdAlone": "applicationId finds one user: give it without filter and cursor.",
  "value.personText": "{by} must be text, and not empty.",
  "tooMany.candidates":
    "More than {#most} users have this value. Ask by userName, which only one user of each side can have.",
  "value.file": "file is the SHA-256 of the file, in 64 hexadecimal digits.",
  "value.importLine": "{problem}.",
  "notFound.side": "An export has two sides: managed and unmanaged.",
  "notFound.org":
    "No organization has this login name. It is the name in the Tenant URL, not the display name; a key of one organization opens no other one.",
  "notFound.orgUser": "This organization has no user with this id. The list of its users shows their ids.",
  "notFound.team": "This organization has no team with this id. It may have been deleted.",
  "notFound.teamNamed": "This organization has no team with this id or name.",
  "notFound.deletion":
    "Nothing with this id was deleted from this organization in the last 30 days. Deletions are kept that long.",
  "notFound.token": "This organization has no token with this id. The list of its tokens shows their ids.",
  "notFound.domain": "This organization has not added this domain. The list of its domains shows those it has.",
  "notFound.clientSecret": "This organization has no client secret with this id.",
  "value.scope": "scope is one of {known}.",
  "value.scopeOrg": "A key with the scope admin belongs to one organization: name it in org.",
  "notFound.applicationKey":
    "There is no application key with this id. The list of keys shows the ids; a key of an organization is in that organization's list.",
} as const satisfies Texts;

const READING_KEY: Sent = ["POST", "/admin/v1/app-keys", { scope: "directory.read" }];

export const CALLS_HELP = (): CallerHelp<keyof typeof CALLER_ERRORS> => ({
  "signature.missing": caller(
    "A call came without an AWS signature.",
    "Sign it (SigV4), as the command line does with --stack.",
    {
      example: ["GET", "/admin/v1/orgs", undefined, { Authorization: null }],
      words: "The call was not signed: use AWS credentials that may call the API.",
    },
  ),
  "appKey.missing": caller(
    "A call came without an application key.",
    "Send Authorization: Bearer KEY. `app-key create --scope SCOPE` makes a key.",
    { example: ["GET", "/app/v1/orgs/{org}/users", undefined, { Authorization: null }] },
  ),
  "appKey.malformed": caller(
    "A call came with something other than an application key, or with only a part of one.",
    "Send the whole key: Authorization: Bearer rollcallapp_…. An organization's token is not an application key.",
    { example: ["GET", "/app/v1/orgs/{org}/users"] },
  ),
  "appKey.unknown": caller(
    "A call came with an application key that does not exist here.",
    "Its organization was purged, or it belongs to another deployment. `app-key create --scope SCOPE` makes another one.",
    { example: ["GET", "/app/v1/orgs/{org}/users", undefined, { Authorization: "Bearer {unknownKey}" }] },
  ),
  "appKey.revoked": caller(
    "A call came with an application key that was revoked.",
    "`app-key list` says when. `app-key create --scope SCOPE` makes another one.",
    {
      after: [READING_KEY, ["DELETE", "/admin/v1/app-keys/{key.id}"]],
      example: ["GET", "/app/v1/orgs/{org}/users", undefined, { Authorization: "Bearer {secretKey}" }],
    },
  ),
  "appKey.expired": caller(
    "A call came with an application key that has expired.",
    "`app-key create --scope SCOPE` makes another one. Two keys may be valid at a time: next time make the new key before the old one ends.",
    {
      after: [READING_KEY, 366],
      example: ["GET", "/app/v1/orgs/{org}/users", undefined, { Authorization: "Bearer {secretKey}" }],
    },
  ),
  "scope.needed": caller(
    "An application key does not have the scope that a call needs.",
    "Use a key with the scope that the error names; `app-key create --scope SCOPE` makes one.",
    {
      after: [READING_KEY],
      example: [
        "POST",
        "/app/v1/orgs/{org}/users",
        { userName: "ada" },
        { Authorization: "Bearer {secretKey}", "Content-Type": "application/json" },
      ],
    },
  ),
  "scope.operator": caller(
    "An application key of one organization was used for a call about all organizations, or for the operator only.",
    "Sign the call with AWS credentials (SigV4), as the command line does. Calls of the directory API about all organizations take a key without an organization.",
    {
      after: [["POST", "/admin/v1/app-keys", { scope: "admin", org: "{org}" }]],
      example: ["GET", "/app/v1/admin/orgs", undefined, { Authorization: "Bearer {secretKey}" }],
    },
  ),
  "notFound.apiPath": caller(
    "The API has no such path.",
    "Use a path of the API's description: lib/docs/application.md says where it is.",
    {
      example: ["GET", "/admin/v1/nothing"],
      words: `The deployment does not know this command. ${OTHER_RELEASE}`,
    },
  ),
  "value.actor": wrong("Rollcall-Actor", {
    example: ["GET", "/admin/v1/orgs", undefined, { "Rollcall-Actor": "ada@acme.example" }],
    words:
      "--actor is 1 to 64 of the characters A-Z a-z 0-9 : . _ -, for example your own id of the person. It is logged, so it must not be an e-mail address.",
  }),
  "value.memberType": {
    happened: "A call of the API has a value of a wrong type.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { entitled: "yes" }],
    words: "{name} must be {expected}.",
  },
  "value.unknownMember": {
    happened: "A call of the API has a name that the API does not know.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { shoeSize: 42 }],
    words: `The deployment does not know something that this command sends. ${OTHER_RELEASE}`,
  },
  "value.wholeNumber": wrong("number", {
    example: ["GET", "/admin/v1/orgs/{org}/users?count=many"],
    words: "{name} is a whole number from 1 on.",
  }),
  "value.range": wrong("number", { example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { expiresInDays: 0 }] }),
  "value.line": wrong("text", {
    example: ["PATCH", "/admin/v1/orgs/{org}", { displayName: "a\nb" }],
    words: "{name} is one line of at most {#most} characters.",
  }),
  "value.after": wrong("after", {
    example: ["GET", "/admin/v1/orgs?after=~"],
    words: "The command cannot continue from here: run it again.",
  }),
  "value.directoryCursor": wrong("cursor", {
    example: ["GET", "/directory/v1/orgs/{org}/users?cursor=~"],
    words: "The command cannot continue from here: run it again.",
  }),
  "value.from": wrong("from", {
    after: ["shortInspection"],
    example: ["POST", "/admin/v1/orgs/{org}/data/fsck", { from: "nowhere" }],
    words: "The command cannot continue from here: run it again.",
  }),
  "value.orgMissing": caller(
    "A new organization has no login name.",
    "Give org, the last word of its future Tenant URL.",
    { example: ["POST", "/admin/v1/orgs", {}], words: "ORG is missing: the login name of the new organization." },
  ),
  "value.orgName": caller("A login name has characters that are not allowed.", "Use a-z, 0-9 and -.", {
    example: ["POST", "/admin/v1/orgs", { org: "Acme Inc." }],
  }),
  "value.orgReserved": caller("The login name is reserved.", "Choose another one.", {
    example: ["POST", "/admin/v1/orgs", { org: "scim" }],
  }),
  "value.orgId": wrong("orgId", {
    example: ["GET", "/admin/v1/remains/short"],
    words: "The id of an organization has 8 characters.",
  }),
  "value.displayNameEmpty": wrong("displayName", {
    example: ["PATCH", "/admin/v1/orgs/{org}", { displayName: " " }],
    words: "--display-name must not be empty.",
  }),
  "value.adminCount": caller(
    "Too many administrators are named.",
    "Name fewer. The list gives nobody a right: Rollcall only checks that there are two or more.",
    {
      example: ["PATCH", "/admin/v1/orgs/{org}", () => ({ admins: many(51, (n) => `a${n}`) })],
      words: "--admin names at most {#most} administrators.",
    },
  ),
  "value.adminEmpty": wrong("entry of admins", {
    example: ["PATCH", "/admin/v1/orgs/{org}", { admins: [" "] }],
    words: "--admin must not be empty.",
  }),
  "value.ssoUrl": caller(
    "The address of the SAML endpoint is not an http(s) address.",
    "Copy it from the provider's SAML metadata.",
    {
      example: ["PATCH", "/admin/v1/orgs/{org}", { sso: { url: "javascript:x" } }],
      words: "--sso-url is the http(s) address of the identity provider's SAML endpoint.",
    },
  ),
  "value.ssoEntityId": caller("The SAML entity id is empty.", "Copy it from the provider's SAML metadata.", {
    example: ["PATCH", "/admin/v1/orgs/{org}", { sso: { entityId: " " } }],
    words: "--sso-entity-id must not be empty.",
  }),
  "value.preset": caller("There is no such preset.", "Choose one of those that the error names.", {
    example: ["PATCH", "/admin/v1/orgs/{org}", { preset: "loose" }],
  }),
  "value.rule": caller("There is no such rule.", "Choose one of those that the error names.", {
    example: ["PATCH", "/admin/v1/orgs/{org}", { changedRules: { shoeSize: 42 } }],
  }),
  "value.ruleValue": caller("The rule cannot have this value.", "Choose one of those that the error names.", {
    example: ["PATCH", "/admin/v1/orgs/{org}", { changedRules: { teamNameMaxLength: 0 } }],
  }),
  "value.domain": caller(
    "The given text is not a mail domain.",
    "Give the part of the addresses after the @: example.com.",
    { example: ["POST", "/admin/v1/orgs/{org}/domains", { domain: "localhost" }] },
  ),
  "value.adoptionKey": wrong("key of adoption", {
    example: ["GET", "/admin/v1/orgs/{org}/data/adoption?by=name"],
    words: "--by is userName or email.",
  }),
  "value.reason": caller(
    "A reason is required and was not given.",
    "Say why in reason, on the command line in --reason: the customer reads it in the error.",
    { example: ["POST", "/admin/v1/orgs/{org}/pause", {}], words: "Say why, in one line: --reason." },
  ),
  "value.confirm": caller("A purge was not confirmed.", "Repeat the login name in confirm; the command line does.", {
    example: ["POST", "/admin/v1/orgs/{org}/purge", { confirm: "no" }],
    words: "Repeat the login name of the organization: a purge cannot be undone.",
  }),
  "value.boundTo": caller(
    "A call wanted to bind a token to somebody who is not an active user here.",
    "Take the id from `users ORG --json`.",
    {
      example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { boundTo: "{stranger}" }],
      words:
        "--bound-to takes the id of an active user of this organization: `users ORG` shows them. Without such a user the token would not work.",
    },
  ),
  "value.teamNameMissing": caller("A team has no name.", "Give displayName.", {
    example: ["POST", "/directory/v1/orgs/{org}/teams", {}],
    words: "The name of the team is missing.",
  }),
  "value.include": wrong("include", {
    after: [["POST", "/directory/v1/orgs/{org}/teams", { displayName: "Own" }]],
    example: ["GET", "/directory/v1/orgs/{org}/teams/{id}/members?include=all"],
    words: `The deployment does not know something that this command asks for. ${OTHER_RELEASE}`,
  }),
  "value.fields": caller("There is no such field.", "Choose among those that the error names.", {
    example: ["GET", "/directory/v1/orgs/{org}/users?fields=shoeSize"],
    words: `The deployment does not know something that this command asks for. ${OTHER_RELEASE}`,
  }),
  "value.filterElsewhere": caller(
    "A filter asked for memberships: they can connect the identity provider's side with the application's, but a search reads one side.",
    "Read the members of the team, or the user.",
    { example: ["GET", "/directory/v1/orgs/{org}/users?filter=groups%20pr"] },
  ),
  "value.userList": caller("A call names no users, or too many.", "Send them in smaller calls.", {
    example: ["POST", "/directory/v1/orgs/{org}/users/bulk", { users: [] }],
    words: "The file holds no user, or the deployment takes fewer at once than this command sends.",
  }),
  "value.applicationId": wrong("applicationId", {
    example: ["PUT", "/directory/v1/orgs/{org}/users/{user}/link", { applicationId: "" }],
    words: "APPLICATION_ID is text of 1 to {#most} characters.",
  }),
  "value.person": caller(
    "It is not clear which person is meant.",
    "Ask by one of e-mail address, userName, external id and the application's own id.",
    {
      example: ["GET", "/directory/v1/orgs/{org}/access"],
      words: "Give exactly one of --email, --user-name, --external-id and --application-id.",
    },
  ),
  "value.applicationIdAlone": caller(
    "A call asked a list for one application id, and for something else too.",
    "Ask for the application id alone.",
    {
      example: ["GET", "/directory/v1/orgs/{org}/users?applicationId=7&filter=active%20eq%20true"],
      words: `The deployment does not know something that this command asks for. ${OTHER_RELEASE}`,
    },
  ),
  "value.personText": {
    happened: "A call of the API has no text to find the person by.",
    example: ["GET", "/directory/v1/orgs/{org}/access?email="],
    words: "{by} must be text, and not empty.",
  },
  "tooMany.candidates": caller("Too many users share the value.", "Ask by userName.", {
    after: many(21, (n) => [
      "POST",
      "Users",
      { userName: `u${n}`, emails: [{ type: "work", value: "shared@acme.example" }] },
    ]),
    example: ["GET", "/directory/v1/orgs/{org}/access?email=shared%40acme.example"],
    words: "More than {#most} users have this value. Ask by --user-name, which only one user of each side can have.",
  }),
  "value.file": wrong("SHA-256", {
    example: ["POST", "/admin/v1/orgs/{org}/data/import", { file: "export.ndjson" }],
    words: `The deployment does not take this file. ${OTHER_RELEASE}`,
  }),
  "value.importLine": caller(
    "A line of the imported file cannot be read.",
    "Export again; do not edit the file by hand.",
    {
      after: IMPORT,
      example: ["POST", "/admin/v1/orgs/{org}/data/import/lines", { file: FILE, lines: [{ type: "user" }] }],
    },
  ),
  "notFound.side": caller(
    "A call asked for an export of a side that does not exist.",
    "Ask for managed or unmanaged.",
    {
      example: ["GET", "/admin/v1/orgs/{org}/data/export/other/users"],
    },
  ),
  "notFound.org": caller("No organization has this login name.", "`org list` shows them all.", {
    example: ["GET", "/admin/v1/orgs/nobody"],
    words:
      "No organization has this login name. It is the name in the Tenant URL, not the display name; `org list` shows them all.",
  }),
  "notFound.orgUser": caller("The organization has no such user.", "`users ORG` lists them.", {
    example: ["POST", "/admin/v1/orgs/{org}/protected/{stranger}"],
    words: "This organization has no user with this id. `users ORG` shows the ids.",
  }),
  "notFound.team": caller("The organization has no such team.", "`teams ORG` lists them.", {
    example: ["GET", "/directory/v1/orgs/{org}/teams/g1111111111111111111111"],
  }),
  "notFound.teamNamed": caller("The organization has no team with this id or name.", "`teams ORG` lists them.", {
    example: ["GET", "/admin/v1/orgs/{org}/teams/Nobody"],
    words: "This organization has no team with this id or name. `teams ORG` shows them.",
  }),
  "notFound.deletion": caller(
    "Nothing with this id was deleted within 30 days.",
    "Read the resource itself; Rollcall keeps no older deletions.",
    { example: ["GET", "/directory/v1/orgs/{org}/deleted/{stranger}"] },
  ),
  "notFound.token": caller("The organization has no such token.", "`token list ORG` shows the ids.", {
    example: ["DELETE", "/admin/v1/orgs/{org}/tokens/AAAAAAAAAAAA"],
    words: "This organization has no token with this id. `token list ORG` shows the ids.",
  }),
  "notFound.domain": caller("The organization has not added this domain.", "`org domain add ORG DOMAIN` adds it.", {
    example: ["POST", "/admin/v1/orgs/{org}/domains/example.com/verify"],
    words:
      "This organization has not added this domain: `org domain add ORG DOMAIN` adds it. `org domain list ORG` shows those it has.",
  }),
  "notFound.clientSecret": caller("The organization has no such client secret.", "`client list ORG` shows the ids.", {
    example: ["DELETE", "/admin/v1/orgs/{org}/clients/AAAAAAAAAAAA"],
    words: "This organization has no client secret with this id. `client list ORG` shows the ids.",
  }),
  "value.scope": caller("There is no such scope.", "Choose one of those that the error names.", {
    example: ["POST", "/admin/v1/app-keys", { scope: "everything" }],
    words: "--scope is one of {known}.",
  }),
  "value.scopeOrg": caller("A key for the admin API must belong to one organization.", "Name it in org.", {
    example: ["POST", "/admin/v1/app-keys", { scope: "admin" }],
    words: "A key with the scope admin belongs to one organization: name it with --org.",
  }),
  "notFound.applicationKey": caller("There is no such application key.", "`app-key list` shows the ids.", {
    example: ["DELETE", "/admin/v1/app-keys/AAAAAAAAAAAA?org={org}"],
    words:
      "There is no application key with this id. `app-key list` shows the ids; with --org it shows those of an organization.",
  }),
});
