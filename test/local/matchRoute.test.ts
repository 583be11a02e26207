import { describe, expect, test } from "@jest/globals";
import { matchRoute } from "../../bin/local/matchRoute.ts";
import { ROUTES } from "../../functions/routes.ts";

describe("routing", () => {
  test.each([
    ["/scim/v2/acme/Users", "/scim/v2/{orgName}/Users", { orgName: "acme" }],
    ["/scim/v2/acme/Users/", "/scim/v2/{orgName}/Users", { orgName: "acme" }],
    ["/scim/v2/acme/Users/u1", "/scim/v2/{orgName}/Users/{id}", { orgName: "acme", id: "u1" }],
    ["/scim/v2/acme/Users/u1/", "/scim/v2/{orgName}/Users/{id}", { orgName: "acme", id: "u1" }],
    ["/scim/v2/acme/Users/u1/emails", "/scim/v2/{orgName}/{proxy+}", { orgName: "acme", proxy: "Users/u1/emails" }],
    ["/scim/v2/acme/users", "/scim/v2/{orgName}/{proxy+}", { orgName: "acme", proxy: "users" }],
    ["/scim/v2/acme/Groups/g1", "/scim/v2/{orgName}/Groups/{id}", { orgName: "acme", id: "g1" }],
    ["/scim/v2/acme/Schemas/urn:x:y", "/scim/v2/{orgName}/Schemas/{id}", { orgName: "acme", id: "urn:x:y" }],
    ["/scim/v2/acme/", "/scim/v2/{orgName}", { orgName: "acme" }],
    ["/scim/v2/acme", "/scim/v2/{orgName}", { orgName: "acme" }],
    ["/scim/v2/acme//Users", "/scim/v2/{orgName}/{proxy+}", { orgName: "acme", proxy: "/Users" }],
    ["/scim/v2", "/{proxy+}", { proxy: "scim/v2" }],
    ["/anything", "/{proxy+}", { proxy: "anything" }],
    ["/admin/v1/remains/Ab12Cd34", "/admin/v1/{proxy+}", { proxy: "remains/Ab12Cd34" }],
    ["/admin/v1/orgs", "/admin/v1/orgs", {}],
    ["/admin/v1/orgs/acme", "/admin/v1/orgs/{slug}", { slug: "acme" }],
    ["/admin/v1/orgs/data/tokens", "/admin/v1/orgs/{slug}/{proxy+}", { slug: "data", proxy: "tokens" }],
    ["/admin/v1/orgs/acme/data", "/admin/v1/orgs/{slug}/{proxy+}", { slug: "acme", proxy: "data" }],
    ["/admin/v1/orgs/acme/data/x/y", "/admin/v1/orgs/{slug}/data/{proxy+}", { slug: "acme", proxy: "x/y" }],
    ["/admin/v1", "/{proxy+}", { proxy: "admin/v1" }],
    ["/scim/v2/a%2Fb/Users", "/scim/v2/{orgName}/Users", { orgName: "a%2Fb" }],
  ])("%s goes to %s", (path, template, parameters) => {
    const match = matchRoute(ROUTES, path);
    expect(match?.route.path).toBe(template);
    expect(match?.parameters).toEqual(parameters);
  });

  test("nothing covers the root", () => {
    expect(matchRoute(ROUTES, "/")).toBeUndefined();
  });

  test("the order of the list does not matter", () => {
    const paths = ["/scim/v2/acme/Users", "/scim/v2/acme/Users/u1", "/scim/v2/acme", "/admin/v1/x", "/x"];
    const backwards = [...ROUTES].reverse();
    for (const path of paths) expect(matchRoute(backwards, path)).toEqual(matchRoute(ROUTES, path));
  });
});
