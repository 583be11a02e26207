import type { OrgRecord } from "../provisioning/ports.ts";
import { totalsOf } from "../provisioning/totals.ts";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { SignedRoute } from "./signedApi.ts";

/** One authorized request about an org's data. */
export interface MaintenanceCall {
  readonly exchange: Exchange;
  /** Who asks, as kept and logged. */
  readonly actor: string;
  /** The org of the path. @throws ScimError 404 */
  org(): Promise<OrgRecord>;
  /** The value of a `{name}` of the route's path, decoded. */
  parameter(name: string): string;
}

export interface MaintenanceRoute extends SignedRoute {
  answer(call: MaintenanceCall): Promise<Answer>;
}

/** Below `/admin/v1/`, all of them below `orgs/{org}/data/`, as adminOpenapi.json writes them. */
export const MAINTENANCE_ROUTES: readonly MaintenanceRoute[] = [
  {
    method: "GET",
    path: "orgs/{org}/data/totals",
    operation: "getTotals",
    answer: async ({ exchange: { store }, org }) => {
      const { id } = await org();
      return json(await totalsOf(store.directory(id), store.unmanaged(id)));
    },
  },
];

export function json(value: object): Answer {
  return { status: 200, body: JSON.stringify(value) };
}
