// Made by `npm run generate` from functions/http/signed/declarations.
const NewImport = {"type":"object","properties":{"file":{},"counts":{}}};
const ImportLines = {"type":"object","properties":{"file":{},"lines":{}}};
const ImportEnd = {"type":"object","properties":{"file":{}}};
const SweepWishes = {"type":"object","properties":{"after":{"type":"string"}}};
const InspectionWishes = {"type":"object","properties":{"repair":{"type":"boolean"},"index":{"type":"boolean"},"from":{"type":"string"}}};
const RenewalWishes = {"type":"object","properties":{"from":{"type":"string"},"feed":{"type":"boolean"}}};
const LogInspectionWishes = {"type":"object","properties":{"repair":{"type":"boolean"},"from":{"type":"string"}}};

export const maintenanceRoutes = {
  getTotals: { method: "GET", path: "orgs/{org}/data/totals" },
  exportHeader: { method: "GET", path: "orgs/{org}/data/export" },
  exportMembers: { method: "GET", path: "orgs/{org}/data/export/{side}/members", query: {"after":{}} },
  exportUsers: { method: "GET", path: "orgs/{org}/data/export/{side}/users", query: {"after":{}} },
  exportGroups: { method: "GET", path: "orgs/{org}/data/export/{side}/groups", query: {"after":{}} },
  lookAhead: { method: "GET", path: "orgs/{org}/data/import" },
  beginImport: { method: "POST", path: "orgs/{org}/data/import", body: NewImport },
  importLines: { method: "POST", path: "orgs/{org}/data/import/lines", body: ImportLines },
  finishImport: { method: "POST", path: "orgs/{org}/data/import/finish", body: ImportEnd },
  previewAdoption: { method: "GET", path: "orgs/{org}/data/adoption", query: {"by":{},"after":{}} },
  listDeletions: { method: "GET", path: "orgs/{org}/data/jobs/{side}/deletions", query: {"after":{}} },
  sweepDeletions: { method: "POST", path: "orgs/{org}/data/jobs/{side}/deletions", body: SweepWishes },
  listBegun: { method: "GET", path: "orgs/{org}/data/jobs/{side}/begun", query: {"after":{}} },
  inspectOrg: { method: "POST", path: "orgs/{org}/data/fsck", body: InspectionWishes },
  exportEvents: { method: "GET", path: "orgs/{org}/data/export/events", query: {"after":{}} },
  eraseValues: { method: "POST", path: "orgs/{org}/data/events/{id}/erase" },
  renewLog: { method: "POST", path: "orgs/{org}/data/events/renew", body: RenewalWishes },
  inspectLog: { method: "POST", path: "orgs/{org}/data/events/fsck", body: LogInspectionWishes },
};
