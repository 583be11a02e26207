import type { Database } from "../../store/database.ts";
import type { DisabledReason } from "../../store/webhookItems.ts";
import type { WebhookOwner } from "../../store/webhookKeys.ts";
import type { Deliver, SecretOpener } from "./ports.ts";

/** What a run of the sender needs. */
export interface WebhookSending {
  /** A database for one run. */
  readonly database: Database;
  readonly deliver: Deliver;
  readonly secrets: SecretOpener;
  now(): number;
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number;
  /** Milliseconds since the epoch. All work is over by then, because an attempt takes at most 15 seconds. */
  readonly until: number;
}

/** An endpoint that a run disabled, for the log. */
export interface DisabledEndpoint {
  readonly owner: WebhookOwner;
  readonly id: string;
  readonly reason: DisabledReason;
}

/** The counts of a run, or of one visit to an endpoint. */
export interface SendCounts {
  /** Attempts. */
  sent: number;
  /** Messages that got a 2xx. */
  delivered: number;
  /** Attempts that got no 2xx. */
  failed: number;
  /** Messages given up after their last attempt. */
  givenUp: number;
  readonly disabled: DisabledEndpoint[];
}
