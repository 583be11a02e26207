import { createHmac } from "node:crypto";
import type { Attempt } from "../provisioning/webhooks/ports.ts";

/** Standard Webhooks 1.0, "Signature scheme": the secret is base64 after this prefix. */
const PREFIX = "whsec_";
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The three headers of Standard Webhooks 1.0: `v1,` and the base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`, one
 * signature per secret.
 * @returns undefined where there is no secret, or a secret has another form
 */
export function webhookHeaders({
  id,
  at,
  body,
  secrets,
}: Omit<Attempt, "url">):
  | Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>>
  | undefined {
  const keys = secrets.map(keyOf).filter((key) => key !== undefined);
  if (keys.length === 0 || keys.length < secrets.length) return undefined;
  const timestamp = String(Math.floor(at / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(signed, "utf8").digest("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

function keyOf(secret: string): Buffer | undefined {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "";
  return BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}
