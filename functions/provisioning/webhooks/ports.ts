/** One attempt at one message, for the outside. */
export interface Attempt {
  readonly url: string;
  /** `webhook-id`: the same in each attempt. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
  /** `whsec_` texts; during a rotation two, and both sign. */
  readonly secrets: readonly string[];
  /** Milliseconds since the epoch: `webhook-timestamp`, in whole seconds, and part of what is signed. */
  readonly at: number;
}

/** Why there was no answer. Shown to the operator as it stands: a class, never a text of the other side. */
export type DeliveryFailure =
  /** The address, or one of those that the name has, is none that may be called. */
  | "ForbiddenAddress"
  /** Not https, another port than 443, a user in it: refused where the endpoint is made, and again here. */
  | "ForbiddenUrl"
  | "NameNotFound"
  | "ConnectionRefused"
  | "ConnectionLost"
  | "Certificate"
  | "Timeout"
  /** What answered speaks no TLS, or no HTTP. */
  | "NotHttp"
  /** A secret could not be decrypted. */
  | "Secret"
  | "Unknown";

export type AttemptOutcome =
  /** @property retryAfter seconds, of a 429 or 503 that said so */
  | { readonly outcome: "answered"; readonly status: number; readonly retryAfter?: number }
  | { readonly outcome: "failed"; readonly failure: DeliveryFailure };

/** Sends one attempt, by the rules for addresses. Never throws. */
export type Deliver = (attempt: Attempt) => Promise<AttemptOutcome>;

/** What a sealed secret belongs to: opened with another context it is none. */
export interface SecretContext {
  /** An org's id, or `--------` for the deployment. */
  readonly org: string;
  readonly endpoint: string;
}

/** Makes the stored form of a secret. The admin function can do this, and not the other. */
export interface SecretSealer {
  seal(secret: string, context: SecretContext): Promise<string>;
}

/** Reads the stored form. Only the sender can. */
export interface SecretOpener {
  /** @throws Error where it was sealed with another key or context */
  open(sealed: string, context: SecretContext): Promise<string>;
}

/** What is wrong with a URL that is named for an endpoint. `address`: it names none of the internet, as far as it can be seen without the DNS. */
export type WebhookUrlFault = "syntax" | "length" | "scheme" | "userInfo" | "port" | "address";

/** Gives a URL in the form in which it is kept, or the first rule that it breaks. Asks nobody. */
export type ReadWebhookUrl = (text: string) => { readonly url: string } | { readonly fault: WebhookUrlFault };
