import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { foldLines } from "../../functions/provisioning/journal/foldLines.ts";
import { Database } from "../../functions/store/database.ts";
import { JournalStore, type SpanTotals } from "../../functions/store/journal.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Table } from "../../functions/store/table.ts";
import { accessTo } from "../support/localStore.ts";
import { PlainTable } from "../support/plainTable.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { ACME, OTHER } from "../support/records.ts";

const RUNS = amountOf("journals");
const BEGIN = Date.parse("2026-01-02T03:04:05.000Z");
const SOON = BEGIN + 3_600_000;

type Line = Readonly<Record<string, unknown>>;

const request = fc
  .record({
    orgId: fc.constantFrom(ACME, OTHER),
    minutes: fc.integer({ min: 0, max: 25 }),
    ms: fc.constantFrom(0, 1),
    what: fc.constantFrom(
      { method: "GET", op: "users.list", status: 200 },
      { method: "POST", op: "users.search", status: 200 },
      { method: "POST", op: "users.create", status: 201, resource: "User" },
      {
        method: "POST",
        op: "users.create",
        status: 400,
        detailCode: "value.workEmail",
        attributes: ["emails", "invented"],
      },
      { method: "PATCH", op: "groups.members", status: 204, skippedMembers: 2, resource: "Group" },
      { method: "GET", op: "users.get", status: 401, detailCode: "token.revoked" },
      { method: "PUT", op: "users.replace", status: 503, detailCode: "busy.storage" },
      {
        method: "POST",
        op: "bulk.run",
        status: 200,
        statuses: { 201: 3, 409: 1 },
        codes: { "uniqueness.userName": 1 },
      },
      { type: "oauth.request", method: "POST", op: "oauth.token", status: 200 },
      { type: "org.massChange", kind: "users", lost: 30, roster: 90 },
    ),
  })
  .map(({ orgId, minutes, ms, what }): Line => {
    const ts = new Date(BEGIN + minutes * 60_000 + ms).toISOString();
    return { type: "scim.request", idp: "entra", ...what, orgId, ts };
  });

const foreign = fc.constantFrom<unknown>(
  null,
  7,
  "START RequestId",
  [],
  { type: "admin.request", orgId: ACME },
  { type: "scim.request", op: "users.list", status: 200, ts: "2026-01-02T03:04:05.000Z", ref: "a" },
  { type: "scim.request", orgId: "acme", op: "users.list", status: 200, ts: "2026-01-02T03:04:05.000Z", ref: "a" },
  { type: "scim.request", orgId: ACME, op: "Ada Lovelace", status: 200, ts: "2026-01-02T03:04:05.000Z", ref: "a" },
  { type: "scim.request", orgId: ACME, op: "users.list", status: 200, ts: "yesterday", ref: "a" },
);

/** Lines, each in one of some batches, and in which order these come: each at least once. */
const delivery = fc
  .record({
    requests: fc.array(request, { minLength: 1, maxLength: 40 }),
    others: fc.array(foreign, { maxLength: 5 }),
    batches: fc.integer({ min: 1, max: 6 }),
    cut: fc.infiniteStream(fc.nat()),
    again: fc.array(fc.nat(), { maxLength: 6 }),
    turn: fc.nat(),
  })
  .map(({ requests, others, batches, cut, again, turn }) => {
    const lines = [...requests.map((line, n): unknown => ({ ...line, ref: `ref${n}` })), ...others];
    const parts = Array.from({ length: batches }, (): unknown[] => []);
    for (const line of lines) parts[(cut.next().value ?? 0) % batches]?.push(line);
    const order = [...again, ...parts.keys(), ...again].map((part) => parts[part % batches] ?? []);
    return { lines, deliveries: order.map((part, n) => ((n + turn) % 2 === 0 ? part : part.toReversed())) };
  });

