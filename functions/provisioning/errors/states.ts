import type { CallerHelp, Step, Texts } from "../../scim/errors/family.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../scim/schema.ts";

/** By which an import knows its file. */
export const FILE = "0000000000000000000000000000000000000000000000000000000000000000";
const OTHER_FILE = "1111111111111111111111111111111111111111111111111111111111111111";
const PAUSE: Step = ["POST", "/admin/v1/orgs/{org}/pause", { reason: "import" }];
const NOTHING = { users: 0, groups: 0, memberships: 0 };
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
/** An import has begun that nobody finishes. */
export const IMPORT: readonly Step[] = [
  PAUSE,
  ["POST", "/admin/v1/orgs/{org}/data/import", { file: FILE, counts: { managed: NOTHING, unmanaged: NOTHING } }],
];
/** A purge has begun that nobody finishes. */
const PURGE: readonly Step[] = [
  ["POST", "Users", {}],
  ["POST", "/admin/v1/orgs/{org}/deletion", { reason: "left" }],
  1,
  ["POST", "/admin/v1/orgs/{org}/purge", { confirm: "{org}" }],
];

/** What the APIs for operators and the application say of a call that an organization is in no state for. */
export const STATES = {
  "conflict.orgExists": "An organization with the login name {org} exists already.",
  "conflict.purging":
    "This organization is being purged: nothing of it can be changed any more. Finish with purge; its login name is free afterwards.",
  "conflict.inspectionPurging":
    "This organization is being purged: nothing of it has to be in order any more. Finish with purge.",
  "conflict.deletionScheduled":
    "This organization is scheduled for deletion: nothing of it can be changed. Its operator can restore it.",
  "conflict.tokenOfDeletion":
    "This organization is scheduled for deletion, so it cannot have a token. Restore it first.",
  "conflict.notPaused": "Pause {org} first, so that nobody is served half of it.",
  "conflict.notUntouched":
    "{org} has users or teams, or had some: an import goes into an organization that never had any. Create another one, or purge this one.",
  "conflict.otherImport":
    "This organization was given to the import of another file (begun {begun}). Import into another one, or delete and purge this one.",
  "conflict.noImport": "No import is under way in this organization: begin it first.",
  "conflict.importUnderWay":
    "An import into this organization is not finished: repeat the import of the same file, which goes on where it was, then resume. To give it up, delete and purge the organization.",
  "conflict.importedUser": "The import stops at user {id}: another user has this id, or this one's userName.",
  "conflict.importedGroup": "The import stops at group {id}: another group has this id, or this one's name.",
  "conflict.importedMember": "The import stops at a member: there is no user or group {id} in this organization.",
  "conflict.importCount":
    "The organization has {#found} {side} {what}, the file {#wanted}. Repeat the import; if that does not help, something else wrote into the organization: purge it and import again.",
  "conflict.notScheduled": "Schedule the deletion of this organization first, then purge it.",
  "conflict.notEntitled":
    "This organization is not entitled to SCIM, so it cannot have a token. Its plan decides that.",
  "conflict.ssoMissing": "SCIM needs SAML SSO: configure it for this organization first, then make the token.",
  "conflict.tokenLives":
    "A token of this organization lives, and only one may. Use regenerate (every earlier token stops working at once) or rotate (the earlier one goes on to work for a while).",
  "conflict.noTokenLives": "No token of this organization lives, so there is nothing to rotate. Use generate.",
  "conflict.rotationUnderWay":
    "An earlier rotation is under way: two tokens live. Wait until the older one expires, revoke one of them, or use regenerate.",
  "conflict.tooManyTokens":
    "{#most} tokens of this organization live, which is the most. Revoke those that are no longer used.",
  "conflict.tooManySecrets":
    "{#most} client secrets of this organization live, which is the most. Revoke those that are no longer used.",
  "conflict.tooManyProtected": "{#most} users are protected, which is the most.",
  "conflict.teamName": "Several teams have this name. Ask for one by its id: {ids}.",
  "conflict.managed": "{reason} Nothing was changed.",
} as const satisfies Texts<"conflict">;

