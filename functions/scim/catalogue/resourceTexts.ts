/** What the answer says of a value, a resource or an organization, by the code of the case. */
export const RESOURCE_TEXTS = {
  "value.required": (name: string) =>
    `${name} is required and must not be empty. Map an attribute that always has a value to it in the identity provider.`,
  "value.type": (name: string, expected: string) =>
    `${name} must be ${expected}. Check its mapping in the identity provider.`,
  "value.length": (name: string, most: number) => `${name} is too long: at most ${most} bytes of UTF-8 are possible.`,
  "value.notMultiValued": (name: string) => `${name} can have one value only.`,
  "value.count": (name: string, most: number) => `${name} can have at most ${most} values.`,
  "value.twoPrimaries": (name: string) => `Only one value of ${name} can be primary.`,
  "value.missing": (op: string) => `The operation ${op} needs a value.`,
  "value.number": "The request contains a number that is too large.",
  "value.depth": (most: number) => `The request is nested deeper than ${most} levels.`,
  "value.unicode":
    "The request contains text that is not well-formed Unicode, or the character U+0000. Correct the attribute in the identity provider.",
  "value.size": (most: number) =>
    `The resource is too large: its attributes can have at most ${most} bytes (48 KB). Do not map photos or certificates in the identity provider.`,
  "value.emailCount": (most: number) => `A user can have at most ${most} e-mail addresses.`,
  "value.workEmail":
    'A work e-mail address is required: emails needs an element with type "work" and a value, or a primary or only address of another type. In Entra ID, map a source attribute that is never empty to emails[type eq "work"].value; in Okta, map the user\'s email.',
  "value.activeUnassigned":
    "active cannot be taken away: send false to deactivate the user, or true. Check its mapping in the identity provider.",
  "value.userNameBlank": "userName must not be empty. Check its mapping in the identity provider.",
  "value.userNameControl": "userName must not contain control characters.",
  "value.members": 'members must be a list of objects with the id of a user or group as "value". Nothing was changed.',
  "value.unknownMembers": (shown: string, more: string) =>
    `members names what is no user or group of this organization: ${shown}${more}. Provision these users first, or remove them from the group.`,
  "value.teamNameLength": (length: number, most: number) =>
    `displayName has ${length} characters; a team name may have at most ${most}. Shorten the group's name in the identity provider, or map a shorter attribute to displayName.`,
  "value.integer": (name: string) => `The query parameter ${name} must be an integer.`,
  "value.search": (name: string, expected: string) => `${name} of a search request must be ${expected}.`,
  "value.cursorAndIndex": "Only one of cursor and startIndex can be given.",
  "value.projection": "Only one of attributes and excludedAttributes can be given.",
  "value.projectionLength": (most: number) => `The list of attributes is longer than ${most} characters.`,
  "value.sortOrder": 'sortOrder must be "ascending" or "descending".',
  "value.sortBy": "sortBy names an attribute that does not exist here.",
  "value.sortByHidden": (path: string) => `${path} cannot be sorted by.`,
  "value.sortByComplex": (path: string) => `sortBy needs a sub-attribute of ${path}.`,

  "mutability.userName":
    'userName cannot be changed after the user was created. In Entra ID, set the userName mapping to apply "Only during object creation"; in Okta, set "Application username" to "Create only".',
  "mutability.required": (name: string) => `${name} is required and cannot be removed.`,
  "mutability.readOnly": (name: string) =>
    `${name} is written by the server only. Remove its mapping in the identity provider.`,
  "mutability.members": "The parts of a member cannot be changed: remove the member and add another one.",

  "uniqueness.userName":
    "userName is already used by another user of this organization (upper and lower case count as equal). Match the existing user instead of creating it, or give one of the two another userName.",
  "uniqueness.displayName":
    "displayName is already used by another group of this organization (upper and lower case count as equal). Link the existing group instead of creating it, or rename one of the two.",
  "conflict.bulkId":
    "The operation refers to a bulkId that no operation of this request made: there is none with this bulkId, or it failed. Nothing was changed by this operation.",

  "notFound.user": "There is no user with this id in this organization. It may have been deleted.",
  "notFound.group": "There is no group with this id in this organization. It may have been deleted.",
  "notFound.document": "There is no schema or resource type with this name.",
  "notFound.endpoint":
    "There is no such SCIM endpoint. Below the Tenant URL there are /Users, /Groups, /.search, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.",
  "notFound.tenantUrl":
    "There is no such endpoint. The Tenant URL is /scim/v2/ followed by the organization's login name.",
  "notFound.doubleSlash":
    "The address is not below the Tenant URL as it must be. Remove the slash at the end of the Tenant URL in the identity provider.",

  "token.otherOrg": (org: string, tenantUrl: string) =>
    `This token belongs to the organization "${org}". Set the Tenant URL (Entra ID) or base URL (Okta) to ${tenantUrl}: it takes the organization's login name, not its display name.`,
  "org.deletion": (reason: string) =>
    `This organization is scheduled for deletion: ${reason}. The operator of this service can restore it as long as nothing was purged.`,
  "org.notEntitled":
    "SCIM is not part of this organization's plan. Nothing was changed or lost; provisioning goes on once the plan includes SCIM.",
  "org.noSso":
    "SCIM needs SAML SSO, which is not configured for this organization. Nothing was changed or lost; provisioning goes on once SAML SSO is configured again.",
  "org.paused": (reason: string) =>
    `Provisioning is paused for this organization: ${reason}. Nothing was changed or lost; it goes on once the organization is resumed.`,
  "user.protected":
    "This user is protected: the identity provider can neither deactivate nor delete it, and nothing was changed. Take the user out of the provisioning scope, or ask the operator of this service to end the protection.",

  "requests.overBudget":
    "This organization asks for more at once than it may. Nothing was changed: send the request again after the seconds in Retry-After, as identity providers do by themselves. If it lasts for hours, look for a second provisioning job that uses the same token.",
  "busy.conflict": "The service is busy with other changes. Send the request again.",
  "busy.throttled": "The service is busy with other changes. Send the request again.",
  "busy.storage":
    "The service cannot reach its storage now. Nothing is known to have changed: send the request again, as identity providers do by themselves. If it lasts, tell the operator of this service.",
  "busy.timeout": "The request took too long. Send it again: what was done so far counts.",
  "busy.contended": "Other changes to the same resource were faster every time. Send the request again.",
  "busy.largeChange": (left: number) =>
    `The change is too large for one request: ${left} membership changes are left. Send the same request again to finish it; what was done stays done.`,
  "busy.import":
    "An import into this organization is under way: until it is finished nothing of it can be read or changed.",
  "busy.bulkTime":
    "The time of this request was over before this operation. Nothing was changed by it. Send it again, in a smaller bulk request.",
  "busy.bulkUnfinished":
    "The resource at location was made, but without the references to what other operations should have made. Add them with a PATCH, or delete it.",
  internal: "An unexpected error occurred. Nothing is known to have changed; try again.",
} as const;

/** One text for every reason why a token does not count, so that a guess learns nothing; the code is in the log. */
const NO_LIVE_TOKEN =
  "The secret token is missing, wrong or no longer valid. Paste the organization's current token into the identity provider: Entra ID “Secret Token”, Okta “HTTP Header / Authorization”. A lost token cannot be shown again; an administrator can regenerate it.";

export const TOKEN_TEXTS = {
  "token.missing": NO_LIVE_TOKEN,
  "token.scheme": NO_LIVE_TOKEN,
  "token.malformed": NO_LIVE_TOKEN,
  "token.unknown": NO_LIVE_TOKEN,
  "token.revoked": NO_LIVE_TOKEN,
  "token.superseded": NO_LIVE_TOKEN,
  "token.expired": NO_LIVE_TOKEN,
  "token.retired": NO_LIVE_TOKEN,
  "token.orphaned": NO_LIVE_TOKEN,
  "token.secretRevoked": NO_LIVE_TOKEN,
  "token.secretSuperseded": NO_LIVE_TOKEN,
  "token.secretExpired": NO_LIVE_TOKEN,
} as const;
