import { expect, test } from "@jest/globals";
import { takingTurns } from "../../functions/store/takingTurns.ts";

/** So many pieces of work, each of which takes so many milliseconds of the clock. */
function worker(turn: ReturnType<typeof takingTurns>, clock: { now: number }, milliseconds: number) {
  const made = { done: 0 };
  const work = async (pieces: number): Promise<void> => {
    for (let n = 0; n < pieces; n++) {
      await turn();
      clock.now += milliseconds;
      made.done++;
    }
  };
  return { made, work };
}

test("short work goes on for five milliseconds before anything else has its turn", async () => {
  const clock = { now: 0 };
  const turn = takingTurns(() => clock.now);
  const { made, work } = worker(turn, clock, 1);
  let seen = -1;
  const working = work(12);
  setImmediate(() => {
    seen = made.done;
  });
  await working;
  expect(seen).toBe(5);
});

test("who has little to do gets through beside one who has much, piece by piece", async () => {
  const clock = { now: 0 };
  const turn = takingTurns(() => clock.now);
  const [much, little] = [worker(turn, clock, 20), worker(turn, clock, 20)];
  const working = much.work(100);
  await little.work(5);
  expect(much.made.done).toBeLessThanOrEqual(7);
  await working;
  expect(much.made.done).toBe(100);
});

test("many who come at once are served in parts, between which other work has its turn", async () => {
  const clock = { now: 0 };
  const turn = takingTurns(() => clock.now);
  const { made, work } = worker(turn, clock, 2);
  const all = Promise.all(Array.from({ length: 30 }, () => work(1)));
  const seen: number[] = [];
  const look = (): void => {
    seen.push(made.done);
    if (made.done < 30) setImmediate(look);
  };
  setImmediate(look);
  await all;
  expect(Math.max(...seen.slice(1).map((done, index) => done - (seen[index] ?? 0)))).toBeLessThanOrEqual(3);
});
