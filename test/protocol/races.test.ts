import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createMemoryStore } from "../../functions/memory/store.ts";
import type { Store } from "../../functions/provisioning/ports.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { foundInAllOrgs } from "../support/invariants.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { races } from "./races.ts";

describe.each(["memory", "dynoxide"])("on the %s store", (kind) => {
  let target: Target;
  let store: Store;
  let close: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    if (kind === "memory") {
      store = createMemoryStore();
    } else {
      const database = await dynoxideStore();
      ({ store, close } = database);
    }
    target = inProcessTarget(kind, testEndpoint(store), 1);
  });

  afterAll(() => close());

  for (const check of races()) {
    test(check.name, async () => expect(await check.run(target)).toEqual([]));
  }

  test("fsck finds nothing after all of them", async () => expect(await foundInAllOrgs(store)).toEqual([]));
});
