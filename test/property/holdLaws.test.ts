import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { mostRemovals } from "../../functions/provisioning/massChange.ts";
import { removalGuard } from "../../functions/provisioning/removalGuard.ts";
import { Effects, type Session } from "../../functions/provisioning/session.ts";
import { ScimError, userError } from "../../functions/scim/error.ts";
import { counted } from "../../functions/store/counters.ts";
import type { HeldRequest } from "../../functions/store/holds.ts";
import { type OrgRecord, StoreBusy } from "../../functions/store/records.ts";
import { createStore } from "../../functions/store/session.ts";
import { type Table, TableBusy } from "../../functions/store/table.ts";
import { PlainTable } from "../support/plainTable.ts";
import { amountOf } from "../support/proof.ts";
import { ACME } from "../support/records.ts";

const LIMITS = { percent: 20, atLeast: 4 };
const NOON = Date.parse("2026-01-02T12:00:00Z");

/** What becomes of a removal once it was let through. */
type Fate = "carriedOut" | "refusedOtherwise" | "crashes";

const removal = fc.record({
  request: fc.constantFrom<HeldRequest>("users", "groups", "members"),
  count: fc.integer({ min: 1, max: 5 }),
  fate: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fate>("carriedOut") },
    fc.constant<Fate>("refusedOtherwise"),
    fc.constant<Fate>("crashes"),
  ),
  /** Minutes after the one before. */
  after: fc.constantFrom(0, 0, 0, 0, 1, 4),
});

/** Calls wait for one another in an order of the generator's; some are lost. */
function disturbed(table: Table, scheduler: fc.Scheduler, isLost: () => boolean): Table {
  return new Proxy(table, {
    get(from, name) {
      const method: unknown = Reflect.get(from, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        if (isLost()) throw new TableBusy("conflict");
        return Reflect.apply(method, from, args);
      };
    },
  });
}

test("however removals interleave, no more than the share is let through, and no fewer than the share less what failed otherwise", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(removal, { minLength: 1, maxLength: 14 }),
      fc.integer({ min: 1, max: 60 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 19 })),
      async (scheduler, removals, roster, losses) => {
        const plain = new PlainTable();
        await createStore(plain)
          .begin()
          .database.write([
            { ...counted(createStore(plain).begin().directory(ACME).view.keys, "u00", 1), add: { nn: roster } },
          ]);
        const table = disturbed(plain, scheduler, () => losses.next().value === 0);
        let now = NOON;
        const store = createStore(table, { now: () => now, wait: async () => undefined, random: () => 0 });
        const holds: unknown[] = [];
        const guard = removalGuard({ limits: LIMITS, report: (_org, hold) => holds.push(hold) });
        const let_: { share: string; count: number; fate: Fate; at: number }[] = [];
        const refused: { share: string; count: number; at: number }[] = [];
        const run = async ({ request, count, fate }: (typeof removals)[number], index: number): Promise<void> => {
          const session = sessionOf(store.begin().directory(ACME), () => now);
          const share = request === "users" ? "users" : "members";
          const counting = guard.begin(session, request, `g${index}`);
          const at = now;
          try {
            await counting.admit(count);
          } catch (error) {
            if (error instanceof StoreBusy) return;
            if (!(error instanceof ScimError)) throw error;
            refused.push({ share, count, at });
            return;
          }
          let_.push({ share, count, fate, at });
          if (fate === "refusedOtherwise") await counting.left(userError("notFound.user", []));
        };
        // Those of one moment are under way together.
        let under: Promise<void>[] = [];
        for (const [index, one] of removals.entries()) {
          if (one.after > 0) {
            await scheduler.waitFor(Promise.all(under));
            under = [];
            now += one.after * 60_000;
          }
          under.push(run(one, index));
        }
        await scheduler.waitFor(Promise.all(under));
        const most = mostRemovals(LIMITS, roster);
        // All of it was within one hour.
        for (const share of ["users", "members"]) {
          const gone = let_.filter((one) => one.share === share && one.fate === "carriedOut");
          expect(sum(gone)).toBeLessThanOrEqual(most);
        }
        expect(holds.length).toBeLessThanOrEqual(1);
        if (refused.length > 0) expect(holds).toHaveLength(1);
        // What the first hold says is so: with what was let through before, its request went beyond.
        for (const { kind, lost, asked, limit } of holds as {
          kind: string;
          lost: number;
          asked: number;
          limit: number;
        }[]) {
          expect(limit).toBe(most);
          expect(lost + asked).toBeGreaterThan(most);
          // Nothing counted but what was let through; a call that was lost may have counted twice.
          expect(lost).toBeLessThanOrEqual(sum(let_.filter(({ share }) => share === kind)));
        }
      },
    ),
    { numRuns: amountOf("holds") },
  );
});

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}

function sessionOf(directory: Session["directory"], now: () => number): Session {
  const parts: Partial<Session> = {
    org: { id: ACME } as OrgRecord,
    directory,
    effects: new Effects(),
    usage: { calls: 0, trips: 0, rcu: 0, wcu: 0, retries: 0, conflicts: 0 },
    reference: "0123456789ab",
    tokenId: "tok123456789",
    deadline: now() + 28_000,
    now,
    wait: async () => undefined,
    randomBytes: (length) => new Uint8Array(length),
  };
  return parts as Session;
}
