import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import {
  type DeliveryAdministration,
  listDeliveries,
  replayFailed,
  replayMessage,
  sendTest,
} from "../../functions/provisioning/webhooks/deliveries.ts";
import {
  changeEndpoint,
  createEndpoint,
  disableEndpoint,
  type EndpointWishes,
  enableEndpoint,
  getEndpoint,
  rotateSecret,
  type WebhookAdministration,
} from "../../functions/provisioning/webhooks/endpoints.ts";
import { type Notified, notifyWebhooks } from "../../functions/provisioning/webhooks/notify.ts";
import type { Attempt, AttemptOutcome, Deliver, SecretOpener } from "../../functions/provisioning/webhooks/ports.ts";
import { type SendReport, sendWebhooks } from "../../functions/provisioning/webhooks/send.ts";
import { Database } from "../../functions/store/database.ts";
import { feedShardOf } from "../../functions/store/eventKeys.ts";
import { OrgData } from "../../functions/store/orgData.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import { renewFeed } from "../../functions/store/renewLog.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Table } from "../../functions/store/table.ts";
import { earliestDue } from "../../functions/store/webhookDue.ts";
import { webhookKeys } from "../../functions/store/webhookKeys.ts";
import { duringTests } from "../support/duringTests.ts";
import { ALL_SHARDS } from "../support/eventLogs.ts";
import { logEnd, logEntry } from "../support/loggedEntries.ts";
import { ACME, OTHER, orgRecord, STAMP } from "../support/records.ts";
import { TABLE_KINDS } from "../support/tables.ts";
import { PLAIN_SECRETS, webhookAdministration } from "../support/webhooks.ts";

const START = Date.parse("2026-01-02T00:00:00.000Z");
const MINUTE = 60_000;
const DAY = 86_400_000;
const URL_OF_APP = "https://app.example/hook";
const OK: AttemptOutcome = { outcome: "answered", status: 204 };
const DOWN: AttemptOutcome = { outcome: "failed", failure: "ConnectionRefused" };

/** A deployment with two orgs, its clock, and what its receivers answer. */
class Deployment {
  now = START;
  readonly attempts: Attempt[] = [];
  /** By URL. */
  readonly answers = new Map<string, (attempt: Attempt) => AttemptOutcome | Promise<AttemptOutcome>>();
  secrets: SecretOpener = PLAIN_SECRETS;
  readonly table: Table;
  #entries = 0;

  constructor(table: Table) {
    this.table = table;
  }

  get database(): Database {
    const wait = () => new Promise<void>((resolve) => setImmediate(resolve));
    return new Database({ table: this.table, now: () => this.now, random: Math.random, wait });
  }

  get acting(): WebhookAdministration & DeliveryAdministration {
    const { database } = this;
    const settings = new SettingsStore(database);
    const parts = { settings, randomBytes, actor: "tests", reference: "r", adoption: false, now: this.now };
    const directory = () => {
      throw new Error("nobody asks for the directory");
    };
    return {
      ...webhookAdministration({ ...parts, directory, wait: database.pause.bind(database, 1) }, database),
      database,
    };
  }

  async createOrgs(): Promise<void> {
    const settings = new SettingsStore(this.database);
    await settings.createOrg(orgRecord(ACME, "acme"), STAMP);
    await settings.createOrg(orgRecord(OTHER, "other"), STAMP);
  }

  async endpoint(org: string | undefined, wishes: Partial<EndpointWishes> = {}): Promise<string> {
    const made = await createEndpoint(this.acting, org, { url: URL_OF_APP, ...wishes });
    return made.endpoint.id;
  }

