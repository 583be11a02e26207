import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Store } from "../../functions/store/createStore.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { foundInAllOrgs } from "../support/invariants.ts";
import { localStore } from "../support/localStore.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { races } from "./races.ts";

/**
 * A thousand for each of the 32 clients where that takes seconds. On dynoxide it takes minutes:
 * `ROLLCALL_RACE_MEMBERS=32000 npm test -- test/protocol/races.test.ts`.
 */
const MEMBERS = { memory: 32_000, dynoxide: Number(process.env.ROLLCALL_RACE_MEMBERS ?? 320) };
const TIMEOUT = 120_000 + 60 * MEMBERS.dynoxide;

describe.each(["memory", "dynoxide"] as const)("on the %s store", (kind) => {
  let target: Target;
  let store: Store;
  let close: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    if (kind === "memory") {
      store = localStore();
    } else {
      const database = await dynoxideStore();
      ({ store, close } = database);
    }
    target = inProcessTarget(kind, testEndpoint(store), 1);
  });

  afterAll(() => close());

  for (const check of races(MEMBERS[kind])) {
    test(check.name, async () => expect(await check.run(target)).toEqual([]), TIMEOUT);
  }

  test("fsck finds nothing after all of them", async () => expect(await foundInAllOrgs(store)).toEqual([]), TIMEOUT);
});
