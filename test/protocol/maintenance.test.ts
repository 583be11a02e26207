import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { MAINTENANCE_ROUTES } from "../../functions/edge/maintenanceRoutes.ts";
import type { OrgId, Store } from "../../functions/provisioning/ports.ts";
import { type Ask, documented } from "../support/documented.ts";
import { makeGroup, makeUsers } from "../support/records.ts";
import { type Running, STORE_KINDS } from "../support/storeKinds.ts";

test("every route is below the one path that leads to this function", () => {
  for (const { path } of MAINTENANCE_ROUTES) expect(path).toMatch(/^orgs\/\{org\}\/data\/./);
});

describe.each(STORE_KINDS)("an org's data in $kind", ({ start }) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let running: Running;
  let store: Store;
  let ask: Ask;

  beforeAll(async () => {
    running = await start();
    ({ store } = await running.fresh());
    ask = documented(store, lines);
  });
  afterAll(() => running.stop());

  async function newOrg(org: string): Promise<OrgId> {
    const made = await ask("POST", "orgs", { org, admins: ["1", "2"] });
    return String(made.json.id) as OrgId;
  }

  test("is counted on both sides", async () => {
    const id = await newOrg("counted");
    const session = store.begin();
    const users = await makeUsers(session.directory(id).users, 3);
    await makeGroup(session.directory(id).groups, 1, [String(users[0]?.id)]);
    await makeUsers(session.unmanaged(id).users, 2, 100);
    expect(await ask("GET", "orgs/counted/data/totals")).toEqual({
      status: 200,
      json: { managed: { users: 3, groups: 1 }, unmanaged: { users: 2, groups: 0 } },
    });
    expect(lines.at(-1)).toMatchObject({
      type: "maintenance.request",
      op: "data.getTotals",
      org: "counted",
      status: 200,
    });
  });

  test("of an org that does not exist is 404, and an unknown path or method is said to be one", async () => {
    await newOrg("known");
    expect((await ask("GET", "orgs/nobody/data/totals")).status).toBe(404);
    expect((await ask("GET", "orgs/known/data/nothing")).json.detail).toMatch(/has no such path/);
    expect((await ask("POST", "orgs/known/data/totals", {})).json.detail).toMatch(/takes GET/);
  });

  test("is shown to nobody without a verified signature", async () => {
    await newOrg("unsigned");
    expect((await ask("GET", "orgs/unsigned/data/totals", undefined, { userArn: "" })).status).toBe(403);
  });
});
