import {
  address,
  busy,
  CLIENT_SECRET,
  DELETION,
  type Help,
  IMPORT,
  NO_SSO,
  NOT_ENTITLED,
  nothing,
  operator,
  type Sent,
  secret,
  type Texts,
  TOKEN_REVOKED,
  token,
} from "./family.ts";

/** One text for every reason why a token does not count, so that a guess reveals nothing; the log has the code. */
const NO_LIVE_TOKEN =
  "The secret token is missing, wrong or no longer valid. Paste the organization's current token into the identity provider: Entra ID “Secret Token”, Okta “HTTP Header / Authorization”. A lost token cannot be shown again; an administrator can regenerate it.";

const usersBy = (authorization: string | null): Sent => ["GET", "Users", undefined, { Authorization: authorization }];
const bulkUser = (name: string) => {
  const address = `${name}@acme.example`;
  return { method: "POST", path: "/Users", bulkId: name, data: { userName: address, emails: [{ value: address }] } };
};

export const ACCESS = {
  "token.otherOrg":
    'This token belongs to the organization "{org}". Set the Tenant URL (Entra ID) or base URL (Okta) to {tenantUrl}: it ends in the login name, not in the display name.',
  "org.deletion":
    "This organization is scheduled for deletion: {reason}. The operator of this service can restore it as long as nothing was purged.",
  "org.notEntitled":
    "SCIM is not part of this organization's plan. Nothing was changed or lost; provisioning goes on once the plan includes SCIM.",
  "org.noSso":
    "SCIM needs SAML SSO, which is not configured for this organization. Nothing was changed or lost; provisioning goes on once SAML SSO is configured again.",
  "org.paused":
    "Provisioning is paused for this organization: {reason}. Nothing was changed or lost; it goes on once the organization is resumed.",
  "org.bearerTokens":
    "The token is right, but this organization no longer takes secret tokens. Nothing was changed. Choose a way that its administrator allows: Entra ID “Workload Identity Federation” or “OAuth2 Client Credentials Grant”, elsewhere OAuth 2.0 client credentials.",
  "org.clientSecrets":
    "The client secret is right, but this organization no longer takes client secrets. Nothing was changed. First let its administrator make a trust. Then choose Entra ID “Workload Identity Federation”, elsewhere OAuth 2.0 with private_key_jwt.",
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
} as const satisfies Texts;

