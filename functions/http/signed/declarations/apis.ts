import { ADOPTION_OPERATIONS } from "./adoption.ts";
import { APPLICATION_KEY_OPERATIONS } from "./applicationKeys.ts";
import { DATA_OPERATIONS } from "./data.ts";
import type { Declaration, Declarations } from "./declaration.ts";
import { DIRECTORY_OPERATIONS } from "./directory.ts";
import { DOMAIN_OPERATIONS } from "./domains.ts";
import { EVENT_OPERATIONS } from "./events.ts";
import { HOLD_OPERATIONS } from "./holds.ts";
import { JOB_OPERATIONS } from "./jobs.ts";
import { LOG_OPERATIONS } from "./logs.ts";
import { MAPPING_OPERATIONS } from "./mappings.ts";
import { ORG_OPERATIONS } from "./orgs.ts";
import { PORTAL_OPERATIONS } from "./portal.ts";
import { PORTAL_ADMIN_OPERATIONS, PORTAL_ENTRY_OPERATIONS, PORTAL_SESSION_OPERATIONS } from "./portalSessions.ts";
import { PROVISIONED_OPERATIONS } from "./provisioned.ts";
import { ROLE_OPERATIONS } from "./roles.ts";
import { TOKEN_OPERATIONS } from "./tokens.ts";
import { TRUST_OPERATIONS } from "./trusts.ts";
import { WEBHOOK_OPERATIONS } from "./webhooks.ts";

/** The operations of each API. */
export const ADMIN_OPERATIONS = {
  ...ORG_OPERATIONS,
  ...TOKEN_OPERATIONS,
  ...TRUST_OPERATIONS,
  ...APPLICATION_KEY_OPERATIONS,
  ...DOMAIN_OPERATIONS,
  ...HOLD_OPERATIONS,
  ...PROVISIONED_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...PORTAL_SESSION_OPERATIONS,
  ...MAPPING_OPERATIONS,
};
export const MAINTENANCE_OPERATIONS = {
  ...DATA_OPERATIONS,
  ...ADOPTION_OPERATIONS,
  ...JOB_OPERATIONS,
  ...LOG_OPERATIONS,
};
/** Read operations of the portal's pages, for sessions and the operator console. */
export const PORTAL_READ_OPERATIONS = { ...PORTAL_ENTRY_OPERATIONS, ...PORTAL_OPERATIONS };
export const APPLICATION_OPERATIONS = { ...DIRECTORY_OPERATIONS, ...EVENT_OPERATIONS, ...ROLE_OPERATIONS };

export interface SignedApiDeclaration {
  readonly title: string;
  readonly description: string;
  /** The beginning of its paths, without a trailing slash. */
  readonly root: string;
  /** The root for requests with an application key, without a trailing slash. */
  readonly keyedRoot: string;
  /** True: no application key may call it. Absent: keys may call every operation. */
  readonly forOperators?: (operation: Declaration) => boolean;
  /** What each status means here. */
  readonly refusals: Readonly<Record<"404" | "409" | "410", string>>;
  readonly operations: Declarations;
}

const SIGNED =
  "Sign each request with AWS credentials (SigV4, service execute-api), or send an application key as a bearer token. Errors have the form of RFC 7644 section 3.12 and come as application/json; errors of API Gateway itself come as application/scim+json. Each error ends with a reference that finds the log line.";

/** The API of the portal's pages. Another function serves its changes, below `admin/`. */
export const PORTAL_API = {
  title: "Rollcall portal",
  description:
    "The requests of the portal's pages and of the embedded component. Each is for one organization, in the name of one person. The session is a cookie, or the component's bearer token; it ends after an hour at most. Errors have the form of RFC 7644 section 3.12 and end with a reference that finds the log line.",
  root: "/portal/v1",
  refusals: {
    404: "No such organization, or not yours; no such user, group, token or link.",
    409: "The state of the organization does not allow it; detail says what to do.",
    410: "The link is used, revoked or expired.",
  },
  reads: PORTAL_READ_OPERATIONS,
  /** Changes, below `admin/`. */
  changes: PORTAL_ADMIN_OPERATIONS,
} as const;

/** The published APIs. Each has a document below lib/docs. */
export const APIS = {
  admin: {
    title: "Rollcall administration",
    description: `Organizations, their SCIM tokens and webhooks, and a view of what their identity providers provisioned. ${SIGNED}`,
    root: "/admin/v1",
    keyedRoot: "/app/v1/admin",
    forOperators: ({ path }: Declaration) =>
      !path.startsWith("orgs/{org}") || path.startsWith("orgs/{org}/data/") || path === ORG_OPERATIONS.purgeOrg.path,
    refusals: {
      404: "No such organization, domain, token, team, webhook or message.",
      409: "The state of the organization does not allow it; detail says what to do.",
      410: "The cursor is no longer valid: begin again.",
    },
    operations: { ...ADMIN_OPERATIONS, ...MAINTENANCE_OPERATIONS },
  },
  directory: {
    title: "Rollcall directory",
    description: `An organization's users and teams for the application: those that an identity provider made through SCIM (managed, locked here) and the application's own. The two sides are separate: the same names may exist on both. ${SIGNED}`,
    root: "/directory/v1",
    keyedRoot: "/app/v1",
    refusals: {
      404: "No such organization, user, team or role.",
      409: "The identity provider manages the user or team, the name is taken on this side, or organizations use the role; detail says which. Nothing was changed.",
      410: "What follows the cursor cannot be read any more: take a snapshot, as detail says.",
    },
    operations: APPLICATION_OPERATIONS,
  },
} as const satisfies Readonly<Record<"admin" | "directory", SignedApiDeclaration>>;
