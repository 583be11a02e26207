import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createMemoryStore } from "../../functions/memory/store.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { races } from "./races.ts";

describe.each(["memory", "dynoxide"])("on the %s store", (kind) => {
  let target: Target;
  let close: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    if (kind === "memory") {
      target = inProcessTarget(kind, testEndpoint(createMemoryStore()), 1);
      return;
    }
    const database = await dynoxideStore();
    close = database.close;
    target = inProcessTarget(kind, testEndpoint(database.store), 1);
  });

  afterAll(() => close());

  for (const check of races()) {
    test(check.name, async () => expect(await check.run(target)).toEqual([]));
  }
});
