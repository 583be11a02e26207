import type { OrgRecord } from "../../store/records.ts";
import type { Rules } from "../../store/rules.ts";
import type { Directory } from "../../store/session.ts";
import type { SettingsStore } from "../../store/settings.ts";

export type RuleName = keyof Rules;

/** What the deployment says of its portal. */
export interface PortalSettings {
  /** Of pages that may embed the component: `https://app.example.com`. */
  readonly origins: readonly string[];
  /** That the operator lets every org change itself. */
  readonly rules: readonly RuleName[];
}

/** The org of the path with its stores: each is bound to it. */
export interface PortalOrg {
  readonly org: OrgRecord;
  /** What its identity provider made. */
  readonly managed: Directory;
  /** What the application made itself, with the links to its own ids. */
  readonly unmanaged: Directory;
}

/** What the operations of the pages work with, whether a session asks or the operator. */
export interface PortalMeans {
  /** Finds the org of the path: after the request was understood. @throws ScimError 404 */
  open(): Promise<PortalOrg>;
  readonly settings: SettingsStore;
  /** The rules that the org may change itself. */
  readonly changeable: readonly RuleName[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `https://host/stage/scim/v2/acme` */
  tenantUrlOf(slug: string): string;
}
