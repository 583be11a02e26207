import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SecretContext, SecretOpener, SecretSealer } from "../../functions/provisioning/webhooks/ports.ts";
import { openSecret } from "./secretFile.ts";

const FILE_NAME = "webhook.key";
const KEY_BYTES = 32;
/** NIST SP 800-38D: a random 96-bit nonce, a 128-bit tag. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The local counterpart of AWS KMS: AES-256-GCM, which also authenticates the context. A sealed secret is the base64 of nonce,
 * tag and text.
 * @param key of 32 bytes, made or read when the first secret needs it
 */
function createLocalSecrets(key: () => Buffer): SecretSealer & SecretOpener {
  return {
    seal: async (secret, context) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key(), nonce).setAAD(bound(context));
      const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64");
    },
    open: async (sealed, context) => {
      const bytes = Buffer.from(sealed, "base64");
      const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)];
      const decipher = createDecipheriv("aes-256-gcm", key(), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(bound(context)).setAuthTag(tag);
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    },
  };
}

/** @param folder of the data; absent where everything is in memory, the key too */
export function localSecrets(folder: string | undefined): SecretSealer & SecretOpener {
  let key: Buffer | undefined;
  return createLocalSecrets(() => {
    key ??= folder === undefined ? randomBytes(KEY_BYTES) : openWebhookKey(folder);
    return key;
  });
}

/**
 * The key of a data folder, mode 0600: made when the first secret is sealed. If the file is lost, no secret opens any more, and
 * each endpoint needs a new one.
 * @throws StartRefused where the file cannot be used
 */
function openWebhookKey(folder: string): Buffer {
  return openSecret(folder, FILE_NAME, {
    what: "The key of the webhooks' secrets",
    unread: "it holds no key",
    make: () => randomBytes(KEY_BYTES),
    print: (key) => key.toString("base64"),
    read: (text) => {
      const key = Buffer.from(text, "base64");
      return key.length === KEY_BYTES ? key : undefined;
    },
  });
}

/** Neither part contains a line break. */
function bound({ org, endpoint }: SecretContext): Buffer {
  return Buffer.from(`${org}\n${endpoint}`, "utf8");
}
