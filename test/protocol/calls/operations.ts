import {
  ADMIN_OPERATIONS,
  APPLICATION_OPERATIONS,
  MAINTENANCE_OPERATIONS,
} from "../../../functions/http/signed/declarations/apis.ts";
import type { Declaration } from "../../../functions/http/signed/declarations/declaration.ts";
import { FILE, NOTHING } from "../../../functions/scim/errors/family.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";

/** A call of an operation that succeeds, after those that stand above it. `{name}` is what was kept or given under the name. */
export interface ExampleCall {
  /** What stands for a `{name}` of the path, where it is not kept under that name. */
  readonly of?: Readonly<Record<string, string>>;
  /** Behind the path, with its question mark. */
  readonly query?: string;
  readonly body?: JsonObject;
  /** Members of the answer, by their path, that later calls name. */
  readonly keeps?: Readonly<Record<string, string>>;
  /** Where it is not the declared one. */
  readonly status?: number;
}

type Of<A extends string, D> = `${A}.${keyof D & string}`;
export type OperationName =
  | Of<"admin", typeof ADMIN_OPERATIONS>
  | Of<"data", typeof MAINTENANCE_OPERATIONS>
  | Of<"directory", typeof APPLICATION_OPERATIONS>;

const under = <A extends string>(api: A, operations: Readonly<Record<string, Declaration>>) =>
  Object.entries(operations).map(([name, declaration]): [string, Declaration] => [`${api}.${name}`, declaration]);

/** Every operation of both APIs, as it is declared. `data`: what the function of maintenance answers. */
export const OPERATIONS: ReadonlyMap<string, Declaration> = new Map([
  ...under("admin", ADMIN_OPERATIONS),
  ...under("data", MAINTENANCE_OPERATIONS),
  ...under("directory", APPLICATION_OPERATIONS),
]);

const ofCopy = { org: "copy" };
const managed = { side: "managed" };
const FILE_OF_NOTHING = { file: FILE, counts: { managed: { ...NOTHING, users: 1 }, unmanaged: NOTHING } };
const USER_LINE = {
  ...{ type: "user", side: "managed", id: "u2222222222222222222222", version: 1 },
  ...{ created: "2026-01-02T03:04:05.678Z", lastModified: "2026-01-02T03:04:05.678Z" },
  attributes: { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "ada", active: true },
};

const ENTRA = {
  tenant: "11111111-2222-3333-4444-555555555555",
  objectId: "66666666-7777-8888-9999-000000000000",
  audiences: ["api://rollcall"],
};
const MAPPINGS = { mode: "union", mappings: [{ team: "{group}", role: "{copy}", priority: 2 }] };

/** @param id under which its own is kept */
function webhookCalls(of: "" | "Deployment", id: string): (readonly [OperationName, ExampleCall?])[] {
  const its = { webhookId: id };
  const ofDelivery = { ...its, deliveryId: `${id}Message` };
  const url = "https://hooks.example.com/rollcall";
  return [
    [`admin.create${of}Webhook`, { body: { url, types: ["user.*"] }, keeps: { [id]: "webhook.id" } }],
    [`admin.list${of}Webhooks`],
    [`admin.get${of}Webhook`, { of: its }],
    [`admin.update${of}Webhook`, { of: its, body: { description: "app", types: [], enabled: true } }],
    [`admin.rotate${of}WebhookSecret`, { of: its, body: { overlapSeconds: 60 } }],
    [`admin.test${of}Webhook`, { of: its, keeps: { [`${id}Message`]: "id" } }],
    [`admin.list${of}Deliveries`, { of: its, query: "?status=open&count=5" }],
    [`admin.replay${of}Delivery`, { of: ofDelivery }],
    [`admin.replay${of}Failed`, { of: its, body: { since: "2026-01-02T03:04:05Z" } }],
    [`admin.update${of}Webhook`, { of: its, body: { enabled: false } }],
    [`admin.remove${of}Webhook`, { of: its }],
  ];
}

/**
 * The calls in their order: an operation without one fails a test (`unit/everyOperation.test.ts`). Given are `org`, an organization with SSO,
 * a token, and the managed `user` and `group`; `deserted`, a team whose member is gone; `copy`, a login name that is free; `stranger`, the id of nobody.
 */
