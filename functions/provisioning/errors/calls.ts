import type { CallerHelp, Texts } from "../../scim/errors/family.ts";
import { FILE, IMPORT } from "./states.ts";

/** What the APIs for operators and the application say of a call as such, and of what it names. */
export const CALLS = {
  "signature.missing": "This API takes requests signed with AWS credentials (SigV4) only.",
  "notFound.apiPath": "{root} has no such path.",
  "value.actor":
    "Rollcall-Actor is 1 to 64 of the characters A-Z a-z 0-9 : . _ -, for example your own id of the person. It is logged, so it must not be an e-mail address.",
  "value.memberType": "{name} must be {expected}.",
  "value.unknownMember": "{what} knows only {known}.",
  "value.wholeNumber": "{name} is a whole number from 1.",
  "value.range": "{name} is a whole number from {#least} to {#most}.",
  "value.line": "{name} is one line of at most {#most} characters.",
  "value.after": "after is the next of the page before.",
  "value.directoryCursor": "cursor is the next of the page before, or absent for the first page.",
  "value.from": "from is the next of the step before; leave it out to begin.",
  "value.orgMissing": "org is missing: the login name of the new organization.",
  "value.orgName":
    "The login name of an organization is 1 to 63 of the characters a-z, 0-9 and -, without a hyphen at either end. It stands in the Tenant URL and never changes.",
  "value.orgReserved": "The login name {name} is reserved: choose another one.",
  "value.orgId": "orgId is the 8 characters of an organization's id.",
  "value.displayNameEmpty": "displayName must not be empty.",
  "value.adminCount": "admins names at most {#most} administrators.",
  "value.adminEmpty": "An entry of admins must not be empty.",
  "value.ssoUrl": "sso.url is the http(s) address of the identity provider's SAML endpoint.",
  "value.ssoEntityId": "sso.entityId must not be empty.",
  "value.preset": "preset is one of {known}.",
  "value.rule": "changedRules knows only {known}.",
  "value.ruleValue": "The rule {rule} is {expected}.",
  "value.reason": "reason is missing: say why, in one line.",
  "value.confirm": "confirm must repeat the organization's login name: a purge is for ever.",
  "value.boundTo":
    "A token can be bound only to an active user of this organization, by its id. Without such a user the token would not count.",
  "value.teamNameMissing": "displayName is missing: the name of the team.",
  "value.include": "include knows only inactive.",
  "value.person": "Give exactly one of email, userName and externalId.",
  "value.personText": "{by} must be text, and not empty.",
  "tooMany.candidates":
    "More than {#most} users have this value. Ask by userName, which only one user of each side can have.",
  "value.file": "file is the SHA-256 of the file, in 64 hexadecimal digits.",
  "value.importLine": "{problem}.",
  "notFound.side": "An export has two sides: managed and unmanaged.",
  "notFound.org":
    "No organization has this login name. It is the name in the Tenant URL, not the display name; GET orgs lists them all.",
  "notFound.orgUser": "This organization has no user of this id. The list of its users shows their ids.",
  "notFound.team": "This organization has no team with this id. It may have been deleted.",
  "notFound.teamNamed": "This organization has no team of this id or name.",
  "notFound.deletion":
    "Nothing with this id was deleted from this organization in the last 30 days. Deletions are kept that long.",
  "notFound.token": "This organization has no token of this id. The list of its tokens shows their ids.",
  "notFound.clientSecret": "This organization has no client secret of this id.",
} as const satisfies Texts<"signature" | "value" | "tooMany" | "notFound">;

