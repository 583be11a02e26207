import type { DynamoDBRecord } from "aws-lambda";
import { createEventBus } from "../../../functions/bus/eventBus.ts";
import { eventsHandler } from "../../../functions/http/events.ts";
import { massChangeWatch } from "../../../functions/http/massChangeWatch.ts";
import { sweepHandler } from "../../../functions/http/sweep.ts";
import { tokensReportHandler } from "../../../functions/http/tokensReport.ts";
import { readDeletion } from "../../../functions/store/openDeletions.ts";
import { RemovalCountStore, type RemovalCounts } from "../../../functions/store/removalCounts.ts";
import type { Store } from "../../../functions/store/session.ts";
import { readRecord, type StreamRecord } from "../../../functions/store/streamRecord.ts";
import { eventsEndpoint } from "../../support/eventLogs.ts";
import { accessTo } from "../../support/localStore.ts";
import { checkLogLine } from "../../support/logLines.ts";
import { markOf } from "./marks.ts";

/** What the functions behind the stream and the schedules put out, as text. */
export interface PutOut {
  readonly lines: string[];
  readonly events: string[];
  readonly letters: string[];
}

const BATCH = 100;
/** Every so many records that tell a change cannot be read. */
const POISON = 20;
/** Every so many calls of the bus fail, with a message that repeats what was sent. */
const BUS_FAILS = 9;

/** Runs every worker over what the stream says, some of it spoiled, on a store that at times fails. */
export async function runWorkers(store: Store, records: readonly StreamRecord[]): Promise<PutOut> {
  const out: PutOut = { lines: [], events: [], letters: [] };
  const log = (line: Readonly<Record<string, unknown>>): void => {
    checkLogLine(line);
    out.lines.push(JSON.stringify(line));
  };
  const common = {
    now: Date.now,
    log,
    version: "test",
    deadLetters: { send: async (letter: object) => out.letters.push(JSON.stringify(letter)) % 2 === 0 },
  };
  const context = { awsRequestId: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", getRemainingTimeInMillis: () => 600_000 };
  const open = () => store.begin().database;
  const events = eventsHandler(eventsEndpoint(open, { ...common, bus: busInto(out.events), watch: watchOver(common) }));
  const sweep = sweepHandler({ ...common, store, readDeletion: (record) => readDeletion(readRecord(record)) });
  // The stream carries what Lambda hands over.
  const spoiled = spoil(records) as DynamoDBRecord[];
  for (let from = 0; from < spoiled.length; from += BATCH) {
    const Records = spoiled.slice(from, from + BATCH);
    await events({ Records }, context);
    await sweep({ Records }, context);
  }
  await sweep({}, { ...context, getRemainingTimeInMillis: () => 600_000 });
  const report = tokensReportHandler({ ...common, store, now: () => Date.now() + 370 * 86_400_000 });
  await report({}, context);
  await tokensReportHandler({ ...common, store: brokenStore(store) })({}, context).catch(() => undefined);
  return out;
}

/** EventBridge, which takes most of what it gets. */
function busInto(taken: string[]) {
  let calls = 0;
  const client = {
    async send(command: { readonly input: { readonly Entries?: readonly object[] } }) {
      calls += 1;
      if (calls % BUS_FAILS === 0) throw new TypeError(`not valid: ${markOf(0)} ${JSON.stringify(command.input)}`);
      const { Entries = [] } = command.input;
      taken.push(...Entries.map((entry) => JSON.stringify(entry)));
      return { Entries: Entries.map((_entry, n) => ({ EventId: String(n) })) };
    },
  };
  return createEventBus({
    // All that is asked of a client.
    client: client as unknown as Parameters<typeof createEventBus>[0]["client"],
    busName: "rollcall",
    now: Date.now,
    random: () => 0,
    wait: async () => undefined,
  });
}

function watchOver(common: { now(): number; log(line: Readonly<Record<string, unknown>>): void; version: string }) {
  let calls = 0;
  const inner = new RemovalCountStore(accessTo());
  const counts: RemovalCounts = {
    add: (...given) => inner.add(...given),
    claim: (...given) => inner.claim(...given),
    users: async () => {
      calls += 1;
      if (calls % 3 === 0) throw new Error(`no such table: ${markOf(0)}`);
      return 1;
    },
  };
  return massChangeWatch({ ...common, counts, limits: { percent: 1, atLeast: 1 } });
}

/** As a fault of ours might leave some of those that tell changes: attributes cut off, or a key that is none. */
function spoil(records: readonly StreamRecord[]): StreamRecord[] {
  let telling = 0;
  return records.map((record) => {
    if (!/#[UG]$/.test(record.dynamodb?.Keys?.pk?.S ?? "")) return record;
    telling += 1;
    if (telling % POISON !== 0) return record;
    const { Keys, NewImage, SequenceNumber } = record.dynamodb ?? {};
    if (telling % (2 * POISON) === 0) {
      const key = { pk: { S: "O#bad#DEAD" }, sk: { S: markOf(0) } };
      return { dynamodb: { SequenceNumber, Keys: key, NewImage: key } };
    }
    const image = { ...NewImage, v: { N: "1" }, d: { S: `{}\n{"userName":"${markOf(0)}` }, lr: { S: markOf(0) } };
    return { dynamodb: { SequenceNumber, Keys, NewImage: image } };
  });
}

function brokenStore(store: Store): Store {
  return {
    begin: () =>
      new Proxy(store.begin(), {
        get(from, name) {
          if (name === "settings") throw new Error(`no such table: ${markOf(0)}`);
          return Reflect.get(from, name);
        },
      }),
  };
}
