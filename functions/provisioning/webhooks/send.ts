import { type DueEndpoint, dueEndpointsOf } from "../../store/webhookQueue.ts";
import type { SendCounts, WebhookSending } from "./sending.ts";
import { ATTEMPT_MS, EndpointVisit } from "./visit.ts";

export interface SendReport extends Readonly<SendCounts> {
  /** Why endpoints were left in the middle: the name of an error. They are visited again when their lease is over. */
  readonly cause?: string;
}

/** Endpoints at once, and of them such where everything fails: each of these may hang until its time is over. */
const WORKING_AT_ONCE = 32;
const FAILING_AT_ONCE = 16;

/**
 * Sends what is due to all endpoints, each at its own pace, until nothing is due or the time is over. Runs may meet: an
 * endpoint is one run's at a time. What the run leaves in the middle is sent again, by another one.
 */
export async function sendWebhooks(sending: WebhookSending): Promise<SendReport> {
  const run = new SendRun(sending);
  await Promise.all([run.sendAll("working", WORKING_AT_ONCE), run.sendAll("failing", FAILING_AT_ONCE)]);
  return { ...run.counts, ...(run.cause !== undefined && { cause: run.cause }) };
}

class SendRun {
  readonly counts: SendCounts = { sent: 0, delivered: 0, failed: 0, givenUp: 0, disabled: [] };
  readonly #sending: WebhookSending;
  /** Endpoints that were visited: once more only where more is left. */
  readonly #visited = new Set<string>();
  cause: string | undefined;

  constructor(sending: WebhookSending) {
    this.#sending = sending;
  }

  async sendAll(kind: "working" | "failing", atOnce: number): Promise<void> {
    while (this.#hasTime()) {
      const due = await this.#due(kind);
      const queue = due.filter(({ id }) => !this.#visited.has(id));
      if (queue.length === 0) break;
      const worker = async () => {
        for (let next = queue.shift(); next !== undefined && this.#hasTime(); next = queue.shift()) {
          this.#visited.add(next.id);
          // Others come first.
          if (await this.#visit(next)) queue.push(next);
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker));
    }
  }

  #hasTime(): boolean {
    return this.#sending.now() + ATTEMPT_MS <= this.#sending.until;
  }

  async #due(kind: "working" | "failing"): Promise<readonly DueEndpoint[]> {
    try {
      return await dueEndpointsOf(this.#sending.database, kind, this.#sending.now());
    } catch (error) {
      this.#failed(error);
      return [];
    }
  }

  /** A failure at one endpoint keeps no other from its messages. @returns whether there is more to send */
  async #visit(due: DueEndpoint): Promise<boolean> {
    try {
      return (await new EndpointVisit(this.#sending, due, this.counts).carryOut()) === "more";
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #failed(error: unknown): void {
    this.cause ??= error instanceof Error ? error.name : typeof error;
  }
}
