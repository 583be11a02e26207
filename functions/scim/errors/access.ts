import type { Help, Kinds, Texts } from "./family.ts";

/** One text for every reason why a token does not count, so that a guess learns nothing; the code is in the log. */
const NO_LIVE_TOKEN =
  "The secret token is missing, wrong or no longer valid. Paste the organization's current token into the identity provider: Entra ID “Secret Token”, Okta “HTTP Header / Authorization”. A lost token cannot be shown again; an administrator can regenerate it.";

export const ACCESS_KINDS = {
  token: [401],
  signature: [403],
  org: [403],
  user: [403],
  requests: [429],
} as const satisfies Kinds;

export const ACCESS = {
  "token.otherOrg":
    'This token belongs to the organization "{org}". Set the Tenant URL (Entra ID) or base URL (Okta) to {tenantUrl}: it takes the organization\'s login name, not its display name.',
  "org.deletion":
    "This organization is scheduled for deletion: {reason}. The operator of this service can restore it as long as nothing was purged.",
  "org.notEntitled":
    "SCIM is not part of this organization's plan. Nothing was changed or lost; provisioning goes on once the plan includes SCIM.",
  "org.noSso":
    "SCIM needs SAML SSO, which is not configured for this organization. Nothing was changed or lost; provisioning goes on once SAML SSO is configured again.",
  "org.paused":
    "Provisioning is paused for this organization: {reason}. Nothing was changed or lost; it goes on once the organization is resumed.",
  "user.protected":
    "This user is protected: the identity provider can neither deactivate nor delete it, and nothing was changed. Take the user out of the provisioning scope, or ask the operator of this service to end the protection.",
  "requests.overBudget":
    "This organization asks for more at once than it may. Nothing was changed: send the request again after the seconds in Retry-After, as identity providers do by themselves. If it lasts for hours, look for a second provisioning job that uses the same token.",
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
} as const satisfies Texts<keyof typeof ACCESS_KINDS>;

