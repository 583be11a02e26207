import { expect, test } from "@jest/globals";
import { decideHolders, groupClaims, type RoleClaim } from "../../../functions/provisioning/roles/decideHolders.ts";
import type { AssignedRole } from "../../../functions/store/roles/roleRecords.ts";

const direct = (key: string): AssignedRole => ({ key, sources: [{ type: "direct" }] });

/** The last of them is the one that a person gets later who gets all of them. */
const ROLES = Array.from({ length: 46 }, (_, n) => direct(`r${10 + n}`));
const LAST = "r55";

test("a role that somebody gets in a later part is kept meanwhile by its last holder", () => {
  const claims: RoleClaim[] = [
    { userId: "gains", before: [], computed: ROLES, member: true },
    { userId: "loses", before: [direct(LAST)], computed: [], member: true },
  ];
  const read = { role: LAST, count: 1, held: undefined, fence: 1, news: undefined };
  const holders = groupClaims(claims).flatMap((group) => {
    const { roles } = decideHolders(group, new Map([[LAST, read]]));
    return [...roles].flatMap(([userId, all]) => (all.some(({ key }) => key === LAST) ? [userId] : []));
  });
  expect(holders).toEqual(["loses"]);
});
