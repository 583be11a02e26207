import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { RequestBudget, readBudget } from "../../functions/provisioning/requestBudget.ts";

const limits = fc.record({ rate: fc.integer({ min: 1, max: 500 }), burst: fc.integer({ min: 1, max: 2_000 }) });
/** Milliseconds between requests; a clock may be set back. */
const pauses = fc.array(fc.integer({ min: -50, max: 2_000 }), { minLength: 1, maxLength: 300 });

describe("the budget of an org", () => {
  test("never lets more through in any span than the burst and what has flowed in since", () => {
    fc.assert(
      fc.property(limits, pauses, ({ rate, burst }, steps) => {
        const budget = new RequestBudget({ rate, burst });
        let now = 1_000_000;
        let risen = 0;
        const taken: number[] = [];
        for (const step of steps) {
          now += step;
          risen += Math.max(0, step);
          if (budget.take("o", now) === 0) taken.push(risen);
        }
        // A clock set back and forward again lets the same span flow in twice: `risen` counts it twice as well.
        const last = taken.at(-1) ?? 0;
        const tooMany = taken.some((from, first) => taken.length - first > burst + ((last - from) / 1_000) * rate);
        expect(tooMany).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("lets the next request through exactly when it said it would", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 3_000 }), ({ rate, burst }, surplus) => {
        const budget = new RequestBudget({ rate, burst });
        const now = 5_000_000;
        let wait = 0;
        for (let n = 0; n < burst + surplus && wait === 0; n += 1) wait = budget.take("o", now);
        if (wait === 0) wait = budget.take("o", now);
        expect(wait).toBeGreaterThan(0);
        expect(budget.take("o", now + wait - 1)).toBeGreaterThan(0);
        expect(budget.take("o", now + wait)).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });

  test("is each org's own, however many there are", () => {
    const budget = new RequestBudget({ rate: 1, burst: 2 });
    const waits = new Set<string>();
    for (let org = 0; org < 30_000; org += 1) {
      waits.add([1, 2, 3].map(() => budget.take(`o${org}`, 0)).join());
    }
    expect([...waits]).toEqual(["0,0,1000"]);
  });
});

describe("a budget as text", () => {
  test.each(["off", undefined])("%s is none", (text) => expect(readBudget(text)).toBeUndefined());

  test("is rate and burst", () => {
    const budget = readBudget("1/3");
    expect([1, 2, 3, 4].map(() => budget?.take("o", 0))).toEqual([0, 0, 0, 1_000]);
  });

  test.each(["", "0/5", "5", "5/0", "-1/5", "1.5/2", "on", "1/2/3"])("%j is refused", (text) => {
    expect(() => readBudget(text)).toThrow("RATE/BURST");
  });
});
