import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { BOTH_TARGETS, type ClosingTarget } from "../support/dynoxideTarget.ts";
import { amountOf } from "../support/proof.ts";
import { at, connect, type Tenant } from "../support/wire.ts";

/** Requests under way at any time, and how many before and after the change. */
const LANES = 20;
const REQUESTS = amountOf("requestsAroundRotation");

describe.each(BOTH_TARGETS)("tokens change under load %s", (_name, open) => {
  let target: ClosingTarget;
  beforeAll(async () => {
    target = await open();
  });
  afterAll(() => target.close());

  const change = async (tenant: Tenant, way: string, wishes = {}): Promise<Tenant> => {
    const { status, json } = await target.admin("POST", `/orgs/${tenant.slug}/tokens/${way}`, wishes);
    expect(status).toBe(201);
    return connect(target.transport, { ...tenant, token: String(at(json, "secretToken")) });
  };
  const ask = async (tenant: Tenant): Promise<number> =>
    (await tenant.request({ method: "GET", path: '/Users?filter=userName eq "nobody"' })).status;

  /** A client that keeps so many requests under way until `work` says that there are enough. */
  async function keepAsking(lanes: number, work: (sent: number) => Promise<boolean>): Promise<void> {
    let sent = 0;
    const lane = async (): Promise<void> => {
      while (await work(sent++));
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  test.each([
    ["for its overlap", LANES, {}],
    // Whatever still presents the old one then is refused: right for a client that sends one request after the other.
    ["until the new one is used", 1, { onFirstUse: true }],
  ])(
    "a rotation lets the old token live %s: of a client that changes over midway, %d at a time, no request fails",
    async (_how, lanes, wishes) => {
      const before = await target.org();
      let current = before;
      const statuses: number[] = [];
      await keepAsking(lanes, async (sent) => {
        if (sent === REQUESTS / 2) current = await change(before, "rotate", { overlapSeconds: 3600, ...wishes });
        statuses.push(await ask(current));
        return statuses.length < REQUESTS;
      });
      expect(current).not.toBe(before);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      expect(statuses.length).toBeGreaterThanOrEqual(REQUESTS);
    },
  );

  test("the old token is refused after the answer to the first request with the new one, and not before", async () => {
    const before = await target.org();
    const after = await change(before, "rotate", { onFirstUse: true });
    for (let asked = 0; asked < LANES; asked++) expect(await ask(before)).toBe(200);
    expect(await ask(after)).toBe(200);
    const statuses = await Promise.all(Array.from({ length: LANES }, () => ask(before)));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(await ask(after)).toBe(200);
    const { json } = await target.admin("GET", `/orgs/${before.slug}/tokens`);
    // Made within one millisecond they come in any order.
    expect([at(json, "tokens.0.status"), at(json, "tokens.1.status")].sort()).toEqual(["live", "retired"]);
    // No overlap is under way any more.
    expect((await target.admin("POST", `/orgs/${before.slug}/tokens/rotate`)).status).toBe(201);
  });

  test("after the answer to regenerate no request with an old token succeeds", async () => {
    const before = await target.org();
    let answered = false;
    let [earlier, late] = [0, 0];
    const lateSuccesses: number[] = [];
    await keepAsking(LANES, async (sent) => {
      if (sent === REQUESTS / 2) {
        await change(before, "regenerate");
        answered = true;
      }
      const begunLate = answered;
      const status = await ask(before);
      if (!begunLate) earlier++;
      else {
        late++;
        if (status !== 401) lateSuccesses.push(status);
      }
      return late < REQUESTS;
    });
    expect(earlier).toBeGreaterThan(0);
    expect(lateSuccesses).toEqual([]);
  });
});
