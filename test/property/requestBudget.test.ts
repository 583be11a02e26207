import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { unitsOfBody, unitsOfWork } from "../../functions/http/authenticate.ts";
import { type BudgetLimits, RequestBudget, readBudget } from "../../functions/provisioning/requestBudget.ts";
import { type Buckets, ProcessBuckets } from "../../functions/store/buckets.ts";
import { deviation, simulateBudget, writesPerRequest } from "../support/budgetSimulation.ts";

const LIMITS = { rate: 200, burst: 1_000 };
const START = Date.parse("2026-01-01T00:00:00Z");

/** One environment, or several over the same buckets, on a clock that stands still unless it is moved. */
function environments(limits: BudgetLimits, count = 1) {
  const clock = { now: START };
  const buckets = new ProcessBuckets();
  const budgets = Array.from({ length: count }, () => new RequestBudget(limits, buckets, () => 0));
  const ask = async (org = "Acme0000", units = 1, more = 0, environment = 0): Promise<number> => {
    const admission = await budgets[environment]?.admit(org, units, () => clock.now);
    if (admission?.outcome !== "admitted") return admission?.waitMs ?? Number.NaN;
    await admission.settle(more);
    return 0;
  };
  const admittedOf = async (requests: number, environment = 0): Promise<number> => {
    let admitted = 0;
    for (let n = 0; n < requests; n += 1) admitted += (await ask("Acme0000", 1, 0, environment)) === 0 ? 1 : 0;
    return admitted;
  };
  return { clock, ask, admittedOf };
}

describe("under 100 environments", () => {
  test.each([100, 150, 220, 260, 400, 1_000, 4_000])(
    "an org of %i requests a second is held to its limit to a fifth in any ten seconds, for a tenth of a write each",
    async (demand) => {
      const demandAt = () => demand;
      const run = await simulateBudget({ limits: LIMITS, environments: 100, seconds: 40, seed: 1, demandAt });
      const [lowest, highest] = deviation(run);
      expect({ lowest, highest, ok: lowest >= -0.2 && highest <= 0.2 }).toMatchObject({ ok: true });
      expect(writesPerRequest(run)).toBeLessThanOrEqual(0.1);
    },
  );

  test("an org that is far from its limit costs no write at all", async () => {
    const demandAt = () => 30;
    const run = await simulateBudget({ limits: LIMITS, environments: 100, seconds: 300, seed: 3, demandAt });
    expect(run.admitted).toEqual(run.asked);
    expect(writesPerRequest(run)).toBe(0);
  });

  test("a flood after an hour's calm is held to the limit as any other", async () => {
    const demandAt = (second: number) => (second < 600 ? 15 : 2_000);
    const run = await simulateBudget({ limits: LIMITS, environments: 100, seconds: 640, seed: 4, demandAt });
    const [lowest, highest] = deviation(run);
    expect({ lowest, highest, ok: lowest >= -0.2 && highest <= 0.2 }).toMatchObject({ ok: true });
  });
});

describe("under few environments", () => {
  test.each([
    [1, 0.5, 0],
    [1, 18, 0.005],
    [5, 18, 0.02],
    [1, 90, 0.1],
    [20, 90, 0.1],
  ])(
    "%i of them, %d requests a second cost %d writes each at most, and none is refused",
    async (count, demand, most) => {
      const demandAt = () => demand;
      const run = await simulateBudget({ limits: LIMITS, environments: count, seconds: 300, seed: 5, demandAt });
      expect(run.admitted).toEqual(run.asked);
      expect(writesPerRequest(run)).toBeLessThanOrEqual(most);
    },
  );

  test.each([1, 3, 10])("a flood on %i environments that were calm before is held to the limit", async (count) => {
    const demandAt = (second: number) => (second < 200 ? 15 : 1_000);
    const run = await simulateBudget({ limits: LIMITS, environments: count, seconds: 240, seed: 6, demandAt });
    const [lowest, highest] = deviation(run);
    expect({ lowest, highest, ok: lowest >= -0.2 && highest <= 0.2 }).toMatchObject({ ok: true });
  });

  test("environments that creep up together, none of them much, are held to the limit", async () => {
    const demandAt = (second: number) => 10 + second;
    const run = await simulateBudget({ limits: LIMITS, environments: 10, seconds: 420, seed: 7, demandAt });
    const [lowest, highest] = deviation(run);
    expect({ lowest, highest, ok: lowest >= -0.2 && highest <= 0.2 }).toMatchObject({ ok: true });
  });
});

