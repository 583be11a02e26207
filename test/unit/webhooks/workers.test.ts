import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { eventsHandler } from "../../../functions/http/events.ts";
import { webhooksHandler } from "../../../functions/http/webhooks.ts";
import { webhooksVisit } from "../../../functions/http/webhooksVisit.ts";
import type { Attempt, AttemptOutcome, SecretOpener } from "../../../functions/provisioning/webhooks/ports.ts";
import { ChangeLog } from "../../../functions/store/changeLog.ts";
import { EVERY_ORG } from "../../../functions/store/keys.ts";
import { StoreBusy } from "../../../functions/store/records.ts";
import { createStore } from "../../../functions/store/session.ts";
import { readStep } from "../../../functions/store/steps.ts";
import { type Table, TableBusy } from "../../../functions/store/table.ts";
import type { WebhookOwner } from "../../../functions/store/webhookKeys.ts";
import { WebhookStore } from "../../../functions/store/webhooks.ts";
import { beginLogged, eventsEndpoint } from "../../support/eventLogs.ts";
import { localTable } from "../../support/localStore.ts";
import { assertSeenLines, checkLogLine } from "../../support/logLines.ts";
import { ACME, makeUser } from "../../support/records.ts";
import { PLAIN_SECRETS } from "../../support/webhooks.ts";

