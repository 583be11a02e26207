import { beforeAll, describe, expect, test } from "@jest/globals";
import { matchRoute } from "../../bin/local/matchRoute.ts";
import { PORTAL_OPERATIONS } from "../../functions/http/signed/declarations/portal.ts";
import { ROUTES } from "../../functions/routes.ts";
import { localTable } from "../support/localStore.ts";
import { OPERATIONS } from "./calls/operations.ts";
import type { Law } from "./growth/law.ts";
import { PAGE_CALLS } from "./growth/portalCalls.ts";
import { SCIM_CALLS } from "./growth/scimCalls.ts";
import { SIGNED_LAWS } from "./growth/signedLaws.ts";
import { type Cost, everyCost, type Size, worldOf } from "./growth/world.ts";

/** `npm run bench -- growth` prints the same up to 100,000. */
const SMALL: Size = { users: 10, groups: 10, members: 10 };
const LARGE: Size = { users: 1_000, groups: 300, members: 900 };
const MORE: Size = { users: 990, groups: 290, members: 890 };

const LAWS: ReadonlyMap<string, Law> = new Map([
  ...SIGNED_LAWS,
  ...[...SCIM_CALLS, ...PAGE_CALLS].map(({ name, law }) => [name, law] as const),
]);

describe("what a call costs in an org a hundred times as large", () => {
  let small: ReadonlyMap<string, Cost>;
  let large: ReadonlyMap<string, Cost>;
  beforeAll(async () => {
    small = await everyCost(await worldOf(SMALL, localTable()));
    large = await everyCost(await worldOf(LARGE, localTable()));
  });

  test("every operation of the APIs has a law, and so has every route of SCIM that reads the table", () => {
    expect([...OPERATIONS.keys()].filter((name) => !LAWS.has(name))).toEqual([]);
    const routes = new Set(
      SCIM_CALLS.map(({ path }) => matchRoute(ROUTES, `/scim/v2/acme${path.split("?")[0]}`)?.route),
    );
    const missing = ROUTES.filter((route) => route.path.startsWith("/scim/") && !route.rest && !routes.has(route));
    expect(missing.map(({ path }) => path)).toEqual([]);
    const asked = new Set(PAGE_CALLS.map(({ operation }): string => operation));
    expect(Object.keys(PORTAL_OPERATIONS).filter((name) => !asked.has(name))).toEqual([]);
  });

  test("no page of the portal writes", () => {
    expect(PAGE_CALLS.filter(({ name }) => large.get(name)?.wcu !== 0).map(({ name }) => name)).toEqual([]);
  });

  test.each([...LAWS])("%s keeps its law", (name, law) => {
    const [before, after] = [small.get(name), large.get(name)];
    if (before === undefined || after === undefined) throw new Error(`${name} was not called`);
    const [calls, rcu] = law.bound({ ...MORE, returned: Math.max(0, after.returned - before.returned) });
    const bound = { calls: before.calls + calls, rcu: before.rcu + rcu, wcu: before.wcu };
    const kept = after.calls <= bound.calls && after.rcu <= bound.rcu && after.wcu <= bound.wcu;
    expect({ law: law.says, bound, before, after, kept }).toMatchObject({ kept: true });
  });
});
