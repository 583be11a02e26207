// Made by `npm run generate` from functions/http/signed/declarations.
const PortalLink = {"type":"object","required":["link"],"properties":{"link":{"type":"string"}}};
const TokenWishes = {"type":"object","properties":{"description":{"type":"string"},"expiresInDays":{"type":"number"},"boundTo":{"type":"string"}}};
const RotationWishes = {"type":"object","properties":{"description":{"type":"string"},"expiresInDays":{"type":"number"},"boundTo":{"type":"string"},"overlapSeconds":{"type":"number"},"onFirstUse":{"type":"boolean"}}};
const ClientSecretWishes = {"type":"object","properties":{"description":{"type":"string"},"expiresInDays":{"type":"number"}}};
const OwnRules = {"type":"object","properties":{"rules":{"type":"object"}}};

export const portalAdminRoutes = {
  redeemPortalLink: { method: "POST", path: "redeem", body: PortalLink },
  endOwnSession: { method: "DELETE", path: "session", status: 204 },
  listTokens: { method: "GET", path: "orgs/{org}/tokens" },
  generateToken: { method: "POST", path: "orgs/{org}/tokens", status: 201, body: TokenWishes },
  regenerateToken: { method: "POST", path: "orgs/{org}/tokens/regenerate", status: 201, body: TokenWishes },
  rotateToken: { method: "POST", path: "orgs/{org}/tokens/rotate", status: 201, body: RotationWishes },
  revokeToken: { method: "DELETE", path: "orgs/{org}/tokens/{tokenId}" },
  listClientSecrets: { method: "GET", path: "orgs/{org}/clients" },
  createClientSecret: { method: "POST", path: "orgs/{org}/clients", status: 201, body: ClientSecretWishes },
  revokeClientSecret: { method: "DELETE", path: "orgs/{org}/clients/{tokenId}" },
  changeOwnRules: { method: "PATCH", path: "orgs/{org}/rules", body: OwnRules },
};
