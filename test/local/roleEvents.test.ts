import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { localTarget } from "../support/localTarget.ts";
import { at } from "../support/wire.ts";

const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
let target: Awaited<ReturnType<typeof localTarget>>;

beforeAll(async () => {
  target = await localTarget();
});
afterAll(() => target.close());

test("who joins a mapped team gets its role, and loses it with the team: each is an event with its own version", async () => {
  const org = await target.org();
  const eventsOf = async (after?: string) => {
    const query = `types=user.roles.changed&wait=20${after === undefined ? "" : `&after=${after}`}`;
    return (await target.directory("GET", `/orgs/${org.slug}/events?${query}`)).json;
  };
  await target.directory("PUT", "/roles/viewer", { displayName: "Viewer" });
  const made = await org.request({ method: "POST", path: "/Users", body: ordinaryUser("ada") });
  const value = String(at(made.json, "id"));
  const body = { schemas: [GROUP], displayName: "Readers", members: [{ value }] };
  const team = String(at((await org.request({ method: "POST", path: "/Groups", body })).json, "id"));
  const mapped = await target.admin("PUT", `/orgs/${org.slug}/roles`, {
    mode: "union",
    mappings: [{ team, role: "viewer" }],
  });
  expect(mapped.status).toBe(200);
  const given = await eventsOf();
  const viewer = { key: "viewer", sources: [{ type: "team", team }] };
  expect(at(given, "events")).toMatchObject([
    { resource: value, rolesVersion: 1, changed: ["roles"], before: { roles: [] }, after: { roles: [viewer] } },
  ]);
  expect((await org.request({ method: "DELETE", path: `/Groups/${team}` })).status).toBe(204);
  expect(at(await eventsOf(String(at(given, "next"))), "events")).toMatchObject([
    { resource: value, rolesVersion: 2, before: { roles: [viewer] }, after: { roles: [] } },
  ]);
});
