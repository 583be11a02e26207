import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynoxideTarget } from "../../support/dynoxideTarget.ts";
import { OTHER_CLIENT, share, TABLE_CLIENT } from "../../support/proof.ts";
import { directoryRows } from "../rows/directoryRows.ts";
import { rows } from "../rows/rows.ts";
import { replays } from "./replays.ts";

// All of them run in memory (replay.test.ts, rows.test.ts): here by turns, but for those that look at both sides of an org, which
// lean on the lists and indexes of this store. Those come by turns through the other client.
const byTurns = [...replays(), ...rows.filter((row) => !directoryRows.includes(row))];

describe.each([
  { client: TABLE_CLIENT, checks: [...share(byTurns, 3, 1), ...directoryRows] },
  { client: OTHER_CLIENT, checks: share(directoryRows, 3) },
])("on DynamoDB ($client)", ({ client, checks }) => {
  let target: Awaited<ReturnType<typeof dynoxideTarget>>;
  beforeAll(async () => {
    target = await dynoxideTarget(client);
  });
  afterAll(() => target.close());

  for (const check of checks) {
    test(check.name, async () => {
      expect(await check.run(target)).toEqual([]);
    });
  }
});
