import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createEndpoint } from "../../functions/provisioning/webhooks/endpoints.ts";
import { notifyWebhooks } from "../../functions/provisioning/webhooks/notify.ts";
import { sendWebhooks } from "../../functions/provisioning/webhooks/send.ts";
import { Database } from "../../functions/store/database.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { feedShardOf } from "../../functions/store/eventKeys.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { duringTests } from "../support/duringTests.ts";
import { logEntry } from "../support/loggedEntries.ts";
import { ACME, orgRecord, STAMP } from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";
import { PLAIN_SECRETS, webhookAdministration } from "../support/webhooks.ts";

const START = Date.parse("2026-01-02T00:00:00.000Z");
const running = duringTests(startDynamo);

test("what messages cost: nothing without endpoints, and then by message", async () => {
  const table = dynamoTable(running().client, await running().freshTable());
  let now = START;
  const open = () => new Database({ table, now: () => now, random: () => 0.5, wait: async () => undefined });
  const costOf = async (work: (database: Database) => Promise<unknown>) => {
    const database = open();
    await work(database);
    const { rcu, wcu } = database.usage;
    return { rcu, wcu };
  };
  const shards = [feedShardOf(ACME)];
  const notify = (database: Database) => notifyWebhooks(shards, { database, now: () => now, until: now + 60_000 });
  const send = (database: Database) =>
    sendWebhooks({
      database,
      deliver: async () => ({ outcome: "answered", status: 204 }),
      secrets: PLAIN_SECRETS,
      now: () => now,
      random: () => 0.5,
      until: now + 60_000,
    });
  let n = 0;
  const log = async (count: number) => {
    for (let left = count; left > 0; left -= 1) {
      n += 1;
      await logEntry(open(), { orgId: ACME, slug: "acme", types: ["user.updated"], n });
    }
  };
  const settings = new SettingsStore(open());
  await settings.createOrg(orgRecord(ACME, "acme"), STAMP);
  await log(1);
  const without = await costOf(notify);
  const directory = () => {
    throw new Error("nobody asks for the directory");
  };
  const parts = { settings, directory, randomBytes, actor: "a", reference: "r", adoption: false, now };
  const acting = webhookAdministration({ ...parts, wait: async () => undefined }, open());
  await createEndpoint(acting, "acme", { url: "https://app.example/" });
  const nothing = { notify: await costOf(notify), send: await costOf(send) };
  await log(1);
  const one = { notify: await costOf(notify), send: await costOf(send) };
  now += 60_000;
  const look = await costOf(send);
  await log(20);
  const twenty = { notify: await costOf(notify), send: await costOf(send) };
  expect(without).toEqual({ rcu: 1, wcu: 0 });
  expect(nothing).toEqual({ notify: { rcu: 3, wcu: 0 }, send: { rcu: 8, wcu: 0 } });
  // The endpoint is looked at once more a minute later.
  expect({ one, look }).toEqual({
    one: { notify: { rcu: 11, wcu: 9 }, send: { rcu: 19, wcu: 7 } },
    look: { rcu: 15, wcu: 2 },
  });
  expect(twenty).toEqual({ notify: { rcu: 49, wcu: 85 }, send: { rcu: 38, wcu: 64 } });
});
