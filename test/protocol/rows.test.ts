import { expect, test } from "@jest/globals";
import { memoryTarget } from "../support/memoryTarget.ts";
import { rows } from "./rows/rows.ts";

const ROWS = [
  ...Array.from({ length: 15 }, (_none, index) => `P${index + 1}`),
  ...["P16", "P17", "P19", "P21", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10"],
];

const target = memoryTarget();

for (const row of rows) {
  test(row.name, async () => {
    expect(await row.run(target)).toEqual([]);
  });
}

test("every row has a test named after it", () => {
  const named = new Set(rows.map(({ name }) => name.split(":")[0]));
  expect(ROWS.filter((row) => !named.has(row))).toEqual([]);
});
