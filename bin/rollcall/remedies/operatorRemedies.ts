import type { OPERATOR_TEXTS } from "../../../functions/scim/catalogue/operatorTexts.ts";
import type { CallerRemedy } from "./remedy.ts";

/** A request that has to be written otherwise. */
function write(happened: string, caller: string): CallerRemedy {
  return { happened, caller, again: "onceMended" };
}

const value = (what: string): CallerRemedy =>
  write(`A call of the API has a wrong ${what}.`, "Send what the error says.");

/** What to do about each refusal of the APIs for operators and the application. */
export const OPERATOR_REMEDIES: Readonly<Record<keyof typeof OPERATOR_TEXTS, CallerRemedy>> = {
  "signature.missing": write(
    "A call came without an AWS signature.",
    "Sign it (SigV4), as the command line does with --stack.",
  ),
  "notFound.apiPath": write("The API has no such path.", "README, Run an organization, names the API's description."),
  "value.actor": value("Rollcall-Actor"),
  "value.memberType": value("type of a member"),
  "value.unknownMember": value("name of a member"),
  "value.wholeNumber": value("number"),
  "value.range": value("number"),
  "value.line": value("text"),
  "value.after": value("after"),
  "value.directoryCursor": value("cursor"),
  "value.from": value("from"),
  "value.orgMissing": write(
    "A new organization has no login name.",
    "Give org, the last word of its future Tenant URL.",
  ),
  "value.orgName": write("A login name has characters that it must not have.", "Use a-z, 0-9 and -."),
  "value.orgReserved": write("The login name is kept for other purposes.", "Choose another one."),
  "value.orgId": value("orgId"),
  "value.displayNameEmpty": value("displayName"),
  "value.adminCount": write(
    "Too many administrators are named.",
    "Name fewer: they get the notices, others may still administer.",
  ),
  "value.adminEmpty": value("entry of admins"),
  "value.ssoUrl": write("The address of the SAML endpoint is none.", "Copy it from the provider's SAML metadata."),
  "value.ssoEntityId": write("The SAML entity id is empty.", "Copy it from the provider's SAML metadata."),
  "value.preset": write("There is no such preset.", "Choose one of those that the error names."),
  "value.rule": write("There is no such rule.", "Choose one of those that the error names."),
  "value.ruleValue": write("The rule cannot have this value.", "Choose one of those that the error names."),
  "value.reason": write(
    "A reason is required and was not given.",
    "Say why with --reason: the customer reads it in the error.",
  ),
  "value.confirm": write("A purge was not confirmed.", "Repeat the login name in confirm; the command line does."),
  "value.boundTo": write(
    "A token was to be bound to somebody who is no active user here.",
    "Take the id from `users ORG --json`.",
  ),
  "value.teamNameMissing": write("A team has no name.", "Give displayName."),
  "value.include": value("include"),
  "value.person": write(
    "It is not clear which person is meant.",
    "Ask by one of e-mail address, userName and external id.",
  ),
  "value.personText": value("person"),
  "tooMany.candidates": write("Too many users share the value.", "Ask by userName."),
  "value.file": value("SHA-256"),
  "value.importLine": write(
    "A line of the imported file cannot be read.",
    "Export again; do not edit the file by hand.",
  ),
  "notFound.side": write("An export was asked for a side that there is not.", "Ask for managed or unmanaged."),
  "notFound.org": write("No organization has this login name.", "`org list` shows them all."),
  "notFound.orgUser": write("The organization has no such user.", "`users ORG` lists who is here."),
  "notFound.team": write("The organization has no such team.", "`teams ORG` lists which are here."),
  "notFound.teamNamed": write("The organization has no team of this id or name.", "`teams ORG` lists which are here."),
  "notFound.deletion": write(
    "Nothing of this id was deleted within 30 days.",
    "Read the resource itself; older deletions are forgotten.",
  ),
  "notFound.token": write("The organization has no such token.", "`token list ORG` shows the ids."),
  "notFound.clientSecret": write("The organization has no such client secret.", "`client list ORG` shows the ids."),
  "conflict.orgExists": write(
    "The login name is taken.",
    "Choose another one, or go on with the organization there is.",
  ),
  "conflict.purging": write("The organization is being purged.", "Finish with `org purge ORG`."),
  "conflict.inspectionPurging": write("The organization is being purged.", "Finish with `org purge ORG`."),
  "conflict.deletionScheduled": write(
    "The organization is scheduled for deletion.",
    "`org restore ORG` takes that back.",
  ),
  "conflict.tokenOfDeletion": write(
    "The organization is scheduled for deletion.",
    "`org restore ORG`, then make the token.",
  ),
  "conflict.notPaused": write("The organization is in use.", "`org pause ORG` first."),
  "conflict.notUntouched": write("The organization holds data already.", "Import into a new one."),
  "conflict.otherImport": write(
    "Another file is being imported.",
    "Finish that import, or import into another organization.",
  ),
  "conflict.noImport": write("No import is under way.", "Begin it: `import ORG FILE`."),
  "conflict.importUnderWay": write("An import is not finished.", "Repeat `import ORG FILE` with the same file."),
  "conflict.importedUser": write(
    "A user of the file exists already.",
    "Import into an organization that never had users.",
  ),
  "conflict.importedGroup": write(
    "A group of the file exists already.",
    "Import into an organization that never had groups.",
  ),
  "conflict.importedMember": write("A member of the file is nobody.", "Export again; do not edit the file by hand."),
  "conflict.importCount": write(
    "More or less arrived than the file holds.",
    "Repeat the import; if that does not help, purge and import again.",
  ),
  "conflict.notScheduled": write("A purge needs a scheduled deletion.", "`org delete ORG` first."),
  "conflict.notEntitled": write(
    "The organization's plan does not include SCIM.",
    "`org update ORG --entitled`, once it does.",
  ),
  "conflict.ssoMissing": write("SAML SSO is not configured.", "Configure it, then `org update ORG --sso`."),
  "conflict.tokenLives": write(
    "A token lives, and only one may.",
    "`token rotate ORG` keeps the old one for a while; `token regenerate ORG` ends it.",
  ),
  "conflict.noTokenLives": write("There is no token to rotate.", "`token generate ORG`."),
  "conflict.rotationUnderWay": write(
    "Two tokens live already.",
    "Wait, or revoke the older one: `token revoke ORG TOKEN_ID`.",
  ),
  "conflict.tooManyTokens": write(
    "Too many tokens live.",
    "Revoke those that `token list ORG` shows as unused: `token revoke ORG TOKEN_ID`.",
  ),
  "conflict.tooManySecrets": write(
    "Too many client secrets live.",
    "Revoke those that `client list ORG` shows as unused: `client revoke ORG SECRET_ID`.",
  ),
  "conflict.tooManyProtected": write(
    "Too many users are protected.",
    "End it for some of them: `org unprotect ORG USER_ID`.",
  ),
  "conflict.teamName": write("Several teams have this name.", "Ask by id."),
  "conflict.managed": write(
    "The application wanted to change what the identity provider owns.",
    "Change it in the identity provider's console.",
  ),
};
