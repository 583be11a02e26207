import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { StoredItem } from "../support/invariants.ts";
import type { Answer } from "../support/wire.ts";
import { type Attempt, CrashBench, contradictionsOf, essenceOf, steppedBack, WAYS, type Way } from "./crashBench.ts";
import { CRASH_CASES, type CrashCase, type CrashSetup, populate } from "./crashCases.ts";

/** More calls to the database than any of these requests makes. */
const MOST_CALLS = 300;
/** Identity providers and operators come back after a while. */
const COMES_BACK_AFTER = 60_000;

/** Whether a read was done whose answer is lost, nobody can tell: tried once, as a call that is lost before. */
const WHERE_A_READ_IS_LOST: ReadonlySet<Way> = new Set([
  "lost after it was done",
  "done after the answer",
  "done after the repetition",
]);

/** A case brought to where its request makes sense, and what becomes of it when nothing goes wrong. */
interface Prepared {
  readonly setup: CrashSetup;
  readonly template: readonly StoredItem[];
  readonly status: number;
  readonly essence: readonly string[];
}

describe("a request one of whose calls to the database is", () => {
  let bench: CrashBench;
  let current: readonly StoredItem[] = [];
  let empty: readonly StoredItem[] = [];
  const populated = new Map<number, { readonly setup: CrashSetup; readonly items: readonly StoredItem[] }>();
  const prepared = new Map<CrashCase, Prepared>();
  const points = new Map<Way, number>();
  /** Which calls of a case read, where they come in one order always. */
  const knownReads = new Map<string, Set<number>>();
  /** Calls after which a request makes no other when they fail. */
  const lastCalls = new Map<string, Set<number>>();

  beforeAll(async () => {
    bench = await CrashBench.start();
    empty = await bench.items();
    current = empty;
  });
  afterAll(() => bench.stop());

  async function back(items: readonly StoredItem[]): Promise<void> {
    await bench.restore(current, items);
    current = items;
  }

  async function look(): Promise<readonly StoredItem[]> {
    current = await bench.items();
    return current;
  }

  /** The org with its people, made once for each size of the crowd. */
  async function peopled(crowd: number) {
    const known = populated.get(crowd);
    if (known !== undefined) return known;
    await back(empty);
    const setup: CrashSetup = { ids: new Map(), people: [], lines: [] };
    await populate(bench.sound(), setup, crowd);
    const made = { setup, items: await look() };
    populated.set(crowd, made);
    return made;
  }

  async function prepare(tried: CrashCase): Promise<Prepared> {
    const known = prepared.get(tried);
    if (known !== undefined) return known;
    const { setup: shared, items } = await peopled(tried.crowd ?? 0);
    const setup: CrashSetup = { ids: new Map(shared.ids), people: shared.people, lines: [] };
    await back(items);
    await tried.prepare?.(bench.sound(), setup);
    const template = await look();
    expect(await contradictionsOf(template)).toEqual([]);
    const { status, text } = await tried.run(bench.sound(), setup);
    if (status >= 300) throw new Error(`undisturbed, the request is answered ${status} ${text}`);
    await tried.end?.(bench.sound(), setup);
    const made = { setup, template, status, essence: essenceOf(await look(), bench.now()) };
    prepared.set(tried, made);
    return made;
  }

  /** Nothing contradicts itself, no version went back, and what is gone left a trace. What nobody wrote is looked at once. */
  async function expectSound(tried: CrashCase, before: readonly StoredItem[]): Promise<readonly StoredItem[]> {
    const items = await look();
    if (areSame(items, before)) return before;
    const found = [...(await contradictionsOf(items)), ...steppedBack(before, items, tried.purges === true)];
    if (found.length > 0) expect(found).toEqual([]);
    return items;
  }

  function endedBy({ what }: CrashCase): Set<number> {
    const known = lastCalls.get(what) ?? new Set<number>();
    lastCalls.set(what, known);
    return known;
  }

  async function tryPoint(tried: CrashCase, way: Way, nth: number): Promise<ReturnType<Attempt["outcome"]>> {
    const { setup, template, status, essence } = await prepare(tried);
    await back(template);
    const attempt = bench.attempt(way, nth);
    const first = await tried.run(attempt.parties, setup);
    const writes = attempt.writesUnderWay();
    if (writes > 0) expect(writes).toBe(0);
    if (attempt.outcome() === "asLost") {
      await look();
      return "asLost";
    }
    if (way === "done after the answer") await attempt.settle();
    const between = await expectSound(tried, template);
    const partly = first.status === status && tried.partly?.(first) === true;
    if (way === "the last of its process" || first.status !== status || partly) {
      // Where nothing is called after the fault, this is at once how a call is lost whose process lives on.
      if (first.status !== status && (way !== "the last of its process" || !attempt.wentOn())) expectBusy(first);
      if (!attempt.wentOn()) endedBy(tried).add(nth);
      bench.sound().later(COMES_BACK_AFTER);
      const again = await (tried.repeat ?? tried.run)(bench.sound(), setup);
      const foreseen = [status, ...(tried.also ?? [])];
      if (!foreseen.includes(again.status)) expect(foreseen).toContain(again.status);
    }
    await tried.end?.(bench.sound(), setup);
    await attempt.settle();
    const items = await expectSound(tried, between);
    const left = essenceOf(items, bench.now());
    if (!isDeepStrictEqual(left, essence)) expect(left).toEqual(essence);
    return attempt.outcome();
  }

  describe.each(WAYS)("%s", (way) => {
    test.each(CRASH_CASES)("$what: nothing is lost, and its repetition finishes it", async (tried) => {
      const sameRun = way === "lost before it was done" ? endedBy(tried) : new Set<number>();
      const known = tried.purges === true ? knownReads.get(tried.what) : undefined;
      const reads = known ?? new Set<number>();
      knownReads.set(tried.what, reads);
      for (let nth = 1; nth <= MOST_CALLS; nth++) {
        if (sameRun.has(nth)) continue;
        if (reads.has(nth) && WHERE_A_READ_IS_LOST.has(way)) continue;
        const outcome = await tryPoint(tried, way, nth);
        if (outcome === "missed") return;
        if (outcome === "hit") points.set(way, (points.get(way) ?? 0) + 1);
        else reads.add(nth);
      }
      throw new Error("the request never came through");
    });
  });

  test.each(CRASH_CASES)("sent twice by the SDK, in $what, is taken for what it is", async (tried) => {
    const { setup, template, status, essence } = await prepare(tried);
    await back(template);
    expect((await tried.run(bench.stammering(), setup)).status).toBe(status);
    await tried.end?.(bench.sound(), setup);
    expect(essenceOf(await expectSound(tried, template), bench.now())).toEqual(essence);
  });

  test("leaves behind in the end what nothing went wrong leaves: at every call that there is", () => {
    const counts = WAYS.map((way) => points.get(way) ?? 0);
    const all = counts.reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `crashes: ${all} points, all that ${CRASH_CASES.length} requests have in ${WAYS.length} ways, runs that are alike counted once\n`,
    );
    for (const [index, way] of WAYS.entries()) process.stdout.write(`  ${way}: ${counts[index]}\n`);
    // Each request makes two calls at least, and most of them write.
    expect(all).toBeGreaterThan(10 * CRASH_CASES.length);
    for (const count of counts) expect(count).toBeGreaterThan(0);
  });
});

/** Whether the items are the same objects: a table of plain maps gives one again until it is written. */
function areSame(items: readonly StoredItem[], before: readonly StoredItem[]): boolean {
  const known = new Set(before);
  return items.length === before.length && items.every((item) => known.has(item));
}

/** Thousands of answers, and each `expect` remembers where it stands. */
function expectBusy(answer: Answer): void {
  if (answer.status === 503 && /^\d+$/.test(answer.headers["retry-after"] ?? "")) return;
  expect(answer).toMatchObject({ status: 503, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
}
