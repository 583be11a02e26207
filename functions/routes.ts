/** The functions of every deployment. */
export type FunctionName =
  | "users"
  | "groups"
  | "bulk"
  | "search"
  | "oauth"
  | "discovery"
  | "admin"
  | "maintenance"
  | "directory";

/** Functions of a deployment with application keys. Each has its own role, so that IAM separates reading, changing and administering. */
type ApplicationFunction = "appRead" | "appWrite" | "appAdmin";

/** Functions of a deployment with the portal: `portal` reads, `portalAdmin` changes what portal sessions may change. */
type PortalFunction = "portal" | "portalAdmin";

export type RoutedFunction = FunctionName | ApplicationFunction | PortalFunction;

export interface Route<F extends RoutedFunction = RoutedFunction> {
  /** In API Gateway's syntax: `{name}` is one segment, `{name+}` the rest. The more specific route wins, in any order. */
  readonly path: string;
  /** Absent: every method that no other route of this path takes. The function itself answers 405 with `Allow`. */
  readonly method?: "GET";
  readonly function: F;
  /**
   * `iam`: API Gateway verifies a SigV4 signature. `none`: the function checks the org token. `key`: the function checks the
   * application key. `session`: the function checks the portal session, except for the pages' own code.
   */
  readonly auth: "none" | "iam" | "key" | "session";
  /** For this route alone, besides the limit of its function: requests a second, and burst. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
  /** True: the route takes every path that no other route takes, whichever function the client meant. */
  readonly rest?: true;
}

/** The routes of every deployment. The stack wires them, the local server serves them, an infra test compares them. */
export const ROUTES: readonly Route<FunctionName>[] = [
  { path: "/scim/v2/{orgName}/Users", function: "users", auth: "none" },
  { path: "/scim/v2/{orgName}/Users/{id}", function: "users", auth: "none" },
  { path: "/scim/v2/{orgName}/Groups", function: "groups", auth: "none" },
  { path: "/scim/v2/{orgName}/Groups/{id}", function: "groups", auth: "none" },
  { path: "/scim/v2/{orgName}/Bulk", function: "bulk", auth: "none" },
  { path: "/scim/v2/{orgName}/.search", function: "search", auth: "none" },
  { path: "/scim/v2/{orgName}/oauth/token", function: "oauth", auth: "none" },
  { path: "/.well-known/oauth-authorization-server/scim/v2/{orgName}", function: "oauth", auth: "none" },
  { path: "/scim/v2/{orgName}/ServiceProviderConfig", function: "discovery", auth: "none" },
  { path: "/scim/v2/{orgName}/ResourceTypes", function: "discovery", auth: "none" },
  { path: "/scim/v2/{orgName}/ResourceTypes/{id}", function: "discovery", auth: "none" },
  { path: "/scim/v2/{orgName}/Schemas", function: "discovery", auth: "none" },
  { path: "/scim/v2/{orgName}/Schemas/{id}", function: "discovery", auth: "none" },
  { path: "/scim/v2/{orgName}/Me", function: "discovery", auth: "none" },
  { path: "/scim/v2/{orgName}", function: "search", auth: "none" },
  // This route also gets …/acme//Users, so its function may write users and groups: see http/anyAddress.ts.
  { path: "/scim/v2/{orgName}/{proxy+}", function: "bulk", auth: "none", rest: true },
  { path: "/{proxy+}", function: "bulk", auth: "none", rest: true },
  { path: "/admin/v1/{proxy+}", function: "admin", auth: "iam" },
  // Each prefix of a data path is a route too. API Gateway falls back to a shorter `{proxy+}` route for some paths only.
  { path: "/admin/v1/orgs", function: "admin", auth: "iam" },
  { path: "/admin/v1/orgs/{slug}", function: "admin", auth: "iam" },
  { path: "/admin/v1/orgs/{slug}/{proxy+}", function: "admin", auth: "iam" },
  { path: "/admin/v1/orgs/{slug}/data/{proxy+}", function: "maintenance", auth: "iam" },
  { path: "/directory/v1/{proxy+}", function: "directory", auth: "iam" },
];

/** Further routes of a deployment with `applicationKeys`. */
export const APPLICATION_ROUTES: readonly Route<ApplicationFunction>[] = [
  { path: "/app/v1/{proxy+}", method: "GET", function: "appRead", auth: "key" },
  { path: "/app/v1/{proxy+}", function: "appWrite", auth: "key" },
  { path: "/app/v1/admin", function: "appAdmin", auth: "key" },
  { path: "/app/v1/admin/{proxy+}", function: "appAdmin", auth: "key" },
];

/** Further routes of a deployment with the portal. */
export const PORTAL_ROUTES: readonly Route<PortalFunction>[] = [
  { path: "/portal", function: "portal", auth: "session" },
  { path: "/portal/{proxy+}", function: "portal", auth: "session" },
  { path: "/portal/v1", function: "portal", auth: "session" },
  { path: "/portal/v1/{proxy+}", function: "portal", auth: "session" },
  { path: "/portal/v1/admin", function: "portalAdmin", auth: "session" },
  // Anybody may try to redeem a link.
  { path: "/portal/v1/admin/redeem", function: "portalAdmin", auth: "session", throttle: { rate: 10, burst: 20 } },
  { path: "/portal/v1/admin/{proxy+}", function: "portalAdmin", auth: "session" },
  { path: "/console/v1/{proxy+}", function: "portal", auth: "iam" },
];

export const ALL_ROUTES: readonly Route[] = [...ROUTES, ...APPLICATION_ROUTES, ...PORTAL_ROUTES];
