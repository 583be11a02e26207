// Made by `npm run generate` from bin/generate/portalRemedies.ts and the catalogue of errors.

export const AGAIN_TEXTS = {
  "onceFixed": "Fix this before anybody sends the request again: otherwise it is refused again.",
  "byItself": "Sending it again helps; Entra ID and Okta do so by themselves.",
  "onceOver": "You need not send anything again: the identity provider tries again by itself.",
  "onceThere": "Send the group again once these members are here: this service does not add them by itself.",
  "notNeeded": "Nothing has to be sent again."
} as const;

export const CONSOLE_STEPS = {
  "ownClient": {
    "entra": "Entra ID sends no such request. Find the client that uses this token (Activity shows which one), and give every client its own token.",
    "okta": "Okta sends no such request. Find the client that uses this token (Activity shows which one), and give every client its own token.",
    "again": "onceFixed"
  },
  "query": {
    "entra": "Entra ID sends no such request: another client uses this token (Activity shows which one).",
    "okta": "Okta sends no such request: another client uses this token (Activity shows which one).",
    "again": "onceFixed"
  },
  "matching": {
    "entra": "Provisioning › Mappings: matching attributes (matching precedence 1, 2, …) must be attributes that filters can use: userName, externalId or emails[type eq \"work\"].value for users, displayName or externalId for groups.",
    "okta": "Provisioning › Integration: \"Unique identifier field for users\" must be userName. Okta looks users up by it.",
    "again": "onceFixed"
  },
  "unknownName": {
    "entra": "Provisioning › Mappings: delete the mapping whose target attribute GET /Schemas does not list, or correct the name under Show advanced options › Edit attribute list.",
    "okta": "Provisioning › To App › Attribute Mappings: remove the attribute, and delete it in the Profile Editor if GET /Schemas does not list its external namespace.",
    "again": "onceFixed"
  },
  "steps": {
    "entra": "Entra ID sends members in steps by itself. If a group is created with all of them at once, take it out of the scope, add it again, and let the cycle continue.",
    "okta": "Push Groups: Okta sends members in steps by itself. Unlink the group and push it again; for an app made by API, lower its number of members per request.",
    "again": "onceFixed"
  },
  "mapping": {
    "entra": "Provisioning › Mappings: correct the mapping of the attribute that the error names, or delete it. Provision on demand for one person shows at once whether it helped.",
    "okta": "Provisioning › To App › Attribute Mappings: correct the mapping of the attribute that the error names, or remove it. Then Tasks › Retry selected.",
    "again": "onceFixed"
  },
  "nothing": {
    "entra": "Change nothing in the console.",
    "okta": "Change nothing in the console.",
    "again": "byItself"
  },
  "busy": {
    "entra": "Change nothing in the console.",
    "okta": "Change nothing in the console.",
    "again": "byItself"
  },
  "operator": {
    "entra": "Change nothing in the console. After a longer time Entra ID may have put the job in quarantine: then Restart provisioning.",
    "okta": "Change nothing in the console. Requests that were refused meanwhile wait under Tasks: Retry selected.",
    "again": "onceOver"
  },
  "token": {
    "entra": "Provisioning › Admin Credentials: paste the current token into Secret Token, without “Bearer”, then Test Connection and Save; after a quarantine Restart provisioning.",
    "okta": "Provisioning › Integration › Edit: paste the current token under HTTP Header › Authorization, without “Bearer”, then Test Connector Configuration and Save.",
    "again": "onceFixed"
  },
  "secret": {
    "entra": "Provisioning › Connectivity, or Admin Credentials: enter the values that Credentials › New client secret prints for a new client secret. Where a trust takes the place of a secret, the operator makes a new trust. Then Test Connection.",
    "okta": "Provisioning › Integration › Edit: paste the current token under HTTP Header › Authorization, without “Bearer”, then Test Connector Configuration and Save.",
    "again": "onceFixed"
  },
  "grant": {
    "entra": "Provisioning › Admin Credentials: enter token endpoint, client identifier and client secret again; Credentials › New client secret shows a new secret once.",
    "okta": "Okta sends a bearer token: paste one under HTTP Header › Authorization.",
    "again": "onceFixed"
  },
  "address": {
    "entra": "Provisioning › Admin Credentials: correct the Tenant URL, without a slash at its end; Connect shows it.",
    "okta": "Provisioning › Integration: correct the SCIM connector base URL, without a slash at its end; Connect shows it.",
    "again": "onceFixed"
  },
  "gone": {
    "entra": "Usually nothing: Entra ID looks for the person again and creates the user. Otherwise Restart provisioning, or Provision on demand.",
    "okta": "Remove the assignment and assign the person or group again; a pushed group: unlink it and push it again.",
    "again": "onceFixed"
  }
} as const;

