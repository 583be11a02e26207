import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynoxideTarget } from "../support/dynoxideTarget.ts";
import { directoryRows } from "./rows/directoryRows.ts";

/** The rows that look at both sides of an org, on the store whose lists and indexes they lean on. */
describe.each(["sdk", "signed"] as const)("through the client %s", (kind) => {
  let target: Awaited<ReturnType<typeof dynoxideTarget>>;

  beforeAll(async () => {
    target = await dynoxideTarget(kind);
  });
  afterAll(() => target.close());

  for (const row of directoryRows) {
    test(row.name, async () => {
      expect(await row.run(target)).toEqual([]);
    });
  }
});
