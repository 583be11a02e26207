import { CLIENTS, type Filled, type Goals, type Operation } from "./operations.ts";

export interface Pace {
  /** At least one round more comes before them and does not count. */
  readonly rounds: number;
  /** Milliseconds of one turn. */
  readonly turn: number;
}

/** What one server did in one operation. */
export interface Measured {
  readonly server: string;
  /** Which of the goals hold for it; absent: none. */
  readonly goals?: keyof Goals | undefined;
  readonly ours: boolean;
  /** Requests a second, by round. */
  readonly rates: readonly number[];
  readonly clients: number;
  /** Why its figures count for nothing. */
  readonly wrong: string | undefined;
}

/** What the clients of this process took for themselves. */
export class ClientCost {
  requests = 0;
  milliseconds = 0;
  cpuMicroseconds = 0;

  /** Microseconds of CPU for a request, and the share of one core that was taken. */
  toString(): string {
    const each = (this.cpuMicroseconds / this.requests).toFixed(0);
    const core = ((this.cpuMicroseconds / this.milliseconds / 1_000) * 100).toFixed(0);
    return `${each} µs of CPU for a request, ${core} % of one core on average`;
  }
}

/** All servers in short turns, in another order each round: so they meet the same machine. */
export async function measure(
  operation: Operation,
  servers: readonly Filled[],
  { rounds, turn }: Pace,
  cost: ClientCost,
): Promise<Measured[]> {
  const sides: Side[] = [];
  for (const filled of servers) sides.push(await Side.open(operation, filled, turn));
  for (let round = -1; round < rounds; round++) {
    const first = (round + 1) % sides.length;
    for (const side of [...sides.slice(first), ...sides.slice(0, first)]) {
      const rate = await side.turn(turn, cost);
      if (round >= 0) side.rates.push(rate);
    }
  }
  return sides.map(({ filled, rates, clients, wrong }) => {
    const { name, ours, goals } = filled.server;
    return { server: name, ours, goals, rates, clients, wrong };
  });
}

/** How many times as long as it should a turn may take, where all of its requests are answered one after the other. */
const LONGEST = 2;

/** One server in one operation. */
class Side {
  readonly filled: Filled;
  readonly rates: number[] = [];
  clients = 1;
  wrong: string | undefined;
  readonly #operation: Operation;
  /** By client. */
  readonly #sent: number[] = Array.from({ length: CLIENTS }, () => 0);

  private constructor(operation: Operation, filled: Filled) {
    this.filled = filled;
    this.#operation = operation;
  }

  /** Tries single requests: a slow server gets fewer clients, so that its turns end when they should. */
  static async open(operation: Operation, filled: Filled, turn: number): Promise<Side> {
    const side = new Side(operation, filled);
    const times: number[] = [];
    for (let attempt = 0; attempt < 3 && side.wrong === undefined; attempt++) {
      const start = performance.now();
      await side.#request(0, "whole");
      times.push(performance.now() - start);
    }
    side.clients = Math.max(1, Math.min(CLIENTS, Math.floor((LONGEST * turn) / Math.min(...times))));
    return side;
  }

  /** @returns requests a second */
  async turn(milliseconds: number, cost: ClientCost): Promise<number> {
    if (this.wrong !== undefined) return Number.NaN;
    const [before, start] = [process.cpuUsage(), performance.now()];
    const end = start + milliseconds;
    const loops = Array.from({ length: this.clients }, async (_none, client) => {
      let count = 0;
      do {
        await this.#request(client, count === 0 ? "whole" : "quick");
        count += 1;
      } while (performance.now() < end && this.wrong === undefined);
      return count;
    });
    const requests = (await Promise.all(loops)).reduce((sum, count) => sum + count, 0);
    const took = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    cost.requests += requests;
    cost.milliseconds += took;
    cost.cpuMicroseconds += user + system;
    this.wrong ??= await this.#operation.stored?.(this.filled, this.#sent);
    return (requests / took) * 1_000;
  }

  async #request(client: number, look: "whole" | "quick"): Promise<void> {
    const { filled } = this;
    const exchange = this.#operation.exchange(filled, client, this.#sent[client] ?? 0);
    const connection = filled.clients[client];
    const reply = await connection?.request(exchange.method, filled.base + exchange.path, exchange.body);
    this.#sent[client] = (this.#sent[client] ?? 0) + 1;
    if (reply === undefined || !exchange.status.includes(reply.status)) {
      this.wrong ??= `answers ${reply?.status}: ${reply?.body.toString().slice(0, 120)}`;
      return;
    }
    const missing = exchange.holds.find((text) => !reply.body.includes(text));
    const found =
      look === "whole" && reply.body.length > 0 ? exchange.wrong?.(JSON.parse(reply.body.toString())) : undefined;
    this.wrong ??= found ?? (missing === undefined ? undefined : `answers without ${missing}`);
  }
}
