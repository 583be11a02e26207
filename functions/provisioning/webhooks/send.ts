import { type DueEndpoint, dueEndpointsOf } from "../../store/webhookQueue.ts";
import type { SendCounts, WebhookSending } from "./sending.ts";
import { ATTEMPT_MS, EndpointVisit } from "./visit.ts";

export interface SendReport extends Readonly<SendCounts> {
  /** Why endpoints were left unfinished: an error's name. They are visited again when their lease is over. */
  readonly cause?: string;
}

/** Endpoints at once, and failing endpoints at once: each of the latter may hang until its time is over. */
const WORKING_AT_ONCE = 32;
const FAILING_AT_ONCE = 16;

/**
 * Sends due messages to all endpoints, each at its own pace, until nothing is due or time is over. Runs may overlap: one run at a
 * time works on an endpoint. Another run sends what this one leaves unfinished again.
 */
export async function sendWebhooks(sending: WebhookSending): Promise<SendReport> {
  const run = new SendRun(sending);
  await Promise.all([run.sendAll("working", WORKING_AT_ONCE), run.sendAll("failing", FAILING_AT_ONCE)]);
  return { ...run.counts, ...(run.cause !== undefined && { cause: run.cause }) };
}

class SendRun {
  readonly counts: SendCounts = { sent: 0, delivered: 0, failed: 0, givenUp: 0, disabled: [] };
  readonly #sending: WebhookSending;
  /** Visited endpoints. They are visited again only where messages are left. */
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
          // Other endpoints come first.
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

  /** A failure at one endpoint does not stop the others. @returns whether there is more to send */
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