/** As the function does and as the local server does, in turn. */
async function deliver(table: Table, batches: readonly (readonly unknown[])[]): Promise<void> {
  const database = new Database(accessTo(table));
  for (const [n, lines] of batches.entries()) {
    const folded = foldLines(lines);
    const add = n % 2 === 0 ? "add" : "addTogether";
    await Promise.all(Array.from(folded.batches, ([orgId, batch]) => new JournalStore(database, orgId)[add](batch)));
  }
}

async function journalOf(table: Table, orgId: OrgId) {
  const store = new JournalStore(new Database(accessTo(table)), orgId);
  return {
    done: (await store.entries("done", { limit: 100 }, SOON)).entries,
    troubled: (await store.entries("troubled", { limit: 100 }, SOON)).entries,
    spans: summed(await store.spans("2026-01-01T00:00:00.000Z", SOON)),
    contact: await store.contact(),
    skippedIn: await store.skippedIn(100, SOON),
    massChanges: await store.massChanges(100, SOON),
  };
}

test(`lines in any order, in any batches and however often make the journal that they make once; seed ${SEED}`, async () => {
  const law = fc.asyncProperty(delivery, async ({ lines, deliveries }) => {
    const [once, often] = [new PlainTable(), new PlainTable()];
    await deliver(once, [lines]);
    await deliver(often, deliveries);
    for (const orgId of [ACME, OTHER]) {
      const journal = await journalOf(often, orgId);
      expect(journal).toEqual(await journalOf(once, orgId));
      expect(journal).toMatchObject(expected(lines, orgId));
    }
  });
  await fc.assert(law, { numRuns: RUNS, seed: SEED });
});

/** Several items share a span. */
function summed(spans: readonly SpanTotals[]) {
  return Array.from(
    Map.groupBy(spans, ({ start }) => start),
    ([start, some]) => {
      const sum = (name: Exclude<keyof SpanTotals, "start">) => some.reduce((total, one) => total + one[name], 0);
      return {
        start,
        reads: sum("reads"),
        writes: sum("writes"),
        refused: sum("refused"),
        failed: sum("failed"),
        skipped: sum("skipped"),
      };
    },
  );
}

/** Counted without batches. */
function expected(lines: readonly unknown[], orgId: OrgId) {
  const ours = lines
    .filter(
      (line): line is Line =>
        typeof line === "object" && line !== null && "ref" in line && /^ref/.test(String(line.ref)),
    )
    .filter((line) => line.orgId === orgId);
  const requests = ours.filter(({ type }) => type !== "org.massChange");
  const isRead = ({ method, op }: Line) => method === "GET" || op === "users.search" || op === "oauth.token";
  const listed = requests.filter((line) => Number(line.status) >= 400 || !isRead(line));
  const troubled = listed.filter(
    ({ op, status }) => Number(status) >= 400 || op === "bulk.run" || op === "groups.members",
  );
  const places = (some: readonly Line[]) =>
    some
      .map(({ ts, ref }) => `${ts}#${ref}`)
      .sort((a, b) => (a.slice(0, 24) === b.slice(0, 24) ? (a < b ? -1 : 1) : a < b ? 1 : -1));
  const shown = (some: readonly Line[]) =>
    places(some).map((place) => ({ at: place.slice(0, 24), ref: place.slice(25) }));
  const spans = Array.from(
    Map.groupBy(requests, ({ ts }) => String(ts).slice(0, 15)),
    ([start, some]) => ({
      start,
      reads: some.filter((line) => Number(line.status) < 400 && isRead(line)).length,
      writes: some.filter((line) => Number(line.status) < 400 && !isRead(line)).length,
      refused: some.filter(({ status }) => Number(status) >= 400 && Number(status) < 500).length,
      failed: some.filter(({ status }) => Number(status) >= 500).length,
      skipped: 2 * some.filter(({ op }) => op === "groups.members").length,
    }),
  );
  return {
    troubled: shown(troubled),
    done: shown(listed.filter((line) => !troubled.includes(line))),
    spans: spans.sort((a, b) => (a.start < b.start ? -1 : 1)),
    massChanges: shown(ours.filter(({ type }) => type === "org.massChange")),
  };
}
