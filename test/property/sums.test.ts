import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Sums } from "../../functions/store/inspection/sums.ts";
import { present } from "../support/records.ts";

/** Few ids, so that texts meet under one beginning. */
const FOUND = fc.array(fc.tuple(fc.constantFrom("uAb1", "uAb2", "gAb3", "uZz4", "u009"), fc.string()), {
  maxLength: 30,
});

test("nothing is left of what two walks found alike, in whatever order, and however often they were put down in between", () => {
  const law = fc.property(FOUND, fc.nat(), (found, turn) => {
    let sums = new Sums();
    for (const [id, text] of found) sums.add(id, text);
    const start = found.length === 0 ? 0 : turn % found.length;
    for (const [id, text] of [...found.slice(start), ...found.slice(0, start)]) {
      sums = present(Sums.read(`${sums}`));
      sums.remove(id, text);
    }
    expect(sums.differences()).toEqual([]);
    expect(`${sums}`).toBe("");
  });
  fc.assert(law, { numRuns: 50 });
});

test("what only one walk found, or found once more, is left where its id begins, and nowhere else", () => {
  const law = fc.property(FOUND, FOUND, (added, removed) => {
    const sums = new Sums();
    const counts = new Map<string, number>();
    for (const [by, found] of [[1, added] as const, [-1, removed] as const]) {
      for (const [id, text] of found) {
        if (by === 1) sums.add(id, text);
        else sums.remove(id, text);
        const about = `${id.slice(1, 3)}${text}`;
        counts.set(about, (counts.get(about) ?? 0) + by);
      }
    }
    const differing = [...counts].filter(([, count]) => count !== 0).map(([about]) => about.slice(0, 2));
    expect(sums.differences()).toEqual([...new Set(differing)].sort());
    expect(sums.differsAt("uAb7")).toBe(differing.includes("Ab"));
  });
  fc.assert(law, { numRuns: 50 });
});
