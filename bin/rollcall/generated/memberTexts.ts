// Made by `npm run generate` from functions/http/signed/declarations.
export const MEMBER_TEXTS = {
  "admin": {
    "createOrg": {
      "org": "login name: part of the Tenant URL, and never changes. Some names are reserved",
      "displayName": "name that people see",
      "entitled": "whether the organization's plan includes SCIM",
      "sso": "null: SAML SSO is not, or no longer, configured",
      "admins": "the application's own ids of all org admins. Two or more are recommended",
      "preset": "a named set of rules: standard, fulcrum-compat, open or rfc",
      "changedRules": "rules that differ from the preset; null returns a rule to the preset's value; absent rules stay",
      "eventRetentionDays": "days for which events are kept, at most the deployment's own number; null: the deployment's number"
    },
    "pauseOrg": {
      "reason": "the reason, in one line; SCIM's refusals show it to the identity provider's administrator"
    },
    "generateToken": {
      "description": "label in the list of tokens, for example the identity provider's name",
      "expiresInDays": "1 to 3650; without it the token does not expire",
      "boundTo": "id of an active user: the token stops when that user is deactivated or deleted"
    },
    "rotateToken": {
      "description": "label in the list of tokens, for example the identity provider's name",
      "expiresInDays": "1 to 3650; without it the token does not expire",
      "boundTo": "id of an active user: the token stops when that user is deactivated or deleted",
      "overlapSeconds": "how long earlier tokens keep working: 0 to 2592000 (default 86400)",
      "onFirstUse": "end the earlier token at the first use of the new one, even before the overlap is over. For clients that send one request at a time"
    },
    "createClientSecret": {
      "description": "label in the list of client secrets",
      "expiresInDays": "one to three years: 365 to 1095 (default 730)"
    },
    "listApplicationKeys": {
      "org": "only keys of this organization; without it, the keys that open every organization"
    },
    "createApplicationKey": {
      "scope": "directory.read, directory.write or admin; directory.write also reads; admin is for the admin API of the key's organization",
      "org": "login name or id of the key's organization; without it, the key opens every organization",
      "description": "label in the list: which application, on which host",
      "expiresInDays": "days until the key expires: 1 to 400 (default 365)"
    },
    "revokeApplicationKey": {
      "org": "login name or id of the key's organization; leave it out if the key opens every organization"
    },
    "releaseHold": {
      "hours": "hours for which removals pass: 1 to 168 (default 24)"
    },
    "refuseHold": {
      "reason": "the reason, in one line; SCIM's refusals show it to the identity provider's administrator"
    },
    "createWebhook": {
      "url": "in a deployment: https://, port 443, a public address, no user name or password. The local server also takes http://, any port, and this machine. Stored as a URL parser prints it, without a fragment",
      "description": "label in the list of webhooks",
      "types": "names of event types, such as user.created, or user.* for all events of users. Empty: all types. An entry of the log without an event of these types makes no message"
    },
    "updateWebhook": {
      "url": "in a deployment: https://, port 443, a public address, no user name or password. The local server also takes http://, any port, and this machine. Stored as a URL parser prints it, without a fragment",
      "description": "label in the list of webhooks",
      "types": "names of event types, such as user.created, or user.* for all events of users. Empty: all types. An entry of the log without an event of these types makes no message",
      "enabled": "false: nothing is sent, and new events make no messages"
    },
    "createPortalSession": {
      "actor": "the application's own id of the person, never an e-mail address",
      "intent": "the page that the portal opens with: connect, activity, people, groups, credentials, health or settings",
      "access": "manage or read; read: nothing can be changed",
      "returnUrl": "https address of your product that the portal offers as the way back",
      "expiresIn": "60 to 86400 (default 900); seconds for which the link can be redeemed; for an embedded session, seconds until it ends, 3600 at most",
      "embed": "true: a session for <rollcall-portal>, in place of a link"
    },
    "previewAdoption": {
      "by": "userName or email; absent: the value of the rule, or userName if the rule is off",
      "after": "the value of next in the earlier page"
    },
    "inspectOrg": {
      "repair": "repair what can be repaired without guessing",
      "index": "also find memberships of groups that never existed. This asks the index about each user whose item lists groups: one call and half a read unit each",
      "from": "the value of next in the earlier step; absent to begin"
    }
  },
  "directory": {
    "getAccess": {
      "email": "one of the person's e-mail addresses, ignoring case",
      "userName": "the person's userName, ignoring case",
      "externalId": "the person's id at the identity provider; only managed users have one",
      "applicationId": "the application's own id of the person, which a link gave to a user"
    },
    "listEvents": {
      "after": "next or head of an earlier answer, or the id of an event. 0: from the very first event, and 410 if it is gone. Absent: from the oldest event that can be read",
      "since": "instead of after: begins with the first event that was logged then or later",
      "limit": "maximum number of events on the page; a number above 1000 counts as 1000",
      "types": "only events of these types, with commas between them; user.* is all events of users. A change of a team's attributes and members at once is a team.updated",
      "resource": "only events of the user, team or token with this id",
      "wait": "0 to 20 (default 0); seconds to wait for an event where there is none yet. Only the local server waits: a deployment answers at once, because an open request would occupy its function"
    },
    "setRole": {
      "displayName": "name that people see",
      "description": "one line for people",
      "kind": "the SCIM list in which access governance tools find it: role or entitlement",
      "assignable": "false: nobody gets it by a mapping, as the default or from an identity provider",
      "default": "members who have no other role have this one, unless the organization says otherwise. Only one role can be the default",
      "keepOne": "its last holder in an organization keeps it until somebody else has it, or until the holder is deactivated or deleted",
      "version": "version of the role as you read it; means the same as If-Match"
    }
  }
} as const;
