import type { Administration } from "../../provisioning/changeOrg.ts";
import type { ResolveTxt } from "../../provisioning/domains.ts";
import type { WebhookAdministration } from "../../provisioning/webhooks/endpoints.ts";
import type { OrgId } from "../../store/keys.ts";
import type { PortalSessionStore } from "../../store/portalSessions.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { RequestContext } from "../requestContext.ts";
import type { AnswerOf, BodyOf, Declaration, Declarations, ParametersOf, QueryOf } from "./declarations/declaration.ts";

/** What `npm run generate` makes of a declaration for run time: http/generated. */
export interface OperationRoute {
  readonly method: Declaration["method"];
  /** Below the API's root: `orgs/{org}`. */
  readonly path: string;
  /** 200 unless it says so. */
  readonly status?: number;
  readonly query?: Readonly<Record<string, DeclaredParameter>>;
  readonly body?: BodyForm;
}

export interface DeclaredParameter {
  readonly whole?: WholeNumber;
  readonly pattern?: string;
}

export interface WholeNumber {
  /** Null: it has to be given. */
  readonly otherwise: number | null;
  /** Absent: 1. */
  readonly least?: number;
  /** Larger ones count as this. */
  readonly most?: number;
  /** Larger ones are refused. */
  readonly maximum?: number;
}

export interface BodyForm {
  readonly holds: {
    (body: unknown): boolean;
    errors?: readonly BodyFault[] | null;
  };
  /** The names of the members of each object, by its JSON pointer. */
  readonly members: Readonly<Partial<Record<string, readonly string[]>>>;
}

/** An error of a validator that ajv made. */
export interface BodyFault {
  /** JSON pointer. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly missingProperty?: string; readonly type?: string | readonly string[] };
}

export type Routes<D extends Declarations> = { readonly [O in keyof D]: OperationRoute };

/** Of every request what all operations of an API work with. */
export type Called<M> = M & { readonly ctx: RequestContext };

/** One request that may be made, as the declaration `D` says: `means` is what its API works with. */
export type Call<M, D> = Called<M> & {
  /** The values of the `{names}` of the path, decoded. */
  readonly parameters: Readonly<Record<D extends Declaration ? ParametersOf<D["path"]> : never, string>>;
  readonly query: QueryOf<D>;
  readonly body: BodyOf<D>;
  /** If-Match: of what has versions. */
  readonly match: string | undefined;
};

/** An operation without a handler, or a handler whose answer has another shape, does not compile. */
export type Handlers<M, D extends Declarations> = {
  readonly [O in keyof D]: (call: Call<M, D[O]>) => Promise<AnswerOf<D[O]>>;
};

/** What webhooks are made with. */
export interface WebhookMeans extends Pick<WebhookAdministration, "sealer" | "readUrl"> {
  /** Has sent what is due now. Absent: it goes when a sender comes by itself. Never throws. */
  wakeSender?(): Promise<unknown>;
}

/** What links to the portal are made with. */
export interface PortalSessionMeans {
  /** Of its first page. */
  readonly url: string;
  sessionsOf(orgId: OrgId): PortalSessionStore;
}

/** What the operations on tokens work with. */
export interface TokenMeans {
  readonly administration: Administration;
  tenantUrlOf(slug: string): string;
}

/** What the operations on orgs work with. */
export interface AdminMeans extends TokenMeans {
  readonly resolveTxt: ResolveTxt;
  /** Absent: the deployment has none. */
  readonly webhooks: WebhookMeans | undefined;
  /** The same of the portal. */
  readonly portal: PortalSessionMeans | undefined;
}

/** What the operations on all of an org's users and teams work with. */
export interface MaintenanceMeans {
  /** Who asks, as kept and logged. */
  readonly actor: string;
  /** The org of the path. @throws ScimError 404 */
  org(): Promise<OrgRecord>;
}
