import type { Database } from "../../store/database.ts";
import type { DisabledReason } from "../../store/webhookItems.ts";
import type { WebhookOwner } from "../../store/webhookKeys.ts";
import type { Deliver, SecretOpener } from "./ports.ts";

/** What a run of the sender works with. */
export interface WebhookSending {
  /** For one run. */
  readonly database: Database;
  readonly deliver: Deliver;
  readonly secrets: SecretOpener;
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** Milliseconds since the epoch: all is over by then, where an attempt takes 15 seconds at most. */
  readonly until: number;
}

/** An endpoint that a run disabled: somebody has to know. */
export interface DisabledEndpoint {
  readonly owner: WebhookOwner;
  readonly id: string;
  readonly reason: DisabledReason;
}

/** What a run came to, or one visit of an endpoint. */
export interface SendCounts {
  /** Attempts. */
  sent: number;
  /** Messages with a 2xx. */
  delivered: number;
  /** Attempts without. */
  failed: number;
  /** Messages after their last attempt. */
  givenUp: number;
  readonly disabled: DisabledEndpoint[];
}
