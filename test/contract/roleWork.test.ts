import { expect, test } from "@jest/globals";
import { Database } from "../../functions/store/database.ts";
import { keyItem } from "../../functions/store/keys.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { accessTo } from "../support/localStore.ts";
import { ACME, idOf, LATER, OTHER, present, STAMP } from "../support/records.ts";

const [ada, ben] = [idOf("u", 1), idOf("u", 2)].sort() as [string, string];

function opened() {
  const database = new Database(accessTo());
  return { database, work: new RoleWork(database) };
}

test("a mark that was renewed meanwhile outlives the look at what it said before", async () => {
  const { work } = opened();
  await work.mark(ACME, [ada, ben, ada], STAMP);
  const { marks } = await work.of(ACME, 10);
  expect(marks.map(({ userId, stamp }) => ({ userId, stamp }))).toEqual([
    { userId: ada, stamp: STAMP },
    { userId: ben, stamp: STAMP },
  ]);
  await work.mark(ACME, [ada], LATER);
  await work.unmark(ACME, marks);
  expect((await work.of(ACME, 10)).marks).toMatchObject([{ userId: ada, stamp: LATER }]);
});

test("a walk goes on where it was, for one worker, and begins anew when it is put again", async () => {
  const { work } = opened();
  await work.walk(ACME, STAMP);
  const begun = present((await work.of(ACME, 10)).walk);
  expect(begun).toMatchObject({ after: undefined, looked: 0, changed: 0, stamp: STAMP });
  const moved = present(await work.moveWalk(ACME, begun, { after: ada, looked: 5, changed: 2 }));
  expect(await work.moveWalk(ACME, begun, { after: ada, looked: 5, changed: 2 })).toBeUndefined();
  expect((await work.of(ACME, 10)).walk).toEqual({ ...moved, after: ada, looked: 5, changed: 2 });
  await work.walk(ACME, LATER);
  expect(await work.endWalk(ACME, moved)).toBe(false);
  const anew = present((await work.of(ACME, 10)).walk);
  expect(anew).toMatchObject({ after: undefined, looked: 0, stamp: LATER });
  expect(await work.endWalk(ACME, anew)).toBe(true);
  expect(await work.orgs()).toEqual([]);
});

test("a walk is claimed by one of those who read the same, moves with the claim, and has none when it is put again", async () => {
  const { work } = opened();
  await work.walk(ACME, STAMP);
  const put = present((await work.of(ACME, 10)).walk);
  const [mine, theirs] = [1, 2].map((n) => ({ worker: `w${n}`, until: 1_000 + n }));
  const outcomes = await Promise.all([mine, theirs].map((claim) => work.claimWalk(ACME, put, present(claim))));
  expect(outcomes).toEqual([true, false]);
  const claimed = present((await work.of(ACME, 10)).walk);
  expect(claimed.claim).toEqual(mine);
  await work.moveWalk(ACME, claimed, { after: ada, looked: 1, changed: 0, claim: { worker: "w1", until: 5_000 } });
  expect((await work.of(ACME, 10)).walk).toMatchObject({ after: ada, claim: { worker: "w1", until: 5_000 } });
  expect(await work.claimWalk(ACME, claimed, present(theirs))).toBe(false);
  await work.walk(ACME, LATER);
  expect((await work.of(ACME, 10)).walk?.claim).toBeUndefined();
});

test("each org with something to do is found once, and sees nothing of others", async () => {
  const { database, work } = opened();
  await work.mark(OTHER, [ada], STAMP);
  await work.walk(OTHER, STAMP);
  await work.mark(ACME, [ada, ben], STAMP);
  expect([...(await work.orgs())].sort()).toEqual([ACME, OTHER]);
  expect((await work.of(OTHER, 10)).marks).toHaveLength(1);
  expect((await work.of(ACME, 1)).marks).toMatchObject([{ userId: ada }]);
  expect((await work.of(ACME, 10, ada)).marks).toMatchObject([{ userId: ben }]);
  await work.drop(ACME);
  expect(await work.orgs()).toEqual([OTHER]);
  await database.write([{ put: keyItem(roleKeys.org(ACME)) }]);
  const pages: string[] = [];
  for await (const page of work.orgsWithRoles()) pages.push(...page);
  expect(pages).toEqual([ACME]);
});