export const CALLS_HELP = {
  "signature.missing": {
    happened: "A call came without an AWS signature.",
    caller: "Sign it (SigV4), as the command line does with --stack.",
    words: "The call was not signed: use AWS credentials that may call the API.",
    example: ["GET", "/admin/v1/orgs", undefined, { Authorization: null }],
  },
  "notFound.apiPath": {
    happened: "The API has no such path.",
    caller: "README, Run an organization, names the API's description.",
    words:
      "The deployment does not know this command. This command line and the deployment are of different releases: use the one of the deployment.",
    example: ["GET", "/admin/v1/nothing"],
  },
  "value.actor": {
    happened: "A call of the API has a wrong Rollcall-Actor.",
    words:
      "--actor is 1 to 64 of the characters A-Z a-z 0-9 : . _ -, for example your own id of the person. It is logged, so it must not be an e-mail address.",
    example: ["GET", "/admin/v1/orgs", undefined, { "Rollcall-Actor": "ada@acme.example" }],
  },
  "value.memberType": {
    happened: "A call of the API has a wrong type of a member.",
    words: "{name} must be {expected}.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { entitled: "yes" }],
  },
  "value.unknownMember": {
    happened: "A call of the API has a wrong name of a member.",
    words:
      "The deployment does not know all that this command sends. This command line and the deployment are of different releases: use the one of the deployment.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { shoeSize: 42 }],
  },
  "value.wholeNumber": {
    happened: "A call of the API has a wrong number.",
    words: "{name} is a whole number from 1.",
    example: ["GET", "/admin/v1/orgs/{org}/users?count=many"],
  },
  "value.range": {
    happened: "A call of the API has a wrong number.",
    example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { expiresInDays: 0 }],
  },
  "value.line": {
    happened: "A call of the API has a wrong text.",
    words: "{name} is one line of at most {#most} characters.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { displayName: "a\nb" }],
  },
  "value.after": {
    happened: "A call of the API has a wrong after.",
    words: "The place to go on from is not valid any more: run the command again.",
    example: ["GET", "/admin/v1/orgs?after=~"],
  },
  "value.directoryCursor": {
    happened: "A call of the API has a wrong cursor.",
    words: "The place to go on from is not valid any more: run the command again.",
    example: ["GET", "/directory/v1/orgs/{org}/users?cursor=~"],
  },
  "value.from": {
    happened: "A call of the API has a wrong from.",
    words: "The place to go on from is not valid any more: run the command again.",
    after: ["shortInspection"],
    example: ["POST", "/admin/v1/orgs/{org}/data/fsck", { from: "nowhere" }],
  },
  "value.orgMissing": {
    happened: "A new organization has no login name.",
    caller: "Give org, the last word of its future Tenant URL.",
    words: "ORG is missing: the login name of the new organization.",
    example: ["POST", "/admin/v1/orgs", {}],
  },
  "value.orgName": {
    happened: "A login name has characters that it must not have.",
    caller: "Use a-z, 0-9 and -.",
    example: ["POST", "/admin/v1/orgs", { org: "Acme Inc." }],
  },
  "value.orgReserved": {
    happened: "The login name is kept for other purposes.",
    caller: "Choose another one.",
    example: ["POST", "/admin/v1/orgs", { org: "scim" }],
  },
  "value.orgId": {
    happened: "A call of the API has a wrong orgId.",
    words: "The id of an organization has 8 characters.",
    example: ["GET", "/admin/v1/remains/short"],
  },
  "value.displayNameEmpty": {
    happened: "A call of the API has a wrong displayName.",
    words: "--display-name must not be empty.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { displayName: " " }],
  },
  "value.adminCount": {
    happened: "Too many administrators are named.",
    caller: "Name fewer: they get the notices, others may still administer.",
    words: "--admin names at most {#most} administrators.",
    example: ["PATCH", "/admin/v1/orgs/{org}", () => ({ admins: Array.from({ length: 51 }, (_none, n) => `a${n}`) })],
  },
  "value.adminEmpty": {
    happened: "A call of the API has a wrong entry of admins.",
    words: "--admin must not be empty.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { admins: [" "] }],
  },
  "value.ssoUrl": {
    happened: "The address of the SAML endpoint is none.",
    caller: "Copy it from the provider's SAML metadata.",
    words: "--sso-url is the http(s) address of the identity provider's SAML endpoint.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { sso: { url: "javascript:x" } }],
  },
  "value.ssoEntityId": {
    happened: "The SAML entity id is empty.",
    caller: "Copy it from the provider's SAML metadata.",
    words: "--sso-entity-id must not be empty.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { sso: { entityId: " " } }],
  },
  "value.preset": {
    happened: "There is no such preset.",
    caller: "Choose one of those that the error names.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { preset: "loose" }],
  },
  "value.rule": {
    happened: "There is no such rule.",
    caller: "Choose one of those that the error names.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { changedRules: { shoeSize: 42 } }],
  },
  "value.ruleValue": {
    happened: "The rule cannot have this value.",
    caller: "Choose one of those that the error names.",
    example: ["PATCH", "/admin/v1/orgs/{org}", { changedRules: { teamNameMaxLength: 0 } }],
  },
  "value.reason": {
    happened: "A reason is required and was not given.",
    caller: "Say why with --reason: the customer reads it in the error.",
    words: "Say why, in one line: --reason.",
    example: ["POST", "/admin/v1/orgs/{org}/pause", {}],
  },
  "value.confirm": {
    happened: "A purge was not confirmed.",
    caller: "Repeat the login name in confirm; the command line does.",
    words: "A purge has to repeat the login name of the organization: it cannot be undone.",
    example: ["POST", "/admin/v1/orgs/{org}/purge", { confirm: "no" }],
  },
  "value.boundTo": {
    happened: "A token was to be bound to somebody who is no active user here.",
    caller: "Take the id from `users ORG --json`.",
    words:
      "--bound-to takes the id of an active user of this organization: `users ORG` shows them. Without such a user the token would not count.",
    example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { boundTo: "{stranger}" }],
  },
  "value.teamNameMissing": {
    happened: "A team has no name.",
    caller: "Give displayName.",
    words: "The name of the team is missing.",
    example: ["POST", "/directory/v1/orgs/{org}/teams", {}],
  },
  "value.include": {
    happened: "A call of the API has a wrong include.",
    words:
      "The deployment does not know all that this command asks for. This command line and the deployment are of different releases: use the one of the deployment.",
    after: [["POST", "/directory/v1/orgs/{org}/teams", { displayName: "Own" }]],
    example: ["GET", "/directory/v1/orgs/{org}/teams/{id}/members?include=all"],
  },
  "value.person": {
    happened: "It is not clear which person is meant.",
    caller: "Ask by one of e-mail address, userName and external id.",
    words: "Give exactly one of --email, --user-name and --external-id.",
    example: ["GET", "/directory/v1/orgs/{org}/access"],
  },
  "value.personText": {
    happened: "A call of the API has a wrong person.",
    words: "{by} must be text, and not empty.",
    example: ["GET", "/directory/v1/orgs/{org}/access?email="],
  },
  "tooMany.candidates": {
    happened: "Too many users share the value.",
    caller: "Ask by userName.",
    words: "More than {#most} users have this value. Ask by --user-name, which only one user of each side can have.",
    after: () =>
      Array.from({ length: 21 }, (_none, n) => [
        "POST",
        "Users",
        { userName: `u${n}`, emails: [{ type: "work", value: "shared@acme.example" }] },
      ]),
    example: ["GET", "/directory/v1/orgs/{org}/access?email=shared%40acme.example"],
  },
  "value.file": {
    happened: "A call of the API has a wrong SHA-256.",
    words:
      "The deployment does not take this file. This command line and the deployment are of different releases: use the one of the deployment.",
    example: ["POST", "/admin/v1/orgs/{org}/data/import", { file: "export.ndjson" }],
  },
  "value.importLine": {
    happened: "A line of the imported file cannot be read.",
    caller: "Export again; do not edit the file by hand.",
    after: IMPORT,
    example: ["POST", "/admin/v1/orgs/{org}/data/import/lines", { file: FILE, lines: [{ type: "user" }] }],
  },
  "notFound.side": {
    happened: "An export was asked for a side that there is not.",
    caller: "Ask for managed or unmanaged.",
    example: ["GET", "/admin/v1/orgs/{org}/data/export/other/users"],
  },
  "notFound.org": {
    happened: "No organization has this login name.",
    caller: "`org list` shows them all.",
    words:
      "No organization has this login name. It is the name in the Tenant URL, not the display name; `org list` shows them all.",
    example: ["GET", "/admin/v1/orgs/nobody"],
  },
  "notFound.orgUser": {
    happened: "The organization has no such user.",
    caller: "`users ORG` lists who is here.",
    words: "This organization has no user of this id. `users ORG` shows the ids.",
    example: ["POST", "/admin/v1/orgs/{org}/protected/{stranger}"],
  },
  "notFound.team": {
    happened: "The organization has no such team.",
    caller: "`teams ORG` lists which are here.",
    example: ["GET", "/directory/v1/orgs/{org}/teams/g1111111111111111111111"],
  },
  "notFound.teamNamed": {
    happened: "The organization has no team of this id or name.",
    caller: "`teams ORG` lists which are here.",
    words: "This organization has no team of this id or name. `teams ORG` shows them.",
    example: ["GET", "/admin/v1/orgs/{org}/teams/Nobody"],
  },
  "notFound.deletion": {
    happened: "Nothing of this id was deleted within 30 days.",
    caller: "Read the resource itself; older deletions are forgotten.",
    example: ["GET", "/directory/v1/orgs/{org}/deleted/{stranger}"],
  },
  "notFound.token": {
    happened: "The organization has no such token.",
    caller: "`token list ORG` shows the ids.",
    words: "This organization has no token of this id. `token list ORG` shows the ids.",
    example: ["DELETE", "/admin/v1/orgs/{org}/tokens/AAAAAAAAAAAA"],
  },
  "notFound.clientSecret": {
    happened: "The organization has no such client secret.",
    caller: "`client list ORG` shows the ids.",
    words: "This organization has no client secret of this id. `client list ORG` shows the ids.",
    example: ["DELETE", "/admin/v1/orgs/{org}/clients/AAAAAAAAAAAA"],
  },
} satisfies CallerHelp<keyof typeof CALLS>;
