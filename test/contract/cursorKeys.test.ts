import { describe, expect, test } from "@jest/globals";
import { cursorKey } from "../../functions/store/settings.ts";
import { duringTests } from "../support/duringTests.ts";
import { ACME, OTHER } from "../support/records.ts";
import { DIRECTORY_KINDS } from "../support/storeKinds.ts";

describe.each(DIRECTORY_KINDS)("cursor keys of the $side side in $kind", ({ start, sideOf }) => {
  const running = duringTests(start);

  test("are made once, stay, and belong to one org", async () => {
    const { store, broken } = await running().fresh();
    const keyOf = (org: typeof ACME, byte: number) =>
      cursorKey(sideOf(store.begin(), org).view, new Uint8Array(32).fill(byte));
    const first = await keyOf(ACME, 1);
    expect([...first]).toEqual(Array(32).fill(1));
    expect([...(await keyOf(ACME, 2))]).toEqual([...first]);
    expect([...(await keyOf(OTHER, 3))]).toEqual(Array(32).fill(3));
    expect(await broken(ACME)).toEqual([]);
  });

  test("are one, however many ask first", async () => {
    const { store } = await running().fresh();
    const asked = Array.from({ length: 8 }, (_none, index) =>
      cursorKey(sideOf(store.begin(), ACME).view, new Uint8Array(32).fill(index)),
    );
    const texts = (await Promise.all(asked)).map((key) => Buffer.from(key).toString("hex"));
    expect(new Set(texts).size).toBe(1);
  });
});
