import type { SecretContext, SecretOpener, SecretSealer } from "../provisioning/webhooks/ports.ts";
import { StoreBusy } from "../store/records.ts";
import { dnsSuffixOf } from "./awsEndpoints.ts";
import { type AwsIdentity, signedCall } from "./signedCall.ts";

/** Seals webhook secrets with a key of AWS KMS, which never leaves KMS (ADR 0044). */

export interface KmsKey {
  readonly arn: string;
  readonly identity: AwsIdentity;
  /** Absent: the AWS endpoint in the identity's region. */
  readonly endpoint?: string;
}

/** Its name is KMS's error type, which the log shows. KMS's message is left out, because it may repeat the request. */
class KmsError extends Error {
  constructor(operation: string, status: number, type: string) {
    super(`KMS ${operation} was answered with ${status}`);
    this.name = type;
  }
}

/** Needs `kms:Encrypt`. */
export function createKmsSealer(key: KmsKey): SecretSealer {
  return {
    seal: async (secret, context) => {
      const Plaintext = Buffer.from(secret, "utf8").toString("base64");
      const { CiphertextBlob } = await call(key, "Encrypt", { Plaintext }, context);
      return textIn("Encrypt", CiphertextBlob);
    },
  };
}

/** Needs `kms:Decrypt`. */
export function createKmsOpener(key: KmsKey): SecretOpener {
  return {
    open: async (sealed, context) => {
      const { Plaintext } = await call(key, "Decrypt", { CiphertextBlob: sealed }, context);
      return Buffer.from(textIn("Decrypt", Plaintext), "base64").toString("utf8");
    },
  };
}

/** AWS KMS API Reference, Encrypt and Decrypt: blobs are base64. */
interface KmsAnswer {
  readonly CiphertextBlob?: unknown;
  readonly Plaintext?: unknown;
}

/** Temporary errors, besides every 5xx. Source: KMS API Reference, "Common Errors", and the errors of both operations. */
const PASSING = ["ThrottlingException", "LimitExceededException", "DependencyTimeoutException", "KMSInternalException"];

/** @throws StoreBusy for a temporary error, KmsError for any other */
async function call(
  { arn, identity, endpoint }: KmsKey,
  operation: "Encrypt" | "Decrypt",
  input: object,
  { org, endpoint: webhook }: SecretContext,
): Promise<KmsAnswer> {
  const url = endpoint ?? `https://kms.${identity.region}.${dnsSuffixOf(identity.region)}/`;
  const EncryptionContext = { org, endpoint: webhook };
  const { status, text } = await answerTo(
    signedCall(identity, "kms", url, `TrentService.${operation}`, { ...input, KeyId: arn, EncryptionContext }),
  );
  if (status !== 200) {
    const error = new KmsError(operation, status, errorTypeIn(text));
    throw status >= 500 || PASSING.includes(error.name) ? new StoreBusy("storage", error) : error;
  }
  // The shapes are those of the KMS API reference.
  return JSON.parse(text) as KmsAnswer;
}

/** @throws StoreBusy where no answer came in time */
async function answerTo(call: Promise<Response>): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await call;
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new StoreBusy("storage", error);
  }
}

function textIn(operation: string, value: unknown): string {
  if (typeof value !== "string") throw new KmsError(operation, 200, "KmsNoAnswer");
  return value;
}

/** `{"__type":"InvalidCiphertextException"}`; some types have a namespace and a `#` before them. */
function errorTypeIn(text: string): string {
  return /"__type"\s*:\s*"(?:[^"#]*#)?(\w{1,80})"/.exec(text)?.[1] ?? "KmsError";
}
