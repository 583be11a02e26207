import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { LogSettings } from "../provisioning/events/logSettings.ts";
import type { PortalSettings } from "../provisioning/portal/portalSettings.ts";
import type { RequestBudget } from "../provisioning/requestBudget.ts";
import type { RemovalGuard } from "../provisioning/session.ts";
import type { Deletion } from "../store/records.ts";
import type { Store } from "../store/session.ts";

/** The outside dependencies of a handler. `runtime.ts`, the local server or a test makes them once per process. */
export interface Endpoint {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  now(): number;
  randomBytes(length: number): Uint8Array;
  /** Waits before a retry. */
  wait(milliseconds: number): Promise<void>;
  /** Writes one canonical line. A line holds no personal data. */
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
  /** Milliseconds from the process's start until it could take a request. Only the first request's line has it. */
  readonly initMs?: number;
  /** Replaces the address taken from the request, e.g. behind a proxy: `https://scim.example.com`, no trailing slash. */
  readonly publicUrl?: string;
  /** True: functions may adopt users (rule `adoption`). They need rights for it that other deployments' functions lack. */
  readonly adoption?: true | undefined;
  /** True: the deployment gives users roles of the application (ADR 64). */
  readonly roles?: true | undefined;
  /** Hosts of issuers that orgs may trust, with the port where it is not 443. Absent: Entra's. */
  readonly federationHosts?: readonly string[] | undefined;
  /** Starts the worker for roles after this process put work. Absent: the worker runs each minute. */
  readonly wakeRoles?: () => void;
  /** Sweeps a deletion after the answer. Absent: the request sweeps before its answer. */
  readonly sweepLater?: (deletion: Deletion) => void;
  /** Limits each org's use of capacity. Absent: no limit. */
  readonly budget?: RequestBudget;
  /** How long events are kept, and whether with values. Absent: the defaults. */
  readonly logSettings?: LogSettings;
  /** Removes erased values from copies beside the table. Absent: there are no copies. */
  readonly tidy?: () => Promise<void>;
  /** Present where an answer may wait for events, until the signal aborts. Absent on AWS: an open request costs money. */
  readonly longPoll?: AbortSignal;
  /** Absent: the deployment has no portal. */
  readonly portal?: PortalSettings | undefined;
  /** Present in functions that delete and remove for identity providers. Holds mass changes in orgs with that rule. */
  readonly guard?: RemovalGuard;
}

/** What every worker needs: a function that no request calls. */
export type WorkerEndpoint = Pick<Endpoint, "now" | "log" | "version" | "initMs">;
export type WorkerContext = Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">;

export type GatewayHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
