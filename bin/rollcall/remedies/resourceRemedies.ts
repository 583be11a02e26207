import type { RESOURCE_TEXTS, TOKEN_TEXTS } from "../../../functions/scim/catalogue/resourceTexts.ts";
import type { Again, Remedy } from "./remedy.ts";

const ENTRA_MAPPING =
  "Provisioning › Mappings: correct the mapping of the attribute that the error names, or delete it. Provision on demand for one person shows at once whether it helped.";
const OKTA_MAPPING =
  "Provisioning › To App › Attribute Mappings: correct the mapping of the attribute that the error names, or remove it. Then Tasks › Retry selected.";

function mapping(happened: string, elsewhere: string): Remedy {
  return { happened, entra: ENTRA_MAPPING, okta: OKTA_MAPPING, elsewhere, again: "onceMended" };
}

/** Only a client that somebody wrote asks so. */
function query(happened: string, elsewhere: string): Remedy {
  const nobody = "asks no such thing by itself: another client uses this token (its id is on the line).";
  return { happened, entra: `Entra ID ${nobody}`, okta: `Okta ${nobody}`, elsewhere, again: "onceMended" };
}

const NOTHING = "Nothing has to be changed in the console.";

function ours(happened: string, elsewhere: string, again: Again): Remedy {
  return { happened, entra: NOTHING, okta: NOTHING, elsewhere, again };
}

function busy(happened: string): Remedy {
  return ours(
    happened,
    "Send the request again after the seconds in Retry-After. If it lasts: runbook, Throttling.",
    "byItself",
  );
}

function operator(happened: string, elsewhere: string): Remedy {
  return {
    happened,
    entra: `${NOTHING} After a longer time Entra ID may have put the job in quarantine: then Restart provisioning.`,
    okta: `${NOTHING} What was refused meanwhile waits under Tasks: Retry selected.`,
    elsewhere,
    again: "onceOver",
  };
}

const PASTE_ENTRA =
  "Provisioning › Admin Credentials: paste the current token into Secret Token, without “Bearer”, then Test Connection and Save; after a quarantine Restart provisioning.";
const PASTE_OKTA =
  "Provisioning › Integration › Edit: paste the current token under HTTP Header › Authorization, without “Bearer”, then Test Connector Configuration and Save.";

function token(happened: string, elsewhere: string): Remedy {
  return { happened, entra: PASTE_ENTRA, okta: PASTE_OKTA, elsewhere, again: "onceMended" };
}

const NEW_TOKEN = "A lost token cannot be shown again: `token regenerate ORG` makes a new one.";
const NEW_SECRET = "Make a client secret with `client create ORG` and give it to the client.";

function address(happened: string): Remedy {
  return {
    happened,
    entra:
      "Provisioning › Admin Credentials: correct the Tenant URL, without a slash at its end; `org setup ORG --idp entra` prints it.",
    okta: "Provisioning › Integration: correct the SCIM connector base URL, without a slash at its end; `org setup ORG --idp okta` prints it.",
    elsewhere: "Use the Tenant URL that `org setup ORG` prints.",
    again: "onceMended",
  };
}

function gone(happened: string, type: "user" | "team"): Remedy {
  return {
    happened,
    entra:
      "Usually nothing: Entra ID looks for the person anew and creates it. Otherwise Restart provisioning, or Provision on demand.",
    okta: "Remove the assignment and assign the person or group again; a pushed group: unlink it and push it again.",
    elsewhere: `Look the resource up by userName or displayName and go on with its new id. \`history ORG ${type} ID\` tells who deleted it.`,
    again: "onceMended",
  };
}

