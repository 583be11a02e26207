import type { DynamoSend } from "../../../functions/store/dynamoCalls.ts";
import { wireInput } from "../../../functions/store/signed/attributeValues.ts";
import { expectAnswer } from "../local.ts";
import type { Prepared, Setup } from "../throughput/setup.ts";
import type { Client } from "../throughput/turns.ts";

/** Requests that are sent once and then answered again and again. */
const SAMPLE = 100;
/** How often all of them in a turn. */
const LOOPS = 20;

/** A table's client that keeps what it answers, or gives it again. */
export class Tape {
  readonly #through: DynamoSend;
  #taken: unknown[] = [];
  #left: Iterator<unknown> | undefined;

  constructor(through: DynamoSend) {
    this.#through = through;
  }

  /** Calls go through. @returns what they will have answered */
  record(): readonly unknown[] {
    this.#left = undefined;
    this.#taken = [];
    return this.#taken;
  }

  /** Calls are answered with these, in their order. */
  play(answers: readonly unknown[]): void {
    this.#left = answers.values();
  }

  readonly send: DynamoSend = async (operation, input, signal) => {
    if (this.#left === undefined) {
      const output = await this.#through(operation, input, signal);
      this.#taken.push(output);
      return output;
    }
    // As the client that signs would send it.
    JSON.stringify(wireInput(input));
    const { value, done } = this.#left.next();
    if (done === true) throw new Error("the table was not asked for this before");
    return value as never;
  };
}

/**
 * What the functions' own code takes where nothing is between: one request after the other, the table's answers from memory.
 * Beside a table the same code takes longer, since the kernel and the table push it out of the processor's caches.
 * @returns plays a turn. It returns microseconds of CPU for a request
 */
export async function ownAlone(
  tape: Tape,
  setup: Setup,
  client: Client,
  status: number,
): Promise<() => Promise<number>> {
  const sample: { readonly prepared: Prepared; readonly answers: readonly unknown[] }[] = [];
  client.prepare();
  while (sample.length < SAMPLE) {
    const answers = tape.record();
    await client.sendUntil(0);
    const prepared = client.recorded.at(-1);
    if (prepared !== undefined) sample.push({ prepared, answers });
  }
  return async () => {
    const before = process.threadCpuUsage();
    for (let loop = 0; loop < LOOPS; loop++) {
      for (const { prepared, answers } of sample) {
        tape.play(answers);
        expectAnswer(await setup.send(prepared).answer, status);
      }
    }
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / (LOOPS * SAMPLE);
  };
}
