import {
  type CallerHelp,
  caller,
  DELETION,
  FILE,
  IMPORT,
  many,
  NO_SSO,
  NOT_ENTITLED,
  NOTHING,
  PAUSE,
  type Sent,
  type Step,
  type Texts,
  TOKEN_REVOKED,
} from "../../scim/errors/family.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../scim/schema.ts";

const OTHER_FILE = "1111111111111111111111111111111111111111111111111111111111111111";
const ONE = { users: 1, groups: 0, memberships: 0 };
const GROUP = "g1111111111111111111111";
const TIME = "2026-01-02T03:04:05.678Z";
const line = (type: string, id: string, attributes: object) => ({
  type,
  side: "managed",
  id,
  version: 1,
  created: TIME,
  lastModified: TIME,
  attributes,
});
const userLine = (id: string) => line("user", id, { schemas: [USER_SCHEMA], userName: "ada", active: true });
const groupLine = (id: string) => line("group", id, { schemas: [GROUP_SCHEMA], displayName: "Engines" });
/** A purge that has begun and is not finished. */
const PURGE: readonly Step[] = [
  ["POST", "Users", {}],
  DELETION,
  1,
  ["POST", "/admin/v1/orgs/{org}/purge", { confirm: "{org}" }],
];

const RELEASE: Sent = ["POST", "/admin/v1/orgs/{org}/hold/release", {}];
const HOLDING = { changed: { massChange: "hold" } };

const APPLICATION_KEY: Sent = ["POST", "/admin/v1/app-keys", { scope: "directory.read", description: "web" }];
const DOMAIN: Step = ["POST", "/admin/v1/orgs/{org}/domains", { domain: "acme.example" }];
const VERIFY: Sent = ["POST", "/admin/v1/orgs/{org}/domains/acme.example/verify"];

/** Texts for calls that the state of an organization does not allow, for the APIs for operators and the application. */
export const STATES = {
  "conflict.orgExists": "An organization with the login name {org} exists already.",
  "conflict.purging":
    "This organization is being purged and can no longer be changed. Finish with purge; its login name is free afterwards.",
  "conflict.inspectionPurging":
    "This organization is being purged, so its data can be inconsistent. Finish with purge.",
  "conflict.deletionScheduled":
    "This organization is scheduled for deletion and cannot be changed. Its operator can restore it.",
  "conflict.tokenOfDeletion":
    "This organization is scheduled for deletion, so it cannot have a token. Restore it first.",
  "conflict.notPaused": "Pause {org} first, so that nobody gets half of the data.",
  "conflict.notUntouched":
    "{org} has users or teams, or had some: an import goes into an organization that never had any. Create another one, or purge this one.",
  "conflict.otherImport":
    "An import of another file into this organization began {begun}. Import into another organization, or delete and purge this one.",
  "conflict.noImport": "No import is under way in this organization: begin it first.",
  "conflict.importUnderWay":
    "An import into this organization is not finished: repeat the import of the same file, which continues where it stopped, then resume. To give it up, delete and purge the organization.",
  "conflict.importedResource": "The import stops at {kind} {id}: another one has this id, or the same {name}.",
  "conflict.importedMember": "The import stops at a member: there is no user or group {id} in this organization.",
  "conflict.importCount":
    "The organization has {#found} {side} {what}, the file {#wanted}. Repeat the import; if that does not help, something else wrote into the organization: purge it and import again.",
  "conflict.notScheduled": "Schedule the deletion of this organization first, then purge it.",
  "conflict.notEntitled":
    "This organization is not entitled to SCIM, so it cannot have a token. Its plan decides that.",
  "conflict.ssoMissing": "SCIM needs SAML SSO: configure it for this organization first, then make the token.",
  "conflict.tokenLives":
    "This organization has a valid token, and may have only one. Use regenerate (every earlier token stops working at once) or rotate (the earlier one keeps working for a while).",
  "conflict.noTokenLives": "This organization has no valid token, so there is nothing to rotate. Use generate.",
  "conflict.rotationUnderWay":
    "An earlier rotation is under way: two tokens are valid. Wait until the older one expires, revoke one of them, or use regenerate.",
  "conflict.tooManyTokens":
    "This organization has {#most} valid tokens, and may have no more. Revoke those that are no longer used.",
  "conflict.tooManySecrets":
    "This organization has {#most} valid client secrets, and may have no more. Revoke those that are no longer used.",
  "conflict.keysAlike":
    "At most {#most} application keys with this scope and description may be valid. Revoke the one that is no longer used, or give another description.",
  "conflict.tooManyKeys": "At most {#most} application keys may be valid here. Revoke those that are no longer used.",
  "conflict.tooManyProtected": "At most {#most} users may be protected.",
  "conflict.adoptionOff":
    'This deployment does not allow the rule adoption: its functions may not read or change the application\'s own users. Set "adoption": true in rollcall.json and deploy, then change the rule.',
  "conflict.noHold": "No removals are held. To let a planned mass change pass, first set the rule massChange to tell.",
  "conflict.holdReleased": "The hold was released: removals pass until {end}.",
  "conflict.tooManyDomains":
    "This organization has {#most} domains, and may have no more. Remove those that it does not need.",
  "conflict.domainRecordMissing":
    "There is no TXT record at {record} yet. Publish one with the value {value}, then verify again: a new record may take an hour to be seen everywhere.",
  "conflict.domainRecordOther":
    "The TXT record at {record} says something else than {value}. Publish that value, beside others if there are any, then verify again: a changed record may take an hour to be seen everywhere.",
  "conflict.domainServersFail":
    "The name servers of {domain} answered with a failure (such as SERVFAIL). Ask the people who run its DNS, then verify again.",
  "conflict.domainServersSilent":
    "The name servers of {domain} did not answer in time. Verify again; if that does not help, ask the people who run its DNS.",
  "conflict.teamName": "Several teams have this name. Ask for one by its id: {ids}.",
  "conflict.managed": "{why} Nothing was changed.",
  "conflict.linked":
    "User {id} is linked to this applicationId, and only one user of an organization can be. Unlink that user first, or give another applicationId.",
} as const satisfies Texts;

