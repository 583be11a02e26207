import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { EndpointHealth } from "../../../functions/provisioning/webhooks/health.ts";
import { nextAttempt, nextProbe } from "../../../functions/provisioning/webhooks/ladder.ts";
import type { AttemptOutcome } from "../../../functions/provisioning/webhooks/ports.ts";
import { amountOf } from "../../support/proof.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIDDLE = 0.5;
const NEW = { added: 0, leasedUntil: 0, fence: 0, failures: 0, probes: 0, notBefore: 0 };
const REFUSED: AttemptOutcome = { outcome: "failed", failure: "ConnectionRefused" };

/** In seconds, between attempts that fail at once. */
function delays(random: number, retryAfter?: number): number[] {
  const found: number[] = [];
  let [step, now] = [0, 0];
  for (;;) {
    const next = nextAttempt({ step, firstTry: 0, now, retryAfter }, random);
    if (next === undefined) return found;
    found.push((next.due - now) / 1_000);
    ({ step, due: now } = next);
  }
}

test("a message is tried eight times within a day, more or less a fifth of each wait", () => {
  expect(delays(MIDDLE)).toEqual([5, 60, 300, 1_800, 7_200, 18_000, 36_000]);
  expect(delays(0)).toEqual([4, 48, 240, 1_440, 5_760, 14_400, 28_800]);
  expect(delays(1).map(Math.round)).toEqual([6, 72, 360, 2_160, 8_640, 21_600, 43_200]);
});

test("a receiver that asks for more time raises the step, up to the last one", () => {
  expect(delays(MIDDLE, 3)).toEqual(delays(MIDDLE));
  expect(delays(MIDDLE, 600)).toEqual([1_800, 7_200, 18_000, 36_000]);
  // No sooner than it asked for, though chance would have it.
  expect(delays(0, 1_800)).toEqual([1_800, 5_760, 14_400, 28_800]);
  expect(delays(MIDDLE, 999_999)).toEqual([36_000]);
});

test("whatever comes between, a message ends: each attempt is later, higher, and within a day of the first", () => {
  const attempt = fc.record({
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    retryAfter: fc.option(fc.nat(200_000), { nil: undefined }),
    late: fc.nat(2 * DAY),
  });
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 8, maxLength: 8 }), (attempts) => {
      let [step, now] = [0, 0];
      for (const { random, retryAfter, late } of attempts) {
        const next = nextAttempt({ step, firstTry: 0, now, retryAfter }, random);
        if (next === undefined) return;
        expect(next.due).toBeGreaterThan(now);
        expect(next.step).toBeGreaterThan(step);
        expect(next.due).toBeLessThanOrEqual(DAY);
        step = next.step;
        now = next.due + late;
      }
      throw new Error("it never ends");
    }),
    { numRuns: amountOf("coreLaw") },
  );
});

test("probes come after five seconds, a minute, and then every five minutes", () => {
  expect([1, 2, 3, 4, 99].map((failed) => nextProbe(failed, MIDDLE) / 1_000)).toEqual([5, 60, 300, 300, 300]);
});

test("four messages that fail in a row make an endpoint fail; one message that fails often does not", () => {
  const health = new EndpointHealth(NEW);
  const fails = (message: string, now: number, before?: number) =>
    health.failed({ message, began: now - 500, before }, now, MIDDLE);
  fails("a", 1_000, 400);
  for (let n = 2; n < 9; n += 1) fails("a", n * 1_000, n * 1_000 - 1_500);
  fails("b", 9_000);
  fails("c", 10_000);
  expect(health.isFailing).toBe(false);
  // Another visit: a message that was tried before, but never since anything arrived.
  const later = new EndpointHealth({ ...NEW, ...health.health });
  later.failed({ message: "d", began: 10_500, before: 499 }, 11_000, MIDDLE);
  expect(later.isFailing).toBe(true);
  expect(later.health).toMatchObject({ failingSince: 500, lastFailure: 11_000, notBefore: 16_000 });
  later.failed({ message: "a", began: 15_500, before: 7_500 }, 16_000, MIDDLE);
  expect(later.health.notBefore).toBe(76_000);
  later.succeeded(77_000);
  expect(later.isFailing).toBe(false);
  expect(later.health).toEqual({ lastSuccess: 77_000, lastFailure: 16_000, failures: 0, probes: 0, notBefore: 0 });
});

test("410 disables at once, any failure five days after the first one since the last success", () => {
  const health = new EndpointHealth(NEW);
  health.failed({ message: "a", began: 0, before: undefined }, 0, MIDDLE);
  expect(health.reasonToDisable({ outcome: "answered", status: 410 }, 0)).toBe("gone");
  expect(health.reasonToDisable(REFUSED, 5 * DAY - 1)).toBeUndefined();
  expect(health.reasonToDisable({ outcome: "answered", status: 302 }, 5 * DAY)).toBe("failing");
  health.succeeded(5 * DAY);
  health.failed({ message: "a", began: 5 * DAY, before: undefined }, 5 * DAY, MIDDLE);
  expect(health.reasonToDisable(REFUSED, 6 * DAY)).toBeUndefined();
});
