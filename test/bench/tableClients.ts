import { scriptOptions } from "../../bin/scriptOptions.ts";
import { type DynamoSend, tableThrough } from "../../functions/store/dynamoCalls.ts";
import { sdkSend } from "../../functions/store/dynamoTable.ts";
import { createStore } from "../../functions/store/session.ts";
import type { TableClient } from "../../lib/bundling.ts";
import { signedLocally } from "../support/dynamoTable.ts";
import { openTable, TABLE_NAME } from "./local.ts";
import { machineLine, median, table } from "./machine.ts";
import { withoutTokens } from "./noTokens.ts";
import {
  createOperations,
  groupReadOperations,
  listOperations,
  makeGroup,
  memberOperations,
  populate,
  userOperations,
} from "./throughput/operations.ts";
import { type Setup, setupOver } from "./throughput/setup.ts";
import { Client, type Cost, cost, type Operation } from "./throughput/turns.ts";

export interface ClientsOptions {
  readonly clients: number;
  readonly rounds: number;
  /** Milliseconds. */
  readonly turn: number;
  /** Whether transactions carry their tokens, as they do on AWS: dynoxide 1.2.1 takes longer with each that it has seen. */
  readonly tokens: boolean;
}

const USERS = 2_000;
/** Turns that do not count. */
const WARM_UP = 3;

interface Side {
  readonly setup: Setup;
  /** In the same order on both sides. */
  readonly operations: readonly Operation[];
}

interface Turn extends Cost {
  readonly requests: number;
}

/** Prints the same requests through both clients of the table, on one database, in turn. */
export async function benchTableClients(options: ClientsOptions): Promise<void> {
  const database = await openTable(options.tokens ? "tokens" : "noTokens");
  const own = signedLocally(database.endpoint);
  const senders: Readonly<Record<TableClient, DynamoSend>> = {
    sdk: sdkSend(database.client),
    signed: options.tokens ? own.send : withoutTokens(own.send),
  };
  try {
    const [sdk, signed] = [await openSide(senders.sdk, options), await openSide(senders.signed, options)];
    const started = machineLine();
    const rows: string[][] = [];
    for (const [index, operation] of sdk.operations.entries()) {
      const other = signed.operations[index];
      if (other === undefined) throw new Error("both sides have the same operations");
      rows.push(await compared(sdk.setup, operation, signed.setup, other, options));
    }
    const told = options.tokens ? "with" : "without";
    console.log(
      `\nBoth clients of the table: ${options.clients} requests at once, ${options.rounds} turns of ${options.turn} ms each, dynoxide, ${told} ClientRequestToken. ${started}\n`,
    );
    console.log(table(["operation", "sdk/s", "signed/s", "ratio", "sdk CPU µs", "signed CPU µs", "ratio"], rows));
    console.log(`\nAt the end: ${machineLine()}`);
  } finally {
    own.close();
    await database.close();
  }
}

async function openSide(send: DynamoSend, { clients }: ClientsOptions): Promise<Side> {
  const setup = setupOver(createStore(tableThrough(send, TABLE_NAME)));
  const people = await populate(setup, USERS, false);
  const group = await makeGroup(setup, people.org, 1_000);
  const operations = [
    ...userOperations(people, clients),
    ...listOperations(people, clients),
    ...groupReadOperations(people.org, group, 1_000, clients),
    ...memberOperations(people, group, 1_000, 1),
    ...createOperations(people, clients),
  ];
  return { setup, operations };
}

async function compared(
  sdk: Setup,
  bySdk: Operation,
  signed: Setup,
  byHand: Operation,
  { rounds, turn }: ClientsOptions,
): Promise<string[]> {
  const sides = [
    { clients: clientsOf(sdk, bySdk), turns: [] as Turn[] },
    { clients: clientsOf(signed, byHand), turns: [] as Turn[] },
  ] as const;
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const { clients, turns } of round % 2 === 0 ? sides : sides.toReversed()) {
      for (const client of clients) client.prepare();
      const end = performance.now() + turn;
      const spent = await cost(() => clients.map((client) => client.sendUntil(end)));
      const requests = clients.reduce((sum, { recorded }) => sum + recorded.length, 0);
      if (round >= 0) turns.push({ ...spent, requests });
    }
  }
  const [first, second] = sides.map(({ turns }) => turns);
  const rate = ({ milliseconds, requests }: Turn): number => (requests / milliseconds) * 1_000;
  const cpu = ({ cpuMicroseconds, requests }: Turn): number => cpuMicroseconds / requests;
  const both = (figure: (turn: Turn) => number): string[] => {
    const [left, right] = [first, second].map((turns = []) => median(turns.map(figure)));
    const ratios = (first ?? []).map((one, index) => figure(second?.[index] ?? one) / figure(one));
    return [Number(left).toFixed(0), Number(right).toFixed(0), median(ratios).toFixed(2)];
  };
  return [bySdk.name, ...both(rate), ...both(cpu)];
}

function clientsOf(setup: Setup, operation: Operation): Client[] {
  return Array.from({ length: operation.clients }, (_none, number) => new Client(setup, operation, number));
}

export function clientsOptions(args: readonly string[]): ClientsOptions {
  const { values } = scriptOptions(
    {
      script: "bench -- tableClients",
      summary: "measure the SDK's client of the table beside Rollcall's own",
      options: {
        clients: { type: "string", default: "8", value: "N", help: "clients in parallel (default 8)" },
        rounds: { type: "string", default: "9", value: "N", help: "turns (default 9)" },
        turn: { type: "string", default: "300", value: "MS", help: "milliseconds of a turn (default 300)" },
        tokens: { type: "boolean", default: false, help: "with ClientRequestToken" },
      },
    },
    args,
  );
  const { clients, rounds, tokens, turn } = values;
  return { clients: Number(clients), rounds: Number(rounds), turn: Number(turn), tokens };
}
