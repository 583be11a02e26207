import type { Administration } from "../../provisioning/changeOrg.ts";
import type { OrgRecord } from "../../store/records.ts";

/** What the operations on orgs and tokens work with. */
export interface AdminMeans {
  readonly administration: Administration;
  tenantUrlOf(slug: string): string;
}

/** What the operations on all of an org's users and teams work with. */
export interface MaintenanceMeans {
  /** Who asks, as kept and logged. */
  readonly actor: string;
  /** The org of the path. @throws ScimError 404 */
  org(): Promise<OrgRecord>;
}
