/** The one list of routes. The stack wires it, the local server serves it, the infra test compares it with the template. */
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

export interface Route {
  /** As API Gateway writes it: `{name}` is one segment, `{name+}` the rest. More specific routes win whatever their order. */
  readonly path: string;
  /** Every method goes to the function, which answers 405 with `Allow` itself. */
  readonly function: FunctionName;
  /** `iam`: API Gateway verifies a SigV4 signature. `none`: the function checks the org token. */
  readonly auth: "none" | "iam";
  /** Takes what no other route does, for whichever function it may be meant. */
  readonly rest?: true;
}

export const ROUTES: readonly Route[] = [
  { path: "/scim/v2/{orgName}/Users", function: "users", auth: "none" },
  { path: "/scim/v2/{orgName}/Users/{id}", function: "users", auth: "none" },
  { path: "/scim/v2/{orgName}/Groups", function: "groups", auth: "none" },
  { path: "/scim/v2/{orgName}/Groups/{id}", function: "groups", auth: "none" },
  { path: "/scim/v2/{orgName}/Bulk", function: "bulk", auth: "none" },
  { path: "/scim/v2/{orgName}/.search", function: "search", auth: "none" },
  { path: "/scim/v2/{orgName}/oauth/token", function: "oauth", auth: "none" },
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
