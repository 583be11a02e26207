import { describe, expect, test } from "@jest/globals";
import { wordingOf } from "../../../lib/portal/app/wording.ts";
import { chartBars, type HourOfTraffic, scaleTop } from "../../../lib/portal/pages/health/chartShape.ts";
import { findingsOf, type HealthFacts, shareWords } from "../../../lib/portal/pages/health/findings.ts";
import { en } from "../../../lib/portal/texts/en.ts";

const NOW = "2026-03-03T12:00:00.000Z";
const hour = (wishes: Partial<HourOfTraffic> = {}): HourOfTraffic => ({
  hour: NOW,
  reads: 0,
  writes: 0,
  refused: 0,
  failed: 0,
  ...wishes,
});

describe("bars of requests per hour", () => {
  test("stand in the chart, from the bottom up, as high as the scale says", () => {
    const [first, second] = chartBars([hour({ reads: 30, writes: 10, refused: 60 }), hour({ failed: 50 })], 100, 200);
    expect(first?.parts).toEqual([
      { kind: "done", y: 120, height: 80 },
      { kind: "refused", y: 0, height: 120 },
    ]);
    expect(second?.parts).toEqual([{ kind: "failed", y: 100, height: 100 }]);
    expect([first?.x, second?.x]).toEqual([1.5, 51.5]);
  });

  test("one request is seen beside thousands, and nothing leaves the chart", () => {
    const [bar] = chartBars([hour({ reads: 9999, refused: 1, failed: 1 }), hour({ reads: 10_000 })], 100, 100);
    expect(bar?.parts.map(({ kind }) => kind)).toEqual(["done", "refused", "failed"]);
    for (const { y, height } of bar?.parts ?? []) {
      expect(height).toBeGreaterThan(2);
      expect(y).toBeGreaterThanOrEqual(0);
    }
    expect(chartBars([], 100, 100)).toEqual([]);
    expect(chartBars([hour()], 100, 100)).toEqual([{ x: 1.5, width: 97, parts: [] }]);
  });

  test("the scale ends at a round number", () => {
    expect([0, 1, 3, 7, 10, 11, 99, 2001].map(scaleTop)).toEqual([1, 1, 5, 10, 10, 20, 100, 5000]);
  });
});

describe("what somebody should look at", () => {
  const facts = (health: Partial<HealthFacts["health"]> = {}, unsolved = 0): HealthFacts => ({
    unsolved,
    replaced: new Set(),
    idp: "Okta",
    health: {
      now: NOW,
      contact: { at: "2026-03-03T11:00:00.000Z", idp: "okta", op: "users.list", status: 200, ref: "r" },
      hours: [hour({ reads: 100 })],
      expiring: [],
      skippedMembers: 0,
      skippedIn: [],
      massChanges: [],
      ...health,
    },
  });
  const names = (of: HealthFacts) =>
    findingsOf(of, en.health, wordingOf("en")).map(({ name, tone }) => `${tone} ${name}`);
  const lastBy = (idp: string) => ({ at: "2026-03-02T11:59:59.000Z", idp, op: "users.list", status: 200, ref: "r" });

  test("is nothing where all is well", () => {
    expect(names(facts())).toEqual([]);
  });

  test("is each thing once, the gravest first", () => {
    const bad = facts(
      {
        hours: [hour({ reads: 10, refused: 30, failed: 2 })],
        expiring: [
          { id: "t", kind: "token", description: "", expiresAt: "2026-03-05T12:00:00.000Z" },
          { id: "s", kind: "clientSecret", description: "x", expiresAt: "2026-03-25T12:00:00.000Z" },
        ],
        skippedMembers: 3,
        massChanges: [{ at: NOW, kind: "users", count: 42, ofUsers: 100 }],
      },
      2,
    );
    expect(names(bad)).toEqual([
      "bad failing",
      "bad problems",
      "bad expiring-t",
      "warn expiring-s",
      "warn skipped",
      `warn mass-${NOW}-users`,
    ]);
    expect(shareWords(bad, en.health, wordingOf("en"))).toContain("76.2% of 42 requests");
  });

  test("a trust, which no page of the portal can replace, sends the reader to the provider of the product", () => {
    const expiring = (["clientSecret", "trust"] as const).map((kind) => ({
      id: kind,
      kind,
      description: "",
      expiresAt: "2026-03-05T12:00:00.000Z",
    }));
    const found = findingsOf(facts({ expiring }), en.health, wordingOf("en"));
    expect(found.map(({ text }) => text)).toEqual([en.health.expiringText, en.health.expiringTrustText]);
  });

  test("a token whose successor is in use may end", () => {
    const expiring = [{ id: "t", kind: "token", description: "", expiresAt: "2026-03-05T12:00:00.000Z" }] as const;
    expect(names(facts({ expiring }))).toEqual(["bad expiring-t"]);
    expect(names({ ...facts({ expiring }), replaced: new Set(["t"]) })).toEqual([]);
  });

  test("a quiet day is a fault only of a provider that comes by itself", () => {
    expect(names(facts({ contact: lastBy("entra") }))).toEqual(["warn quiet"]);
    expect(names(facts({ contact: lastBy("google") }))).toEqual(["warn quiet"]);
    expect(names(facts({ contact: lastBy("okta") }))).toEqual(["info quiet"]);
  });

  test("many refusals are one even where each cause is solved, of the last day alone", () => {
    const busy = Array.from({ length: 48 }, (_none, index) => hour(index < 24 ? { refused: 50 } : { reads: 5 }));
    expect(names(facts({ hours: busy }))).toEqual([]);
    expect(names(facts({ hours: [...busy.slice(24), hour({ refused: 9, reads: 1 })] }))).toEqual(["warn share"]);
  });
});
