import type { Administration } from "../../provisioning/changeOrg.ts";
import type { ResolveTxt } from "../../provisioning/domains.ts";
import type { WebhookAdministration } from "../../provisioning/webhooks/endpoints.ts";
import type { OrgId } from "../../store/keys.ts";
import type { PortalSessionStore } from "../../store/portalSessions.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { RequestContext } from "../requestContext.ts";
import type { AnswerOf, BodyOf, Declaration, Declarations, ParametersOf, QueryOf } from "./declarations/declaration.ts";

/** The run-time form of a declaration, which `npm run generate` writes to http/generated. */
export interface OperationRoute {
  readonly method: Declaration["method"];
  /** Below the API's root: `orgs/{org}`. */
  readonly path: string;
  /** Absent: 200. */
  readonly status?: number;
  readonly query?: Readonly<Record<string, DeclaredParameter>>;
  readonly body?: BodyForm;
}

export interface DeclaredParameter {
  readonly whole?: WholeNumber;
  readonly pattern?: string;
  /** What the refusal of a text that does not fit the pattern says of it. Absent for `after` and `include`. */
  readonly must?: string;
}

export interface WholeNumber {
  /** The default. Null: the parameter is required. */
  readonly otherwise: number | null;
  /** Absent: 1. */
  readonly least?: number;
  /** Larger numbers count as this one. */
  readonly most?: number;
  /** Larger numbers are refused. */
  readonly maximum?: number;
}

export interface BodyForm {
  readonly holds: {
    (body: unknown): boolean;
    errors?: readonly BodyFault[] | null;
  };
  /** The member names of each object, by JSON pointer. */
  readonly members: Readonly<Partial<Record<string, readonly string[]>>>;
}

/** An error from a validator of ajv. */
export interface BodyFault {
  /** JSON pointer. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly missingProperty?: string; readonly type?: string | readonly string[] };
}

export type Routes<D extends Declarations> = { readonly [O in keyof D]: OperationRoute };

/** The means of an API's operations, with the request. */
export type Called<M> = M & { readonly ctx: RequestContext };

/** A valid request for the declaration `D`. `M` is the means of its API. */
export type Call<M, D> = Called<M> & {
  /** The decoded values of the path's `{names}`. */
  readonly parameters: Readonly<Record<D extends Declaration ? ParametersOf<D["path"]> : never, string>>;
  readonly query: QueryOf<D>;
  readonly body: BodyOf<D>;
  /** If-Match: of what has versions. */
  readonly match: string | undefined;
};

/** Does not compile where an operation lacks a handler, or an answer has another shape than declared. */
export type Handlers<M, D extends Declarations> = {
  readonly [O in keyof D]: (call: Call<M, D[O]>) => Promise<AnswerOf<D[O]>>;
};

/** What operations on webhooks need. */
export interface WebhookMeans extends Pick<WebhookAdministration, "sealer" | "readUrl"> {
  /** Starts the sender for messages that are due now. Absent: the sender runs by schedule only. Never throws. */
  wakeSender?(): Promise<unknown>;
}

/** What operations on portal links and sessions need. */
interface PortalSessionMeans {
  /** Address of the portal's first page. */
  readonly url: string;
  sessionsOf(orgId: OrgId): PortalSessionStore;
}

/** What operations on tokens need. */
export interface TokenMeans {
  readonly administration: Administration;
  tenantUrlOf(slug: string): string;
}

/** What operations of the admin API need. */
export interface AdminMeans extends TokenMeans {
  readonly resolveTxt: ResolveTxt;
  /** Absent: the deployment has no webhooks. */
  readonly webhooks: WebhookMeans | undefined;
  /** Absent: the deployment has no portal. */
  readonly portal: PortalSessionMeans | undefined;
}

/** What operations on all of an org's users and teams need. */
export interface MaintenanceMeans {
  /** Who calls, as stored and logged. */
  readonly actor: string;
  /** The org of the path. @throws ScimError 404 */
  org(): Promise<OrgRecord>;
}
