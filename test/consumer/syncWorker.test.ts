import { expect, test } from "@jest/globals";
import { LONG_MS } from "./inMemory.ts";
import { SyncWorker } from "./product/syncWorker.ts";

/** A worker whose rounds the test ends, one by one. */
function heldWorker() {
  const ends: PromiseWithResolvers<void>[] = [];
  const reports: unknown[] = [];
  const worker = new SyncWorker({
    round: () => {
      const end = Promise.withResolvers<void>();
      ends.push(end);
      return end.promise;
    },
    fallbackMs: LONG_MS,
    report: (error) => void reports.push(error),
  });
  /** The round that has begun last. */
  const current = async (): Promise<PromiseWithResolvers<void>> => {
    // A round begins in the turn of the event loop after its poke.
    await new Promise(setImmediate);
    const end = ends.at(-1);
    if (end === undefined) throw new Error("no round has begun");
    return end;
  };
  return { worker, ends, reports, current };
}

test("pokes during a round make one more, which begins after the last of them; two rounds never overlap", async () => {
  const { worker, ends, current } = heldWorker();
  const first = worker.poke();
  const one = await current();
  let isOver = false;
  const later = Promise.all([worker.poke(), worker.poke(), worker.poke()]).then(() => {
    isOver = true;
  });
  await current();
  expect(ends).toHaveLength(1);
  one.resolve();
  await first;
  const two = await current();
  expect(ends).toHaveLength(2);
  expect(isOver).toBe(false);
  two.resolve();
  await later;
  await current();
  expect(ends).toHaveLength(2);
  await worker.close();
});

test("a round that fails is reported and holds up no other one; closing waits for what is under way and begins nothing", async () => {
  const { worker, ends, reports, current } = heldWorker();
  const failing = worker.poke();
  (await current()).reject(new Error("out of reach"));
  await failing;
  expect(reports).toEqual([new Error("out of reach")]);
  void worker.poke();
  const last = await current();
  void worker.poke();
  const closing = worker.close();
  last.resolve();
  await closing;
  await worker.poke();
  expect(ends).toHaveLength(2);
});
