import { expect, test } from "@jest/globals";
import { RoleMaterializer } from "../../functions/provisioning/roles/materialize.ts";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { type Batch, createClient } from "../../lib/client/index.ts";
import { Chance } from "../simulation/world.ts";
import { fetchOver, IN_PROCESS_URL } from "../support/clientOver.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { accessTo } from "../support/localStore.ts";
import { loggedStore } from "../support/logWriter.ts";
import { SEED } from "../support/proof.ts";
import { orgIdOf } from "../support/records.ts";
import { putRoles, role } from "../support/roles.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

/** Of each user, as a copy keeps them. */
type Row = readonly [roles: unknown, rolesVersion: number];

const HISTORIES = 5;
const STEPS = 25;

/** Members come and go, the worker looks late or never in between, and the copy asks whenever it likes. */
async function play(seed: number): Promise<void> {
  const chance = new Chance(seed);
  const { table, store, log } = loggedStore();
  const target = inProcessTarget("memory", testEndpoint(store), 1);
  const org = await target.org();
  const orgId = orgIdOf(org.token.split("_")[1] ?? "");
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await org.request({ method, path, body });
    expect(answer.status).toBeLessThan(300);
    return String(at(answer.json, "id"));
  };
  const patch = (path: string, op: Record<string, unknown>) =>
    send("PATCH", path, { schemas: [PATCH_OP], Operations: [op] });
  const users: string[] = [];
  for (const userName of ["ann", "bob", "cyd"]) {
    const emails = [{ value: `${userName}@acme.example`, type: "work" }];
    users.push(await send("POST", "/Users", { schemas: [USER_SCHEMA], userName, emails }));
  }
  const teams: string[] = [];
  for (const displayName of ["Admins", "Editors"]) {
    teams.push(await send("POST", "/Groups", { schemas: [GROUP_SCHEMA], displayName }));
  }
  await putRoles(accessTo(table), orgId, [role("admin", { keepOne: true }), role("editor"), role("viewer")], {
    mappings: teams.map((team, n) => ({ team, role: n === 0 ? "admin" : "editor", priority: 1 })),
    defaultRole: "viewer",
  });

  const look = async () => {
    const looks = new RoleMaterializer(store.begin(), orgId, () => undefined);
    const stamp = { at: new Date().toISOString(), tokenId: "test", reference: "test" };
    expect((await looks.lookAt(users, () => stamp)).failed).toEqual(new Map());
  };

  const key = await target.admin("POST", "/app-keys", { scope: "directory.read", expiresInDays: 30 });
  const client = createClient({
    url: IN_PROCESS_URL,
    key: String(at(key.json, "secretKey")),
    fetch: fetchOver(target),
    retries: 0,
  });
  const copy = new Map<string, Row>();
  let cursor: string | undefined;
  const apply = ({ changes, cursor: next }: Batch<"roles">) => {
    for (const change of changes) {
      if (change.type === "user.put") copy.set(change.user.id, [change.user.roles, change.user.rolesVersion]);
      if (change.type === "user.delete") copy.delete(change.id);
    }
    cursor = next;
  };
  const sync = () => client.sync({ org: org.slug, fields: ["roles"], cursorStore: { read: () => cursor }, apply });

  for (let step = 0; step < STEPS; step += 1) {
    const [user = "", team = ""] = [users[chance.below(users.length)], teams[chance.below(teams.length)]];
    const what = chance.below(6);
    if (what === 0) await patch(`/Groups/${team}`, { op: "add", path: "members", value: [{ value: user }] });
    else if (what === 1) await patch(`/Groups/${team}`, { op: "remove", path: `members[value eq "${user}"]` });
    else if (what === 2) await patch(`/Users/${user}`, { op: "replace", path: "active", value: chance.below(2) === 0 });
    else if (what === 3) await look();
    else if (what === 4) await log();
    else await sync();
  }
  await look();
  await log();
  expect(await sync()).toMatchObject({ outcome: "upToDate" });
  const { json } = await target.directory("GET", `/orgs/${org.slug}/users?fields=roles,rolesVersion`);
  const listed = at(json, "users");
  const expected = (Array.isArray(listed) ? listed : []).map((one) => [
    at(one, "id"),
    [at(one, "roles"), at(one, "rolesVersion")],
  ]);
  expect({ seed, copy: Object.fromEntries(copy) }).toEqual({ seed, copy: Object.fromEntries(expected) });
  expect(copy.size).toBe(users.length);
}

test("a copy that sync keeps has the roles that were written last, whenever it asked and whatever was under way", async () => {
  for (let count = 0; count < HISTORIES; count += 1) await play(SEED + count);
});
