import { setTimeout as wait } from "node:timers/promises";
import { types } from "node:util";
import { codeOf, Refused, Unreachable } from "../refused.ts";

/** How the tool calls AWS: from anywhere, for a person who waits. `throwOnRequestTimeout`: otherwise the SDK only warns. */
export const TOOL_CALLS = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 35_000, throwOnRequestTimeout: true },
} as const;

/** A service of AWS refused. */
export class AwsRefusal extends Refused {
  /** The exception's name, e.g. `AccessDeniedException`. */
  readonly type: string;
  readonly status: number;

  constructor(type: string, status: number, sentence: string) {
    super(sentence);
    this.type = type;
    this.status = status;
  }
}

/**
 * Makes a call; what AWS refuses becomes a sentence.
 * @param service as the sentence names it, e.g. `Lambda`
 * @throws Refused without credentials, AwsRefusal, Unreachable
 */
export async function asked<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // It may come from another realm than this module's.
    if (!types.isNativeError(error) && !(error instanceof Error)) throw error;
    // The provider's message names the sources it tried, never a value of them.
    if (error.name === "CredentialsProviderError") {
      throw new Refused(`There are no usable AWS credentials: ${error.message}`);
    }
    if (!("$metadata" in error)) throw error;
    const { httpStatusCode: status } = error.$metadata as { readonly httpStatusCode?: number };
    if (status === undefined) {
      throw new Unreachable(`${service} does not answer (${codeOf(error) ?? error.name}).`);
    }
    const type = /^Unknown/.test(error.name) ? `status ${status}` : error.name;
    // What follows the first line helps only to debug the SDK.
    const [message] = error.message.split("\n");
    throw new AwsRefusal(type, status, `${service} answered ${status}: ${message}`);
  }
}

export interface Patience {
  /** Notes for the person who waits. */
  say(text: string): void;
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Waits, or less when the signal comes. */
export async function waiting(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
