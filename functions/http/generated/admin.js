// Made by `npm run generate` from functions/http/signed/declarations.
const NewOrg = {"type":"object","required":["org"],"properties":{"org":{"type":"string"},"displayName":{"type":"string"},"entitled":{"type":"boolean"},"sso":{"type":"object","properties":{"url":{"type":"string"},"entityId":{"type":"string"}},"nullable":true},"admins":{"type":"array","items":{"type":"string"}},"preset":{},"changedRules":{"type":"object"},"eventRetentionDays":{"type":"number","nullable":true}}};
const OrgChange = {"type":"object","properties":{"displayName":{"type":"string"},"entitled":{"type":"boolean"},"sso":{"type":"object","properties":{"url":{"type":"string"},"entityId":{"type":"string"}},"nullable":true},"admins":{"type":"array","items":{"type":"string"}},"preset":{},"changedRules":{"type":"object"},"eventRetentionDays":{"type":"number","nullable":true}}};
const Reason = {"type":"object","required":["reason"],"properties":{"reason":{"type":"string"}}};
const Confirmation = {"type":"object","required":["confirm"],"properties":{"confirm":{"type":"string"}}};
const TokenWishes = {"type":"object","properties":{"description":{"type":"string"},"expiresInDays":{"type":"number"},"boundTo":{"type":"string"}}};
const RotationWishes = {"type":"object","properties":{"description":{"type":"string"},"expiresInDays":{"type":"number"},"boundTo":{"type":"string"},"overlapSeconds":{"type":"number"},"onFirstUse":{"type":"boolean"}}};
const ClientSecretWishes = {"type":"object","properties":{"description":{"type":"string"},"expiresInDays":{"type":"number"}}};
const TrustWishes = {"type":"object","properties":{"description":{"type":"string"},"expiresInDays":{"type":"number"},"entra":{"type":"object","required":["tenant","objectId"],"properties":{"tenant":{"type":"string"},"objectId":{"type":"string"},"appId":{"type":"string"},"audiences":{"type":"array","items":{"type":"string"}}}},"federated":{"type":"object","required":["issuer","subject","audiences"],"properties":{"issuer":{"type":"string"},"keysUrl":{"type":"string"},"subject":{"type":"string"},"audiences":{"type":"array","items":{"type":"string"}},"tenant":{"type":"string"}}},"keys":{}}};
const ApplicationKeyWishes = {"type":"object","properties":{"scope":{},"org":{"type":"string"},"description":{"type":"string"},"expiresInDays":{"type":"number"}}};
const NewDomain = {"type":"object","required":["domain"],"properties":{"domain":{"type":"string"}}};
const HoldRelease = {"type":"object","properties":{"hours":{"type":"number"}}};
const NewWebhook = {"type":"object","required":["url"],"properties":{"url":{"type":"string"},"description":{"type":"string"},"types":{"type":"array","items":{"type":"string"}}}};
const WebhookChanges = {"type":"object","properties":{"url":{"type":"string"},"description":{"type":"string"},"types":{"type":"array","items":{"type":"string"}},"enabled":{"type":"boolean"}}};
const WebhookRotation = {"type":"object","properties":{"overlapSeconds":{"type":"number"}}};
const WebhookReplayWishes = {"type":"object","required":["since"],"properties":{"since":{"type":"string"},"from":{"type":"string"}}};
const PortalSessionWishes = {"type":"object","required":["actor"],"properties":{"actor":{"type":"string"},"intent":{},"access":{},"returnUrl":{"type":"string"},"expiresIn":{"type":"number"},"embed":{"type":"boolean"}}};
const RoleMappingWishes = {"type":"object","properties":{"mode":{},"defaultRole":{"type":"string","nullable":true},"mappings":{}}};