export const REMEDIES = {
  "token.otherOrg": {
    "title": "The token belongs to another organization",
    "happened": "The token is right, but it belongs to another organization than the Tenant URL names.",
    "console": "address",
    "elsewhere": "Use the Tenant URL that the error names, or the token of the organization that was meant."
  },
  "org.deletion": {
    "title": "The organization is scheduled for deletion",
    "happened": "The organization is scheduled for deletion; the error gives the reason. Nothing was changed.",
    "console": "operator",
    "elsewhere": "Ask your provider, and give the reference."
  },
  "org.notEntitled": {
    "title": "The plan does not include provisioning",
    "happened": "The organization's plan does not include SCIM. Nothing was changed or lost.",
    "console": "operator",
    "elsewhere": "Ask your provider, and give the reference."
  },
  "org.noSso": {
    "title": "Single sign-on is not configured",
    "happened": "SAML SSO is not configured for the organization, and provisioning needs it. Nothing was changed or lost.",
    "console": "operator",
    "elsewhere": "Configure SAML SSO for it in the product. Ask your provider, and give the reference."
  },
  "org.paused": {
    "title": "Provisioning is paused",
    "happened": "Somebody paused provisioning for the organization; the error gives the reason. Nothing was changed or lost.",
    "console": "operator",
    "elsewhere": "Ask your provider, and give the reference."
  },
  "org.bearerTokens": {
    "title": "Pasted tokens are not taken here",
    "happened": "The organization's rule bearerTokens forbids pasted tokens. This token is otherwise valid. Nothing was changed or lost.",
    "console": "operator",
    "elsewhere": "Let the identity provider get its tokens itself: Credentials › New client secret. Or allow tokens again: Settings › “Tokens that are pasted into the identity provider”, or ask your provider.",
    "rule": "bearerTokens",
    "changes": [
      {
        "rule": "bearerTokens",
        "value": "allowed"
      }
    ]
  },
  "org.clientSecrets": {
    "title": "Client secrets are not taken here",
    "happened": "The organization's rule clientSecrets forbids client secrets, and the access tokens that a client gets with one. Nothing was changed or lost.",
    "console": "operator",
    "elsewhere": "Ask your provider, and give the reference. Or allow client secrets again: Settings › “Client secrets”, or ask your provider.",
    "rule": "clientSecrets",
    "changes": [
      {
        "rule": "clientSecrets",
        "value": "allowed"
      }
    ]
  },
  "user.protected": {
    "title": "A protected user was to be removed",
    "happened": "The identity provider wanted to deactivate or delete a protected user. Nothing was changed.",
    "entra": "Users and groups: to keep the person, keep the assignment, or take the person out of the scope with a filter.",
    "okta": "Assignments: assign the person again.",
    "elsewhere": "Ask your provider, and give the reference.",
    "again": "onceFixed"
  },
  "requests.overBudget": {
    "title": "Too many requests at once",
    "happened": "The organization sends more or larger requests at once than it may. Nothing was changed.",
    "console": "nothing",
    "elsewhere": "If it lasts for hours, look for a second job with the same token (Credentials). Ask your provider, and give the reference."
  },
  "token.missing": {
    "title": "The token is missing",
    "happened": "The request carried no token. A proxy on the way may have removed it.",
    "console": "token",
    "elsewhere": "A lost token cannot be shown again: Credentials › Regenerate makes a new one."
  },
  "token.scheme": {
    "title": "The request carried something other than a bearer token",
    "happened": "The request carried something other than a bearer token.",
    "console": "token",
    "elsewhere": "Send Authorization: Bearer TOKEN. A lost token cannot be shown again: Credentials › Regenerate makes a new one."
  },
  "token.malformed": {
    "title": "The token or client secret is none of this service",
    "happened": "The token or client secret is none of this service: characters are missing or wrong, or it belongs to another product.",
    "console": "token",
    "elsewhere": "A lost token cannot be shown again: Credentials › Regenerate makes a new one."
  },
  "token.unknown": {
    "title": "The token is unknown",
    "happened": "The token has the right form, but it does not exist here: its organization was purged, or it belongs to another deployment.",
    "console": "token",
    "elsewhere": "A lost token cannot be shown again: Credentials › Regenerate makes a new one."
  },
  "token.revoked": {
    "title": "The token was revoked",
    "happened": "The token was revoked.",
    "console": "token",
    "elsewhere": "Credentials says when. A lost token cannot be shown again: Credentials › Regenerate makes a new one."
  },
  "token.superseded": {
    "title": "The token was replaced",
    "happened": "The token was replaced: somebody regenerated it.",
    "console": "token",
    "elsewhere": "A lost token cannot be shown again: Credentials › Regenerate makes a new one."
  },
  "token.expired": {
    "title": "The token has expired",
    "happened": "The token has expired.",
    "console": "token",
    "elsewhere": "Credentials › Rotate makes a new one while the old one works; Credentials › Regenerate makes one afterwards."
  },
  "token.retired": {
    "title": "The token was rotated",
    "happened": "The token was rotated, and its successor is in use already.",
    "console": "token",
    "elsewhere": "Use the new token everywhere. If it was lost: Credentials › Regenerate."
  },
  "token.orphaned": {
    "title": "The token's owner is gone",
    "happened": "The token was bound to a person who was deactivated or deleted.",
    "console": "token",
    "elsewhere": "Credentials › Regenerate makes one that is bound to nobody."
  },
  "token.secretRevoked": {
    "title": "The client secret or the trust behind the access token was revoked",
    "happened": "The client secret or the trust behind the access token was revoked.",
    "console": "secret",
    "elsewhere": "Ask your provider, and give the reference. Credentials › New client secret makes another client secret. The operator can also make a trust, which needs no secret."
  },
  "token.secretSuperseded": {
    "title": "The client secret or the trust behind the access token was replaced",
    "happened": "The client secret or the trust behind the access token was replaced.",
    "console": "secret",
    "elsewhere": "Ask your provider, and give the reference. Credentials › New client secret makes another client secret. The operator can also make a trust, which needs no secret."
  },
  "token.secretExpired": {
    "title": "The client secret or the trust behind the access token has expired",
    "happened": "The client secret or the trust behind the access token has expired.",
    "console": "secret",
    "elsewhere": "Ask your provider, and give the reference. Credentials › New client secret makes another client secret. The operator can also make a trust, which needs no secret."
  },
  "filter.syntax": {
    "title": "This service could not read a filter",
    "happened": "This service could not read a filter: it ends too early, or has one word too many, at the character that the error names.",
    "console": "matching",
    "elsewhere": "Write it as in RFC 7644 section 3.4.2.2, with text in double quotes, and a quote in the text as \\\": userName eq \"ada@example.com\"."
  },
  "filter.length": {
    "title": "The filter of a search is too long",
    "happened": "The filter of a search is too long.",
    "console": "ownClient",
    "elsewhere": "Ask with several shorter filters."
  },
  "filter.terms": {
    "title": "The filter has too many conditions",
    "happened": "The filter has too many conditions.",
    "console": "ownClient",
    "elsewhere": "Ask with several shorter filters."
  },
  "filter.depth": {
    "title": "The filter is nested too deep",
    "happened": "The filter is nested too deep.",
    "console": "ownClient",
    "elsewhere": "Write it with fewer brackets."
  },
  "filter.nested": {
    "title": "A filter in square brackets holds another one in square brackets",
    "happened": "A filter in square brackets holds another one in square brackets.",
    "console": "ownClient",
    "elsewhere": "Write the inner condition beside the outer one."
  },
  "filter.operator": {
    "title": "The filter uses an operator that SCIM does not have",
    "happened": "The filter uses an operator that SCIM does not have.",
    "console": "ownClient",
    "elsewhere": "Use eq, ne, co, sw, ew, gt, ge, lt, le or pr."
  },
  "filter.attribute": {
    "title": "The identity provider searches by an attribute that users or groups do not have here",
    "happened": "The identity provider searches by an attribute that users or groups do not have here.",
    "console": "matching",
    "elsewhere": "Search by userName, externalId, emails.value or displayName."
  },
  "filter.notComplex": {
    "title": "The filter uses square brackets on an attribute that has no parts",
    "happened": "The filter uses square brackets on an attribute that has no parts.",
    "console": "matching",
    "elsewhere": "Write the attribute without brackets."
  },
  "filter.complex": {
    "title": "The filter compares a whole attribute that consists of parts",
    "happened": "The filter compares a whole attribute that consists of parts.",
    "console": "matching",
    "elsewhere": "Name the part: name.familyName, emails.value."
  },
  "filter.derived": {
    "title": "The operation selects members by their names",
    "happened": "The operation selects members by their names, which belong to the users and are only shown with the group.",
    "console": "ownClient",
    "elsewhere": "Name the members by their ids: members[value eq \"…\"]."
  },
  "filter.combination": {
    "title": "The operator makes no sense for the attribute's type",
    "happened": "The operator makes no sense for the attribute's type, for example gt for true and false.",
    "console": "matching",
    "elsewhere": "Use eq for true and false; use gt, ge, lt and le only for text, numbers and dates."
  },
  "filter.literal": {
    "title": "The filter compares an attribute with a value of another type",
    "happened": "The filter compares an attribute with a value of another type.",
    "console": "matching",
    "elsewhere": "Put text in double quotes, and true, false and numbers without quotes."
  },
  "sensitive.filter": {
    "title": "The filter names an attribute that nobody may search by",
    "happened": "The filter names an attribute that nobody may search by, such as a password.",
    "console": "ownClient",
    "elsewhere": "Search by userName or externalId."
  },
  "tooMany.examined": {
    "title": "The search would examine more users or groups than one request may",
    "happened": "The search would examine more users or groups than one request may.",
    "console": "matching",
    "elsewhere": "Add an equality on userName, externalId, emails.value or displayName joined by \"and\", or page by cursor."
  },
  "cursor.invalid": {
    "title": "A client asked for a page with a cursor of another query",
    "happened": "A client asked for a page with a cursor of another query.",
    "console": "ownClient",
    "elsewhere": "Send filter, sortBy, sortOrder and count as for the first page, or start over without a cursor."
  },
  "cursor.expired": {
    "title": "A client asked for a page too long after the earlier one",
    "happened": "A client asked for a page too long after the earlier one.",
    "console": "ownClient",
    "elsewhere": "Start the query over, without a cursor."
  },
  "cursor.count": {
    "title": "count is not a number",
    "happened": "count is not a number.",
    "console": "ownClient",
    "elsewhere": "Send a whole number."
  },
  "cursor.countChanged": {
    "title": "The client changed the page size in the middle of a query",
    "happened": "The client changed the page size in the middle of a query.",
    "console": "ownClient",
    "elsewhere": "Keep the same count, or start over."
  },
  "path.syntax": {
    "title": "A PATCH has a path that this service cannot read",
    "happened": "A PATCH has a path that this service cannot read.",
    "console": "unknownName",
    "elsewhere": "Correct the path, or remove the attribute from the mapping."
  },
  "path.unknown": {
    "title": "An attribute is unknown",
    "happened": "A PATCH names an attribute that this service does not have.",
    "console": "unknownName",
    "elsewhere": "Remove the attribute from the mapping, or let this service ignore it: Settings › “Unknown attributes”, “Changes of unknown attributes”, or ask your provider.",
    "rule": "unknownPaths",
    "changes": [
      {
        "rule": "unknownPaths",
        "value": "ignore"
      }
    ]
  },
  "path.notMultiValued": {
    "title": "A PATCH selects one of several values of an attribute that has only one",
    "happened": "A PATCH selects one of several values of an attribute that has only one.",
    "console": "unknownName",
    "elsewhere": "Correct the path, or remove the attribute from the mapping."
  },
  "noTarget.path": {
    "title": "A removal does not say what to remove",
    "happened": "A removal does not say what to remove.",
    "console": "ownClient",
    "elsewhere": "Give the operation a path."
  },
  "noTarget.add": {
    "title": "An operation on a group does not name members",
    "happened": "An operation on a group does not name members.",
    "console": "ownClient",
    "elsewhere": "Give it path \"members\" and a list as value."
  },
  "noTarget.replace": {
    "title": "A value to be replaced does not exist",
    "happened": "A PATCH replaces one of several values (such as the work address), and the user has no value of this kind.",
    "console": "unknownName",
    "elsewhere": "Send the whole value with add; or let this service create it: Settings › “Replacing a value that is not there”, or ask your provider.",
    "rule": "replaceWithoutTarget",
    "changes": [
      {
        "rule": "replaceWithoutTarget",
        "value": "create"
      }
    ]
  },
  "noTarget.member": {
    "title": "A PATCH changes a member who is not in the group",
    "happened": "A PATCH changes a member who is not in the group.",
    "console": "ownClient",
    "elsewhere": "Read the group again, then send only the differences."
  },
  "value.required": {
    "title": "A required attribute is empty",
    "happened": "A required attribute is missing or empty.",
    "console": "mapping",
    "elsewhere": "Map a source that is never empty to it."
  },
  "value.type": {
    "title": "An attribute has a value of a wrong type",
    "happened": "An attribute has a value of a wrong type.",
    "console": "mapping",
    "elsewhere": "Send the type that GET /Schemas says."
  },
  "value.length": {
    "title": "A value is too long",
    "happened": "A value is too long.",
    "console": "mapping",
    "elsewhere": "Shorten the value at its source."
  },
  "value.notMultiValued": {
    "title": "An attribute that can have only one value has several",
    "happened": "An attribute that can have only one value has several.",
    "console": "mapping",
    "elsewhere": "Send one value."
  },
  "value.count": {
    "title": "An attribute has too many values",
    "happened": "An attribute has too many values.",
    "console": "mapping",
    "elsewhere": "Send fewer values."
  },
  "value.twoPrimaries": {
    "title": "Two values are marked as the primary one",
    "happened": "Two values are marked as the primary one.",
    "console": "mapping",
    "elsewhere": "Mark only one."
  },
  "value.missing": {
    "title": "An operation of a PATCH has no value",
    "happened": "An operation of a PATCH has no value.",
    "console": "query",
    "elsewhere": "Give the operation a value."
  },
  "value.number": {
    "title": "A number is too large",
    "happened": "A number is too large.",
    "console": "mapping",
    "elsewhere": "Send a number that a double can hold."
  },
  "value.depth": {
    "title": "The request is nested too deep",
    "happened": "The request is nested too deep.",
    "console": "query",
    "elsewhere": "Send a flatter body."
  },
  "value.unicode": {
    "title": "A text holds half a character or U+0000",
    "happened": "A text holds half a character or U+0000.",
    "console": "mapping",
    "elsewhere": "Correct the text at its source."
  },
  "value.size": {
    "title": "The user or group is larger than 48 KB",
    "happened": "The user or group is larger than 48 KB.",
    "console": "mapping",
    "elsewhere": "Do not send photos, certificates or long notes."
  },
  "value.emailCount": {
    "title": "The user has too many addresses",
    "happened": "The user has too many addresses.",
    "console": "mapping",
    "elsewhere": "Map fewer addresses."
  },
  "value.workEmail": {
    "title": "The work e-mail address is missing",
    "happened": "The person has no work e-mail address, which this organization requires. The user was not created or changed.",
    "entra": "Provisioning › Mappings › Provision Microsoft Entra ID Users: map an attribute that everybody has (mail, or userPrincipalName) to emails[type eq \"work\"].value. If only one person is affected, fill in the e-mail address in the directory.",
    "okta": "Provisioning › To App › Attribute Mappings: map user.email to email (primary email type: work). If only one person is affected, fill in the primary e-mail in the profile.",
    "elsewhere": "Map the address to emails, with type \"work\", or as the primary or only one. Or do not require it: Settings › “Work e-mail address”, or ask your provider.",
    "again": "onceFixed",
    "rule": "workEmailRequired",
    "changes": [
      {
        "rule": "workEmailRequired",
        "value": "false"
      }
    ]
  },
  "value.activeUnassigned": {
    "title": "A PATCH removes active, and the person would be neither active nor inactive",
    "happened": "A PATCH removes active, and the person would be neither active nor inactive. Nothing was changed.",
    "console": "mapping",
    "elsewhere": "Map an attribute to active that is true or false for everybody.",
    "rule": "activeUnassign"
  },
  "value.unknownRole": {
    "title": "The product does not know a person's role",
    "happened": "The person was sent with a role that the application does not know, and the organization's rules refuse that.",
    "entra": "App registrations › App roles: each value must be the key of a role in the application's catalogue; disable other app roles. If only one person is affected: Users and groups › Edit assignment.",
    "okta": "Governance › Entitlements: import entitlements again and assign one of them. Without governance: Provisioning › To App › Attribute Mappings, take roles and entitlements out.",
    "elsewhere": "Send keys of the application's catalogue: GET /Roles and /Entitlements list them. Or accept such values, which then give nobody anything: Settings › “Roles that the product does not know”, or ask your provider.",
    "again": "onceFixed",
    "rule": "unknownRoles",
    "changes": [
      {
        "rule": "unknownRoles",
        "value": "ignore"
      }
    ]
  },
  "value.userNameBlank": {
    "title": "The userName is empty",
    "happened": "The userName is empty.",
    "console": "mapping",
    "elsewhere": "Map an attribute that is never empty to userName."
  },
  "value.userNameControl": {
    "title": "The userName holds an invisible control character",
    "happened": "The userName holds an invisible control character.",
    "console": "mapping",
    "elsewhere": "Correct it at its source."
  },
  "value.members": {
    "title": "members is not a list of ids",
    "happened": "members is not a list of ids. Nothing was changed.",
    "console": "query",
    "elsewhere": "Send [{\"value\":\"ID\"}]."
  },
  "value.unknownMembers": {
    "title": "A group has members who were not provisioned",
    "happened": "A group has members that are no users of this organization, and its rules refuse them.",
    "entra": "Users and groups: assign the missing people to the application too, so that they arrive before the group.",
    "okta": "Assignments: assign the missing people too, then Push Groups › Push now.",
    "elsewhere": "Provision the users first; or leave such members out: Settings › “Group members who were not provisioned”, or ask your provider.",
    "again": "onceFixed",
    "rule": "unknownMembers",
    "changes": [
      {
        "rule": "unknownMembers",
        "value": "skip"
      }
    ]
  },
  "value.teamNameLength": {
    "title": "The name of a group is too long",
    "happened": "The group's name is longer than a team's name may be.",
    "entra": "Shorten the group's display name, or map another, shorter attribute to displayName (Mappings › Provision Microsoft Entra ID Groups).",
    "okta": "Shorten the group's name, or push it under another one: Push Groups › link to a new name.",
    "elsewhere": "Shorten the name; or allow longer ones: Settings › “Length of group names”, or ask your provider.",
    "again": "onceFixed",
    "rule": "teamNameMaxLength",
    "changes": [
      {
        "rule": "teamNameMaxLength",
        "value": "N"
      }
    ]
  },
  "value.integer": {
    "title": "A value in the query is not a number",
    "happened": "A value in the query is not a number.",
    "console": "query",
    "elsewhere": "Send a whole number."
  },
  "value.search": {
    "title": "A search request is malformed",
    "happened": "A search request is malformed.",
    "console": "query",
    "elsewhere": "Correct it as the error says (RFC 7644 section 3.4.3)."
  },
  "value.cursorAndIndex": {
    "title": "The query has two ways of paging at once",
    "happened": "The query has two ways of paging at once.",
    "console": "query",
    "elsewhere": "Send cursor or startIndex."
  },
  "value.projection": {
    "title": "The query has both attributes and excludedAttributes",
    "happened": "The query has both attributes and excludedAttributes.",
    "console": "query",
    "elsewhere": "Send one of the two."
  },
  "value.projectionLength": {
    "title": "The list of attributes is too long",
    "happened": "The list of attributes is too long.",
    "console": "query",
    "elsewhere": "Ask for fewer attributes."
  },
  "value.sortOrder": {
    "title": "sortOrder has an unknown value",
    "happened": "sortOrder has an unknown value.",
    "console": "query",
    "elsewhere": "Send \"ascending\" or \"descending\"."
  },
  "value.sortBy": {
    "title": "The query sorts by an attribute that does not exist",
    "happened": "The query sorts by an attribute that does not exist.",
    "console": "query",
    "elsewhere": "Sort by one that GET /Schemas lists."
  },
  "value.sortByHidden": {
    "title": "The query sorts by an attribute that nobody may read",
    "happened": "The query sorts by an attribute that nobody may read.",
    "console": "query",
    "elsewhere": "Sort by another attribute."
  },
  "value.sortByComplex": {
    "title": "The query sorts by an attribute that consists of parts",
    "happened": "The query sorts by an attribute that consists of parts.",
    "console": "query",
    "elsewhere": "Name the part: name.familyName."
  },
  "mutability.userName": {
    "title": "A user name was to be changed",
    "happened": "The identity provider wants to give a user another userName, which this service does not allow. The user keeps the old one, and the request changed nothing.",
    "entra": "Provisioning › Mappings › Provision Microsoft Entra ID Users › userName: set \"Apply this mapping\" to \"Only during object creation\".",
    "okta": "Sign On › Credentials Details: set \"Update application username on\" to \"Create only\".",
    "elsewhere": "Do not send userName for users who exist; or allow it: Settings › “Changing user names”, or ask your provider.",
    "again": "onceFixed",
    "rule": "userNameMutability",
    "changes": [
      {
        "rule": "userNameMutability",
        "value": "readWrite"
      }
    ]
  },
  "mutability.required": {
    "title": "A PATCH removes a required attribute",
    "happened": "A PATCH removes a required attribute.",
    "console": "mapping",
    "elsewhere": "Replace its value instead."
  },
  "mutability.readOnly": {
    "title": "The request writes an attribute that only the server writes",
    "happened": "The request writes an attribute that only the server writes, such as id.",
    "console": "mapping",
    "elsewhere": "Do not send it.",
    "rule": "readOnlyPaths"
  },
  "mutability.members": {
    "title": "The request changes a part of a member",
    "happened": "The request changes a part of a member.",
    "console": "query",
    "elsewhere": "Remove the member and add another one."
  },
  "uniqueness.userName": {
    "title": "The user name is taken",
    "happened": "The identity provider wants to create or rename a user, but another user of this organization already has that userName.",
    "entra": "Provisioning › Mappings: make userName the matching attribute (matching precedence 1); then Entra ID finds the existing user instead of creating it. If two jobs provision the organization, stop one.",
    "okta": "Import › Import now and confirm the match with the existing user; then Tasks › Retry selected.",
    "elsewhere": "Look the user up by userName, and change that user instead of creating one. People shows them.",
    "again": "onceFixed"
  },
  "uniqueness.displayName": {
    "title": "The name of the group is taken",
    "happened": "The identity provider wants to create or rename a group, but another group of this organization already has that name.",
    "entra": "Provisioning › Mappings › Provision Microsoft Entra ID Groups: make displayName the matching attribute; or rename one of the two groups.",
    "okta": "Push Groups: link the group to the existing one instead of creating it; or rename one of the two.",
    "elsewhere": "Look the group up by displayName, and change it. Groups shows them.",
    "again": "onceFixed",
    "rule": "groupNameUnique"
  },
  "syntax.notJson": {
    "title": "The body of the request is not JSON",
    "happened": "The body of the request is not JSON. A proxy on the way may have cut it off.",
    "console": "ownClient",
    "elsewhere": "Send valid JSON."
  },
  "syntax.notUtf8": {
    "title": "The body is not in UTF-8",
    "happened": "The body is not in UTF-8.",
    "console": "ownClient",
    "elsewhere": "Encode the body in UTF-8."
  },
  "syntax.notObject": {
    "title": "The body is JSON, but not an object",
    "happened": "The body is JSON, but not an object.",
    "console": "ownClient",
    "elsewhere": "Send one object in braces."
  },
  "syntax.schemas": {
    "title": "The body does not say which schema it follows",
    "happened": "The body does not say which schema it follows.",
    "console": "ownClient",
    "elsewhere": "Put the schema that the error names into schemas.",
    "rule": "schemasRequired"
  },
  "syntax.schemasType": {
    "title": "schemas is not a list of strings",
    "happened": "schemas is not a list of strings.",
    "console": "ownClient",
    "elsewhere": "Make schemas a list of strings."
  },
  "syntax.messageSchemas": {
    "title": "The message does not say which kind of message it is",
    "happened": "The message does not say which kind of message it is.",
    "console": "ownClient",
    "elsewhere": "Put the URN that the error names into schemas."
  },
  "syntax.unknownSchema": {
    "title": "A schema is unknown",
    "happened": "The request names a schema that this service does not have, often that of a custom attribute.",
    "console": "unknownName",
    "elsewhere": "Remove the attribute from the mapping, or let this service ignore it: Settings › “Unknown attributes”, “Changes of unknown attributes”, or ask your provider.",
    "rule": "unknownAttributes",
    "changes": [
      {
        "rule": "unknownAttributes",
        "value": "ignore"
      }
    ]
  },
  "syntax.unknownAttribute": {
    "title": "An attribute is unknown",
    "happened": "The request has an attribute that this service does not have.",
    "console": "unknownName",
    "elsewhere": "Remove the attribute from the mapping, or let this service ignore it: Settings › “Unknown attributes”, “Changes of unknown attributes”, or ask your provider.",
    "rule": "unknownAttributes",
    "changes": [
      {
        "rule": "unknownAttributes",
        "value": "ignore"
      }
    ]
  },
  "syntax.patchOp": {
    "title": "A PATCH request is malformed at the place that the error names",
    "happened": "A PATCH request is malformed at the place that the error names.",
    "console": "ownClient",
    "elsewhere": "Send {\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]}."
  },
  "syntax.op": {
    "title": "A PATCH has an operation that SCIM does not have",
    "happened": "A PATCH has an operation that SCIM does not have.",
    "console": "ownClient",
    "elsewhere": "Use \"add\", \"remove\" or \"replace\"."
  },
  "mediaType.unsupported": {
    "title": "The body was not sent as JSON",
    "happened": "The body was not sent as JSON. A proxy on the way may have changed its type.",
    "console": "ownClient",
    "elsewhere": "Send Content-Type: application/scim+json."
  },
  "tooLarge.body": {
    "title": "The request has too many bytes",
    "happened": "The request has too many bytes. Nothing was changed.",
    "console": "steps",
    "elsewhere": "Send members in several requests."
  },
  "tooLarge.objects": {
    "title": "The body has very many JSON objects or lists, most of them empty",
    "happened": "The body has very many JSON objects or lists, most of them empty. Nothing was changed.",
    "console": "steps",
    "elsewhere": "No real identity provider sends this: find out who uses the token, and regenerate it if a stranger does."
  },
  "tooLarge.names": {
    "title": "The body has very many different member names",
    "happened": "The body has very many different member names. Nothing was changed.",
    "console": "steps",
    "elsewhere": "Remove mappings to attributes that /Schemas does not list. No real identity provider has so many: find out who uses the token."
  },
  "tooLarge.members": {
    "title": "The request names too many members",
    "happened": "The request names too many members. Nothing was changed.",
    "console": "steps",
    "elsewhere": "Send members in several requests."
  },
  "tooLarge.operations": {
    "title": "The PATCH has too many operations",
    "happened": "The PATCH has too many operations. Nothing was changed.",
    "console": "steps",
    "elsewhere": "Divide it into several requests."
  },
  "tooLarge.changes": {
    "title": "The PATCH changes too many attributes",
    "happened": "The PATCH changes too many attributes. Nothing was changed.",
    "console": "steps",
    "elsewhere": "Divide it into several requests."
  },
  "tooLarge.memberFilters": {
    "title": "The PATCH selects members with too many filters",
    "happened": "The PATCH selects members with too many filters. Nothing was changed.",
    "console": "steps",
    "elsewhere": "Remove members with a list as value of \"members\", or divide the request."
  },
  "tooLarge.effort": {
    "title": "This service would need too long for the PATCH operations of the request",
    "happened": "This service would need too long for the PATCH operations of the request. It did not make this change; in a bulk request it may have made earlier changes.",
    "console": "steps",
    "elsewhere": "Send fewer PATCH operations in one request."
  },
  "version.unsupported": {
    "title": "The address asks for a SCIM version that is not 2.0",
    "happened": "The address asks for a SCIM version that is not 2.0.",
    "entra": "Provisioning › Admin Credentials: correct the Tenant URL; Connect shows it.",
    "okta": "Provisioning › Integration: set the SCIM version to 2.0, and the base URL to the one that Connect shows.",
    "elsewhere": "Use the Tenant URL that Connect shows.",
    "again": "onceFixed"
  },
  "version.mismatch": {
    "title": "Somebody else changed the resource after the client read it",
    "happened": "Somebody else changed the resource after the client read it. Nothing was lost.",
    "console": "ownClient",
    "elsewhere": "Read the resource again and send the change with its new ETag, or without If-Match and If-None-Match."
  },
  "method.notAllowed": {
    "title": "The address exists but does not take this method",
    "happened": "The address exists but does not take this method.",
    "console": "ownClient",
    "elsewhere": "Use a method that the header Allow names."
  },
  "discovery.filter": {
    "title": "A client sent a filter to /Schemas, /ResourceTypes or /ServiceProviderConfig",
    "happened": "A client sent a filter to /Schemas, /ResourceTypes or /ServiceProviderConfig.",
    "console": "ownClient",
    "elsewhere": "Ask without a filter."
  },
  "notImplemented.me": {
    "title": "A client asked for /Me, but a token does not stand for a person",
    "happened": "A client asked for /Me, but a token does not stand for a person.",
    "console": "ownClient",
    "elsewhere": "Ask /Users with a filter."
  },
  "conflict.adoption": {
    "title": "The application made this person before",
    "happened": "The application has a user with the same key, whom this service should adopt (rule adoption). It cannot move this user in one transaction.",
    "console": "operator",
    "elsewhere": "Ask your provider, and give the reference. Then let the identity provider send the request again.",
    "rule": "adoption"
  },
  "notFound.user": {
    "title": "The user is not here",
    "happened": "The identity provider asked for a user who was never here, or was deleted.",
    "console": "gone",
    "elsewhere": "Look the user up by userName, and use the new id. People › History shows who deleted the old one."
  },
  "notFound.group": {
    "title": "The group is not here",
    "happened": "The identity provider asked for a group that was never here, or was deleted.",
    "console": "gone",
    "elsewhere": "Look the group up by displayName, and use the new id. Groups › History shows who deleted the old one."
  },
  "notFound.document": {
    "title": "A client asked for a schema, resource type, role or entitlement that does not exist",
    "happened": "A client asked for a schema, resource type, role or entitlement that does not exist.",
    "console": "query",
    "elsewhere": "GET /Schemas, /ResourceTypes, /Roles and /Entitlements list all."
  },
  "notFound.endpoint": {
    "title": "The address is wrong",
    "happened": "There is no such address below the Tenant URL.",
    "console": "address",
    "elsewhere": "Use the Tenant URL that Connect shows."
  },
  "notFound.tenantUrl": {
    "title": "The Tenant URL is wrong",
    "happened": "The address is not a SCIM address: the Tenant URL is wrong.",
    "console": "address",
    "elsewhere": "Use the Tenant URL that Connect shows."
  },
  "notFound.doubleSlash": {
    "title": "The Tenant URL ends in a slash",
    "happened": "The Tenant URL ends in a slash, so every address has two in a row.",
    "console": "address",
    "elsewhere": "Use the Tenant URL that Connect shows."
  },
  "busy.conflict": {
    "title": "Other changes to the same data were faster every time",
    "happened": "Other changes to the same data were faster every time.",
    "console": "nothing",
    "elsewhere": "Send the request again after the seconds in Retry-After. If it lasts, ask your provider, and give the reference."
  },
  "busy.throttled": {
    "title": "The service is busy with other changes",
    "happened": "The service is busy with other changes. Send the request again.",
    "console": "nothing",
    "elsewhere": "Send the request again after the seconds in Retry-After. If it lasts, ask your provider, and give the reference."
  },
  "busy.storage": {
    "title": "The service cannot reach its storage now",
    "happened": "The service cannot reach its storage now. Nothing is known to have changed: send the request again, as identity providers do by themselves. If it lasts, tell your provider.",
    "console": "nothing",
    "elsewhere": "Ask your provider, and give the reference."
  },
  "busy.timeout": {
    "title": "The request took too long",
    "happened": "The request took too long. Send it again: what was done stays done.",
    "console": "nothing",
    "elsewhere": "Send the request again after the seconds in Retry-After. If it lasts, ask your provider, and give the reference."
  },
  "busy.contended": {
    "title": "Other changes to the same user or group were faster every time",
    "happened": "Other changes to the same user or group were faster every time. This one changed nothing.",
    "console": "nothing",
    "elsewhere": "Send the request again after the seconds in Retry-After. If it lasts, ask your provider, and give the reference."
  },
  "busy.largeChange": {
    "title": "The change to a group is too large for one request",
    "happened": "The change to a group is too large for one request. The changes until then stay; send the same request again to continue.",
    "console": "nothing",
    "elsewhere": "Send the request again after the seconds in Retry-After. If it lasts, ask your provider, and give the reference."
  },
  "busy.import": {
    "title": "Your provider is importing data into the organization",
    "happened": "Your provider is importing data into the organization. Nobody can use it before the import is finished.",
    "console": "operator",
    "elsewhere": "Ask your provider, and give the reference."
  },
  "busy.bulkTime": {
    "title": "The time for a bulk request was over before this operation",
    "happened": "The time for a bulk request was over before this operation, which changed nothing.",
    "console": "nothing",
    "elsewhere": "Send the request again after the seconds in Retry-After. If it lasts, ask your provider, and give the reference."
  },
  "internal": {
    "title": "This service failed",
    "happened": "This service failed. As far as it knows, nothing was changed.",
    "console": "nothing",
    "elsewhere": "Ask your provider, and give the reference."
  },
  "syntax.bulk": {
    "title": "A bulk request is malformed",
    "happened": "A bulk request is malformed.",
    "console": "ownClient",
    "elsewhere": "Send Operations as a list (RFC 7644 section 3.7)."
  },
  "syntax.bulkOperation": {
    "title": "One operation of a bulk request is malformed",
    "happened": "One operation of a bulk request is malformed.",
    "console": "ownClient",
    "elsewhere": "Correct it as the error says; this service carried out the other operations."
  },
  "syntax.bulkMethod": {
    "title": "An operation of a bulk request has a method that changes nothing",
    "happened": "An operation of a bulk request has a method that changes nothing.",
    "console": "ownClient",
    "elsewhere": "Use POST, PUT, PATCH or DELETE."
  },
  "syntax.bulkPath": {
    "title": "An operation of a bulk request has a wrong path",
    "happened": "An operation of a bulk request has a wrong path.",
    "console": "ownClient",
    "elsewhere": "Write /Users, /Groups, /Users/ID or /Groups/ID."
  },
  "syntax.bulkPost": {
    "title": "A creation in a bulk request names an id",
    "happened": "A creation in a bulk request names an id.",
    "console": "ownClient",
    "elsewhere": "Leave the id out: this service chooses it."
  },
  "syntax.bulkTarget": {
    "title": "A change in a bulk request names no resource",
    "happened": "A change in a bulk request names no resource.",
    "console": "ownClient",
    "elsewhere": "Write the id into its path."
  },
  "syntax.bulkData": {
    "title": "An operation of a bulk request has no data",
    "happened": "An operation of a bulk request has no data.",
    "console": "ownClient",
    "elsewhere": "Give data, an object."
  },
  "syntax.bulkId": {
    "title": "A creation in a bulk request has no bulkId",
    "happened": "A creation in a bulk request has no bulkId.",
    "console": "ownClient",
    "elsewhere": "Give each POST a bulkId of its own."
  },
  "syntax.bulkIdTwice": {
    "title": "Two operations share one bulkId",
    "happened": "Two operations share one bulkId.",
    "console": "ownClient",
    "elsewhere": "Give each POST a bulkId of its own."
  },
  "tooLarge.maxPayloadSize": {
    "title": "The bulk request has too many bytes",
    "happened": "The bulk request has too many bytes.",
    "console": "ownClient",
    "elsewhere": "Divide it: /ServiceProviderConfig says how large it may be."
  },
  "tooLarge.maxOperations": {
    "title": "The bulk request has too many operations",
    "happened": "The bulk request has too many operations.",
    "console": "ownClient",
    "elsewhere": "Divide it: /ServiceProviderConfig says how many it may have."
  },
  "conflict.bulkId": {
    "title": "An operation of a bulk request needed the result of another one that failed",
    "happened": "An operation of a bulk request needed the result of another one that failed.",
    "console": "query",
    "elsewhere": "Fix the failed operation first; its status is in the same answer."
  },
  "busy.bulkUnfinished": {
    "title": "A resource of a bulk request was made without its references to others",
    "happened": "A resource of a bulk request was made without its references to others.",
    "console": "query",
    "elsewhere": "Add them with a PATCH, or delete it."
  },
  "busy.removalsHeld": {
    "title": "Unusually many removals wait for your provider",
    "happened": "Within an hour, more of the organization's users or memberships would have gone than its rule massChange allows. Deletions of users and groups and removals of members are held; this one changed nothing.",
    "entra": "Provisioning › Overview: pause provisioning while you check whether the removals are meant. Users and groups, and Mappings › Source Object Scope: somebody may have narrowed the scope.",
    "okta": "Assignments and Push Groups: check whether somebody took a group away. Okta sends the request again by itself.",
    "elsewhere": "Ask your provider, and give the reference.",
    "again": "onceFixed",
    "rule": "massChange"
  },
  "org.removalsRefused": {
    "title": "Somebody refused the removals that were held",
    "happened": "Somebody refused the removals that were held; the error gives the reason. This one changed nothing.",
    "console": "operator",
    "elsewhere": "Ask your provider, and give the reference.",
    "rule": "massChange"
  },
  "oauth.invalid_request": {
    "title": "The request for an access token lacks a parameter that OAuth 2.0 requires",
    "happened": "The request for an access token lacks a parameter that OAuth 2.0 requires, or has one twice.",
    "console": "grant",
    "elsewhere": "Send client_id, client_secret (or a signed client_assertion) and grant_type=client_credentials as a form. Credentials › New client secret makes a new client secret."
  },
  "oauth.invalid_client": {
    "title": "The client identifier or client secret is wrong",
    "happened": "The client identifier or client secret is wrong, or the secret is no longer valid.",
    "console": "grant",
    "elsewhere": "Send client_id, client_secret (or a signed client_assertion) and grant_type=client_credentials as a form. Credentials › New client secret makes a new client secret."
  },
  "oauth.unauthorized_client": {
    "title": "The organization may not provision at present",
    "happened": "The organization may not provision at present.",
    "console": "grant",
    "elsewhere": "Send client_id, client_secret (or a signed client_assertion) and grant_type=client_credentials as a form. Credentials › New client secret makes a new client secret."
  },
  "oauth.unsupported_grant_type": {
    "title": "The client asked for a grant that is not client_credentials",
    "happened": "The client asked for a grant that is not client_credentials.",
    "console": "grant",
    "elsewhere": "Send client_id, client_secret (or a signed client_assertion) and grant_type=client_credentials as a form. Credentials › New client secret makes a new client secret."
  },
  "oauth.invalid_scope": {
    "title": "The client asked for a malformed scope",
    "happened": "The client asked for a malformed scope.",
    "console": "grant",
    "elsewhere": "Send client_id, client_secret (or a signed client_assertion) and grant_type=client_credentials as a form. Credentials › New client secret makes a new client secret."
  },
  "oauth.temporarily_unavailable": {
    "title": "The service was too busy to make the access token",
    "happened": "The service was too busy to make the access token.",
    "console": "nothing",
    "elsewhere": "Send the request again after the seconds in Retry-After. If it lasts, ask your provider, and give the reference."
  },
  "oauth.server_error": {
    "title": "This service failed while it made an access token",
    "happened": "This service failed while it made an access token.",
    "console": "nothing",
    "elsewhere": "Ask your provider, and give the reference."
  },
  "skippedMembers": {
    "title": "Members were left out",
    "happened": "The request named members that are no users or groups of this organization. This service left them out, and did the rest.",
    "entra": "Users and groups: assign the missing people to the application too, so that they arrive before the group.",
    "okta": "Assignments: assign the missing people too, then Push Groups › Push now.",
    "elsewhere": "Provision the users first, then send the group again.",
    "again": "onceThere",
    "rule": "unknownMembers"
  }
} as const;