const ENDPOINT = "pX3kq8LmT0aZ";
const CONTEXT = { awsRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", getRemainingTimeInMillis: () => 120_000 };
const URL = "https://app.example.com/hook?token=secret";
const MINUTE = 60_000;

type Line = Readonly<Record<string, unknown>>;

afterAll(assertSeenLines);

/** A table with one webhook, and both functions on it. Its clock is the test's. */
class Deployed {
  time = Date.parse("2026-01-02T03:04:05.678Z");
  readonly lines: Line[] = [];
  readonly attempts: Attempt[] = [];
  woken = 0;
  answer: () => AttemptOutcome = () => ({ outcome: "answered", status: 204 });
  opener: SecretOpener = PLAIN_SECRETS;
  /** What becomes of a write. */
  onWrite: (keys: string) => void = () => undefined;
  publish: (events: readonly unknown[]) => Promise<{ readonly taken: number }> = async ({ length }) => ({
    taken: length,
  });
  readonly #table = localTable();
  readonly #log = new ChangeLog(this.#table.db).reader("test");
  readonly store = createStore(this.#around(), { now: () => this.time });

  async begin(owner: WebhookOwner = ACME): Promise<void> {
    const { database } = this.store.begin();
    await beginLogged(database);
    const secrets = [{ sealed: await PLAIN_SECRETS.seal("whsec_AAAA", { org: owner, endpoint: ENDPOINT }) }];
    const made = { createdAt: new Date(this.time).toISOString(), createdBy: "test", version: 1 };
    const record = { id: ENDPOINT, owner, url: URL, description: "", secrets, ...made };
    expect(await new WebhookStore(database).create(record, undefined)).toBe("created");
  }

  /** A user is created, and the stream brings it. */
  async happens(n: number) {
    await makeUser(this.store.begin().directory(ACME).users, n);
    const changes = this.#log.read();
    this.#log.confirm(changes.at(-1)?.seq ?? 0);
    const Records = changes.map((_, index) => ({ dynamodb: { SequenceNumber: String(index) } }));
    const handler = eventsHandler({
      ...this.#events(),
      readStep: ({ dynamodb }) => {
        const change = changes[Number(dynamodb?.SequenceNumber)];
        return change && readStep(change);
      },
    });
    return handler({ Records }, CONTEXT);
  }

  visit(): Promise<void> {
    return webhooksVisit(this.#events())(CONTEXT);
  }

  send(): Promise<void> {
    const open = (signal: AbortSignal) => this.store.begin({ signal }).database;
    const parts = { now: () => this.time, random: () => 0.5, log: this.#take, version: "test", initMs: 1 };
    const deliver = async (attempt: Attempt) => {
      this.attempts.push(attempt);
      return this.answer();
    };
    return webhooksHandler({ ...parts, open, deliver, secrets: this.opener })({}, CONTEXT);
  }

  of(type: string): Line[] {
    return this.lines.filter((line) => line.type === type);
  }

  readonly #take = (line: Line): void => {
    checkLogLine(line);
    this.lines.push(line);
  };

  #events() {
    return eventsEndpoint(() => this.store.begin().database, {
      now: () => this.time,
      log: this.#take,
      bus: { publish: (events) => this.publish(events) },
      wakeSender: async () => void this.woken++,
    });
  }

  #around(): Table {
    const table = this.#table;
    const write: Table["write"] = async (actions, ...rest) => {
      this.onWrite(JSON.stringify(actions));
      return table.write(actions, ...rest);
    };
    return new Proxy(table, { get: (of, name) => (name === "write" ? write : Reflect.get(of, name).bind(of)) });
  }
}

let deployed: Deployed;
beforeEach(() => {
  deployed = new Deployed();
});

/** Messages cannot be stored. */
function refuseMessages(keys: string): void {
  if (keys.includes('"H#')) throw new TableBusy("outage", new Error("no answer"));
}

describe("messages", () => {
  test("are made with the batch that logs their events, whose sender is woken, and sent signed with an id that stays", async () => {
    await deployed.begin();
    await deployed.happens(1);
    expect(deployed.woken).toBe(1);
    expect(deployed.of("events.batch")).toMatchObject([{ level: "INFO", messages: 1 }]);
    await deployed.send();
    const [attempt] = deployed.attempts;
    expect(attempt).toMatchObject({ url: URL, secrets: ["whsec_AAAA"], at: deployed.time });
    expect(JSON.parse(attempt?.body ?? "")).toMatchObject({ type: "events.logged", data: { orgId: ACME } });
    expect(deployed.of("webhooks.run")).toMatchObject([{ level: "INFO", outcomes: { "2xx": 1 }, cold: true }]);
    await deployed.send();
    expect(deployed.attempts).toHaveLength(1);
    expect(deployed.of("webhooks.run")).toHaveLength(1);
  });

  test("that cannot be made hold up neither log nor bus; the visit of a minute later makes them", async () => {
    await deployed.begin();
    deployed.onWrite = refuseMessages;
    expect(await deployed.happens(1)).toEqual({ batchItemFailures: [] });
    expect(deployed.of("events.batch")).toMatchObject([
      {
        level: "ERROR",
        messages: 0,
        webhookCause: { name: "StoreBusy" },
        events: { "user.created": 1 },
        published: 2,
      },
    ]);
    expect(deployed.woken).toBe(0);
    deployed.onWrite = () => undefined;
    await deployed.visit();
    expect(deployed.woken).toBe(1);
    expect(deployed.of("webhooks.visit")).toMatchObject([{ level: "INFO", messages: 1 }]);
    await deployed.visit();
    expect(deployed.of("webhooks.visit")).toHaveLength(1);
  });

  test("do not wait for a bus that hangs", async () => {
    await deployed.begin();
    const hanging = Promise.withResolvers<{ readonly taken: number }>();
    deployed.publish = () => hanging.promise;
    const batch = deployed.happens(1);
    while (deployed.woken === 0) await new Promise(setImmediate);
    await deployed.send();
    expect(deployed.attempts).toHaveLength(1);
    hanging.resolve({ taken: 1 });
    await batch;
  });

  test("are not made without webhooks in the deployment: nothing of them is read", async () => {
    await deployed.begin();
    const lines: Line[] = [];
    const open = () => deployed.store.begin().database;
    await eventsHandler(eventsEndpoint(open, { log: (line) => lines.push(line) }))({ Records: [] }, CONTEXT);
    expect(lines[0]).not.toHaveProperty("messages");
  });
});

describe("the lines", () => {
  test("say how attempts ended and which webhook was switched off, with a metric for the alarm and without its address", async () => {
    await deployed.begin();
    deployed.answer = () => ({ outcome: "answered", status: 410 });
    await deployed.happens(1);
    await deployed.send();
    expect(deployed.of("webhooks.disabled")).toMatchObject([
      { level: "WARN", webhookId: ENDPOINT, orgId: ACME, reason: "gone", WebhooksDisabled: 1 },
    ]);
    expect(deployed.of("webhooks.run")).toMatchObject([{ outcomes: { "4xx": 1 }, WebhookFailures: 1 }]);
    expect(JSON.stringify(deployed.lines)).not.toMatch(/app\.example|token=/);
  });

  test("name no org where the webhook is the deployment's", async () => {
    await deployed.begin(EVERY_ORG);
    deployed.answer = () => ({ outcome: "answered", status: 410 });
    await deployed.happens(1);
    await deployed.send();
    expect(deployed.of("webhooks.disabled")[0]).toMatchObject({ webhookId: ENDPOINT });
    expect(deployed.of("webhooks.disabled")[0]).not.toHaveProperty("orgId");
  });

  test("name the class of a failure without an answer, and of a run that the table stopped the cause", async () => {
    await deployed.begin();
    deployed.answer = () => ({ outcome: "failed", failure: "ForbiddenAddress" });
    await deployed.happens(1);
    deployed.onWrite = refuseMessages;
    await deployed.send();
    expect(deployed.of("webhooks.run")).toMatchObject([{ level: "ERROR", cause: { name: "StoreBusy" } }]);
    deployed.onWrite = () => undefined;
    deployed.time += 2 * MINUTE;
    await deployed.send();
    expect(deployed.of("webhooks.run")[1]).toMatchObject({ level: "INFO", outcomes: { ForbiddenAddress: 1 } });
  });

  test("say why a secret could not be opened, and count no failure of a receiver for it", async () => {
    await deployed.begin();
    await deployed.happens(1);
    const disabled = Object.assign(new Error("arn:aws:kms:…:key/1 is disabled"), { name: "DisabledException" });
    deployed.opener = { open: () => Promise.reject(disabled) };
    await deployed.send();
    expect(deployed.attempts).toEqual([]);
    expect(deployed.of("webhooks.run")).toMatchObject([{ level: "ERROR", cause: { name: "DisabledException" } }]);
    expect(JSON.stringify(deployed.lines)).not.toContain("arn:aws");
    const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    deployed.opener = { open: () => Promise.reject(new StoreBusy("storage", throttled)) };
    deployed.time += MINUTE;
    await deployed.send();
    expect(deployed.of("webhooks.run")[1]).toMatchObject({ level: "ERROR", cause: { name: "ThrottlingException" } });
    for (const line of deployed.of("webhooks.run")) expect(line).not.toHaveProperty("WebhookFailures");
  });

  test("tell of messages that nobody sends, from a minute over due on, with the seconds for the alarm", async () => {
    await deployed.begin();
    await deployed.happens(1);
    deployed.time += MINUTE - 1_000;
    await deployed.visit();
    expect(deployed.of("webhooks.visit")).toEqual([]);
    deployed.time += 15 * MINUTE;
    await deployed.visit();
    expect(deployed.of("webhooks.visit")).toMatchObject([{ level: "WARN", WebhookLateness: 959 }]);
    await deployed.send();
    await deployed.visit();
    expect(deployed.of("webhooks.visit")).toHaveLength(1);
  });
});
