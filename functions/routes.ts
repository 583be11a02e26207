/** The list of routes that every deployment has. The stack wires it, the local server serves it, the infra test compares it with the template. */
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

/** Where applications come with keys. Three functions, so that the role of each is the wall: to read, to change, to administer. */
export type ApplicationFunction = "appRead" | "appWrite" | "appAdmin";

/** The portal: one function that reads, and one that changes what its sessions may change. */
export type PortalFunction = "portal" | "portalAdmin";

export type RoutedFunction = FunctionName | ApplicationFunction | PortalFunction;

export interface Route<F extends RoutedFunction = RoutedFunction> {
  /** As API Gateway writes it: `{name}` is one segment, `{name+}` the rest. More specific routes win whatever their order. */
  readonly path: string;
  /** Absent: every method that no other route of the path takes. The function answers 405 with `Allow` itself. */
  readonly method?: "GET";
  readonly function: F;
  /**
   * `iam`: API Gateway verifies a SigV4 signature. `none`: the function checks the org token. `key`: it checks the application key.
   * `session`: it checks the portal's session, wherever more is answered than the pages' own code.
   */
  readonly auth: "none" | "iam" | "key" | "session";
  /** Of this route alone, beside what holds for its function: requests a second, and burst. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
  /** Takes what no other route does, for whichever function it may be meant. */
  readonly rest?: true;
}

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
  // Also …/acme//Users, so it goes where users and groups may be written: http/anyAddress.ts.
  { path: "/scim/v2/{orgName}/{proxy+}", function: "bulk", auth: "none", rest: true },
  { path: "/{proxy+}", function: "bulk", auth: "none", rest: true },
  { path: "/admin/v1/{proxy+}", function: "admin", auth: "iam" },
  // Each step towards the data is a route as well: API Gateway shall not have to go back to the one above, which it does
  // for some paths and not for others.
  { path: "/admin/v1/orgs", function: "admin", auth: "iam" },
  { path: "/admin/v1/orgs/{slug}", function: "admin", auth: "iam" },
  { path: "/admin/v1/orgs/{slug}/{proxy+}", function: "admin", auth: "iam" },
  { path: "/admin/v1/orgs/{slug}/data/{proxy+}", function: "maintenance", auth: "iam" },
  { path: "/directory/v1/{proxy+}", function: "directory", auth: "iam" },
];

/** Those of a deployment with `applicationKeys`, beside the others. */
export const APPLICATION_ROUTES: readonly Route<ApplicationFunction>[] = [
  { path: "/app/v1/{proxy+}", method: "GET", function: "appRead", auth: "key" },
  { path: "/app/v1/{proxy+}", function: "appWrite", auth: "key" },
  { path: "/app/v1/admin", function: "appAdmin", auth: "key" },
  { path: "/app/v1/admin/{proxy+}", function: "appAdmin", auth: "key" },
];

/** Those of a deployment with the portal, beside the others. */
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