export const ACCESS_HELP = (): Help<keyof typeof ACCESS> => ({
  "token.otherOrg": address("The token is right, but it belongs to another organization than the Tenant URL names.", {
    elsewhere: "Use the Tenant URL that the error names, or the token of the organization that was meant.",
    example: usersBy("Bearer {otherToken}"),
  }),
  "org.deletion": operator(
    "The organization is scheduled for deletion; the error gives the reason. Nothing was changed.",
    "`org restore ORG` cancels the deletion, as long as nothing was purged.",
    { after: [DELETION], example: ["GET", "Users"] },
  ),
  "org.notEntitled": operator(
    "The organization's plan does not include SCIM. Nothing was changed or lost.",
    "`org update ORG --entitled`, once the plan includes it.",
    { after: [NOT_ENTITLED], example: ["GET", "Users"] },
  ),
  "org.noSso": operator(
    "SAML SSO is not configured for the organization, and provisioning needs it. Nothing was changed or lost.",
    "Configure SAML SSO in the product. If it lasts: `org update ORG --sso`, because the product may not report this to Rollcall.",
    { after: [NO_SSO], example: ["GET", "Users"] },
  ),
  "org.paused": operator(
    "Somebody paused provisioning for the organization; the error gives the reason. Nothing was changed or lost.",
    "`org resume ORG`.",
    { after: [["POST", "/admin/v1/orgs/{org}/pause", { reason: "merger" }]], example: ["GET", "Users"] },
  ),
  "org.bearerTokens": {
    happened:
      "The organization's rule bearerTokens forbids pasted tokens. This token is otherwise valid. Nothing was changed or lost.",
    entra:
      "Provisioning › Admin Credentials: choose OAuth2 Client Credentials Grant and enter a new client secret (`client create ORG`). Or Connectivity: choose Workload Identity Federation. Then Test Connection.",
    okta: "Only a pasted token is possible here, so tokens have to be allowed again. Then Tasks › Retry selected.",
    elsewhere:
      "Let the identity provider get its tokens itself: `client create ORG`. Or allow tokens again: `org update ORG --set bearerTokens=allowed`.",
    rule: "bearerTokens",
    after: [["PATCH", "/admin/v1/orgs/{org}", { changedRules: { bearerTokens: "forbidden" } }]],
    example: ["GET", "Users"],
  },
  "org.clientSecrets": {
    happened:
      "The organization's rule clientSecrets forbids client secrets, and the access tokens that a client gets with one. Nothing was changed or lost.",
    entra:
      "Provisioning › Connectivity: choose Workload Identity Federation; `client create ORG --help` shows how to make a trust. Then Test Connection.",
    okta: "Change nothing in the console: another client uses this client secret (the log line has the secret's id).",
    elsewhere:
      "Let the identity provider authenticate by a signature: `client create ORG --help` shows how to make a trust. Or allow client secrets again: `org update ORG --set clientSecrets=allowed`.",
    rule: "clientSecrets",
    after: [
      CLIENT_SECRET,
      ["POST", "oauth/token", { client_secret: "{clientSecret}" }],
      ["PATCH", "/admin/v1/orgs/{org}", { changedRules: { clientSecrets: "forbidden" } }],
    ],
    example: usersBy("Bearer {access_token}"),
  },
  "requests.overBudget": nothing(
    "The organization sends more or larger requests at once than it may. Nothing was changed.",
    "Look for a second job with the same token (`token list ORG`), and in the log for lines with a high budgetUnits. If it lasts: raise requestBudget in rollcall.json.",
    { after: ["smallBudget", ["GET", "Users"]], example: ["GET", "Users"] },
  ),
  "token.missing": token("The request carried no token. A proxy on the way may have removed it.", {
    example: usersBy(null),
  }),
  "token.scheme": token("The request carried something other than a bearer token.", {
    elsewhere:
      "Send Authorization: Bearer TOKEN. A lost token cannot be shown again: `token regenerate ORG` makes a new one.",
    example: usersBy("Basic YTpi"),
  }),
  "token.malformed": token(
    "The token or client secret is not a Rollcall one: characters are missing or wrong, or it belongs to another product.",
    { example: usersBy("Bearer {cutToken}") },
  ),
  "token.unknown": token(
    "The token has the right form, but it does not exist here: its organization was purged, or it belongs to another deployment.",
    { example: usersBy("Bearer {unknownToken}") },
  ),
  "token.revoked": token("The token was revoked.", {
    elsewhere:
      "`token list ORG` says when. A lost token cannot be shown again: `token regenerate ORG` makes a new one.",
    after: TOKEN_REVOKED,
    example: ["GET", "Users"],
  }),
  "token.superseded": token("The token was replaced: somebody regenerated it.", {
    after: [["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}]],
    example: ["GET", "Users"],
  }),
  "token.expired": token("The token has expired.", {
    elsewhere:
      "`token regenerate ORG` makes a new one. Next time, `token rotate ORG` makes one before the old one ends.",
    after: [["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { expiresInDays: 1 }], 2],
    example: usersBy("Bearer {secretToken}"),
  }),
  "token.retired": token("The token was rotated, and its successor is in use already.", {
    elsewhere: "Use the new token everywhere. If it was lost: `token regenerate ORG`.",
    after: [["POST", "/admin/v1/orgs/{org}/tokens/rotate", { onFirstUse: true }], usersBy("Bearer {secretToken}")],
    example: ["GET", "Users"],
  }),
  "token.orphaned": token("The token was bound to a person who was deactivated or deleted.", {
    elsewhere: "`token regenerate ORG` makes one that is bound to nobody.",
    after: [
      ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", { boundTo: "{user}" }],
      ["DELETE", "Users/{user}", undefined, { Authorization: "Bearer {secretToken}" }],
    ],
    example: usersBy("Bearer {secretToken}"),
  }),
  "token.secretRevoked": secret("The client secret or the trust behind the access token was revoked.", {
    after: [
      CLIENT_SECRET,
      ["POST", "oauth/token", { client_secret: "{clientSecret}" }],
      ["DELETE", "/admin/v1/orgs/{org}/clients/{secret.id}"],
    ],
    example: usersBy("Bearer {access_token}"),
  }),
  "token.secretSuperseded": {
    console: "secret",
    happened: "The client secret or the trust behind the access token was replaced.",
    unprovoked:
      "access tokens carry the org's token epoch as client secrets and trusts do: token regenerate supersedes both at once, and the code is token.superseded",
  },
  "token.secretExpired": secret("The client secret or the trust behind the access token has expired.", {
    after: [CLIENT_SECRET, 364.99, ["POST", "oauth/token", { client_secret: "{clientSecret}" }], 0.02],
    example: usersBy("Bearer {access_token}"),
  }),
});

const BUSY = "The service is busy with other changes. Send the request again.";

export const SERVICE = {
  "busy.conflict": BUSY,
  "busy.throttled": BUSY,
  "busy.storage":
    "The service cannot reach its storage now. As far as it knows, nothing was changed: send the request again, as identity providers do by themselves. If it lasts, tell the operator of this service.",
  "busy.timeout": "The request took too long. Send it again: what was done stays done.",
  "busy.contended": "Other changes to the same resource were faster every time. Send the request again.",
  "busy.import": "This organization is being imported. Nobody can read or change it before the import ends.",
  "busy.bulkTime":
    "The time for this request ended before this operation began. Send the operation again, in a smaller bulk request.",
  internal: "An unexpected error occurred. As far as the service knows, nothing was changed: try again.",
} as const satisfies Texts;

export const SERVICE_HELP = (): Help<keyof typeof SERVICE> => ({
  "busy.conflict": busy("Other changes to the same data were faster every time.", {
    after: ["tableConflict"],
    example: ["GET", "Users"],
  }),
  "busy.throttled": busy("The table was busy: DynamoDB throttled it longer than the function could wait.", {
    after: ["tableThrottled"],
    example: ["GET", "Users"],
  }),
  "busy.storage": nothing(
    "Rollcall could not reach the table, or the table did not answer or failed. The cause is DynamoDB, the network, or a full local disk. As far as Rollcall knows, nothing was changed.",
    "The log line's cause says what happened. Runbook, Storage outage.",
    { after: ["tableUnreachable"], example: ["GET", "Users"] },
  ),
  "busy.timeout": busy("The request took longer than a function may. What was done until then stays done.", {
    after: ["tableSlow"],
    example: ["GET", "Users"],
  }),
  "busy.contended": busy(
    "Other changes to the same user or group were faster every time. This request changed nothing.",
    {
      after: ["staleWrites"],
      example: ["PATCH", "Users/{user}", [{ op: "add", path: "title", value: "x" }]],
    },
  ),
  "busy.import": operator(
    "The operator is importing data into the organization. Nobody can use it before the import is finished.",
    "Finish it: repeat `import ORG FILE` with the same file, then `org resume ORG`.",
    { after: IMPORT, example: ["GET", "/directory/v1/orgs/{org}/users"] },
  ),
  "busy.bulkTime": busy("The time for a bulk request was over before this operation began.", {
    elsewhere: "Send the operation again, in a smaller bulk request.",
    after: ["lateUser"],
    example: ["POST", "Bulk", [bulkUser("a"), bulkUser("b"), bulkUser("c")]],
  }),
  internal: nothing(
    "Rollcall failed. As far as it knows, nothing was changed.",
    "This is a bug: the log line's cause names the place in the code. Runbook, Gateway errors.",
    { after: ["defect"], example: ["GET", "Users"] },
  ),
});

/** Errors of held removals (ADR 66): in their own table, because few functions remove anything. */
export const HOLDS = {
  "busy.removalsHeld":
    "Removals are held for this organization since {since}: more than {#most} of its users or memberships would have gone within an hour. Nothing of this request was carried out. Deletions of users and groups and removals of members wait; all else works, deactivations too. If these removals are meant, ask the operator of this service to release them: they pass when they are sent again. If not, stop the provisioning and correct its scope first.",
  "org.removalsRefused":
    "The operator of this service refused this organization's removals: {reason}. Nothing of this request was carried out. Deletions of users and groups and removals of members are refused until the operator releases them; all else works, deactivations too. Correct the scope of the provisioning.",
} as const satisfies Texts;

const aDeletion: Sent = ["DELETE", "Users/{user}"];
const HOLDING = { changed: { massChange: "hold" } };

export const HOLDS_HELP = (): Help<keyof typeof HOLDS> => ({
  "busy.removalsHeld": {
    happened:
      "Within an hour, more of the organization's users or memberships would have been removed than its rule massChange allows. Deletions of users and groups and removals of members are held; this request changed nothing.",
    entra:
      "Provisioning › Overview: pause provisioning while you check whether the removals are meant. Users and groups, and Mappings › Source Object Scope: somebody may have narrowed the scope.",
    okta: "Assignments and Push Groups: check whether somebody took a group away. Okta sends the request again by itself.",
    elsewhere:
      "`org hold show ORG` says what is held. After `org hold release ORG`, the removals pass when they are sent again. `org hold refuse ORG --reason TEXT` ends the repeats.",
    rule: "massChange",
    under: HOLDING,
    after: ["smallMassChange"],
    example: aDeletion,
  },
  "org.removalsRefused": {
    happened: "Somebody refused the removals that were held; the error gives the reason. This request changed nothing.",
    entra:
      "Users and groups, and Mappings › Source Object Scope: bring back the people taken out of the scope. After a longer time Entra ID may have put the job in quarantine: then Restart provisioning.",
    okta: "Assignments and Push Groups: bring back what somebody took away. Then Tasks › Retry selected.",
    elsewhere: "Once the scope of the provisioning is right: `org hold release ORG`.",
    rule: "massChange",
    under: HOLDING,
    after: ["heldRemovals", ["POST", "/admin/v1/orgs/{org}/hold/refuse", { reason: "not meant" }]],
    example: aDeletion,
  },
});
