import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynoxideTarget } from "../../support/dynoxideTarget.ts";
import { rows } from "../rows/rows.ts";
import { replays } from "./replays.ts";

let target: Awaited<ReturnType<typeof dynoxideTarget>>;
beforeAll(async () => {
  target = await dynoxideTarget();
});
afterAll(() => target.close());

for (const check of [...replays(), ...rows]) {
  test(`on DynamoDB, ${check.name}`, async () => {
    expect(await check.run(target)).toEqual([]);
  });
}