export const adminRoutes = {
  listOrgs: { method: "GET", path: "orgs", query: {"count":{"whole":{"otherwise":100,"most":100}},"after":{"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}} },
  createOrg: { method: "POST", path: "orgs", status: 201, body: NewOrg },
  getOrg: { method: "GET", path: "orgs/{org}" },
  updateOrg: { method: "PATCH", path: "orgs/{org}", body: OrgChange },
  pauseOrg: { method: "POST", path: "orgs/{org}/pause", body: Reason },
  resumeOrg: { method: "DELETE", path: "orgs/{org}/pause" },
  scheduleDeletion: { method: "POST", path: "orgs/{org}/deletion", body: Reason },
  restoreOrg: { method: "DELETE", path: "orgs/{org}/deletion" },
  purgeOrg: { method: "POST", path: "orgs/{org}/purge", body: Confirmation },
  listRemains: { method: "GET", path: "remains/{orgId}" },
  protectUser: { method: "POST", path: "orgs/{org}/protected/{userId}" },
  unprotectUser: { method: "DELETE", path: "orgs/{org}/protected/{userId}" },
  listTokens: { method: "GET", path: "orgs/{org}/tokens" },
  generateToken: { method: "POST", path: "orgs/{org}/tokens", status: 201, body: TokenWishes },
  regenerateToken: { method: "POST", path: "orgs/{org}/tokens/regenerate", status: 201, body: TokenWishes },
  rotateToken: { method: "POST", path: "orgs/{org}/tokens/rotate", status: 201, body: RotationWishes },
  revokeToken: { method: "DELETE", path: "orgs/{org}/tokens/{tokenId}" },
  listClientSecrets: { method: "GET", path: "orgs/{org}/clients" },
  createClientSecret: { method: "POST", path: "orgs/{org}/clients", status: 201, body: ClientSecretWishes },
  revokeClientSecret: { method: "DELETE", path: "orgs/{org}/clients/{tokenId}" },
  reportTokens: { method: "GET", path: "tokens-report", query: {"after":{"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}} },
  listTrusts: { method: "GET", path: "orgs/{org}/trusts" },
  createTrust: { method: "POST", path: "orgs/{org}/trusts", status: 201, body: TrustWishes },
  revokeTrust: { method: "DELETE", path: "orgs/{org}/trusts/{tokenId}" },
  listApplicationKeys: { method: "GET", path: "app-keys", query: {"org":{}} },
  createApplicationKey: { method: "POST", path: "app-keys", status: 201, body: ApplicationKeyWishes },
  revokeApplicationKey: { method: "DELETE", path: "app-keys/{keyId}", query: {"org":{}} },
  listDomains: { method: "GET", path: "orgs/{org}/domains" },
  addDomain: { method: "POST", path: "orgs/{org}/domains", status: 201, body: NewDomain },
  verifyDomain: { method: "POST", path: "orgs/{org}/domains/{domain}/verify" },
  removeDomain: { method: "DELETE", path: "orgs/{org}/domains/{domain}" },
  showHold: { method: "GET", path: "orgs/{org}/hold" },
  releaseHold: { method: "POST", path: "orgs/{org}/hold/release", body: HoldRelease },
  refuseHold: { method: "POST", path: "orgs/{org}/hold/refuse", body: Reason },
  listUsers: { method: "GET", path: "orgs/{org}/users", query: {"startIndex":{"whole":{"otherwise":1}},"count":{"whole":{"otherwise":100,"most":100}}} },
  listTeams: { method: "GET", path: "orgs/{org}/teams", query: {"startIndex":{"whole":{"otherwise":1}},"count":{"whole":{"otherwise":100,"most":100}}} },
  getTeam: { method: "GET", path: "orgs/{org}/teams/{idOrName}", query: {"count":{"whole":{"otherwise":1000,"most":1000}},"after":{"pattern":"^[ug][0-9A-Za-z]{22}$"}} },
  listWebhooks: { method: "GET", path: "orgs/{org}/webhooks" },
  createWebhook: { method: "POST", path: "orgs/{org}/webhooks", status: 201, body: NewWebhook },
  getWebhook: { method: "GET", path: "orgs/{org}/webhooks/{webhookId}" },
  updateWebhook: { method: "PATCH", path: "orgs/{org}/webhooks/{webhookId}", body: WebhookChanges },
  removeWebhook: { method: "DELETE", path: "orgs/{org}/webhooks/{webhookId}" },
  rotateWebhookSecret: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/rotate", status: 201, body: WebhookRotation },
  testWebhook: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/test", status: 201 },
  listDeliveries: { method: "GET", path: "orgs/{org}/webhooks/{webhookId}/deliveries", query: {"status":{},"count":{"whole":{"otherwise":100,"most":100}},"after":{}} },
  replayDelivery: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/deliveries/{deliveryId}/replay" },
  replayFailed: { method: "POST", path: "orgs/{org}/webhooks/{webhookId}/replay", body: WebhookReplayWishes },
  listDeploymentWebhooks: { method: "GET", path: "webhooks" },
  createDeploymentWebhook: { method: "POST", path: "webhooks", status: 201, body: NewWebhook },
  getDeploymentWebhook: { method: "GET", path: "webhooks/{webhookId}" },
  updateDeploymentWebhook: { method: "PATCH", path: "webhooks/{webhookId}", body: WebhookChanges },
  removeDeploymentWebhook: { method: "DELETE", path: "webhooks/{webhookId}" },
  rotateDeploymentWebhookSecret: { method: "POST", path: "webhooks/{webhookId}/rotate", status: 201, body: WebhookRotation },
  testDeploymentWebhook: { method: "POST", path: "webhooks/{webhookId}/test", status: 201 },
  listDeploymentDeliveries: { method: "GET", path: "webhooks/{webhookId}/deliveries", query: {"status":{},"count":{"whole":{"otherwise":100,"most":100}},"after":{}} },
  replayDeploymentDelivery: { method: "POST", path: "webhooks/{webhookId}/deliveries/{deliveryId}/replay" },
  replayDeploymentFailed: { method: "POST", path: "webhooks/{webhookId}/replay", body: WebhookReplayWishes },
  listPortalSessions: { method: "GET", path: "orgs/{org}/portal-sessions" },
  createPortalSession: { method: "POST", path: "orgs/{org}/portal-sessions", status: 201, body: PortalSessionWishes },
  revokePortalSession: { method: "DELETE", path: "orgs/{org}/portal-sessions/{sessionId}" },
  getMappings: { method: "GET", path: "orgs/{org}/roles" },
  setMappings: { method: "PUT", path: "orgs/{org}/roles", body: RoleMappingWishes },
  removeMappings: { method: "DELETE", path: "orgs/{org}/roles" },
  previewMappings: { method: "POST", path: "orgs/{org}/roles/preview", query: {"cursor":{}}, body: RoleMappingWishes },
  rebuildRoles: { method: "POST", path: "orgs/{org}/roles/rebuild" },
};
