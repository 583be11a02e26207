import type { PortalSettings, RuleName } from "../../provisioning/portal/portalSettings.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { Directory } from "../../store/session.ts";
import type { SettingsStore } from "../../store/settings.ts";
import type { PortalSessionRecord } from "../../store/tokenRecords.ts";
import type { Endpoint } from "../endpoint.ts";

/** The endpoint of a deployment with the portal. */
export interface PortalEndpoint extends Endpoint {
  readonly portal: PortalSettings;
}

/** The org of the path, and its stores. */
export interface PortalOrg {
  readonly org: OrgRecord;
  /** Users and groups from the identity provider. */
  readonly managed: Directory;
  /** Users and teams that the application created, and the links to its own ids. */
  readonly unmanaged: Directory;
}

/** The session that a request presents. */
export interface PresentedSession {
  readonly record: PortalSessionRecord;
  readonly org: OrgRecord;
  /** A change must repeat it in a header. Absent for a bearer, which no browser adds by itself. */
  readonly csrf: string | undefined;
}

/** The dependencies of the pages' operations, for a session or the operator. */
export interface PortalMeans {
  /** Finds the org of the path, once the request is valid. @throws ScimError 404 */
  open(): Promise<PortalOrg>;
  readonly settings: SettingsStore;
  /** Absent: the operator calls. */
  readonly session: PresentedSession | undefined;
  /** Rules that the caller may change: those left to the org, or all. */
  readonly changeable: readonly RuleName[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `https://host/stage/scim/v2/acme` */
  tenantUrlOf(slug: string): string;
}
