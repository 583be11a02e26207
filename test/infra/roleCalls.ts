import { expect } from "@jest/globals";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import type { Update } from "../../functions/store/table.ts";
import { orgIdOf } from "../support/records.ts";
import type { Target } from "../support/target.ts";
import { at } from "../support/wire.ts";

export const userNamed = (userName: string) => ({
  ...{ schemas: [USER_SCHEMA], userName, active: true },
  emails: [{ type: "work", value: `${userName}@acme.example` }],
});

/** Roles of an organization from the first mapping on: who marks, who works on them, who reads them, and who refuses others. */
export async function playRoles(
  target: Target,
  work: () => Promise<unknown>,
  write: (damage: Update) => Promise<unknown>,
): Promise<void> {
  const role = { displayName: "Editor", keepOne: true };
  expect((await target.directory("PUT", "/roles/called-editor", role)).status).toBe(200);
  const { request, slug, token } = await target.org({ preset: "open", changed: { unknownRoles: "refuse" } });
  const create = async (path: string, body: object) =>
    String(at((await request({ method: "POST", path, body })).json, "id"));
  const ada = await create("/Users", userNamed("ada"));
  const members = [{ value: ada }];
  const team = await create("/Groups", { schemas: [GROUP_SCHEMA], displayName: "Editors", members });
  const mappings = [{ team, role: "called-editor" }];
  const map = () => target.admin("PUT", `/orgs/${slug}/roles`, { mode: "union", mappings });
  expect((await map()).status).toBe(200);
  expect(await work()).toMatchObject({ type: "roles.run", level: "INFO", rolesChanged: 1 });
  const orgId = orgIdOf(token.split("_")[1] ?? "");
  await write({ update: roleKeys.holders(orgId, "called-editor"), set: { n: 7 } });
  await write({ update: roleKeys.assigned(orgId, ada), set: { f: "damaged" } });
  const repair = await target.admin("POST", `/orgs/${slug}/data/fsck`, { repair: true });
  expect(at(repair.json, "findings")).toMatchObject([{ code: "user.rolesUnreadable" }, { code: "role.holders" }]);
  expect(await work()).toMatchObject({ type: "roles.run", level: "INFO", rolesChanged: 1 });
  const unknown = { ...userNamed("bea"), roles: [{ value: "nobody-knows" }] };
  const bulk = [{ method: "POST", path: "/Users", bulkId: "1", data: unknown }];
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
  const sent: readonly (readonly [status: number, method: string, path: string, body?: object])[] = [
    [400, "POST", "/Users", unknown],
    [200, "POST", "/Bulk", { schemas, Operations: bulk }],
    [200, "GET", "/Roles"],
    [200, "GET", "/Entitlements"],
    [204, "DELETE", `/Groups/${team}`],
  ];
  for (const [status, method, path, body] of sent)
    expect([path, (await request({ method, path, body })).status]).toEqual([path, status]);
  // The last one has no team any more that gives the role, and keeps it.
  expect(await work()).toMatchObject({ type: "roles.run", level: "INFO" });
  for (const path of ["users", `users/${ada}`, "access?userName=ada"]) {
    const answer = await target.directory("GET", `/orgs/${slug}/${path}`);
    expect([path, answer.status, answer.text.includes("called-editor")]).toEqual([path, 200, true]);
  }
  expect((await target.admin("POST", `/orgs/${slug}/roles/rebuild`)).status).toBe(200);
  expect(await work()).toMatchObject({ type: "roles.run", level: "INFO", walks: 1 });
  expect((await target.admin("DELETE", `/orgs/${slug}/roles`)).status).toBe(200);
  expect(await work()).toMatchObject({ type: "roles.run", level: "INFO", rolesChanged: 1 });
  expect((await target.directory("DELETE", "/roles/called-editor")).status).toBe(200);
}

/** Removals that count, that are held, and that pass once they are released. */
export async function playHold(target: Target): Promise<void> {
  const { request, slug } = await target.org({ preset: "open", changed: { massChange: "hold" } });
  const status = async (method: string, path: string, body?: object) => (await request({ method, path, body })).status;
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
  const bulk = async (Operations: readonly object[]) =>
    (await request({ method: "POST", path: "/Bulk", body: { schemas, Operations } })).json;
  const places = Array.from({ length: 21 }, (_none, n) => ({ method: "POST", path: "/Users", bulkId: `${n}` }));
  const made = await bulk(places.map((one) => ({ ...one, data: userNamed(`p${one.bulkId}`) })));
  const ids = places.map(
    (_one, n) =>
      String(at(made, `Operations.${n}.location`))
        .split("/")
        .at(-1) ?? "",
  );
  const group = { schemas: [GROUP_SCHEMA], displayName: "All", members: ids.map((value) => ({ value })) };
  const team = String(at((await request({ method: "POST", path: "/Groups", body: group })).json, "id"));
  const remove = { op: "remove", path: "members", value: [{ value: ids[0] }] };
  const patch = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [remove] };
  expect(await status("DELETE", `/Users/${ids[0]}`)).toBe(204);
  expect(await status("PATCH", `/Groups/${team}`, patch)).toBe(200);
  expect(await status("DELETE", `/Groups/${team}`)).toBe(503);
  expect(await status("DELETE", `/Users/${ids[1]}`)).toBe(503);
  const inBulk = [{ method: "DELETE", path: `/Users/${ids[1]}` }];
  expect(at(await bulk(inBulk), "Operations.0.status")).toBe("503");
  expect((await target.admin("POST", `/orgs/${slug}/hold/release`, {})).status).toBe(200);
  expect(await status("DELETE", `/Groups/${team}`)).toBe(204);
  expect(at(await bulk(inBulk), "Operations.0.status")).toBe("204");
}
