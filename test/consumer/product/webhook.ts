import type { IncomingMessage, ServerResponse } from "node:http";
import { type ReceivedWebhook, verifyWebhook, WebhookError } from "rollcall/client";
import { answer, readBody } from "./http.ts";

export interface ReceiverOptions {
  /** `whsec_` texts; two while the secret is changed. */
  readonly secrets: readonly string[];
  /** Keeps that an organization was purged. */
  readonly noteEnd: (org: string) => void;
  /** Wakes the sync of an organization. @returns whether it is one of this product */
  readonly poke: (org: string) => boolean;
  /** Wakes all of them. */
  readonly pokeAll: () => void;
  readonly report: (text: string) => void;
}

/**
 * A webhook says that the log of an organization has something new, and is no more than a poke: once or five times, early or late,
 * sync reads the log from its own cursor.
 */
export async function receiveWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  { secrets, noteEnd, poke, pokeAll, report }: ReceiverOptions,
): Promise<void> {
  // As it arrived: the signature is over these bytes.
  const body = await readBody(request);
  let message: ReceivedWebhook;
  try {
    message = verifyWebhook(request.headers, body, secrets);
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    report(`A webhook was refused: ${error.message}`);
    return answer(response, 401, `${error.message}\n`);
  }
  if (message.type === "org.ended") noteEnd(message.data.org);
  // At once: Rollcall sends a message again that is not answered in time. If this process dies now, its next start reads the log.
  answer(response, 204, "");
  const { data } = message;
  if (!("org" in data)) pokeAll();
  else if (!poke(data.org)) report(`A webhook is about ${JSON.stringify(data.org)}, which is no workspace here.`);
}
