// Made by `npm run generate` from functions/http/signed/declarations.
const OwnRules = {"type":"object","properties":{"rules":{"type":"object"}}};
const ConsoleToken = {"type":"object","required":["token"],"properties":{"token":{"type":"string"}}};
const OrgDeletion = {"type":"object","required":["reason","confirm"],"properties":{"reason":{"type":"string"},"confirm":{"type":"string"}}};
const PastedError = {"type":"object","required":["text"],"properties":{"text":{"type":"string"},"since":{"type":"string"}}};
const DismissedLetters = {"type":"object","required":["ids"],"properties":{"ids":{"type":"array","items":{"type":"string"}}}};
const DataCheck = {"type":"object","properties":{"repair":{"type":"boolean"},"index":{"type":"boolean"},"events":{"type":"boolean"},"confirm":{"type":"string"}}};

export const CONSOLE_ENTRY_ROUTES = {
  getOwnSession: { method: "GET", path: "session" },
};

export const CONSOLE_OWN_ADMIN_ROUTES = {
  endOwnSession: { method: "DELETE", path: "session", status: 204 },
  changeOwnRules: { method: "PATCH", path: "orgs/{org}/rules", body: OwnRules },
};

export const CONSOLE_ROUTES = {
  beginConsole: { method: "POST", path: "session", body: ConsoleToken },
  getConsole: { method: "GET", path: "place" },
  findOrgs: { method: "GET", path: "orgs", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  deleteOrg: { method: "POST", path: "orgs/{org}/deletion", body: OrgDeletion },
};

export const CONSOLE_RUN_ROUTES = {
  tailLines: { method: "GET", path: "orgs/{org}/lines", query: {"status":{},"op":{},"idp":{},"resource":{},"errors":{},"last":{"whole":{"otherwise":100,"least":0,"most":1000}},"since":{},"follow":{}} },
  explainError: { method: "POST", path: "explain", body: PastedError },
  listJobs: { method: "GET", path: "jobs" },
  listOrgJobs: { method: "GET", path: "orgs/{org}/jobs" },
  retryJobs: { method: "POST", path: "jobs/retry" },
  dismissDeadLetters: { method: "POST", path: "jobs/dismiss", body: DismissedLetters },
  checkData: { method: "POST", path: "orgs/{org}/fsck", body: DataCheck },
};

export const PORTAL_READ_ROUTES = {
  getOverview: { method: "GET", path: "orgs/{org}/overview" },
  getContact: { method: "GET", path: "orgs/{org}/contact" },
  listActivity: { method: "GET", path: "orgs/{org}/activity", query: {"after":{"pattern":"^[0-9]{13}\\.[0-9A-Za-z]{1,64}$"},"since":{"pattern":"^[0-9]{13}\\.[0-9A-Za-z]{1,64}$"},"outcome":{"pattern":"^(done|partly|refused|failed)$"},"code":{},"resource":{"pattern":"^(user|group)$"},"id":{"pattern":"^[ug][0-9A-Za-z]{22}$"},"name":{},"from":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$"},"to":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$"},"count":{"whole":{"otherwise":200,"most":200}}} },
  listProblems: { method: "GET", path: "orgs/{org}/problems", query: {"from":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$"}} },
  getHealth: { method: "GET", path: "orgs/{org}/health" },
  listPeople: { method: "GET", path: "orgs/{org}/people", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  getPerson: { method: "GET", path: "orgs/{org}/people/{userId}" },
  listPersonHistory: { method: "GET", path: "orgs/{org}/people/{userId}/history", query: {"before":{},"count":{"whole":{"otherwise":50,"most":50}}} },
  listGroups: { method: "GET", path: "orgs/{org}/groups", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  getGroup: { method: "GET", path: "orgs/{org}/groups/{groupId}" },
  listGroupMembers: { method: "GET", path: "orgs/{org}/groups/{groupId}/members", query: {"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  listGroupHistory: { method: "GET", path: "orgs/{org}/groups/{groupId}/history", query: {"before":{},"count":{"whole":{"otherwise":50,"most":50}}} },
};

export const CONSOLE_ADMIN_ROUTES = {
  listTokens: { method: "GET", path: "orgs/{org}/tokens" },
  generateToken: { method: "POST", path: "orgs/{org}/tokens", status: 201 },
  regenerateToken: { method: "POST", path: "orgs/{org}/tokens/regenerate", status: 201 },
  rotateToken: { method: "POST", path: "orgs/{org}/tokens/rotate", status: 201 },
  revokeToken: { method: "DELETE", path: "orgs/{org}/tokens/{tokenId}" },
  listClientSecrets: { method: "GET", path: "orgs/{org}/clients" },
  createClientSecret: { method: "POST", path: "orgs/{org}/clients", status: 201 },
  revokeClientSecret: { method: "DELETE", path: "orgs/{org}/clients/{tokenId}" },
  listOrgs: { method: "GET", path: "orgs", query: {"count":{"whole":{"otherwise":100,"most":100}},"after":{"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}} },
  createOrg: { method: "POST", path: "orgs", status: 201 },
  getOrg: { method: "GET", path: "orgs/{org}" },
  updateOrg: { method: "PATCH", path: "orgs/{org}" },
  pauseOrg: { method: "POST", path: "orgs/{org}/pause" },
  resumeOrg: { method: "DELETE", path: "orgs/{org}/pause" },
  restoreOrg: { method: "DELETE", path: "orgs/{org}/deletion" },
  reportTokens: { method: "GET", path: "tokens-report", query: {"after":{"pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}} },
  listPortalSessions: { method: "GET", path: "orgs/{org}/portal-sessions" },
  createPortalSession: { method: "POST", path: "orgs/{org}/portal-sessions", status: 201 },
  revokePortalSession: { method: "DELETE", path: "orgs/{org}/portal-sessions/{sessionId}" },
};
