import { expect, test } from "@jest/globals";
import { startJournal } from "../../bin/local/localJournal.ts";
import { startServer } from "../../bin/local/server.ts";
import { JournalStore } from "../../functions/store/journal.ts";
import { createStore } from "../../functions/store/session.ts";
import { TableBusy } from "../../functions/store/table.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { localTable } from "../support/localStore.ts";
import { ACME, present } from "../support/records.ts";
import { at } from "../support/wire.ts";

const AT = "2026-01-02T03:04:05.678Z";

const line = (n: number, status: number) => ({
  type: "scim.request",
  ts: AT,
  ref: `r${n}`,
  orgId: ACME,
  idp: "okta",
  method: "GET",
  op: "users.get",
  status,
});

test("npm start keeps the journal that its portal shows, from the moment that everything is settled", async () => {
  const server = await startServer({ port: 0, org: "acme", memory: true });
  try {
    const create = (body: object) =>
      fetch(`${server.tenantUrl}/Users`, {
        method: "POST",
        headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" },
        body: JSON.stringify(body),
      });
    expect((await create(ordinaryUser("ada"))).status).toBe(201);
    expect((await create({ ...ordinaryUser("bob"), emails: [] })).status).toBe(400);
    await server.settled();
    const link = new URL(present(await server.portalLink())).hash.slice("#link=".length);
    const redeemed = await fetch(`${server.url}/portal/v1/admin/redeem`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link }),
    });
    const [cookie = ""] = (redeemed.headers.get("set-cookie") ?? "").split(";");
    const read = async (path: string) =>
      JSON.parse(
        await (await fetch(`${server.url}/portal/v1/orgs/acme/${path}`, { headers: { Cookie: cookie } })).text(),
      );
    const activity = await read("activity");
    expect(activity).toMatchObject({
      entries: [
        { outcome: "refused", code: "value.workEmail", attributes: ["emails"] },
        { outcome: "done", name: "ada@acme.example" },
      ],
    });
    expect(await read("contact")).toMatchObject({ written: { status: 201 }, refused: { status: 400 }, users: 1 });
    expect(at(await read("problems"), "problems")).toMatchObject([{ code: "value.workEmail", people: 1 }]);
  } finally {
    await server.close();
  }
});

test("what the table does not take is tried again as it was, and counts once; lines of no journal are not kept in mind", async () => {
  const table = localTable();
  let down = false;
  const ailing = new Proxy(table, {
    get(whole, name) {
      const value: unknown = Reflect.get(whole, name);
      if (name !== "write") return typeof value === "function" ? value.bind(whole) : value;
      return (...args: Parameters<typeof table.write>) =>
        down && args[0].length > 1 ? Promise.reject(new TableBusy("outage")) : whole.write(...args);
    },
  });
  const failures: unknown[] = [];
  const journal = startJournal(createStore(ailing), (error) => failures.push(error));
  const store = new JournalStore(createStore(table).begin().database, ACME);
  for (let n = 0; n < 2_500; n += 1) journal.take(line(n, 200));
  journal.take({ type: "admin.request", orgId: ACME });
  journal.take({ ...line(1, 404), orgId: undefined });
  down = true;
  await journal.settled();
  expect(failures).toHaveLength(1);
  journal.take(line(9_000, 404));
  down = false;
  await journal.settled();
  await journal.stop();
  const spans = await store.spans("2026-01-02T00:00:00.000Z", Date.parse(AT));
  const sum = (name: "reads" | "refused") => spans.reduce((total, span) => total + span[name], 0);
  expect([sum("reads"), sum("refused")]).toEqual([2_500, 1]);
  expect((await store.entries("troubled", { limit: 10 }, Date.parse(AT))).entries).toHaveLength(1);
  expect(failures).toHaveLength(1);
});

test("a second of many changes takes few calls of the table, each of which waits for the disk", async () => {
  const table = localTable();
  const calls: number[] = [];
  const counted = new Proxy(table, {
    get(whole, name) {
      const value: unknown = Reflect.get(whole, name);
      if (name !== "write") return typeof value === "function" ? value.bind(whole) : value;
      return (...args: Parameters<typeof table.write>) => {
        calls.push(args[0].length);
        return whole.write(...args);
      };
    },
  });
  const journal = startJournal(createStore(counted), (error) => {
    throw error;
  });
  for (let n = 0; n < 250; n += 1) journal.take(line(n, 404));
  await journal.stop();
  // The entries, the counts with their mark, the last contact.
  expect(calls).toEqual([100, 100, 50, 2, 1]);
  const store = new JournalStore(createStore(table).begin().database, ACME);
  expect((await store.entries("troubled", { limit: 300 }, Date.parse(AT))).entries).toHaveLength(250);
});