/** What to do about each refusal of a value, a resource, a token or an organization. */
export const RESOURCE_REMEDIES: Readonly<Record<keyof typeof RESOURCE_TEXTS | keyof typeof TOKEN_TEXTS, Remedy>> = {
  "value.required": mapping("A required attribute is missing or empty.", "Map a source that is never empty to it."),
  "value.type": mapping("An attribute has a value of a wrong type.", "Send the type that GET /Schemas says."),
  "value.length": mapping("A value is too long.", "Shorten the value at its source."),
  "value.notMultiValued": mapping("Several values were sent for what can have one.", "Send one value."),
  "value.count": mapping("An attribute has more values than possible.", "Send fewer values."),
  "value.twoPrimaries": mapping("Two values are marked as the primary one.", "Mark one."),
  "value.missing": query("An operation of a PATCH has no value.", "Give the operation a value."),
  "value.number": mapping("A number is too large.", "Send a number that a double can hold."),
  "value.depth": query("The request is nested too deep.", "Send a flatter body."),
  "value.unicode": mapping("A text holds half a character or U+0000.", "Correct the text at its source."),
  "value.size": mapping("The user or group is larger than 48 KB.", "Do not send photos, certificates or long notes."),
  "value.emailCount": mapping("The user has too many addresses.", "Map fewer addresses."),
  "value.workEmail": {
    happened:
      "The person has no work e-mail address, which this organization requires. The user was not created or changed.",
    entra:
      'Provisioning › Mappings › Provision Microsoft Entra ID Users: map an attribute that everybody has (mail, or userPrincipalName) to emails[type eq "work"].value. For one person alone: fill in the e-mail address in the directory.',
    okta: "Provisioning › To App › Attribute Mappings: map user.email to email (primary email type: work). For one person alone: fill in the primary e-mail in the profile.",
    elsewhere:
      'Map the address to emails, of type "work", or as the primary or only one of any type; or require none: `org update ORG --set workEmailRequired=false`.',
    again: "onceMended",
  },
  "value.activeUnassigned": mapping(
    "A PATCH takes away active, which would leave the person neither active nor inactive. Nothing was changed.",
    "Map what is true or false for everybody to active.",
  ),
  "value.userNameBlank": mapping("The userName is empty.", "Map an attribute that is never empty to userName."),
  "value.userNameControl": mapping("The userName holds an invisible control character.", "Correct it at its source."),
  "value.members": query("members is no list of ids. Nothing was changed.", 'Send [{"value":"ID"}].'),
  "value.unknownMembers": {
    happened: "A group was sent with members that are no users of this organization, which its rules refuse.",
    entra: "Users and groups: assign the missing people to the application too, so that they arrive before the group.",
    okta: "Assignments: assign the missing people too, then Push Groups › Push now.",
    elsewhere:
      "Provision the users first; or let such members be left out: `org update ORG --set unknownMembers=skip`.",
    again: "onceMended",
  },
  "value.teamNameLength": {
    happened: "The group's name is longer than the names of teams may be here.",
    entra:
      "Shorten the group's display name, or map another, shorter attribute to displayName (Mappings › Provision Microsoft Entra ID Groups).",
    okta: "Shorten the group's name, or push it under another one: Push Groups › link to a new name.",
    elsewhere: "Shorten the name; or allow longer ones: `org update ORG --set teamNameMaxLength=N`.",
    again: "onceMended",
  },
  "value.integer": query("A number in the query is none.", "Send a whole number."),
  "value.search": query("A search request is malformed.", "Correct it as the error says (RFC 7644 section 3.4.3)."),
  "value.cursorAndIndex": query("Two ways of paging at once.", "Send cursor or startIndex."),
  "value.projection": query(
    "Attributes were asked for and left out at once.",
    "Send attributes or excludedAttributes.",
  ),
  "value.projectionLength": query("The list of attributes is too long.", "Ask for fewer."),
  "value.sortOrder": query("The order of sorting is none.", 'Send "ascending" or "descending".'),
  "value.sortBy": query("Sorting by an attribute that there is not.", "Sort by one that GET /Schemas lists."),
  "value.sortByHidden": query("Sorting by what nobody may read.", "Sort by another attribute."),
  "value.sortByComplex": query("Sorting by an attribute that consists of parts.", "Name the part: name.familyName."),

  "mutability.userName": {
    happened:
      "The identity provider wants to give a user another userName, which cannot be changed here once the user exists. The user keeps the old one, and nothing of the request was applied.",
    entra:
      'Provisioning › Mappings › Provision Microsoft Entra ID Users › userName: set "Apply this mapping" to "Only during object creation".',
    okta: 'Sign On › Credentials Details: set "Update application username on" to "Create only".',
    elsewhere:
      "Do not send userName for users who exist; or allow it: `org update ORG --set userNameMutability=readWrite`.",
    again: "onceMended",
  },
  "mutability.required": mapping("A PATCH removes what must not be missing.", "Replace it by another value instead."),
  "mutability.readOnly": mapping("The request writes what only the server writes (such as id).", "Do not send it."),
  "mutability.members": query("The request changes a part of a member.", "Remove the member and add another one."),

  "uniqueness.userName": {
    happened:
      "A user was to be created, or renamed, with a userName that another user of this organization has already.",
    entra:
      "Provisioning › Mappings: make userName the matching attribute (matching precedence 1); then Entra ID finds the existing user instead of creating it. Two jobs for one organization: stop one.",
    okta: "Import › Import now and confirm the match with the existing user; then Tasks › Retry selected.",
    elsewhere: "Look the user up by userName and change it instead of creating it. `users ORG` lists who is here.",
    again: "onceMended",
  },
  "uniqueness.displayName": {
    happened: "A group was to be created, or renamed, with a name that another group of this organization has already.",
    entra:
      "Provisioning › Mappings › Provision Microsoft Entra ID Groups: make displayName the matching attribute; or rename one of the two groups.",
    okta: "Push Groups: link the group to the existing one instead of creating it; or rename one of the two.",
    elsewhere: "Look the group up by displayName and change it. `teams ORG` lists which are here.",
    again: "onceMended",
  },
  "conflict.bulkId": query(
    "An operation of a bulk request needed the result of another one that failed.",
    "Mend the failed one first; its status is in the same answer.",
  ),

  "notFound.user": gone("The identity provider asked for a user who is not here, or no longer.", "user"),
  "notFound.group": gone("The identity provider asked for a group that is not here, or no longer.", "team"),
  "notFound.document": query("A schema or resource type was asked for that there is not.", "GET /Schemas lists all."),
  "notFound.endpoint": address("The address goes on below the Tenant URL to something that there is not."),
  "notFound.tenantUrl": address("The address is none of SCIM: the Tenant URL is wrong."),
  "notFound.doubleSlash": address("The Tenant URL ends in a slash, so that every address has two."),

  "token.otherOrg": {
    ...address("The token is right, but it belongs to another organization than the Tenant URL names."),
    elsewhere: "Use the Tenant URL that the error names, or the token of the organization that was meant.",
  },
  "org.deletion": operator(
    "The organization is scheduled for deletion; the error gives the reason. Nothing was changed.",
    "`org restore ORG` takes the deletion back, as long as nothing was purged.",
  ),
  "org.notEntitled": operator(
    "The organization's plan does not include SCIM. Nothing was changed or lost.",
    "`org update ORG --entitled`, once the plan includes it.",
  ),
  "org.noSso": operator(
    "SAML SSO is not configured for the organization, and provisioning needs it. Nothing was changed or lost.",
    "Configure SAML SSO for it in the product; then, unless the product does it, `org update ORG --sso`.",
  ),
  "org.paused": operator(
    "Somebody paused provisioning for the organization; the error gives the reason. Nothing was changed or lost.",
    "`org resume ORG`.",
  ),
  "user.protected": {
    happened:
      "The identity provider wanted to deactivate or delete a user who is protected against that. Nothing was changed.",
    entra:
      "Users and groups: if the person shall stay, keep the assignment or take the person out of the scope by a filter.",
    okta: "Assignments: assign the person again.",
    elsewhere: "If the person shall go: `org unprotect ORG USER_ID`, then let the identity provider send it again.",
    again: "onceMended",
  },

  "requests.overBudget": ours(
    "The organization sends more requests, or makes more work with them, than it may at once. Nothing was changed.",
    "If it lasts for hours, look for a second job with the same token (`token list ORG`), and in the log for lines with a high budgetUnits. Or raise requestBudget in rollcall.json.",
    "byItself",
  ),
  "busy.conflict": busy("Other changes of the same data were under way, and this one lost every time."),
  "busy.throttled": busy("The table was busy: DynamoDB throttled it longer than the function could wait."),
  "busy.storage": ours(
    "The table could not be reached, did not answer, or failed: DynamoDB, the way to it, or a full disk here. Nothing is known to have changed.",
    "cause on the line names what happened. Runbook, Storage outage.",
    "byItself",
  ),
  "busy.timeout": busy("The request took longer than a function may. What was done counts."),
  "busy.contended": busy(
    "Other changes of the same user or group were faster every time. Nothing was changed by this one.",
  ),
  "busy.largeChange": busy(
    "The change of a group is larger than one request can make. What was done stays done; the same request goes on with it.",
  ),
  "busy.import": operator(
    "The operator imports data into the organization; until that is finished nobody is served half of it.",
    "Finish it: repeat `import ORG FILE` with the same file, then `org resume ORG`.",
  ),
  "busy.bulkTime": busy("The time of a bulk request was over before this operation. It changed nothing."),
  "busy.bulkUnfinished": query(
    "A resource of a bulk request was made without its references to others.",
    "Add them with a PATCH, or delete it.",
  ),
  internal: ours(
    "Something in this service broke. Nothing is known to have changed.",
    "That is a bug: cause on the line names its place in the code. Runbook, Gateway errors.",
    "byItself",
  ),

  "token.missing": token("The request carried no token. A proxy on the way may have removed it.", NEW_TOKEN),
  "token.scheme": token(
    "The request carried something else than a bearer token.",
    `Send Authorization: Bearer TOKEN. ${NEW_TOKEN}`,
  ),
  "token.malformed": token(
    "What was sent as a token or client secret is none of this service: letters are missing or wrong, or it is another product's.",
    NEW_TOKEN,
  ),
  "token.unknown": token(
    "The token has the right form, but there is none like it: its organization was purged, or it belongs to another deployment.",
    NEW_TOKEN,
  ),
  "token.revoked": token("The token was revoked.", `\`token list ORG\` says when. ${NEW_TOKEN}`),
  "token.superseded": token("The token was replaced: somebody regenerated it.", NEW_TOKEN),
  "token.expired": token(
    "The token has expired.",
    "`token rotate ORG` makes a new one while the old one works; after its end, `token regenerate ORG`.",
  ),
  "token.retired": token(
    "The token was rotated, and its successor is in use already.",
    "Use the new token everywhere. Was it lost? `token regenerate ORG`.",
  ),
  "token.orphaned": token(
    "The token was bound to a person who was deactivated or deleted.",
    "`token regenerate ORG` makes one that is bound to nobody.",
  ),
  "token.secretRevoked": token("The access token came from a client secret that was revoked.", NEW_SECRET),
  "token.secretSuperseded": token("The access token came from a client secret that was replaced.", NEW_SECRET),
  "token.secretExpired": token("The access token came from a client secret that has expired.", NEW_SECRET),
};