describe("the budget of an org", () => {
  const limits = fc.record({ rate: fc.integer({ min: 1, max: 500 }), burst: fc.integer({ min: 1, max: 2_000 }) });
  /** Milliseconds between requests; a clock may be set back. */
  const pauses = fc.array(fc.integer({ min: -50, max: 2_000 }), { minLength: 1, maxLength: 200 });

  test("never lets more through in any span than the burst, what has flowed in since, and a tenth", async () => {
    await fc.assert(
      fc.asyncProperty(limits, pauses, async ({ rate, burst }, steps) => {
        const { clock, ask } = environments({ rate, burst });
        let risen = 0;
        const taken: number[] = [];
        for (const step of steps) {
          clock.now += step;
          // A clock set back and forward again lets the same span flow in twice: `risen` counts it twice as well.
          risen += Math.max(0, step);
          if ((await ask()) === 0) taken.push(risen);
        }
        const last = taken.at(-1) ?? 0;
        const most = (from: number) => 1.1 * burst + ((last - from) / 1_000) * rate + Math.min(7, burst / 100);
        expect(taken.some((from, first) => taken.length - first > Math.ceil(most(from)))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("lets the next request through after the wait that it names", async () => {
    await fc.assert(
      fc.asyncProperty(limits, async ({ rate, burst }) => {
        const { clock, ask } = environments({ rate, burst });
        let wait = 0;
        for (let n = 0; n < 1.2 * burst + 20 && wait === 0; n += 1) wait = await ask();
        expect(wait).toBeGreaterThan(0);
        clock.now += wait;
        expect(await ask()).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test("is no bar to anybody after a clock that was an hour ahead is right again", async () => {
    const { clock, admittedOf } = environments(LIMITS, 2);
    clock.now += 3_600_000;
    expect(await admittedOf(2_000)).toBeLessThan(1_200);
    clock.now -= 3_600_000;
    for (const environment of [1, 0]) expect(await admittedOf(100, environment)).toBe(100);
  });

  test("is each org's own, however many there are", async () => {
    const { ask } = environments({ rate: 1, burst: 2 });
    const waits = new Set<string>();
    for (let org = 0; org < 12_000; org += 1) {
      waits.add([await ask(`o${org}`), await ask(`o${org}`), (await ask(`o${org}`)) > 0].join());
    }
    expect([...waits]).toEqual(["0,0,true"]);
  });
});

test("pays once for a large request, however slow the table and however high the rate", async () => {
  for (const rate of [25, 200, 1_000_000]) {
    let now = START;
    let charges = 0;
    const memory = new ProcessBuckets();
    const buckets: Buckets = {
      charge: (charge) => {
        charges += 1;
        now += 900;
        return memory.charge(charge);
      },
    };
    const budget = new RequestBudget({ rate, burst: 1_000 }, buckets);
    expect((await budget.admit("Acme0000", 500, () => now)).outcome).toBe("admitted");
    // One for the request, and one beside it for those after it.
    expect(charges).toBeLessThanOrEqual(2);
  }
});

describe("work", () => {
  test("is counted by what DynamoDB charges, and a body by its bytes before any work is done", () => {
    expect([12, 20, 100, 69_840].map((wcu) => unitsOfWork({ wcu, rcu: 0 }))).toEqual([0, 1, 5, 3_492]);
    expect(unitsOfWork({ wcu: 0, rcu: 1_000 })).toBe(10);
    expect([0, 2_000, 20_480, 865_000].map(unitsOfBody)).toEqual([1, 1, 2, 105]);
  });

  test("of one bulk request that makes 69,840 writes is paid for by those that come after it", async () => {
    const { ask, admittedOf, clock } = environments(LIMITS, 2);
    expect(await ask("Acme0000", 422, 3_492 - 422)).toBe(0);
    for (const environment of [0, 1]) expect(await admittedOf(30, environment)).toBeLessThanOrEqual(8);
    // 1,000 at once and 200 a second are its due: the rest takes twelve seconds and a half.
    clock.now += 12_000;
    expect(await admittedOf(30)).toBe(0);
    clock.now += 10_000;
    expect(await admittedOf(30)).toBe(30);
  });

  test("keeps nobody waiting for longer than a minute and the time of one request", async () => {
    const { ask, clock } = environments(LIMITS, 50);
    // All of them were let in before the first one had paid.
    for (let environment = 0; environment < 50; environment += 1) await ask("Acme0000", 1, 10_000, environment);
    const wait = await ask();
    expect(wait).toBeGreaterThan(20_000);
    expect(wait).toBeLessThanOrEqual(61_000);
    clock.now += wait;
    expect(await ask()).toBe(0);
  });

  test("of large bodies that come together is refused before it is done", async () => {
    const { ask } = environments(LIMITS, 20);
    const waits: number[] = [];
    for (let environment = 0; environment < 20; environment += 1) {
      waits.push(await ask("Acme0000", 422, 0, environment));
    }
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
  });
});

test("a bucket that cannot be reached refuses nobody, is asked rarely, and is told", async () => {
  let calls = 0;
  const broken = {
    charge: async () => {
      calls += 1;
      throw new Error("the table is away");
    },
  };
  const budget = new RequestBudget(LIMITS, broken);
  let faults = 0;
  for (let n = 0; n < 10_000; n += 1) {
    const admission = await budget.admit("Acme0000", n % 100 === 0 ? 50 : 1, () => START + n * 2);
    expect(admission.outcome).toBe("admitted");
    if (admission.outcome === "admitted") faults += (await admission.settle(n % 50)).faults;
  }
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(4);
  expect(faults).toBe(calls);
});

describe("a budget as text", () => {
  const read = (text: string | undefined) => readBudget(text, new ProcessBuckets());

  test.each(["off", undefined])("%s is none", (text) => expect(read(text)).toBeUndefined());

  test("is rate and burst", async () => {
    const budget = read("1/3");
    const outcomes: (string | undefined)[] = [];
    for (let n = 0; n < 4; n += 1) outcomes.push((await budget?.admit("o", 1, () => START))?.outcome);
    expect(outcomes).toEqual(["admitted", "admitted", "admitted", "refused"]);
  });

  test.each(["", "0/5", "5", "5/0", "-1/5", "1.5/2", "on", "1/2/3"])("%j is refused", (text) => {
    expect(() => read(text)).toThrow("RATE/BURST");
  });
});