  async log(orgId: typeof ACME, ...types: string[]): Promise<void> {
    this.#entries += 1;
    const slug = orgId === ACME ? "acme" : "other";
    expect(await logEntry(this.database, { orgId, slug, types, n: this.#entries })).toBe(true);
  }

  notify(): Promise<Notified> {
    return notifyWebhooks(ALL_SHARDS, { database: this.database, now: () => this.now, until: this.now + MINUTE });
  }

  send(database = this.database, deliver = this.#deliver): Promise<SendReport> {
    return sendWebhooks({
      database,
      deliver,
      secrets: this.secrets,
      now: () => this.now,
      random: () => 0.5,
      until: this.now + MINUTE,
    });
  }

  readonly #deliver: Deliver = async (attempt) => {
    this.attempts.push(attempt);
    return (this.answers.get(attempt.url) ?? (() => OK))(attempt);
  };

  /** Notifies and sends every minute. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.now += MINUTE;
      await this.notify();
      await this.send();
    }
  }

  /** What arrived since the last call. */
  arrived(): unknown[] {
    return this.attempts.splice(0).map(({ body }) => JSON.parse(body));
  }
}

async function statesOf(there: Deployment, org: string | undefined, endpoint: string) {
  const page = await listDeliveries(there.acting, { org, endpoint }, { limit: 50 });
  return page.messages;
}

describe.each(TABLE_KINDS)("webhooks over $kind", ({ start }) => {
  let there: Deployment;
  const running = duringTests(start);
  beforeEach(async () => {
    there = new Deployment(await running().fresh());
    await there.createOrgs();
  });

  test("say of each entry what was logged, to whom it concerns, once and signed by both secrets of a rotation", async () => {
    await there.log(ACME, "user.created");
    const mine = await there.endpoint("acme", { types: ["user.*"] });
    const all = await there.endpoint(undefined);
    expect(await there.notify()).toEqual({ messages: 0, reset: [] });
    await there.log(ACME, "user.created", "team.created");
    await there.log(OTHER, "team.created");
    await there.log(ACME, "team.created");
    expect(await there.notify()).toEqual({ messages: 4, reset: [] });
    expect(await there.notify()).toEqual({ messages: 0, reset: [] });
    const rotated = await rotateSecret(there.acting, "acme", mine);
    expect(await there.send()).toMatchObject({ sent: 4, delivered: 4, failed: 0, disabled: [] });
    const ofMine = there.attempts.filter(({ id }) => id.startsWith(mine));
    expect(ofMine).toEqual([
      expect.objectContaining({ url: URL_OF_APP, at: START, secrets: [expect.anything(), expect.anything()] }),
    ]);
    expect(ofMine[0]?.secrets[0]).toBe(rotated.secret);
    expect(ofMine[0]?.id).toMatch(new RegExp(`^${mine}\\.${ACME}\\.[0-9A-Za-z]{6}\\.2\\.[0-9a-z]+$`));
    expect(JSON.parse(ofMine[0]?.body ?? "")).toEqual({
      type: "events.logged",
      timestamp: new Date(START).toISOString(),
      data: {
        org: "acme",
        orgId: ACME,
        from: 2,
        to: 3,
        events: [
          { seq: 2, type: "user.created", resource: "u2x0", version: 1 },
          { seq: 3, type: "team.created", resource: "u2x1", version: 1 },
        ],
      },
    });
    expect(await statesOf(there, undefined, all)).toMatchObject([
      { status: "delivered", tries: 1, result: "204" },
      {},
      {},
    ]);
    await there.pass(3);
    expect(there.attempts).toHaveLength(4);
    // Nothing waits any more, so that no run looks at it.
    expect(await earliestDue(there.database, "all")).toBeUndefined();
  });

  test("say to take a snapshot where the feed has forgotten what follows, to those it concerns", async () => {
    const mine = await there.endpoint("acme");
    const all = await there.endpoint(undefined);
    const others = await there.endpoint("other", { url: "https://other.example/" });
    await there.log(ACME, "user.created");
    await there.log(OTHER, "user.created");
    await renewFeed(there.database, () => "Again0");
    const { reset, messages } = await there.notify();
    expect(reset).toEqual(ALL_SHARDS);
    expect(messages).toBe(18);
    expect(await there.notify()).toEqual({ messages: 0, reset: [] });
    await there.send();
    const of = (id: string) =>
      there.attempts.filter((one) => one.id.startsWith(id)).map(({ body }) => JSON.parse(body));
    expect(of(mine)).toEqual([{ type: "log.reset", timestamp: expect.any(String), data: { orgId: ACME } }]);
    expect(of(others)).toEqual([{ type: "log.reset", timestamp: expect.any(String), data: { orgId: OTHER } }]);
    expect(
      of(all)
        .map(({ data }) => data.shard)
        .sort((a, b) => a - b),
    ).toEqual(ALL_SHARDS);
    await there.log(ACME, "user.updated");
    expect(await there.notify()).toEqual({ messages: 2, reset: [] });
  });

  test.each([
    ["time", { t: "{" }],
    ["organization", { o: 7 }],
    ["first number", { from: "{" }],
  ])(
    "go on after an entry of the feed whose %s somebody damaged, with the word to take a snapshot",
    async (_what, set) => {
      await there.endpoint("acme");
      await there.log(ACME, "user.created");
      const { items } = await there.database.query(`F#${feedShardOf(ACME)}`);
      const entry = items.find(({ from }) => from !== undefined);
      await there.database.write([{ update: { pk: String(entry?.pk), sk: String(entry?.sk) }, set }]);
      await there.pass(1);
      await there.log(ACME, "user.updated");
      await there.pass(1);
      expect(there.arrived()).toMatchObject([{ type: "log.reset" }, { data: { from: 2, to: 2 } }]);
    },
  );

  test("say to the deployment that an org ended, and keep nothing of it", async () => {
    const mine = await there.endpoint("acme");
    const all = await there.endpoint(undefined);
    await there.log(ACME, "user.created");
    await there.notify();
    const data = new OrgData(there.database, ACME);
    await data.close("acme");
    while ((await data.remove(10)) > 0);
    expect(await logEnd(there.database, ACME)).toBe(true);
    expect((await data.remains()).filter(({ partition, items }) => partition.startsWith("H#") && items > 0)).toEqual(
      [],
    );
    await there.pass(1);
    expect(there.attempts.map(({ id }) => id.slice(0, 12))).toEqual([all, all]);
    expect(there.arrived()).toContainEqual({
      type: "org.ended",
      timestamp: expect.any(String),
      data: { org: "acme", orgId: ACME },
    });
    expect(mine).not.toBe(all);
  });

  test("are sent again by another run where a sender dies, under the same id", async () => {
    await there.endpoint("acme");
    for (let n = 0; n < 9; n += 1) await there.log(ACME, "user.created");
    await there.notify();
    let calls = 0;
    const dying: Table = new Proxy(there.table, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== "write" || typeof value !== "function")
          return typeof value === "function" ? value.bind(target) : value;
        return (...given: unknown[]) => {
          calls += 1;
          if (calls > 7) throw new Error("the process died");
          return value.apply(target, given);
        };
      },
    });
    const database = new Database({
      table: dying,
      now: () => there.now,
      random: Math.random,
      wait: async () => undefined,
    });
    expect(await there.send(database)).toMatchObject({ cause: "Error" });
    const before = there.attempts.length;
    expect(before).toBeGreaterThan(0);
    expect((await there.send()).sent).toBe(0);
    await there.pass(2);
    const ids = there.attempts.map(({ id }) => id);
    expect(new Set(ids).size).toBe(9);
    expect(ids.length).toBeGreaterThan(9);
    expect(ids.length).toBeLessThanOrEqual(9 + 4);
  });
});

