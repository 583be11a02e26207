import { createKmsSealer, type KmsKey } from "./bus/kmsSecrets.ts";
import { readWebhookUrl } from "./bus/webhookUrl.ts";
import type { WebhookMeans } from "./http/signed/route.ts";
import { lambdaIdentity, optionalSetting } from "./runtime.ts";

/** For the few functions that know webhooks: a file of its own, which the others do not carry. */

/** The key that seals the secrets of webhooks; none where the deployment has no webhooks. */
export function webhookKey(): KmsKey | undefined {
  const arn = optionalSetting("WEBHOOK_KEY");
  // Set by an emulator.
  const endpoint = optionalSetting("AWS_ENDPOINT_URL_KMS") ?? optionalSetting("AWS_ENDPOINT_URL");
  return arn === undefined
    ? undefined
    : { arn, identity: lambdaIdentity(), ...(endpoint !== undefined && { endpoint }) };
}

/** What a function that makes webhooks needs. */
export function webhooksFromEnvironment(): WebhookMeans | undefined {
  const key = webhookKey();
  return key && { sealer: createKmsSealer(key), readUrl: (url) => readWebhookUrl(url, "public") };
}