export const QUIRK_TEXTS = {
  "repeatedParameter": "a list of attributes came in several parameters; their names counted together",
  "grantTypeInQuery": "grant_type came in the address instead of the body of the token request",
  "bearerSchemeMissing": "the token came without the word Bearer",
  "bulkNotReached": "operations of the bulk request were not begun, because its time was over",
  "adoptionDomain": "a user of the application has the same key, an address outside the org's verified domains; a second user was created (rule adoption)",
  "adoptionAmbiguous": "several users have the e-mail address, of the application or of the identity provider; another user was created, and nobody adopted (rule adoption)",
  "adoptionOtherEmail": "a user of the application has the e-mail address, but not as the work e-mail; another user was created, and nobody adopted (rule adoption)",
  "membersOmitted": "a PUT of a group came without members; all were removed (rule membersOmittedInPut)",
  "deactivationKept": "a deactivation came with other changes that would have been refused; they were ignored, so that the person is deactivated",
  "otherEmail": "no e-mail address had the type work; the primary or only one counted instead (rule workEmailRequired)",
  "nullActive": "active was null; a new user became active, an existing one stayed as it was (rule activeNullOnCreate)",
  "boundlessErrors": "failOnErrors was 0 or less and was read as none: errors of some operations stopped no others",
  "doubleSlash": "the address had two slashes in a row, as when the Tenant URL ends in one; they were read as one",
  "methodCase": "a method was written in lower case",
  "commaList": "a list of names came as one text with commas",
  "emptyFilter": "the filter was empty and was read as none",
  "stringNumber": "a number came as a text (\"10\")",
  "additiveMembersReplace": "a replace of members added those it listed and removed nobody (rule additiveMembersReplace)",
  "memberByReference": "a member came as a $ref without a value",
  "nestedMembers": "members came nested in the value of an operation",
  "unknownMemberSkipped": "members who are no users of the organization, or came without an id, were left out (rule unknownMembers)",
  "objectForSingle": "an object with a value came for an attribute that is the value itself",
  "removeWithValues": "a remove operation had in its value what to remove",
  "unknownPath": "an operation on an unknown attribute was ignored (rule unknownPaths)",
  "createdTarget": "a PATCH replaced a value that did not exist; it was created (rule replaceWithoutTarget)",
  "emptyPath": "the path of an operation was empty and was read as none",
  "jsonText": "a text of JSON came in place of an object (rule jsonTextValue)",
  "listOfOne": "an object came in a list of one",
  "opCase": "op was written with capitals (Add, Replace)",
  "hollowElement": "an element of a list had a type but no value; it was left out",
  "coreContainer": "attributes came in a container named after the core schema",
  "legacySchema": "a schema of SCIM 1 was named and was read as its successor",
  "qualifiedName": "an attribute of a body had the URN of its schema before its name",
  "trailingColon": "a URN ended in a colon, which was removed",
  "unknownSchema": "an unknown schema was ignored (rule unknownAttributes)",
  "loneSchema": "schemas came as one text instead of a list",
  "missingSchemas": "schemas was missing",
  "arrayForSingle": "a list came for an attribute with one value; its first value counted",
  "discarded": "an attribute that is accepted and never stored (password) was left out",
  "duplicateValues": "the same value came twice and was kept once",
  "emptyString": "an empty text came and was read as no value",
  "loneObject": "a single object came where a list belongs",
  "primaryTwice": "one value came under two types, both marked as primary; the first mark was kept",
  "plainString": "a text came where an object with value belongs",
  "readOnlyIgnored": "an attribute that only the server writes was named and ignored (as a path: rule readOnlyPaths)",
  "stringBoolean": "true or false came as a text (\"True\")",
  "unknownAttribute": "an unknown attribute was ignored (rule unknownAttributes)"
} as const;