describe("webhooks in the course of time", () => {
  let there: Deployment;
  beforeEach(async () => {
    there = new Deployment(new SqliteTable());
    await there.createOrgs();
  });

  test("climb the ladder while nobody answers, and are given up after their eighth attempt", async () => {
    const id = await there.endpoint("acme");
    there.answers.set(URL_OF_APP, () => DOWN);
    await there.log(ACME, "user.created");
    const times: number[] = [];
    await there.notify();
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      if ((await there.send()).sent > 0) times.push(there.now - START);
      there.now += MINUTE;
    }
    // With half of the jitter, visited each minute: 5 s, 1 m, 5 m, 30 m, 2 h, 5 h, 10 h.
    expect(times.map((time) => time / MINUTE)).toEqual([0, 1, 2, 7, 37, 157, 457, 1057]);
    expect(new Set(there.attempts.map(({ id: name, body }) => name + body)).size).toBe(1);
    expect(await statesOf(there, "acme", id)).toMatchObject([
      { status: "givenUp", tries: 8, result: "ConnectionRefused" },
    ]);
    there.answers.clear();
    there.attempts.length = 0;
    const replayed = await replayFailed(there.acting, { org: "acme", endpoint: id }, { since: START });
    expect(replayed).toEqual({ count: 1 });
    expect(await there.send()).toMatchObject({ delivered: 1 });
    const [attempt] = there.attempts;
    await replayMessage(there.acting, { org: "acme", endpoint: id }, attempt?.id ?? "");
    await there.pass(2);
    expect(new Set(there.attempts.map((one) => one.id))).toEqual(new Set([attempt?.id]));
    expect(there.attempts).toHaveLength(2);
    // Over, though the time to live has not taken it yet.
    there.now += 15 * DAY;
    const late = replayMessage(there.acting, { org: "acme", endpoint: id }, attempt?.id ?? "");
    await expect(late).rejects.toMatchObject({ status: 404, code: "notFound.delivery" });
  });

  test("wait as long as the receiver asks for, and one that always fails holds up no other", async () => {
    const id = await there.endpoint("acme");
    let first: string | undefined;
    there.answers.set(URL_OF_APP, (attempt) => {
      first ??= attempt.id;
      return attempt.id === first ? { outcome: "answered", status: 503, retryAfter: 1_200 } : OK;
    });
    await there.log(ACME, "user.created");
    await there.pass(1);
    for (let n = 0; n < 3; n += 1) await there.log(ACME, "user.updated");
    await there.pass(1);
    expect((await statesOf(there, "acme", id)).map(({ status }) => status).sort()).toEqual([
      "delivered",
      "delivered",
      "delivered",
      "open",
    ]);
    await there.pass(28);
    expect(there.attempts.filter(({ id: name }) => name === first)).toHaveLength(1);
    await there.pass(2);
    expect(there.attempts.filter(({ id: name }) => name === first)).toHaveLength(2);
  });

  test("are probed one by one while everything fails, and all sent when something arrives", async () => {
    await there.endpoint("acme");
    there.answers.set(URL_OF_APP, () => DOWN);
    for (let n = 0; n < 12; n += 1) await there.log(ACME, "user.created");
    await there.notify();
    expect(await there.send()).toMatchObject({ sent: 4, failed: 4 });
    await there.pass(30);
    // Of twelve messages with a ladder each: a probe after a minute, one after another, then one in five minutes.
    expect(there.attempts.length).toBeLessThan(14);
    expect(there.attempts.length).toBeGreaterThan(9);
    there.answers.clear();
    there.attempts.length = 0;
    await there.pass(36);
    expect(new Set(there.attempts.map(({ id }) => id)).size).toBe(12);
  });

  test("are tried at once at another address, which has failed at nothing yet", async () => {
    const endpoint = await there.endpoint("acme");
    there.answers.set(URL_OF_APP, () => DOWN);
    for (let n = 0; n < 6; n += 1) await there.log(ACME, "user.created");
    await there.notify();
    expect(await there.send()).toMatchObject({ failed: 4 });
    expect(await there.send()).toMatchObject({ sent: 0 });
    await changeEndpoint(there.acting, "acme", endpoint, { url: "https://new.example/" });
    expect(await there.send()).toMatchObject({ delivered: 2 });
    await there.pass(1);
    expect(there.attempts.filter(({ url }) => url !== URL_OF_APP)).toHaveLength(6);
  });

  test("reach an endpoint while others hang, and while another one has hundreds that wait", async () => {
    const dead = await there.endpoint("acme", { url: "https://dead.example/" });
    there.answers.set("https://dead.example/", () => DOWN);
    for (let n = 0; n < 300; n += 1) await there.log(ACME, "user.created");
    await there.pass(2);
    for (let n = 0; n < 9; n += 1) await there.endpoint(undefined, { url: "https://hanging.example/" });
    await there.endpoint("other");
    for (let n = 0; n < 5; n += 1) await there.log(OTHER, "user.created");
    await there.notify();
    // Nothing that hangs ends before everything else has arrived.
    const { promise: allArrived, resolve } = Promise.withResolvers<void>();
    let left = 5;
    const { delivered } = await there.send(there.database, async ({ url }) => {
      if (url === "https://hanging.example/") await allArrived;
      if (url === URL_OF_APP && --left === 0) resolve();
      return url === URL_OF_APP ? OK : DOWN;
    });
    expect(delivered).toBe(5);
    expect((await there.table.query(webhookKeys.attempts(ACME), { prefix: dead })).items).toHaveLength(300);
  });

  test("are given up with all that waits a day after they were made or tried first, one after another", async () => {
    const id = await there.endpoint("acme");
    there.answers.set(URL_OF_APP, () => DOWN);
    for (let n = 0; n < 600; n += 1) await there.log(ACME, "user.created");
    for (let minutes = 0; minutes < 49 * 60; minutes += 30) {
      there.now += 30 * MINUTE;
      await there.notify();
      await there.send();
    }
    expect(there.attempts.length).toBeLessThan(49 * 2 + 4);
    expect((await there.table.query(webhookKeys.attempts(ACME), { prefix: id })).items).toEqual([]);
    const step = await replayFailed(there.acting, { org: "acme", endpoint: id }, { since: START });
    expect(step).toMatchObject({ count: 200, next: expect.any(String) });
  });

  test("end where the receiver says that it is gone, and begin again when somebody enables it", async () => {
    const id = await there.endpoint("acme");
    there.answers.set(URL_OF_APP, () => ({ outcome: "answered", status: 410 }));
    await there.log(ACME, "user.created");
    await there.notify();
    expect(await there.send()).toMatchObject({ disabled: [{ owner: ACME, id, reason: "gone" }] });
    await there.log(ACME, "user.updated");
    await there.pass(5);
    expect(there.attempts).toHaveLength(1);
    await expect(sendTest(there.acting, { org: "acme", endpoint: id })).rejects.toMatchObject({
      code: "conflict.webhookDisabled",
    });
    there.answers.clear();
    await enableEndpoint(there.acting, "acme", id);
    await sendTest(there.acting, { org: "acme", endpoint: id });
    await there.pass(2);
    const arrived = there.arrived().slice(1);
    expect(arrived).toHaveLength(2);
    expect(arrived).toContainEqual(expect.objectContaining({ type: "events.logged" }));
    expect(arrived).toContainEqual({ type: "webhook.test", timestamp: expect.any(String), data: { orgId: ACME } });
    const found = await getEndpoint(there.acting, "acme", id);
    expect(found).toMatchObject({ endpoint: { state: { lastSuccess: expect.any(Number) } } });
  });

  test("end five days after the first failure since the last success", async () => {
    const id = await there.endpoint("acme");
    there.answers.set(URL_OF_APP, () => DOWN);
    await there.log(ACME, "user.created");
    await there.pass(1);
    there.now += 5 * DAY - 2 * MINUTE;
    await there.log(ACME, "user.updated");
    await there.notify();
    expect(await there.send()).toMatchObject({ failed: 2, disabled: [] });
    there.now += 2 * MINUTE;
    expect(await there.send()).toMatchObject({ disabled: [{ id, reason: "failing" }] });
    await disableEndpoint(there.acting, "acme", id);
    expect(await getEndpoint(there.acting, "acme", id)).toMatchObject({
      endpoint: { state: { disabled: { reason: "failing" } } },
    });
  });

  test.each<[string, AttemptOutcome]>([
    ["is gone", { outcome: "answered", status: 410 }],
    ["is down", DOWN],
  ])("of a former address that %s say nothing of the one that an operator names meanwhile", async (_what, end) => {
    const id = await there.endpoint("acme");
    const elsewhere = "https://new.example/hook";
    const changed = Promise.withResolvers<unknown>();
    there.answers.set(URL_OF_APP, async () => {
      // Four are under way.
      if (there.attempts.length === 4) changed.resolve(changeEndpoint(there.acting, "acme", id, { url: elsewhere }));
      await changed.promise;
      return end;
    });
    for (let n = 0; n < 12; n += 1) await there.log(ACME, "user.created");
    await there.notify();
    expect(await there.send()).toMatchObject({ disabled: [] });
    expect(there.attempts.filter(({ url }) => url === elsewhere).length).toBeGreaterThan(4);
    await there.pass(1);
    expect(await statesOf(there, "acme", id)).toEqual(
      Array.from({ length: 12 }, () => expect.objectContaining({ status: "delivered" })),
    );
    const found = await getEndpoint(there.acting, "acme", id);
    expect(found).toMatchObject({ endpoint: { state: { failures: 0 } } });
    expect(found).not.toHaveProperty("endpoint.state.failingSince");
  });

  test.each([
    ["answers nobody", new StoreBusy("storage"), null],
    ["is disabled", new Error("DisabledException"), "Secret"],
  ])(
    "wait while the key of their secrets %s, for days, and are sent when it opens them",
    async (_what, error, result) => {
      const id = await there.endpoint("acme");
      await there.log(ACME, "user.created");
      await there.notify();
      there.secrets = { open: () => Promise.reject(error) };
      for (let day = 0; day < 6; day += 1) {
        await there.pass(3);
        there.now += DAY;
      }
      const [message] = await statesOf(there, "acme", id);
      expect({ ...message, result: message?.result ?? null }).toMatchObject({ status: "open", tries: 0, result });
      // By which the alarm knows.
      expect(await earliestDue(there.database, "working")).toBe(START);
      there.secrets = PLAIN_SECRETS;
      await there.pass(2);
      expect(await statesOf(there, "acme", id)).toMatchObject([{ status: "delivered", tries: 1 }]);
    },
  );

  test("are signed by the secret that opens, where the former one is of a key that is no more", async () => {
    const id = await there.endpoint("acme");
    const rotated = await rotateSecret(there.acting, "acme", id);
    const secret = rotated.secret;
    there.secrets = {
      async open(sealed, context) {
        if (!sealed.includes(secret)) throw new Error("IncorrectKeyException");
        return PLAIN_SECRETS.open(sealed, context);
      },
    };
    await there.log(ACME, "user.created");
    await there.pass(1);
    expect(there.attempts.map(({ secrets }) => secrets)).toEqual([[secret]]);
  });

  test("do not wait for as long as a clock was wrong", async () => {
    there.now += 40 * DAY;
    const id = await there.endpoint("acme");
    there.answers.set(URL_OF_APP, () => DOWN);
    for (let n = 0; n < 6; n += 1) await there.log(ACME, "user.created");
    await there.notify();
    expect(await there.send()).toMatchObject({ failed: 4 });
    there.now -= 40 * DAY;
    there.answers.clear();
    await there.log(ACME, "user.updated");
    await there.pass(2);
    expect((await statesOf(there, "acme", id)).map(({ status }) => status)).toEqual(
      Array.from({ length: 7 }, () => "delivered"),
    );
    // A sender that died while its clock was wrong.
    await there.log(ACME, "user.updated");
    await there.notify();
    const lease = { update: webhookKeys.state(ACME, id), set: { l: there.now + 40 * DAY } };
    await there.database.write([lease]);
    expect(await there.send()).toMatchObject({ delivered: 1 });
  });

  test("name a range without its events where somebody damaged one, also for endpoints that want only other types", async () => {
    await there.endpoint("acme", { types: ["team.*"] });
    await there.log(ACME, "user.created", "user.updated");
    const { items } = await there.database.query(`E#${ACME}#L`);
    const sk = String(items[1]?.sk);
    await there.database.write([{ update: { pk: `E#${ACME}#L`, sk }, set: { d: "{" } }]);
    await there.log(ACME, "team.created");
    await there.pass(1);
    const arrived = there.arrived();
    expect(arrived).toMatchObject([
      { data: { from: 1, to: 2 } },
      { data: { from: 3, to: 3, events: [{ type: "team.created" }] } },
    ]);
    expect(arrived[0]).not.toHaveProperty("data.events");
  });

  test("name a range without its events where these are too long", async () => {
    await there.endpoint("acme");
    for (const letter of ["a", "b", "c", "d", "e"])
      await there.log(ACME, ...Array.from({ length: 40 }, () => `user.updated${letter.repeat(480)}`));
    await there.log(ACME, "user.created");
    await there.pass(1);
    const bodies = there.attempts.map(({ body }) => body);
    expect(Math.max(...bodies.map((body) => Buffer.byteLength(body)))).toBeLessThan(20_000);
    expect(bodies.filter((body) => !body.includes('"events":['))).toHaveLength(5);
  });
});
