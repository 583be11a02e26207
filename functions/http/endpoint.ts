import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { LogSettings } from "../provisioning/events/logSettings.ts";
import type { PortalSettings } from "../provisioning/portal/portalSettings.ts";
import type { RequestBudget } from "../provisioning/requestBudget.ts";
import type { RemovalGuard } from "../provisioning/session.ts";
import type { Deletion } from "../store/records.ts";
import type { Store } from "../store/session.ts";
import type { MassChangeWatch } from "./massChangeWatch.ts";

/** Everything a handler needs from outside. Made once per process by `runtime.ts`, the local server or a test. */
export interface Endpoint {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  now(): number;
  randomBytes(length: number): Uint8Array;
  /** Waits before a retry. */
  wait(milliseconds: number): Promise<void>;
  /** Takes one canonical line. Holds no personal data. */
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
  /** Milliseconds from the start of the process until it could take a request; the line of its first one says it. */
  readonly initMs?: number;
  /** Overrides the address taken from the request, e.g. behind a proxy: `https://scim.example.com`, no trailing slash. */
  readonly publicUrl?: string;
  /** Whether the deployment lets functions adopt users (rule `adoption`): they need rights for it that others do not have. */
  readonly adoption?: true | undefined;
  /** Whether the deployment gives an organization's people roles of the application (ADR 64). */
  readonly roles?: true | undefined;
  /** Hosts of issuers that organizations may trust, each with its port where that is not 443; absent: Entra's. */
  readonly federationHosts?: readonly string[] | undefined;
  /** Has the roles worked on that this process put; absent: the worker comes each minute. */
  readonly wakeRoles?: () => void;
  /** Takes over the sweep of a deletion, not before the answer; absent where nobody does, and the request sweeps itself. */
  readonly sweepLater?: (deletion: Deletion) => void;
  /** What each org may ask for; absent: as much as it wants. */
  readonly budget?: RequestBudget;
  /** How long events are kept, and whether with values; absent: as by default. */
  readonly logSettings?: LogSettings;
  /** Removes what was erased from what lies beside the table; absent where nothing does. */
  readonly tidy?: () => Promise<void>;
  /** Where an answer may wait for events, until this is aborted; absent where nobody may: an open request costs money. */
  readonly longPoll?: AbortSignal;
  /** Absent: the deployment has no portal. */
  readonly portal?: PortalSettings | undefined;
  /** Of the functions that delete and remove for identity providers: holds what is a mass change, in orgs that say so. */
  readonly guard?: RemovalGuard;
  /** Where one process sees all that happens to an org. On AWS the table's stream does. */
  readonly watch?: MassChangeWatch;
}

export type GatewayHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