export const STATES_HELP = {
  "conflict.orgExists": {
    happened: "The login name is taken.",
    caller: "Choose another one, or go on with the organization there is.",
    example: ["POST", "/admin/v1/orgs", { org: "{org}" }],
  },
  "conflict.purging": {
    happened: "The organization is being purged.",
    caller: "Finish with `org purge ORG`.",
    words:
      "This organization is being purged: nothing of it can be changed any more. Finish with `org purge ORG`; its login name is free afterwards.",
    after: PURGE,
    example: ["DELETE", "/admin/v1/orgs/{org}/deletion"],
  },
  "conflict.inspectionPurging": {
    happened: "The organization is being purged.",
    caller: "Finish with `org purge ORG`.",
    words: "This organization is being purged: nothing of it has to be in order any more. Finish with `org purge ORG`.",
    after: PURGE,
    example: ["POST", "/admin/v1/orgs/{org}/data/fsck", {}],
  },
  "conflict.deletionScheduled": {
    happened: "The organization is scheduled for deletion.",
    caller: "`org restore ORG` takes that back.",
    words:
      "This organization is scheduled for deletion: nothing of it can be changed. `org restore ORG` takes that back.",
    after: [["POST", "/admin/v1/orgs/{org}/deletion", { reason: "left" }]],
    example: ["POST", "/directory/v1/orgs/{org}/teams", { displayName: "Late" }],
  },
  "conflict.tokenOfDeletion": {
    happened: "The organization is scheduled for deletion.",
    caller: "`org restore ORG`, then make the token.",
    words: "This organization is scheduled for deletion, so it cannot have a token. First: `org restore ORG`.",
    after: [["POST", "/admin/v1/orgs/{org}/deletion", { reason: "left" }]],
    example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}],
  },
  "conflict.notPaused": {
    happened: "The organization is in use.",
    caller: "`org pause ORG` first.",
    words: "So that nobody is served half of it, pause the organization first: `org pause ORG`.",
    example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: FILE }],
  },
  "conflict.notUntouched": {
    happened: "The organization holds data already.",
    caller: "Import into a new one.",
    after: [["POST", "Users", {}], PAUSE],
    example: [
      "POST",
      "/admin/v1/orgs/{org}/data/import",
      { file: FILE, counts: { managed: NOTHING, unmanaged: NOTHING } },
    ],
  },
  "conflict.otherImport": {
    happened: "Another file is being imported.",
    caller: "Finish that import, or import into another organization.",
    after: IMPORT,
    example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: OTHER_FILE }],
  },
  "conflict.noImport": {
    happened: "No import is under way.",
    caller: "Begin it: `import ORG FILE`.",
    words: "No import is under way in this organization: begin it with `import ORG FILE`.",
    after: [PAUSE],
    example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: FILE }],
  },
  "conflict.importUnderWay": {
    happened: "An import is not finished.",
    caller: "Repeat `import ORG FILE` with the same file.",
    words:
      "An import into this organization is not finished: repeat `import ORG FILE` with the same file, which goes on where it was, then `org resume ORG`. To give it up: `org delete ORG`, then `org purge ORG`.",
    after: IMPORT,
    example: ["DELETE", "/admin/v1/orgs/{org}/pause"],
  },
  "conflict.importedUser": {
    happened: "A user of the file exists already.",
    caller: "Import into an organization that never had users.",
    after: IMPORT,
    example: [
      "POST",
      "/admin/v1/orgs/{org}/data/import/lines",
      () => ({ file: FILE, lines: [userLine("u1111111111111111111111"), userLine("{stranger}")] }),
    ],
  },
  "conflict.importedGroup": {
    happened: "A group of the file exists already.",
    caller: "Import into an organization that never had groups.",
    after: IMPORT,
    example: [
      "POST",
      "/admin/v1/orgs/{org}/data/import/lines",
      () => ({ file: FILE, lines: [groupLine(GROUP), groupLine("g2222222222222222222222")] }),
    ],
  },
  "conflict.importedMember": {
    happened: "A member of the file is nobody.",
    caller: "Export again; do not edit the file by hand.",
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
  "conflict.importCount": {
    happened: "More or less arrived than the file holds.",
    caller: "Repeat the import; if that does not help, purge and import again.",
    after: [
      PAUSE,
      ["POST", "/admin/v1/orgs/{org}/data/import", { file: FILE, counts: { managed: ONE, unmanaged: NOTHING } }],
    ],
    example: ["POST", "/admin/v1/orgs/{org}/data/import/finish", { file: FILE }],
  },
  "conflict.notScheduled": {
    happened: "A purge needs a scheduled deletion.",
    caller: "`org delete ORG` first.",
    words: "Schedule the deletion first: `org delete ORG`. Then purge the organization.",
    example: ["POST", "/admin/v1/orgs/{org}/purge", { confirm: "{org}" }],
  },
  "conflict.notEntitled": {
    happened: "The organization's plan does not include SCIM.",
    caller: "`org update ORG --entitled`, once it does.",
    words:
      "This organization is not entitled to SCIM, so it cannot have a token. Once its plan includes it: `org update ORG --entitled`.",
    after: [["PATCH", "/admin/v1/orgs/{org}", { entitled: false }]],
    example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}],
  },
  "conflict.ssoMissing": {
    happened: "SAML SSO is not configured.",
    caller: "Configure it, then `org update ORG --sso`.",
    words:
      "SCIM needs SAML SSO: configure it for this organization and say so with `org update ORG --sso`, then make the token.",
    after: [["PATCH", "/admin/v1/orgs/{org}", { sso: null }]],
    example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}],
  },
  "conflict.tokenLives": {
    happened: "A token lives, and only one may.",
    caller: "`token rotate ORG` keeps the old one for a while; `token regenerate ORG` ends it.",
    words:
      "A token of this organization lives, and only one may. `token regenerate ORG` makes one and ends every earlier one at once; with `token rotate ORG` the earlier one goes on to work for a while.",
    rule: "liveTokens",
    example: ["POST", "/admin/v1/orgs/{org}/tokens", {}],
  },
  "conflict.noTokenLives": {
    happened: "There is no token to rotate.",
    caller: "`token generate ORG`.",
    words: "No token of this organization lives, so there is nothing to rotate. Make one: `token generate ORG`.",
    after: [
      ["GET", "/admin/v1/orgs/{org}/tokens"],
      ["DELETE", "/admin/v1/orgs/{org}/tokens/{tokens.0.id}"],
    ],
    example: ["POST", "/admin/v1/orgs/{org}/tokens/rotate", {}],
  },
  "conflict.rotationUnderWay": {
    happened: "Two tokens live already.",
    caller: "Wait, or revoke the older one: `token revoke ORG TOKEN_ID`.",
    words:
      "An earlier rotation is under way: two tokens live. Wait until the older one expires, revoke one of them (`token revoke ORG TOKEN_ID`), or use `token regenerate ORG`.",
    rule: "liveTokens",
    after: [["POST", "/admin/v1/orgs/{org}/tokens/rotate", { overlapSeconds: 3_600 }]],
    example: ["POST", "/admin/v1/orgs/{org}/tokens/rotate", {}],
  },
  "conflict.tooManyTokens": {
    happened: "Too many tokens live.",
    caller: "Revoke those that `token list ORG` shows as unused: `token revoke ORG TOKEN_ID`.",
    words:
      "{#most} tokens of this organization live, which is the most. Revoke those that are no longer used: `token list ORG` shows them.",
    under: { changed: { liveTokens: "many" } },
    after: () => Array.from({ length: 19 }, () => ["POST", "/admin/v1/orgs/{org}/tokens", {}]),
    example: ["POST", "/admin/v1/orgs/{org}/tokens", {}],
  },
  "conflict.tooManySecrets": {
    happened: "Too many client secrets live.",
    caller: "Revoke those that `client list ORG` shows as unused: `client revoke ORG SECRET_ID`.",
    words:
      "{#most} client secrets of this organization live, which is the most. Revoke those that are no longer used: `client list ORG` shows them.",
    after: () => Array.from({ length: 10 }, () => ["POST", "/admin/v1/orgs/{org}/clients", {}]),
    example: ["POST", "/admin/v1/orgs/{org}/clients", {}],
  },
  "conflict.tooManyProtected": {
    happened: "Too many users are protected.",
    caller: "End it for some of them: `org unprotect ORG USER_ID`.",
    after: () =>
      Array.from({ length: 100 }, (_none, n): Step[] => [
        ["POST", "Users", { userName: `u${n}` }],
        ["POST", "/admin/v1/orgs/{org}/protected/{id}"],
      ]).flat(),
    example: ["POST", "/admin/v1/orgs/{org}/protected/{user}"],
  },
  "conflict.teamName": {
    happened: "Several teams have this name.",
    caller: "Ask by id.",
    under: { changed: { groupNameUnique: false } },
    after: [
      ["POST", "Groups", {}],
      ["POST", "Groups", {}],
    ],
    example: ["GET", "/admin/v1/orgs/{org}/teams/Engines"],
  },
  "conflict.managed": {
    happened: "The application wanted to change what the identity provider owns.",
    caller: "Change it in the identity provider's console.",
    example: ["DELETE", "/directory/v1/orgs/{org}/users/{user}"],
  },
} satisfies CallerHelp<keyof typeof STATES>;
