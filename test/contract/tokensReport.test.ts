import { beforeEach, describe, expect, test } from "@jest/globals";
import { tokenCommands } from "../../bin/rollcall/tokenCommands.ts";
import { tokensReportHandler } from "../../functions/http/tokensReport.ts";
import { LISTED_TOKENS } from "../../functions/store/keys.ts";
import type { OrgRecord } from "../../functions/store/records.ts";
import type { Store } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import type { TokenRecord } from "../../functions/store/tokenRecords.ts";
import { documented } from "../support/documented.ts";
import { duringTests } from "../support/duringTests.ts";
import { checkLogLine } from "../support/logLines.ts";
import { orgIdOf, orgRecord, STAMP, tokenRecord } from "../support/records.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { STORE_KINDS } from "../support/storeKinds.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const NOW = Date.parse("2026-06-01T12:00:00.000Z");
const DAY = 86_400_000;
const inDays = (days: number) => new Date(NOW + days * DAY).toISOString();

describe.each(STORE_KINDS)("the report of tokens over $kind", ({ start }) => {
  let store: Store;
  let lines: Readonly<Record<string, unknown>>[];
  let tokens = 0;

  const running = duringTests(start);
  beforeEach(async () => {
    ({ store } = await running().fresh());
    lines = [];
  });

  const endpoint = () => ({
    ...testEndpoint(store, (line) => {
      checkLogLine(line);
      lines.push(line);
    }),
    now: () => NOW,
  });
  const report = () =>
    tokensReportHandler(endpoint())({}, { awsRequestId: "request-1", getRemainingTimeInMillis: () => 28_000 });

  async function org(
    n: number,
    made: readonly Partial<TokenRecord>[],
    more: Partial<OrgRecord> = {},
  ): Promise<string[]> {
    const id = orgIdOf(`Org${String(n).padStart(5, "0")}`);
    const record = orgRecord(id, `org-${n}`, more);
    const settings = new SettingsStore(store.begin().database);
    await settings.createOrg(record, STAMP);
    const records = made.map((one) => {
      tokens += 1;
      return tokenRecord(id, tokens, { id: String(tokens).padStart(12, "t"), createdAt: inDays(-1), ...one });
    });
    await settings.save(record, record, records, STAMP);
    return records.map((one) => one.id);
  }

  test("names the soonest end, the longest disuse, and each token that somebody should look at", async () => {
    await org(1, [{ expiresAt: inDays(200.5) }, {}]);
    const [soon, unused] = await org(2, [{ expiresAt: inDays(12.5) }, { createdAt: inDays(-45.5) }]);
    const [secret] = await org(3, [{ kind: "client", expiresAt: inDays(29.9), createdAt: inDays(-100) }]);
    await org(4, [{ createdAt: inDays(-300) }]);
    await store
      .begin()
      .markUsed(
        String((await new SettingsStore(store.begin().database).tokens(orgIdOf("Org00004")))[0]?.id),
        NOW - 3 * DAY,
      );
    await report();
    expect(lines.slice(0, -1)).toEqual(
      [
        {
          type: "tokens.notice",
          ts: inDays(0),
          level: "WARN",
          ver: "test",
          org: "org-2",
          tokenId: expect.any(String),
          tokenKind: "org",
          expiresInDays: 12,
        },
        {
          type: "tokens.notice",
          ts: inDays(0),
          level: "WARN",
          ver: "test",
          org: "org-2",
          tokenId: expect.any(String),
          tokenKind: "org",
          unusedDays: 45,
        },
        {
          type: "tokens.notice",
          ts: inDays(0),
          level: "WARN",
          ver: "test",
          org: "org-3",
          tokenId: secret,
          tokenKind: "client",
          expiresInDays: 29,
          unusedDays: 100,
        },
      ]
        .sort((a, b) => (a.org < b.org ? -1 : 1))
        .map((line) => expect.objectContaining(line)),
    );
    expect(
      lines
        .slice(0, -1)
        .map(({ tokenId }) => tokenId)
        .sort(),
    ).toEqual([soon, unused, secret].sort());
    expect(lines.at(-1)).toMatchObject({
      type: "tokens.report",
      level: "INFO",
      orgs: 4,
      tokens: 6,
      notices: 3,
      TokenDaysToExpiry: 12,
      TokenDaysSinceUse: 45,
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: "Rollcall",
            Dimensions: [[]],
            Metrics: [{ Name: "TokenDaysToExpiry" }, { Name: "TokenDaysSinceUse" }],
          },
        ],
      },
    });
  });

  test("passes over what no longer counts: revoked, expired, superseded, retired, and orgs about to be purged", async () => {
    await org(1, [
      { revokedAt: inDays(-2), createdAt: inDays(-90) },
      { expiresAt: inDays(-1), createdAt: inDays(-90) },
      { epoch: 0, createdAt: inDays(-90) },
    ]);
    const [old, fresh] = await org(2, [{ createdAt: inDays(-90) }, { createdAt: inDays(-2) }]);
    const settings = new SettingsStore(store.begin().database);
    const record = await settings.orgBySlug("org-2");
    if (record === undefined) throw new Error("the org is there");
    const [listed] = (await settings.tokens(record.id)).filter(({ id }) => id === old);
    if (listed === undefined) throw new Error("the token is listed");
    expect(await settings.save(record, record, [{ ...listed, retiredBy: fresh }], STAMP)).toBe("saved");
    await store.begin().markUsed(String(fresh), NOW);
    await org(3, [{ createdAt: inDays(-90) }], { deletion: { since: inDays(-1), reason: "over" } });
    await report();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ orgs: 3, tokens: 1, notices: 0, TokenDaysSinceUse: 0 });
    expect(lines[0]).not.toHaveProperty("TokenDaysToExpiry");
  });

  test("of no org at all is a line without numbers to alarm on", async () => {
    await report();
    expect(lines).toEqual([expect.objectContaining({ type: "tokens.report", orgs: 0, tokens: 0, notices: 0 })]);
    expect(lines[0]).not.toHaveProperty("_aws");
  });

  test("goes through all orgs page by page, by hand as by itself", async () => {
    await Promise.all(Array.from({ length: 130 }, (_, n) => org(100 + n, n === 129 ? [{ expiresAt: inDays(5) }] : [])));
    await report();
    expect(lines.at(-1)).toMatchObject({ orgs: 130, tokens: 1, notices: 1, TokenDaysToExpiry: 5 });
    const ask = documented(store, [], "admin", () => NOW);
    const first = (await ask("GET", "tokens-report")).json;
    expect(first).toMatchObject({ orgs: 100, tokens: 0, daysToExpiry: null, daysSinceUse: null, next: "org-199" });
    expect((await ask("GET", `tokens-report?after=${first.next}`)).json).toMatchObject({
      orgs: 30,
      tokens: 1,
      next: null,
    });
    expect((await ask("GET", "tokens-report?after=%00")).status).toBe(400);
    const typed = await rollcallOver(endpoint(), tokenCommands)("token", "report");
    expect(typed).toMatchObject({
      code: 0,
      err: "Live tokens, client secrets and trusts of 130 organizations: 1; 1 to look at.\n",
    });
    expect(typed.out).toMatch(/^ORG +ID +KIND +EXPIRES IN +UNUSED FOR\norg-229 +\w+ +token +5 days *\n$/);
  });

  test("that breaks off says so, tells no number, and is asked for again", async () => {
    await org(1, [{ expiresAt: inDays(5) }]);
    const failing: Store = {
      begin: () => {
        const session = store.begin();
        const query = session.database.query.bind(session.database);
        session.database.query = async (pk, range) => {
          if (range?.prefix === LISTED_TOKENS) throw new Error("secret words");
          return query(pk, range);
        };
        return session;
      },
    };
    await expect(
      tokensReportHandler({ ...endpoint(), store: failing })(
        {},
        { awsRequestId: "r", getRemainingTimeInMillis: () => 28_000 },
      ),
    ).rejects.toThrow("broke off");
    expect(lines).toEqual([
      expect.objectContaining({ type: "tokens.report", level: "ERROR", cause: expect.anything() }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/TokenDays|secret words/);
  });

  test("that passed over damaged items names what it can, then them, and fails", async () => {
    await org(1, [{ expiresAt: inDays(5) }]);
    await org(2, [{ expiresAt: inDays(5) }]);
    const [token] = await org(3, [{ expiresAt: inDays(5) }, { expiresAt: inDays(6) }]);
    const damaged = [`C#${orgIdOf("Org00001")} META`, `C#${orgIdOf("Org00003")} T#${token}`];
    const { database } = store.begin();
    for (const [pk = "", sk = ""] of damaged.map((key) => key.split(" ")))
      await database.write([{ update: { pk, sk }, set: { d: "[]" } }]);
    await expect(report()).rejects.toThrow("broke off");
    expect(lines).toMatchObject([
      { type: "tokens.notice", org: "org-2" },
      { type: "tokens.notice", org: "org-3" },
      { type: "tokens.report", level: "ERROR", orgs: 2, tokens: 2, damagedItems: damaged },
    ]);
    expect(lines[2]).not.toHaveProperty("TokenDaysToExpiry");
  });
});