export const STATES_HELP = (): CallerHelp<keyof typeof STATES> => ({
  "conflict.orgExists": caller(
    "Another organization has this login name.",
    "Choose another one, or use the existing organization.",
    { example: ["POST", "/admin/v1/orgs", { org: "{org}" }] },
  ),
  "conflict.purging": caller("The organization is being purged.", "Finish with `org purge ORG --yes`.", {
    after: PURGE,
    example: ["DELETE", "/admin/v1/orgs/{org}/deletion"],
    words:
      "This organization is being purged and can no longer be changed. Finish with `org purge ORG --yes`; its login name is free afterwards.",
  }),
  "conflict.inspectionPurging": caller("The organization is being purged.", "Finish with `org purge ORG --yes`.", {
    after: PURGE,
    example: ["POST", "/admin/v1/orgs/{org}/data/fsck", {}],
    words: "This organization is being purged, so its data can be inconsistent. Finish with `org purge ORG --yes`.",
  }),
  "conflict.deletionScheduled": caller(
    "The organization is scheduled for deletion.",
    "`org restore ORG` cancels that.",
    {
      after: [DELETION],
      example: ["POST", "/directory/v1/orgs/{org}/teams", { displayName: "Late" }],
      words: "This organization is scheduled for deletion and cannot be changed. `org restore ORG` cancels that.",
    },
  ),
  "conflict.tokenOfDeletion": caller(
    "The organization is scheduled for deletion.",
    "`org restore ORG`, then make the token.",
    {
      after: [DELETION],
      example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}],
      words: "This organization is scheduled for deletion, so it cannot have a token. First: `org restore ORG`.",
    },
  ),
  "conflict.notPaused": caller("The organization is not paused.", "`org pause ORG --reason TEXT` first.", {
    example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: FILE }],
    words: "Pause the organization first, so that nobody gets half of the data: `org pause ORG --reason TEXT`.",
  }),
  "conflict.notUntouched": caller("The organization holds data already.", "Import into a new one.", {
    after: [["POST", "Users", {}], PAUSE],
    example: [
      "POST",
      "/admin/v1/orgs/{org}/data/import",
      { file: FILE, counts: { managed: NOTHING, unmanaged: NOTHING } },
    ],
  }),
  "conflict.otherImport": caller(
    "Another file is being imported.",
    "Finish that import, or import into another organization.",
    { after: IMPORT, example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: OTHER_FILE }] },
  ),
  "conflict.noImport": caller("No import is under way.", "Begin it: `import ORG FILE`.", {
    after: [PAUSE],
    example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: FILE }],
    words: "No import is under way in this organization: begin it with `import ORG FILE`.",
  }),
  "conflict.importUnderWay": caller("An import is not finished.", "Repeat `import ORG FILE` with the same file.", {
    after: IMPORT,
    example: ["DELETE", "/admin/v1/orgs/{org}/pause"],
    words:
      "An import into this organization is not finished: repeat `import ORG FILE` with the same file, which continues where it stopped, then `org resume ORG`. To give it up: `org delete ORG --reason TEXT`, then `org purge ORG --yes`.",
  }),
  "conflict.importedResource": caller(
    "A user or group of the file exists already.",
    "Import into an organization that never had users or groups.",
    {
      after: IMPORT,
      example: [
        "POST",
        "/admin/v1/orgs/{org}/data/import/lines",
        () => ({ file: FILE, lines: [userLine("u1111111111111111111111"), userLine("{stranger}")] }),
      ],
    },
  ),
  "conflict.importedMember": caller(
    "A member in the file does not exist here.",
    "Export again; do not edit the file by hand.",
    {
      after: IMPORT,
      example: [
        "POST",
        "/admin/v1/orgs/{org}/data/import/lines",
        () => ({
          file: FILE,
          lines: [groupLine(GROUP), { type: "members", side: "managed", group: GROUP, ids: ["{stranger}"] }],
        }),
      ],
    },
  ),
  "conflict.importCount": caller(
    "The organization does not have as many resources as the file.",
    "Repeat the import; if that does not help, purge and import again.",
    {
      after: [
        PAUSE,
        ["POST", "/admin/v1/orgs/{org}/data/import", { file: FILE, counts: { managed: ONE, unmanaged: NOTHING } }],
      ],
      example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: FILE }],
    },
  ),
  "conflict.notScheduled": caller("A purge needs a scheduled deletion.", "`org delete ORG --reason TEXT` first.", {
    example: ["POST", "/admin/v1/orgs/{org}/purge", { confirm: "{org}" }],
    words: "Schedule the deletion first: `org delete ORG --reason TEXT`. Then purge the organization.",
  }),
  "conflict.notEntitled": caller(
    "The organization's plan does not include SCIM.",
    "`org update ORG --entitled`, once the plan includes SCIM.",
    {
      after: [NOT_ENTITLED],
      example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}],
      words:
        "This organization is not entitled to SCIM, so it cannot have a token. Once its plan includes it: `org update ORG --entitled`.",
    },
  ),
  "conflict.ssoMissing": caller("SAML SSO is not configured.", "Configure it, then `org update ORG --sso`.", {
    after: [NO_SSO],
    example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}],
    words:
      "SCIM needs SAML SSO: configure it for this organization and say so with `org update ORG --sso`, then make the token.",
  }),
  "conflict.tokenLives": caller(
    "The organization has a valid token, and may have only one.",
    "`token rotate ORG` keeps the old token for a while; `token regenerate ORG` ends it.",
    {
      rule: "liveTokens",
      example: ["POST", "/admin/v1/orgs/{org}/tokens", {}],
      words:
        "This organization has a valid token, and may have only one. `token regenerate ORG` makes one and ends every earlier one at once; with `token rotate ORG` the earlier one keeps working for a while.",
    },
  ),
  "conflict.noTokenLives": caller("There is no token to rotate.", "`token generate ORG`.", {
    after: TOKEN_REVOKED,
    example: ["POST", "/admin/v1/orgs/{org}/tokens/rotate", {}],
    words: "This organization has no valid token, so there is nothing to rotate. Make one: `token generate ORG`.",
  }),
  "conflict.rotationUnderWay": caller(
    "Two tokens are valid already.",
    "Wait, or revoke the older one: `token revoke ORG TOKEN_ID`.",
    {
      rule: "liveTokens",
      after: [["POST", "/admin/v1/orgs/{org}/tokens/rotate", { overlapSeconds: 3_600 }]],
      example: ["POST", "/admin/v1/orgs/{org}/tokens/rotate", {}],
      words:
        "An earlier rotation is under way: two tokens are valid. Wait until the older one expires, revoke one of them (`token revoke ORG TOKEN_ID`), or use `token regenerate ORG`.",
    },
  ),
  "conflict.tooManyTokens": caller(
    "Too many tokens are valid.",
    "Revoke those that `token list ORG` shows as unused: `token revoke ORG TOKEN_ID`.",
    {
      under: { changed: { liveTokens: "many" } },
      after: many(19, () => ["POST", "/admin/v1/orgs/{org}/tokens", {}]),
      example: ["POST", "/admin/v1/orgs/{org}/tokens", {}],
      words:
        "This organization has {#most} valid tokens, and may have no more. Revoke those that are no longer used: `token list ORG` shows them.",
    },
  ),
  "conflict.tooManySecrets": caller(
    "Too many client secrets are valid.",
    "Revoke those that `client list ORG` shows as unused: `client revoke ORG CLIENT_ID`.",
    {
      after: many(10, () => ["POST", "/admin/v1/orgs/{org}/clients", {}]),
      example: ["POST", "/admin/v1/orgs/{org}/clients", {}],
      words:
        "This organization has {#most} valid client secrets, and may have no more. Revoke those that are no longer used: `client list ORG` shows them.",
    },
  ),
  "conflict.keysAlike": caller(
    "Two application keys with this scope and description are valid.",
    "Revoke the one that `app-key list` shows as unused: `app-key revoke KEY_ID`.",
    {
      after: many(2, () => APPLICATION_KEY),
      example: APPLICATION_KEY,
      words:
        "At most {#most} application keys with this scope and description may be valid. Revoke the one that is no longer used (`app-key list` shows them), or give another --description.",
    },
  ),
  "conflict.tooManyKeys": caller(
    "Too many application keys are valid.",
    "Revoke those that `app-key list` shows as unused: `app-key revoke KEY_ID`.",
    {
      after: many(20, (n) => ["POST", "/admin/v1/app-keys", { scope: "directory.read", description: `host ${n}` }]),
      example: APPLICATION_KEY,
      words:
        "At most {#most} application keys may be valid here. Revoke those that are no longer used: `app-key list` shows them.",
    },
  ),
  "conflict.tooManyProtected": caller(
    "Too many users are protected.",
    "End the protection of some: `org unprotect ORG USER_ID`.",
    {
      after: many(100, (n): Step[] => [
        ["POST", "Users", { userName: `u${n}` }],
        ["POST", "/admin/v1/orgs/{org}/protected/{id}"],
      ]).flat(),
      example: ["POST", "/admin/v1/orgs/{org}/protected/{user}"],
    },
  ),
  "conflict.adoptionOff": caller(
    "The deployment does not allow the rule adoption.",
    'Set "adoption": true in rollcall.json and deploy; then change the rule.',
    {
      rule: "adoption",
      after: ["noAdoption"],
      example: ["PATCH", "/admin/v1/orgs/{org}", { changedRules: { adoption: "userName" } }],
    },
  ),
  "conflict.noHold": caller(
    "Somebody wanted to release or refuse held removals, but none are held.",
    "`org hold show ORG` says what is held.",
    {
      example: RELEASE,
      words:
        "No removals are held. To let a planned mass change pass, first run `org rules ORG --set massChange=tell`.",
    },
  ),
  "conflict.holdReleased": caller(
    "The hold was released already.",
    "Let the identity provider send the removals again: they pass. `org hold show ORG` says until when.",
    { under: HOLDING, after: ["heldRemovals", RELEASE], example: RELEASE },
  ),
  "conflict.tooManyDomains": caller(
    "The organization has too many domains.",
    "Remove some: `org domain remove ORG DOMAIN`.",
    {
      after: many(20, (n) => ["POST", "/admin/v1/orgs/{org}/domains", { domain: `d${n}.example` }]),
      example: ["POST", "/admin/v1/orgs/{org}/domains", { domain: "one-more.example" }],
      words:
        "This organization has {#most} domains, and may have no more. Remove those that it does not need: `org domain list ORG` shows them.",
    },
  ),
  "conflict.domainRecordMissing": caller(
    "The domain does not have Rollcall's TXT record yet.",
    "Publish the record that `org domain list ORG` shows, wait, and verify again.",
    { after: [DOMAIN], example: VERIFY },
  ),
  "conflict.domainRecordOther": caller(
    "The domain's TXT record has another value than this organization's.",
    "Publish the value that `org domain list ORG` shows; the domain may have several records.",
    { after: [DOMAIN, "otherTxtRecord"], example: VERIFY },
  ),
  "conflict.domainServersFail": caller(
    "The domain's name servers failed.",
    "Ask the people who run the domain's DNS; then verify again.",
    { after: [DOMAIN, "failingNameServers"], example: VERIFY },
  ),
  "conflict.domainServersSilent": caller(
    "The domain's name servers did not answer in time.",
    "Verify again; if that does not help, ask the people who run the domain's DNS.",
    { after: [DOMAIN, "silentNameServers"], example: VERIFY },
  ),
  "conflict.teamName": caller("Several teams have this name.", "Ask for the team by its id.", {
    under: { changed: { groupNameUnique: false } },
    after: [
      ["POST", "Groups", {}],
      ["POST", "Groups", {}],
    ],
    example: ["GET", "/admin/v1/orgs/{org}/teams/Engines"],
  }),
  "conflict.linked": caller("Another user is linked to this application id.", "Unlink that user, or give another id.", {
    after: [
      ["PUT", "/directory/v1/orgs/{org}/users/{user}/link", { applicationId: "4711" }],
      ["POST", "/directory/v1/orgs/{org}/users", { userName: "ada" }],
    ],
    example: ["PUT", "/directory/v1/orgs/{org}/users/{id}/link", { applicationId: "4711" }],
    words:
      "User {id} is linked to this application id, and only one user of an organization can be. `unlink ORG {id}` first, or give another id.",
  }),
  "conflict.managed": caller(
    "The application wanted to change a user or team of the identity provider.",
    "Change it in the identity provider's console.",
    { example: ["DELETE", "/directory/v1/orgs/{org}/users/{user}"] },
  ),
});
