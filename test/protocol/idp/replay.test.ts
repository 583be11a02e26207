import { expect, test } from "@jest/globals";
import { memoryTarget } from "../../support/memoryTarget.ts";
import { replays } from "./replays.ts";

const target = memoryTarget();

for (const replay of replays()) {
  test(replay.name, async () => {
    expect(await replay.run(target)).toEqual([]);
  });
}
