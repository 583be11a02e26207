import { describe, expect, test } from "@jest/globals";
import { amountOf, SEED } from "../support/proof.ts";
import { BREAKAGES } from "./breakages.ts";
import { seedsFrom } from "./findMistakes.ts";
import { type Done, isSerial } from "./linearize.ts";
import { simulate } from "./simulate.ts";
import { simulateParts } from "./simulateParts.ts";

/** The name contains the seed, to repeat a run: `npm run simulate -- --seed SEED --runs 1`. */
const RUNS = amountOf("simulationInJest");
const PARTS = RUNS / 4;
/** A mistake must be found within so many runs. */
const FOUND_WITHIN = 3_000;

test(`whatever comes between, a serial order explains all answers and the store keeps its promises: ${RUNS} runs from seed ${SEED}`, async () => {
  let [events, requests] = [0, 0];
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const outcome = await simulate(seed);
    if (outcome.problems.length > 0) throw new Error(`seed ${seed}: ${outcome.problems.join("\n")}`);
    events += outcome.events;
    requests += outcome.requests;
  }
  expect(requests).toBeGreaterThan(10 * RUNS);
  expect(events).toBeGreaterThan(20 * RUNS);
}, 600_000);

test(`large changes that meet end as each member's own serial order says: ${PARTS} runs from seed ${SEED}`, async () => {
  for (let seed = SEED; seed < SEED + PARTS; seed += 1) {
    const { problems } = await simulateParts(seed);
    if (problems.length > 0) throw new Error(`seed ${seed}: ${problems.join("\n")}`);
  }
}, 600_000);

test("the same seed is the same run", async () => {
  for (let seed = 1; seed < 20; seed += 1) {
    expect(await simulate(seed)).toEqual(await simulate(seed));
    expect(await simulateParts(seed)).toEqual(await simulateParts(seed));
  }
});

describe("the simulation finds it where", () => {
  /** Mistakes that are rarely found, with their last seed: the search begins there. */
  const FOUND_BY: Readonly<Record<string, number>> = {
    "a change of a user overwrites whatever came between": 197,
    "a roster is replaced although it is not the one that was read": 910,
  };
  test.each(Object.entries(BREAKAGES))("%s", async (mistake, breakage) => {
    for (const seed of seedsFrom(FOUND_BY[mistake] ?? 1, FOUND_WITHIN)) {
      if ((await simulate(seed, breakage)).problems.length > 0) return;
    }
    throw new Error(`not found within ${FOUND_WITHIN} runs`);
  });
});

describe("the simulation of large changes finds it where", () => {
  test.each([
    ["a roster is replaced although it is not the one that was read", 67],
    ["a change that met another one is answered as if it had been made", 74],
    ["one of several new members is lost", 9],
  ])("%s", async (mistake, foundBy) => {
    for (const seed of seedsFrom(foundBy, FOUND_WITHIN)) {
      if ((await simulateParts(seed, BREAKAGES[mistake])).problems.length > 0) return;
    }
    throw new Error(`not found within ${FOUND_WITHIN} runs`);
  });
});

describe("a history is serial", () => {
  /** A register: a read returns the last write. */
  const write = (value: number, asked: number, answered: number, perhaps = false): Done<number> => ({
    what: `write ${value}`,
    asked,
    answered,
    effects: () => [value],
    perhaps,
  });
  const read = (value: number, asked: number, answered: number): Done<number> => ({
    what: `read ${value}`,
    asked,
    answered,
    effects: (state) => (state === value ? [state] : []),
    perhaps: false,
  });
  const serial = (...history: Done<number>[]) => isSerial(history, 0, String);

  test("when what overlaps may be put in some order", () => {
    expect(serial(write(1, 1, 4), read(0, 2, 3), read(1, 5, 6))).toBe(true);
    expect(serial(write(1, 1, 4), read(1, 2, 3))).toBe(true);
    expect(serial(write(1, 1, 6), write(2, 2, 5), read(1, 7, 8))).toBe(true);
    expect(serial(write(1, 1, 6), write(2, 2, 5), read(2, 7, 8))).toBe(true);
  });

  test("and not when an update was lost, a read is stale, or time would run backwards", () => {
    expect(serial(write(1, 1, 2), read(0, 3, 4))).toBe(false);
    expect(serial(write(1, 1, 2), write(2, 3, 4), read(1, 5, 6))).toBe(false);
    expect(serial(write(1, 1, 8), read(1, 2, 3), read(0, 4, 5))).toBe(false);
    expect(serial(read(1, 1, 2), write(1, 3, 4))).toBe(false);
  });

  test("when what had no answer took place or did not, but not both", () => {
    expect(serial(write(1, 1, 2, true), read(0, 3, 4))).toBe(true);
    expect(serial(write(1, 1, 2, true), read(1, 3, 4))).toBe(true);
    expect(serial(write(1, 1, 2, true), read(1, 3, 4), read(0, 5, 6))).toBe(false);
  });
});
