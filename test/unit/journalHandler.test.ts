import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { readLogDelivery } from "../../functions/bus/logDelivery.ts";
import { journalHandler } from "../../functions/http/journal.ts";
import { Database } from "../../functions/store/database.ts";
import { JournalStore } from "../../functions/store/journal.ts";
import { type Table, TableBusy } from "../../functions/store/table.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { checkLogLine } from "../support/logLines.ts";
import { ACME, OTHER } from "../support/records.ts";

const AT = "2026-01-02T03:04:05.678Z";
const NOW = Date.parse("2026-01-02T03:04:06.000Z");

const line = (ref: string, orgId: string, status: number) =>
  JSON.stringify({
    type: "scim.request",
    ts: AT,
    ref,
    orgId,
    method: "DELETE",
    op: "users.delete",
    status,
    idp: "okta",
  });

const MB = 1024 * 1024;

function delivery(messages: readonly unknown[], messageType = "DATA_MESSAGE") {
  const logEvents = messages.map((message, n) => ({ id: String(n), timestamp: NOW, message }));
  return packed(
    JSON.stringify({ messageType, owner: "1", logGroup: "g", logStream: "s", subscriptionFilters: [], logEvents }),
  );
}

const packed = (text: string) => ({ awslogs: { data: gzipSync(text).toString("base64") } });

/** With so many MB of whitespace behind it, which change nothing but its length. */
function padded({ awslogs: { data } }: ReturnType<typeof packed>, megabytes: number) {
  const some = gzipSync(" ".repeat(MB));
  const parts = [Buffer.from(data, "base64"), ...Array.from({ length: megabytes }, () => some)];
  return { awslogs: { data: Buffer.concat(parts).toString("base64") } };
}

function begun(table: Table = localTable()) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const log = (one: Readonly<Record<string, unknown>>): void => {
    checkLogLine(one);
    lines.push(one);
  };
  const open = () => new Database(accessTo(table));
  const handler = journalHandler({
    open,
    readDelivery: readLogDelivery,
    now: () => NOW,
    log,
    version: "1",
    initMs: 20,
  });
  const deliver = (event: ReturnType<typeof packed>) =>
    handler(event, { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 30_000 });
  const troubled = async (orgId: typeof ACME) =>
    (await new JournalStore(open(), orgId).entries("troubled", { limit: 10 }, NOW)).entries.map(({ ref }) => ref);
  return { lines, deliver, troubled };
}

test("writes what the log delivers to the journals of its orgs, and says so in one line", async () => {
  const { lines, deliver, troubled } = begun();
  await deliver(
    delivery([line("a", ACME, 404), line("b", ACME, 404), line("c", OTHER, 404), "REPORT RequestId: 1", "{"]),
  );
  await deliver(delivery([line("d", ACME, 503)]));
  expect([await troubled(ACME), await troubled(OTHER)]).toEqual([["a", "b", "d"], ["c"]]);
  expect(lines).toMatchObject([
    {
      type: "journal.batch",
      level: "INFO",
      records: 5,
      unreadable: 2,
      listed: 3,
      reads: 0,
      orgs: 2,
      cold: true,
      wcu: 13,
    },
    { records: 1, listed: 1, cold: false },
  ]);
});

test("does nothing where CloudWatch Logs only asks whether somebody is there", async () => {
  const { lines, deliver, troubled } = begun();
  await deliver(delivery([line("a", ACME, 404)], "CONTROL_MESSAGE"));
  expect(lines).toMatchObject([{ level: "INFO", records: 0, orgs: 0, wcu: 0 }]);
  expect(await troubled(ACME)).toEqual([]);
});

test.each([
  ["no gzip", { awslogs: { data: "aGVsbG8=" } }],
  ["no JSON", packed("hello")],
  ["no object", packed("[]")],
  ["no list of lines", packed('{"messageType":"DATA_MESSAGE","logEvents":7}')],
  ["more than fits", padded(delivery([line("a", ACME, 404)]), 64)],
])("fails, and says why in its line, on a delivery that is %s", async (_what, event) => {
  const { lines, deliver } = begun();
  await expect(deliver(event)).rejects.toThrow("not in the journal");
  expect(lines).toMatchObject([{ level: "ERROR", cause: { name: expect.any(String) }, records: 0 }]);
});

test("a line that says it is of another day to come is passed over: nobody who writes to the log can fix the last contact", async () => {
  const { lines, deliver, troubled } = begun();
  const ahead = line("z", ACME, 404).replace(AT, "2026-01-04T00:00:00.000Z");
  await deliver(delivery([ahead, line("a", ACME, 404)]));
  expect(await troubled(ACME)).toEqual(["a"]);
  expect(lines).toMatchObject([{ unreadable: 1, records: 2 }]);
});

test("lines of no text are passed over, and the others kept", async () => {
  const { lines, deliver, troubled } = begun();
  await deliver(delivery([7, null, { a: 1 }, line("a", ACME, 404)]));
  expect(await troubled(ACME)).toEqual(["a"]);
  expect(lines).toMatchObject([{ unreadable: 3, records: 4 }]);
});

test("fails where a journal takes nothing, after the others were written, and the same delivery heals it", async () => {
  const table = localTable();
  let down = true;
  const ailing: Table = new Proxy(table, {
    get(whole, name) {
      const value: unknown = Reflect.get(whole, name);
      if (name !== "write") return typeof value === "function" ? value.bind(whole) : value;
      return (...args: Parameters<Table["write"]>) => {
        if (down && JSON.stringify(args[0]).includes(`Y#${ACME}`)) return Promise.reject(new TableBusy("outage"));
        return whole.write(...args);
      };
    },
  });
  const { lines, deliver, troubled } = begun(ailing);
  const event = delivery([line("a", ACME, 404), line("b", OTHER, 404)]);
  await expect(deliver(event)).rejects.toThrow("not in the journal");
  expect(lines).toMatchObject([{ level: "ERROR", cause: { name: "StoreBusy" }, listed: 2 }]);
  expect([await troubled(ACME), await troubled(OTHER)]).toEqual([[], ["b"]]);
  down = false;
  await deliver(event);
  expect([await troubled(ACME), await troubled(OTHER)]).toEqual([["a"], ["b"]]);
});

test.each([
  ["reads", 200, 5],
  ["refused requests", 404, 105],
])(
  "a hundred %s of one org cost so many write units in one delivery, however often it comes",
  async (_what, status, wcu) => {
    const { lines, deliver } = begun();
    const messages = Array.from({ length: 100 }, (_none, n) =>
      line(`r${n}`, ACME, status).replace('"DELETE"', status === 200 ? '"GET"' : '"DELETE"'),
    );
    await deliver(delivery(messages));
    await deliver(delivery(messages));
    expect(lines).toMatchObject([
      { wcu, rcu: 0, retries: 0 },
      { rcu: 0, listed: status === 200 ? 0 : 100 },
    ]);
  },
);
