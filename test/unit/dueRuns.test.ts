import { expect, test } from "@jest/globals";
import { startDueRuns } from "../../bin/local/dueRuns.ts";

/** Work whose runs end when the test says so. */
function steered() {
  const ends: (() => void)[] = [];
  const failures: unknown[] = [];
  let next: () => Promise<number | undefined> = async () => undefined;
  const runs = startDueRuns({
    run: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.push(resolve);
      return promise;
    },
    next: () => next(),
    now: () => 1_000,
    failed: (error) => failures.push(error),
  });
  const onNext = (asked: typeof next): void => {
    next = asked;
  };
  return { runs, ends, failures, onNext };
}

test("a run that hangs holds up no other, four at most, and what was woken meanwhile runs when one ends", async () => {
  const { ends, runs } = steered();
  for (let woken = 0; woken < 9; woken++) runs.wake();
  expect(ends).toHaveLength(4);
  ends[2]?.();
  // As soon as it has ended.
  for (let turn = 0; ends.length < 5 && turn < 20; turn++) await Promise.resolve();
  expect(ends).toHaveLength(5);
  for (const end of ends) end();
  await runs.stop(60_000);
  expect(ends).toHaveLength(5);
});

test("it stops without a run that hangs, and begins none after", async () => {
  const { ends, runs } = steered();
  runs.wake();
  await runs.stop(1);
  runs.wake();
  expect(ends).toHaveLength(1);
  ends[0]?.();
});

test("what fails is reported, and not what fails because it was stopped", async () => {
  const { ends, failures, onNext, runs } = steered();
  onNext(async () => {
    throw new Error("busy");
  });
  runs.wake();
  ends[0]?.();
  for (let turn = 0; failures.length === 0 && turn < 20; turn++) await Promise.resolve();
  expect(failures).toEqual([new Error("busy")]);
  runs.wake();
  const stopped = runs.stop(60_000);
  ends[1]?.();
  await stopped;
  expect(failures).toHaveLength(1);
});
