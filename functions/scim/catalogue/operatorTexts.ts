/** What the APIs for operators and the application say of a refused request, by the code of the case. */
export const OPERATOR_TEXTS = {
  "signature.missing": "This API takes requests signed with AWS credentials (SigV4) only.",
  "notFound.apiPath": (root: string) => `${root} has no such path.`,
  "value.actor":
    "Rollcall-Actor is 1 to 64 of the characters A-Z a-z 0-9 : . _ -, for example your own id of the person. It is logged, so it must not be an e-mail address.",
  "value.memberType": (name: string, expected: string) => `${name} must be ${expected}.`,
  "value.unknownMember": (what: string, known: string) => `${what} knows only ${known}.`,
  "value.wholeNumber": (name: string) => `${name} is a whole number from 1.`,
  "value.range": (name: string, least: number, most: number) => `${name} is a whole number from ${least} to ${most}.`,
  "value.line": (name: string, most: number) => `${name} is one line of at most ${most} characters.`,
  "value.after": "after is the next of the page before.",
  "value.directoryCursor": "cursor is the next of the page before, or absent for the first page.",
  "value.from": "from is the next of the step before; leave it out to begin.",

  "value.orgMissing": "org is missing: the login name of the new organization.",
  "value.orgName":
    "The login name of an organization is 1 to 63 of the characters a-z, 0-9 and -, without a hyphen at either end. It stands in the Tenant URL and never changes.",
  "value.orgReserved": (name: string) => `The login name ${name} is reserved: choose another one.`,
  "value.orgId": "orgId is the 8 characters of an organization's id.",
  "value.displayNameEmpty": "displayName must not be empty.",
  "value.adminCount": (most: number) => `admins names at most ${most} administrators.`,
  "value.adminEmpty": "An entry of admins must not be empty.",
  "value.ssoUrl": "sso.url is the http(s) address of the identity provider's SAML endpoint.",
  "value.ssoEntityId": "sso.entityId must not be empty.",
  "value.preset": (known: string) => `preset is one of ${known}.`,
  "value.rule": (known: string) => `changedRules knows only ${known}.`,
  "value.ruleValue": (rule: string, expected: string) => `The rule ${rule} is ${expected}.`,
  "value.reason": "reason is missing: say why, in one line.",
  "value.confirm": "confirm must repeat the organization's login name: a purge is for ever.",
  "value.boundTo":
    "A token can be bound only to an active user of this organization, by its id. Without such a user the token would not count.",

  "value.teamNameMissing": "displayName is missing: the name of the team.",
  "value.include": "include knows only inactive.",
  "value.person": "Give exactly one of email, userName and externalId.",
  "value.personText": (by: string) => `${by} must be text, and not empty.`,
  "tooMany.candidates": (most: number) =>
    `More than ${most} users have this value. Ask by userName, which only one user of each side can have.`,

  "value.file": "file is the SHA-256 of the file, in 64 hexadecimal digits.",
  "value.importLine": (problem: string) => `${problem}.`,
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

  "conflict.orgExists": (org: string) => `An organization with the login name ${org} exists already.`,
  "conflict.purging":
    "This organization is being purged: nothing of it can be changed any more. Finish with purge; its login name is free afterwards.",
  "conflict.inspectionPurging":
    "This organization is being purged: nothing of it has to be in order any more. Finish with purge.",
  "conflict.deletionScheduled":
    "This organization is scheduled for deletion: nothing of it can be changed. Its operator can restore it.",
  "conflict.tokenOfDeletion":
    "This organization is scheduled for deletion, so it cannot have a token. Restore it first.",
  "conflict.notPaused": (org: string) => `Pause ${org} first, so that nobody is served half of it.`,
  "conflict.notUntouched": (org: string) =>
    `${org} has users or teams, or had some: an import goes into an organization that never had any. Create another one, or purge this one.`,
  "conflict.otherImport": (begun: string) =>
    `This organization was given to the import of another file (begun ${begun}). Import into another one, or delete and purge this one.`,
  "conflict.noImport": "No import is under way in this organization: begin it first.",
  "conflict.importUnderWay":
    "An import into this organization is not finished: repeat the import of the same file, which goes on where it was, then resume. To give it up, delete and purge the organization.",
  "conflict.importedUser": (id: string) =>
    `The import stops at user ${id}: another user has this id, or this one's userName.`,
  "conflict.importedGroup": (id: string) =>
    `The import stops at group ${id}: another group has this id, or this one's name.`,
  "conflict.importedMember": (id: string) =>
    `The import stops at a member: there is no user or group ${id} in this organization.`,
  "conflict.importCount": (side: string, what: string, found: number, wanted: number) =>
    `The organization has ${found} ${side} ${what}, the file ${wanted}. Repeat the import; if that does not help, something else wrote into the organization: purge it and import again.`,
  "conflict.notScheduled": "Schedule the deletion of this organization first, then purge it.",
  "conflict.notEntitled":
    "This organization is not entitled to SCIM, so it cannot have a token. Its plan decides that.",
  "conflict.ssoMissing": "SCIM needs SAML SSO: configure it for this organization first, then make the token.",
  "conflict.tokenLives":
    "A token of this organization lives, and only one may. Use regenerate (every earlier token stops working at once) or rotate (the earlier one goes on to work for a while).",
  "conflict.noTokenLives": "No token of this organization lives, so there is nothing to rotate. Use generate.",
  "conflict.rotationUnderWay":
    "An earlier rotation is under way: two tokens live. Wait until the older one expires, revoke one of them, or use regenerate.",
  "conflict.tooManyTokens": (most: number) =>
    `${most} tokens of this organization live, which is the most. Revoke those that are no longer used.`,
  "conflict.tooManySecrets": (most: number) =>
    `${most} client secrets of this organization live, which is the most. Revoke those that are no longer used.`,
  "conflict.tooManyProtected": (most: number) => `${most} users are protected, which is the most.`,
  "conflict.teamName": (ids: string) => `Several teams have this name. Ask for one by its id: ${ids}.`,
  "conflict.managed": (reason: string) => `${reason} Nothing was changed.`,
} as const;