export const CALLS: readonly (readonly [OperationName, ExampleCall?])[] = [
  ["admin.createOrg", { body: { org: "{copy}", sso: {} }, keeps: { orgId: "id" } }],
  ["admin.listOrgs", { query: "?count=1" }],
  ["admin.getOrg"],
  ["admin.updateOrg", { body: { displayName: "Ädvanced" } }],
  ["admin.protectUser", { of: { userId: "user" } }],
  ["admin.unprotectUser", { of: { userId: "user" } }],
  ["admin.listUsers", { query: "?count=1" }],
  ["admin.listTeams"],
  ["admin.getTeam", { of: { idOrName: "group" } }],

  ["admin.addDomain", { body: { domain: "nobody.invalid" }, keeps: { domain: "domain" } }],
  ["admin.listDomains"],
  // Nobody published a record: top-level `invalid` has no names (RFC 2606).
  ["admin.verifyDomain", { status: 409 }],
  ["admin.removeDomain"],

  ["admin.showHold"],
  // Nothing is held.
  ["admin.releaseHold", { body: { hours: 2 }, status: 409 }],
  ["admin.refuseHold", { body: { reason: "not meant" }, status: 409 }],

  ["admin.createClientSecret", { keeps: { secret: "secret.id" } }],
  ["admin.listClientSecrets"],
  ["admin.revokeClientSecret", { of: { tokenId: "secret" } }],
  ["admin.createTrust", { body: { entra: ENTRA }, keeps: { trust: "trust.id" } }],
  ["admin.listTrusts"],
  ["admin.revokeTrust", { of: { tokenId: "trust" } }],
  ["admin.generateToken", { of: ofCopy, body: { description: "a + b" }, keeps: { tokenId: "token.id" } }],
  ["admin.rotateToken", { of: ofCopy }],
  ["admin.regenerateToken", { of: ofCopy, keeps: { tokenId: "token.id" } }],
  ["admin.listTokens", { of: ofCopy }],
  ["admin.revokeToken", { of: ofCopy }],
  ["admin.reportTokens"],
  ["admin.createApplicationKey", { body: { scope: "directory.read", org: "{copy}" }, keeps: { keyId: "key.id" } }],
  ["admin.listApplicationKeys", { query: "?org={copy}" }],
  ["admin.revokeApplicationKey", { query: "?org={copy}" }],

  ["admin.createPortalSession", { body: { actor: "u-17", embed: true }, keeps: { sessionId: "session.id" } }],
  ["admin.listPortalSessions"],
  ["admin.revokePortalSession"],

  ...webhookCalls("", "orgHook"),
  ...webhookCalls("Deployment", "anyHook"),

  // The catalogue is of the whole deployment, and `copy` is a name that nobody else has.
  ["directory.setRole", { of: { role: "copy" }, body: { displayName: "Viewer", kind: "entitlement" } }],
  ["directory.listRoles"],
  ["directory.getRole", { of: { role: "copy" } }],
  ["admin.previewMappings", { body: MAPPINGS }],
  ["admin.setMappings", { body: MAPPINGS }],
  ["admin.getMappings"],
  ["admin.rebuildRoles"],
  ["admin.removeMappings"],
  ["directory.removeRole", { of: { role: "copy" } }],

  ["data.getTotals"],
  ["data.exportHeader"],
  ["data.exportUsers", { of: managed }],
  ["data.exportGroups", { of: managed }],
  ["data.exportMembers", { of: managed }],
  ["data.listDeletions", { of: managed }],
  ["data.sweepDeletions", { of: managed }],
  ["data.listBegun", { of: managed }],
  ["data.inspectOrg"],
  ["data.previewAdoption", { query: "?by=userName" }],
  ["admin.pauseOrg", { of: ofCopy, body: { reason: "import" } }],
  ["data.lookAhead", { of: ofCopy }],
  ["data.beginImport", { of: ofCopy, body: FILE_OF_NOTHING }],
  ["data.importLines", { of: ofCopy, body: { file: FILE, lines: [USER_LINE] } }],
  ["data.finishImport", { of: ofCopy, body: { file: FILE } }],
  ["admin.resumeOrg", { of: ofCopy }],

  ["directory.createUser", { body: { userName: "own@acme.example" }, keeps: { ownUser: "id" } }],
  ["directory.createUsers", { body: { users: [{ userName: "bulk@acme.example", applicationId: "4712" }] } }],
  ["directory.listUsers", { query: "?count=1" }],
  ["directory.getUser", { of: { id: "ownUser" } }],
  ["directory.updateUser", { of: { id: "ownUser" }, body: { displayName: "Own" } }],
  ["directory.linkUser", { of: { id: "ownUser" }, body: { applicationId: "4711" } }],
  ["directory.unlinkUser", { of: { id: "ownUser" } }],
  ["directory.getAccess", { query: "?userName=own@acme.example" }],
  ["directory.createTeam", { body: { displayName: "Own" }, keeps: { ownTeam: "id" } }],
  ["directory.listTeams"],
  ["directory.getTeam", { of: { id: "ownTeam" } }],
  ["directory.renameTeam", { of: { id: "ownTeam" }, body: { displayName: "Others" } }],
  ["directory.addMember", { of: { id: "ownTeam", userId: "user" } }],
  ["directory.listMembers", { of: { id: "ownTeam" } }],
  // The role of who reads by key cannot take the membership away.
  ["directory.listMembers", { of: { id: "deserted" } }],
  ["directory.removeMember", { of: { id: "ownTeam", userId: "user" } }],
  ["directory.deleteTeam", { of: { id: "ownTeam" } }],
  ["directory.deleteUser", { of: { id: "ownUser" } }],
  ["directory.getDeleted", { of: { id: "ownUser" } }],

  ["directory.listEvents", { query: "?limit=5" }],
  ["directory.getHistory", { of: { id: "user" } }],
  ["directory.listHeads", { query: "?count=1" }],
  ["directory.readFeed", { query: "?shard=3&after=0" }],
  ["data.exportEvents"],
  ["data.eraseValues", { of: { id: "user" } }],
  ["data.inspectLog"],
  ["data.renewLog", { of: ofCopy }],

  ["admin.scheduleDeletion", { of: ofCopy, body: { reason: "left" } }],
  ["admin.restoreOrg", { of: ofCopy }],
  ["admin.scheduleDeletion", { of: ofCopy, body: { reason: "left" } }],
  // One step, which says how long to wait.
  ["admin.purgeOrg", { of: ofCopy, body: { confirm: "{copy}" } }],
  ["admin.listRemains"],
];
