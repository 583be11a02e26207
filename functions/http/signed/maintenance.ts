import { type AdoptionKey, previewAdoption } from "../../provisioning/adoptionPreview.ts";
import { getOrg } from "../../provisioning/changeOrg.ts";
import { HELD_TYPES, type HeldType } from "../../provisioning/exportFile.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { rulesOf } from "../../provisioning/session.ts";
import { isUserId } from "../../scim/schema.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { maintenanceRoutes } from "../generated/maintenance.js";
import { dataHandlers, exportHandler } from "./dataHandlers.ts";
import type { ADOPTION_OPERATIONS } from "./declarations/adoption.ts";
import type { MAINTENANCE_OPERATIONS } from "./declarations/apis.ts";
import { jobHandlers } from "./jobHandlers.ts";
import { logHandlers } from "./logHandlers.ts";
import type { Handlers, MaintenanceMeans } from "./route.ts";
import { type Operation, operationsOf, signedHandler } from "./signedHandler.ts";

/**
 * The Lambda handler of `/admin/v1/orgs/{org}/data/`: the operator's work on all of an org's users and teams. It is a function
 * of its own because only it writes both sides, and it reads no token.
 */
export function maintenanceHandler(endpoint: Endpoint, types = HELD_TYPES): GatewayHandler {
  return signedHandler(endpoint, {
    root: "/admin/v1/",
    type: "maintenance.request",
    group: "data",
    operations: maintenanceOperations(types),
    means: (_ctx, { actor, settings }, slug) => ({ actor, org: () => getOrg(settings, slug) }),
  });
}

/** The declared operations, and an export for each further resource type. */
function maintenanceOperations(types: readonly HeldType[]): readonly Operation<MaintenanceMeans>[] {
  const declared = operationsOf<MaintenanceMeans, typeof MAINTENANCE_OPERATIONS>(maintenanceRoutes, {
    ...dataHandlers(types),
    ...adoptionHandlers,
    ...jobHandlers(types),
    ...logHandlers(types),
  });
  const others = types.filter((type) => !HELD_TYPES.includes(type));
  const exports = others.map((type) => ({
    ...maintenanceRoutes.exportUsers,
    name: `export${type.kind.charAt(0).toUpperCase()}${type.kind.slice(1)}s`,
    path: `orgs/{org}/data/export/{side}/${type.kind}s`,
    answer: exportHandler(type),
  }));
  return [...declared, ...exports];
}

const adoptionHandlers: Handlers<MaintenanceMeans, typeof ADOPTION_OPERATIONS> = {
  previewAdoption: async ({ ctx: { store }, org, query: { by, after } }) => {
    if (after !== undefined && !isUserId(after)) throw OperatorError.invalidValue("after");
    const record = await org();
    const key = keyOf(record, by);
    const sides = { org: record, managed: store.directory(record.id), unmanaged: store.unmanaged(record.id) };
    const { candidates, next } = await previewAdoption(sides, key, after);
    return { by: key, users: candidates.map(({ key: value = null, ...rest }) => ({ ...rest, key: value })), next };
  },
};

/** @throws ScimError 400 */
function keyOf(org: OrgRecord, by: string | undefined): AdoptionKey {
  if (by === "userName" || by === "email") return by;
  if (by !== undefined) throw OperatorError.invalidValue("adoptionKey");
  const { adoption } = rulesOf(org);
  return adoption === "off" ? "userName" : adoption;
}