export const ACCESS_HELP = {
  "token.otherOrg": {
    console: "address",
    happened: "The token is right, but it belongs to another organization than the Tenant URL names.",
    elsewhere: "Use the Tenant URL that the error names, or the token of the organization that was meant.",
    example: ["GET", "Users", undefined, { Authorization: "Bearer {otherToken}" }],
  },
  "org.deletion": {
    console: "operator",
    happened: "The organization is scheduled for deletion; the error gives the reason. Nothing was changed.",
    elsewhere: "`org restore ORG` takes the deletion back, as long as nothing was purged.",
    after: [["POST", "/admin/v1/orgs/{org}/deletion", { reason: "left" }]],
    example: ["GET", "Users"],
  },
  "org.notEntitled": {
    console: "operator",
    happened: "The organization's plan does not include SCIM. Nothing was changed or lost.",
    elsewhere: "`org update ORG --entitled`, once the plan includes it.",
    after: [["PATCH", "/admin/v1/orgs/{org}", { entitled: false }]],
    example: ["GET", "Users"],
  },
  "org.noSso": {
    console: "operator",
    happened:
      "SAML SSO is not configured for the organization, and provisioning needs it. Nothing was changed or lost.",
    elsewhere: "Configure SAML SSO for it in the product; then, unless the product does it, `org update ORG --sso`.",
    after: [["PATCH", "/admin/v1/orgs/{org}", { sso: null }]],
    example: ["GET", "Users"],
  },
  "org.paused": {
    console: "operator",
    happened:
      "Somebody paused provisioning for the organization; the error gives the reason. Nothing was changed or lost.",
    elsewhere: "`org resume ORG`.",
    after: [["POST", "/admin/v1/orgs/{org}/pause", { reason: "merger" }]],
    example: ["GET", "Users"],
  },
  "user.protected": {
    happened:
      "The identity provider wanted to deactivate or delete a user who is protected against that. Nothing was changed.",
    entra:
      "Users and groups: if the person shall stay, keep the assignment or take the person out of the scope by a filter.",
    okta: "Assignments: assign the person again.",
    elsewhere: "If the person shall go: `org unprotect ORG USER_ID`, then let the identity provider send it again.",
    after: [["POST", "/admin/v1/orgs/{org}/protected/{user}"]],
    example: ["DELETE", "Users/{user}"],
  },
  "requests.overBudget": {
    console: "nothing",
    happened:
      "The organization sends more requests, or makes more work with them, than it may at once. Nothing was changed.",
    elsewhere:
      "If it lasts for hours, look for a second job with the same token (`token list ORG`), and in the log for lines with a high budgetUnits. Or raise requestBudget in rollcall.json.",
    after: ["smallBudget", ["GET", "Users"]],
    example: ["GET", "Users"],
  },
  "token.missing": {
    console: "token",
    happened: "The request carried no token. A proxy on the way may have removed it.",
    example: ["GET", "Users", undefined, { Authorization: null }],
  },
  "token.scheme": {
    console: "token",
    happened: "The request carried something else than a bearer token.",
    elsewhere:
      "Send Authorization: Bearer TOKEN. A lost token cannot be shown again: `token regenerate ORG` makes a new one.",
    example: ["GET", "Users", undefined, { Authorization: "Basic YTpi" }],
  },
  "token.malformed": {
    console: "token",
    happened:
      "What was sent as a token or client secret is none of this service: letters are missing or wrong, or it is another product's.",
    example: ["GET", "Users", undefined, { Authorization: "Bearer {cutToken}" }],
  },
  "token.unknown": {
    console: "token",
    happened:
      "The token has the right form, but there is none like it: its organization was purged, or it belongs to another deployment.",
    example: ["GET", "Users", undefined, { Authorization: "Bearer {unknownToken}" }],
  },
  "token.revoked": {
    console: "token",
    happened: "The token was revoked.",
    elsewhere:
      "`token list ORG` says when. A lost token cannot be shown again: `token regenerate ORG` makes a new one.",
    after: [
      ["GET", "/admin/v1/orgs/{org}/tokens"],
      ["DELETE", "/admin/v1/orgs/{org}/tokens/{tokens.0.id}"],
    ],
    example: ["GET", "Users"],
  },
  "token.superseded": {
    console: "token",
    happened: "The token was replaced: somebody regenerated it.",
    after: [["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}]],
    example: ["GET", "Users"],
  },
  "token.expired": {
    console: "token",
    happened: "The token has expired.",
    elsewhere: "`token rotate ORG` makes a new one while the old one works; after its end, `token regenerate ORG`.",
    after: [["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { expiresInDays: 1 }], 2],
    example: ["GET", "Users", undefined, { Authorization: "Bearer {secretToken}" }],
  },
  "token.retired": {
    console: "token",
    happened: "The token was rotated, and its successor is in use already.",
    elsewhere: "Use the new token everywhere. Was it lost? `token regenerate ORG`.",
    after: [
      ["POST", "/admin/v1/orgs/{org}/tokens/rotate", { onFirstUse: true }],
      ["GET", "Users", undefined, { Authorization: "Bearer {secretToken}" }],
    ],
    example: ["GET", "Users"],
  },
  "token.orphaned": {
    console: "token",
    happened: "The token was bound to a person who was deactivated or deleted.",
    elsewhere: "`token regenerate ORG` makes one that is bound to nobody.",
    after: [
      ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { boundTo: "{user}" }],
      ["DELETE", "Users/{user}", undefined, { Authorization: "Bearer {secretToken}" }],
    ],
    example: ["GET", "Users", undefined, { Authorization: "Bearer {secretToken}" }],
  },
  "token.secretRevoked": {
    console: "secret",
    happened: "The access token came from a client secret that was revoked.",
    after: [
      ["POST", "/admin/v1/orgs/{org}/clients", { description: "c", expiresInDays: 365 }],
      ["POST", "oauth/token", { client_secret: "{clientSecret}" }],
      ["DELETE", "/admin/v1/orgs/{org}/clients/{secret.id}"],
    ],
    example: ["GET", "Users", undefined, { Authorization: "Bearer {access_token}" }],
  },
  "token.secretSuperseded": {
    console: "secret",
    happened: "The access token came from a client secret that was replaced.",
    unprovoked:
      "access tokens carry the org's token epoch as client secrets do: token regenerate supersedes both at once, and token.superseded is told",
  },
  "token.secretExpired": {
    console: "secret",
    happened: "The access token came from a client secret that has expired.",
    after: [
      ["POST", "/admin/v1/orgs/{org}/clients", { description: "c", expiresInDays: 365 }],
      364.99,
      ["POST", "oauth/token", { client_secret: "{clientSecret}" }],
      0.02,
    ],
    example: ["GET", "Users", undefined, { Authorization: "Bearer {access_token}" }],
  },
} satisfies Help<keyof typeof ACCESS>;
