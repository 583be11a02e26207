import { types } from "node:util";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { codeOf, Refused, Unreachable } from "../refused.ts";

/** Settings of the tool's AWS calls, for a waiting person anywhere. `throwOnRequestTimeout`: otherwise the SDK only warns. */
export const TOOL_CALLS = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 35_000, throwOnRequestTimeout: true },
  /** A role's credentials come from STS: its refusals are not those of the service that was asked. */
  credentialDefaultProvider: (init: Parameters<typeof defaultProvider>[0]) => {
    const provide = defaultProvider(init);
    return async (...given: Parameters<typeof provide>) => {
      try {
        return await asked("STS", () => provide(...given));
      } catch (error) {
        throw error instanceof AwsRefusal && !isUnaccepted(error.type) ? new NoCredentials(error) : error;
      }
    };
  },
} as const;

/** An AWS service refused the call. */
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

/** What somebody without valid credentials can do. */
export const SIGN_IN = "aws sso login, or: export AWS_PROFILE=NAME";

/** What somebody can do whom AWS itself did not answer. */
export const LOOK_BETWEEN = "Look at the network, at proxies and at AWS_ENDPOINT_URL, and run this again.";

/** This machine has no AWS credentials, or cannot read them. */
export class NoCredentials extends Refused {
  /** Names the sources that were tried, never their values. */
  readonly why: string;

  /** @param error of a provider of credentials */
  constructor(error: unknown) {
    // The error may come from another realm than this module's.
    const why = types.isNativeError(error) || error instanceof Error ? error.message : "unknown reason";
    super(`There are no usable AWS credentials (${why.replace(/\.$/, "")}). Sign in: ${SIGN_IN}`);
    this.why = why;
  }
}

/** AWS does not accept the credentials of a request. @param type of the refusal, e.g. `ExpiredTokenException` */
export function isUnaccepted(type: string): boolean {
  return /UnrecognizedClient|ExpiredToken|InvalidSignature|SignatureDoesNotMatch|InvalidClientTokenId/.test(type);
}

/**
 * Makes a call and turns AWS's refusals into a sentence.
 * @param service as the sentence names it, e.g. `Lambda`
 * @throws Refused without credentials, AwsRefusal, Unreachable
 */
export async function asked<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // The error may come from another realm than this module's.
    if (!types.isNativeError(error) && !(error instanceof Error)) throw error;
    if (error.name === "CredentialsProviderError") throw new NoCredentials(error);
    if (!("$metadata" in error)) throw error;
    const { httpStatusCode: status } = error.$metadata as { readonly httpStatusCode?: number };
    if (status === undefined) {
      throw new Unreachable(`${service} does not answer (${codeOf(error) ?? error.name}).`);
    }
    const type = /^Unknown/.test(error.name) ? `status ${status}` : error.name;
    if (isUnaccepted(type)) {
      const sentence = `AWS does not accept your credentials (${type}). Renew them (${SIGN_IN}), and check the region and the clock of this machine.`;
      throw new AwsRefusal(type, status, sentence);
    }
    // The further lines only help to debug the SDK.
    const [message] = error.message.split("\n");
    throw new AwsRefusal(type, status, `${service} answered ${status}: ${message}`);
  }
}

export interface Patience {
  /** Notes for the waiting person. */
  say(text: string): void;
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
