import type { PortalSettings, RuleName } from "../../provisioning/portal/portalSettings.ts";
import type { OrgRecord, PortalSessionRecord } from "../../store/records.ts";
import type { Directory } from "../../store/session.ts";
import type { SettingsStore } from "../../store/settings.ts";
import type { Endpoint } from "../endpoint.ts";

/** The endpoint of a deployment with the portal. */
export interface PortalEndpoint extends Endpoint {
  readonly portal: PortalSettings;
}

/** The org of the path with its stores: each is bound to it. */
export interface PortalOrg {
  readonly org: OrgRecord;
  /** What its identity provider made. */
  readonly managed: Directory;
  /** What the application made itself, with the links to its own ids. */
  readonly unmanaged: Directory;
}

/** The session that a request came with. */
export interface PresentedSession {
  readonly record: PortalSessionRecord;
  readonly org: OrgRecord;
  /** What has to come back with a change; absent where it is presented as a bearer, which no browser adds by itself. */
  readonly csrf: string | undefined;
}

/** What the operations of the pages work with, whether a session asks or the operator. */
export interface PortalMeans {
  /** Finds the org of the path: after the request was understood. @throws ScimError 404 */
  open(): Promise<PortalOrg>;
  readonly settings: SettingsStore;
  /** Absent: the operator asks. */
  readonly session: PresentedSession | undefined;
  /** The rules that who asks may change: those left to the org, or all. */
  readonly changeable: readonly RuleName[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `https://host/stage/scim/v2/acme` */
  tenantUrlOf(slug: string): string;
}
