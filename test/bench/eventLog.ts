import { setTimeout as wait } from "node:timers/promises";
import { appendSteps } from "../../functions/provisioning/events/append.ts";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { Database } from "../../functions/store/database.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { type OrgId, OrgKeys } from "../../functions/store/keys.ts";
import { newWriteId, resourceItem } from "../../functions/store/resourceItems.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { readStep } from "../../functions/store/steps.ts";
import type { Item, ItemChange, Table } from "../../functions/store/table.ts";
import { WRITING } from "../support/eventLogs.ts";
import { idOf, orgIdOf, orgRecord, STAMP } from "../support/records.ts";
import { startStreamed } from "../support/streamedStore.ts";
import { machineLine, percentile, table } from "./machine.ts";
import { sendNoTokens } from "./noTokens.ts";

/** On-demand prices of DynamoDB in us-east-1, in dollars for a million units. */
const PRICES = { write: 0.625, read: 0.125 } as const;
const USERS_PER_ORG = 200;
const TICK_MS = 50;
/** As on AWS. */
const BATCH = 100;

interface Feed {
  readonly table: Table;
  /** What came since the last call. */
  next(): Promise<readonly ItemChange[]>;
  stop(): Promise<void>;
}

async function localFeed(): Promise<Feed> {
  const sqlite = new SqliteTable();
  const reader = new ChangeLog(sqlite.db).reader("bench");
  const next = async () => {
    const changes = reader.read();
    const last = changes.at(-1);
    if (last !== undefined) reader.confirm(last.seq);
    return changes;
  };
  return { table: sqlite, next, stop: async () => undefined };
}

async function emulatedFeed(): Promise<Feed> {
  const server = await startStreamed();
  const { access, changes } = await server.fresh();
  sendNoTokens(access.client);
  return { table: dynamoTable(access.client, access.tableName), next: changes, stop: () => server.stop() };
}

interface Load {
  readonly feed: string;
  readonly orgs: number;
  /** Events each second; 0: each one waits until the one before it is logged. */
  readonly rate: number;
  readonly seconds: number;
}

/**
 * `npm run bench -- eventLog [SECONDS] [local|emulated]`: users that change at a rate, and beside them the writer of the log,
 * in one process. The lag of an event is the time from its commit until it can be read in the log.
 */
export async function benchEventLog(seconds: number, only: string | undefined): Promise<void> {
  const feeds = ["local", "emulated"].filter((feed) => only === undefined || only === feed);
  const loads: Load[] = feeds.flatMap((feed) => [
    { feed, orgs: 100, rate: 1_000, seconds },
    { feed, orgs: 1, rate: 200, seconds },
    { feed, orgs: 1, rate: 0, seconds: 2 },
  ]);
  const rows: (string | number)[][] = [];
  for (const load of loads) rows.push(await measured(load));
  console.log(`\nThe event log: SQLite, and the stream of dynoxide, without ClientRequestToken. ${machineLine()}\n`);
  console.log(
    table(
      [
        "feed",
        "orgs",
        "asked/s",
        "events",
        "events/s",
        "lag p50 ms",
        "p99 ms",
        "left at the end",
        "events a transaction",
        "WCU an event",
        "RCU an event",
        "$ a million",
      ],
      rows,
    ),
  );
}

async function measured(load: Load): Promise<(string | number)[]> {
  const feed = await (load.feed === "local" ? localFeed() : emulatedFeed());
  try {
    return await measure(feed, load);
  } finally {
    await feed.stop();
  }
}

