/** One attempt at one message, for the sender of requests. */
export interface Attempt {
  readonly url: string;
  /** `webhook-id`: the same in each attempt. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
  /** `whsec_` texts. During a rotation two secrets sign. */
  readonly secrets: readonly string[];
  /** Milliseconds since the epoch. In whole seconds it is `webhook-timestamp`, and part of the signed text. */
  readonly at: number;
}

/** Why there was no answer. The operator sees this word: a class, never a text of the other side. */
export type DeliveryFailure =
  /** The address, or one of the name's addresses, may not be called. */
  | "ForbiddenAddress"
  /** Not https, another port than 443, or with a user: refused at creation, and here again. */
  | "ForbiddenUrl"
  | "NameNotFound"
  | "ConnectionRefused"
  | "ConnectionLost"
  | "Certificate"
  | "Timeout"
  /** The other side speaks no TLS, or no HTTP. */
  | "NotHttp"
  /** A secret could not be decrypted. */
  | "Secret"
  | "Unknown";

export type AttemptOutcome =
  /** @property retryAfter seconds, from a 429 or 503 that has it */
  | { readonly outcome: "answered"; readonly status: number; readonly retryAfter?: number }
  | { readonly outcome: "failed"; readonly failure: DeliveryFailure };

/** Sends one attempt, within the rules for addresses. Never throws. */
export type Deliver = (attempt: Attempt) => Promise<AttemptOutcome>;

/** What a sealed secret is bound to. Opening it with another context fails. */
export interface SecretContext {
  /** An org's id, or `--------` for the deployment. */
  readonly org: string;
  readonly endpoint: string;
}

/** Seals a secret for storage. The admin function can seal, but not open. */
export interface SecretSealer {
  seal(secret: string, context: SecretContext): Promise<string>;
}

/** Opens a sealed secret. Only the sender can. */
export interface SecretOpener {
  /** @throws Error where it was sealed with another key or context */
  open(sealed: string, context: SecretContext): Promise<string>;
}

/** What is wrong with an endpoint's URL. `address`: not on the internet, as far as this shows without the DNS. */
export type WebhookUrlFault = "syntax" | "length" | "scheme" | "userInfo" | "port" | "address";

/** Returns a URL in its stored form, or the first rule that it breaks. Makes no request. */
export type ReadWebhookUrl = (text: string) => { readonly url: string } | { readonly fault: WebhookUrlFault };
