// Made by `npm run generate` from functions/http/signed/declarations.
const NewUser = {"type":"object","properties":{"userName":{},"displayName":{},"name":{},"emails":{},"applicationId":{}}};
const NewUsers = {"type":"object","properties":{"users":{}}};
const UserChange = {"type":"object","properties":{"userName":{},"displayName":{},"name":{},"emails":{}}};
const Link = {"type":"object","properties":{"applicationId":{}}};
const TeamName = {"type":"object","required":["displayName"],"properties":{"displayName":{"type":"string"}}};
const RoleWishes = {"type":"object","properties":{"displayName":{},"description":{"type":"string"},"kind":{},"assignable":{"type":"boolean"},"default":{"type":"boolean"},"keepOne":{"type":"boolean"},"version":{"type":"number"}}};

export const directoryRoutes = {
  listUsers: { method: "GET", path: "orgs/{org}/users", query: {"count":{"whole":{"otherwise":100,"most":100}},"cursor":{},"fields":{},"filter":{},"applicationId":{}} },
  createUser: { method: "POST", path: "orgs/{org}/users", status: 201, body: NewUser },
  createUsers: { method: "POST", path: "orgs/{org}/users/bulk", body: NewUsers },
  getUser: { method: "GET", path: "orgs/{org}/users/{id}", query: {"fields":{}} },
  updateUser: { method: "PATCH", path: "orgs/{org}/users/{id}", body: UserChange },
  deleteUser: { method: "DELETE", path: "orgs/{org}/users/{id}", status: 204 },
  linkUser: { method: "PUT", path: "orgs/{org}/users/{id}/link", body: Link },
  unlinkUser: { method: "DELETE", path: "orgs/{org}/users/{id}/link" },
  listTeams: { method: "GET", path: "orgs/{org}/teams", query: {"count":{"whole":{"otherwise":100,"most":100}},"cursor":{},"fields":{},"filter":{}} },
  createTeam: { method: "POST", path: "orgs/{org}/teams", status: 201, body: TeamName },
  getTeam: { method: "GET", path: "orgs/{org}/teams/{id}", query: {"fields":{}} },
  renameTeam: { method: "PATCH", path: "orgs/{org}/teams/{id}", body: TeamName },
  deleteTeam: { method: "DELETE", path: "orgs/{org}/teams/{id}", status: 204 },
  listMembers: { method: "GET", path: "orgs/{org}/teams/{id}/members", query: {"count":{"whole":{"otherwise":1000,"most":1000}},"cursor":{},"include":{"pattern":"^inactive$"}} },
  addMember: { method: "PUT", path: "orgs/{org}/teams/{id}/members/{userId}" },
  removeMember: { method: "DELETE", path: "orgs/{org}/teams/{id}/members/{userId}", status: 204 },
  getAccess: { method: "GET", path: "orgs/{org}/access", query: {"email":{},"userName":{},"externalId":{},"applicationId":{}} },
  getDeleted: { method: "GET", path: "orgs/{org}/deleted/{id}" },
  listEvents: { method: "GET", path: "orgs/{org}/events", query: {"after":{},"since":{},"limit":{"whole":{"otherwise":100,"most":1000}},"types":{},"resource":{},"wait":{"whole":{"otherwise":0,"least":0,"maximum":20}}} },
  getHistory: { method: "GET", path: "orgs/{org}/history/{id}", query: {"before":{},"limit":{"whole":{"otherwise":100,"most":100}}} },
  listHeads: { method: "GET", path: "orgs", query: {"count":{"whole":{"otherwise":100,"most":100}},"cursor":{}} },
  readFeed: { method: "GET", path: "feed", query: {"shard":{"whole":{"otherwise":null,"least":0,"maximum":15}},"after":{},"limit":{"whole":{"otherwise":100,"most":1000}}} },
  listRoles: { method: "GET", path: "roles" },
  getRole: { method: "GET", path: "roles/{role}" },
  setRole: { method: "PUT", path: "roles/{role}", body: RoleWishes },
  removeRole: { method: "DELETE", path: "roles/{role}" },
};
