import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Connection } from "../../support/wire.ts";
import { expectAnswer } from "../local.ts";
import type { Prepared, Recorded, Setup } from "./setup.ts";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
}

/** What is measured: the n-th request of a client. Clients must not write the same resources. */
export interface Operation {
  readonly name: string;
  readonly org: Connection;
  readonly writes: boolean;
  readonly clients: number;
  request(client: number, n: number): Request;
}

export interface Cost {
  readonly milliseconds: number;
  readonly cpuMicroseconds: number;
}

/** What one turn's requests cost. */
export interface Turn {
  readonly requests: number;
  /** DynamoDB calls of all requests, and how many of them one after the other. */
  readonly calls: number;
  readonly trips: number;
  readonly ours: Cost;
  /** A bare SDK loop of as many clients with exactly the same calls. */
  readonly bare: Cost;
  /** Microseconds a request takes without SDK and database: our own work and nothing else. */
  readonly aloneCpu: number;
}

export interface Pace {
  readonly rounds: number;
  /** Milliseconds of one turn. */
  readonly turn: number;
}

/** Turns that do not count: each operation has code of its own for the compiler, the SDK's is compiled by then. */
const WARM_UP = 4;
/** Requests of a client in a turn that are answered once more without a database. */
const ALONE_PER_TURN = 25;

/** A closed loop of clients in short turns, so that handlers and bare loop meet the same machine, data and conditions. */
export async function measure(setup: Setup, operation: Operation, pace: Pace): Promise<Turn[]> {
  const clients = Array.from({ length: operation.clients }, (_, client) => new Client(setup, operation, client));
  const repeat = operation.writes ? setup.repeatElsewhere : setup.repeatHere;
  const turns: Turn[] = [];
  for (let round = -WARM_UP; round < pace.rounds; round++) {
    for (const client of clients) client.prepare();
    const end = performance.now() + pace.turn;
    const ours = await cost(() => clients.map((client) => client.sendUntil(end)));
    const bare = await cost(() =>
      clients.map(async ({ recorded }) => {
        for (const { calls } of recorded) await repeat(calls);
      }),
    );
    const sample = clients.flatMap(({ recorded }) => recorded.slice(0, ALONE_PER_TURN));
    const alone = await cost(() => [sendAlone(setup, sample)]);
    const calls = clients.flatMap(({ recorded }) => recorded.map((request) => request.calls));
    const requests = calls.length;
    const trips = calls.reduce((sum, { length }) => sum + length, 0);
    const aloneCpu = alone.cpuMicroseconds / sample.length;
    if (round >= 0) turns.push({ requests, calls: calls.flat(2).length, trips, ours, bare, aloneCpu });
  }
  return turns;
}

/** One client of the closed loop: its next request follows the answer to the last. */
export class Client {
  recorded: Recorded[] = [];
  readonly #setup: Setup;
  readonly #operation: Operation;
  readonly #number: number;
  /** Events are made before the turn: on Lambda that is not the function's work. */
  #stock: { readonly prepared: Prepared; readonly status: number }[] = [];
  #sent = 0;

  constructor(setup: Setup, operation: Operation, number: number) {
    this.#setup = setup;
    this.#operation = operation;
    this.#number = number;
  }

  prepare(): void {
    const wanted = 10 + Math.ceil(1.3 * this.recorded.length);
    this.recorded = [];
    this.#stock = Array.from({ length: wanted }, (_, index) => this.#make(this.#sent + index));
  }

  #make(n: number): { readonly prepared: Prepared; readonly status: number } {
    const { method, path, body, status } = this.#operation.request(this.#number, n);
    return { prepared: this.#setup.prepare(this.#operation.org, method, path, body), status };
  }

  async sendUntil(end: number): Promise<void> {
    do {
      const { prepared, status } = this.#stock[this.recorded.length] ?? this.#make(this.#sent);
      this.#sent += 1;
      const sampled = this.recorded.length < ALONE_PER_TURN ? "replayable" : undefined;
      const { recorded, answer } = this.#setup.send(prepared, sampled);
      this.recorded.push(recorded);
      expectAnswer(await answer, status);
    } while (performance.now() < end);
  }
}

async function sendAlone(setup: Setup, sample: readonly Recorded[]): Promise<void> {
  for (const request of sample) await setup.sendAlone(request);
}

setFlagsFromString("--expose-gc");
const collectGarbage: (options: { readonly type: "minor" }) => void = runInNewContext("gc");

/** Nobody pays for what others left behind. */
export async function cost(start: () => readonly Promise<void>[]): Promise<Cost> {
  // A whole collection would throw compiled code away with the rest.
  collectGarbage({ type: "minor" });
  const before = process.cpuUsage();
  const started = performance.now();
  await Promise.all(start());
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: performance.now() - started, cpuMicroseconds: user + system };
}
