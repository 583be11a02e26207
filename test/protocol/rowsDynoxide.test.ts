import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynoxideTarget } from "../support/dynoxideTarget.ts";
import { OTHER_CLIENT } from "../support/proof.ts";
import { directoryRows } from "./rows/directoryRows.ts";

/** The rows that look at both sides of an org, through the client that idp/replayDynoxide.test.ts does not run them through. */
describe.each([OTHER_CLIENT])("through the client %s", (kind) => {
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