async function measure(feed: Feed, { feed: name, orgs, rate, seconds }: Load): Promise<(string | number)[]> {
  const orgIds = Array.from({ length: orgs }, (_, index) => orgIdOf(`Org${String(index).padStart(5, "0")}`));
  const settings = new SettingsStore(databaseOver(feed.table));
  for (const [index, id] of orgIds.entries()) await settings.createOrg(orgRecord(id, `org-${index}`), STAMP);
  const committed = new Map<string, number>();
  const lags: number[] = [];
  let [transactions, wcu, rcu] = [0, 0, 0];
  const counting: Table = {
    ...boundTo(feed.table),
    write: async (actions, token, signal) => {
      if (token !== undefined) transactions += 1;
      return feed.table.write(actions, token, signal);
    },
  };
  const logNext = async (): Promise<number> => {
    const steps = (await feed.next()).flatMap((change) => readStep(change) ?? []);
    for (let start = 0; start < steps.length; start += BATCH) {
      const some = steps.slice(start, start + BATCH);
      const database = databaseOver(counting);
      const { failed } = await appendSteps(some, { ...WRITING, database });
      if (failed !== undefined) throw failed.cause;
      wcu += database.usage.wcu;
      rcu += database.usage.rcu;
      const now = performance.now();
      for (const step of some) {
        if (step.of !== "resource") continue;
        const at = committed.get(`${step.subject} ${step.version}`);
        if (at !== undefined) lags.push(now - at);
      }
    }
    return steps.length;
  };
  // The orgs themselves are logged before.
  while ((await logNext()) > 0);
  [transactions, wcu, rcu] = [0, 0, 0];
  const changes = new UserChanges(feed.table, orgIds, committed);
  const started = performance.now();
  let isOver = false;
  const writer = async (): Promise<void> => {
    while (!isOver || lags.length < committed.size) if ((await logNext()) === 0) await wait(5);
  };
  const writing = rate === 0 ? undefined : writer();
  while (performance.now() - started < seconds * 1_000) {
    if (rate === 0) {
      await changes.make(1);
      while (lags.length < committed.size) await logNext();
    } else {
      const due = ((performance.now() - started) / 1_000) * rate;
      await changes.make(Math.min(rate, Math.floor(due) - committed.size));
      await wait(TICK_MS);
    }
  }
  const left = committed.size - lags.length;
  isOver = true;
  await writing;
  const took = (performance.now() - started) / 1_000;
  const sorted = lags.toSorted((a, b) => a - b);
  const events = lags.length;
  const dollars = (wcu * PRICES.write + rcu * PRICES.read) / events;
  return [
    name,
    orgs,
    rate === 0 ? "one by one" : rate,
    events,
    Math.round(events / took),
    percentile(sorted, 0.5),
    percentile(sorted, 0.99),
    left,
    (events / transactions).toFixed(1),
    (wcu / events).toFixed(1),
    (rcu / events).toFixed(1),
    dollars.toFixed(2),
  ];
}

/** Users of all orgs in turn, each a version further. */
class UserChanges {
  readonly #table: Table;
  readonly #orgIds: readonly OrgId[];
  readonly #committed: Map<string, number>;
  #count = 0;

  constructor(into: Table, orgIds: readonly OrgId[], committed: Map<string, number>) {
    this.#table = into;
    this.#orgIds = orgIds;
    this.#committed = committed;
  }

  async make(count: number): Promise<void> {
    await Promise.all(Array.from({ length: Math.max(0, count) }, () => this.#one()));
  }

  async #one(): Promise<void> {
    const n = this.#count++;
    const org = this.#orgIds[n % this.#orgIds.length];
    if (org === undefined) return;
    const turn = Math.floor(n / this.#orgIds.length);
    const id = idOf("u", (n % this.#orgIds.length) * USERS_PER_ORG + (turn % USERS_PER_ORG));
    const version = 1 + Math.floor(turn / USERS_PER_ORG);
    const put = userItem(org, id, version);
    await this.#table.write([{ put }]);
    this.#committed.set(`${id} ${version}`, performance.now());
  }
}

/** As large as those of identity providers. */
function userItem(org: OrgId, id: string, version: number): Item {
  const attributes = JSON.stringify({
    userName: `${id.slice(0, 8)}@acme.example`,
    name: { givenName: "Ada", familyName: "Lovelace", formatted: "Ada Lovelace" },
    displayName: "Ada Lovelace",
    title: `Engineer ${version}`,
    emails: [{ value: `${id.slice(0, 8)}@acme.example`, type: "work", primary: true }],
    active: version % 2 === 1,
  });
  const times = { created: STAMP.at, lastModified: STAMP.at };
  const keys = { name: id, externalId: undefined, values: [] };
  return resourceItem(new OrgKeys(org), { id, version, ...times, attributes, keys }, newWriteId(STAMP));
}

function databaseOver(over: Table): Database {
  const pauses = { now: Date.now, random: Math.random, wait: (milliseconds: number) => wait(milliseconds) };
  return new Database({ table: over, ...pauses });
}

function boundTo(of: Table): Table {
  return {
    get: of.get.bind(of),
    getMany: of.getMany.bind(of),
    getTogether: of.getTogether.bind(of),
    query: of.query.bind(of),
    queryReverse: of.queryReverse.bind(of),
    write: of.write.bind(of),
    deleteMany: of.deleteMany.bind(of),
  };
}
