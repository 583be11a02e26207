import { expect, test } from "@jest/globals";
import { rosterCount } from "../../bin/local/rosterCount.ts";
import { localStore } from "../support/localStore.ts";
import { ACME, makeUser, OTHER } from "../support/records.ts";

test("users are counted once in ten seconds for each org, however often a loss asks", async () => {
  const store = localStore();
  let time = 0;
  const count = rosterCount(store, () => time);
  const { users } = store.begin().directory(ACME);
  await makeUser(users, 1);
  expect(await count(ACME)).toBe(1);
  await makeUser(users, 2);
  time = 9_999;
  expect(await count(ACME)).toBe(1);
  expect(await count(OTHER)).toBe(0);
  time = 10_000;
  expect(await count(ACME)).toBe(2);
});
