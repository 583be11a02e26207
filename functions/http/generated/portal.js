// Made by `npm run generate` from functions/http/signed/declarations.
"use strict";
export const portalRoutes = {
  getOwnSession: { method: "GET", path: "session" },
  getOverview: { method: "GET", path: "orgs/{org}/overview" },
  getContact: { method: "GET", path: "orgs/{org}/contact" },
  listActivity: { method: "GET", path: "orgs/{org}/activity", query: {"after":{"pattern":"^[0-9]{13}\\.[0-9A-Za-z]{1,64}$"},"since":{"pattern":"^[0-9]{13}\\.[0-9A-Za-z]{1,64}$","must":"the value of newest in an earlier answer"},"outcome":{"pattern":"^(done|partly|refused|failed)$","must":"done, partly, refused or failed"},"code":{},"resource":{"pattern":"^(user|group)$","must":"user or group"},"id":{"pattern":"^[ug][0-9A-Za-z]{22}$","must":"the id of a user or group"},"name":{},"from":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$","must":"a date and time such as 2026-01-31T12:00:00Z"},"to":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$","must":"a date and time such as 2026-01-31T12:00:00Z"},"count":{"whole":{"otherwise":200,"most":200}}} },
  listProblems: { method: "GET", path: "orgs/{org}/problems", query: {"from":{"pattern":"^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$","must":"a date and time such as 2026-01-31T12:00:00Z"}} },
  getHealth: { method: "GET", path: "orgs/{org}/health" },
  listPeople: { method: "GET", path: "orgs/{org}/people", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  getPerson: { method: "GET", path: "orgs/{org}/people/{userId}" },
  listPersonHistory: { method: "GET", path: "orgs/{org}/people/{userId}/history", query: {"before":{},"count":{"whole":{"otherwise":50,"most":50}}} },
  listGroups: { method: "GET", path: "orgs/{org}/groups", query: {"search":{},"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  getGroup: { method: "GET", path: "orgs/{org}/groups/{groupId}" },
  listGroupMembers: { method: "GET", path: "orgs/{org}/groups/{groupId}/members", query: {"after":{},"count":{"whole":{"otherwise":100,"most":100}}} },
  listGroupHistory: { method: "GET", path: "orgs/{org}/groups/{groupId}/history", query: {"before":{},"count":{"whole":{"otherwise":50,"most":50}}} },
};
