import { createKmsSealer } from "./bus/kmsSecrets.ts";
import { wakeFunction } from "./bus/wakeFunction.ts";
import { readWebhookUrl } from "./bus/webhookUrl.ts";
import type { WebhookMeans } from "./http/signed/route.ts";
import { lambdaIdentity, optionalSetting, serviceEndpoint, setting } from "./runtime.ts";

/** What a function needs to create webhooks; undefined where the deployment has none. A file of its own keeps it out of other bundles. */
export function webhooksFromEnvironment(): WebhookMeans | undefined {
  const arn = optionalSetting("WEBHOOK_KEY");
  if (arn === undefined) return undefined;
  const identity = lambdaIdentity();
  const sender = setting("WEBHOOK_SENDER");
  return {
    sealer: createKmsSealer({ arn, identity, endpoint: serviceEndpoint("kms", "KMS") }),
    readUrl: (url) => readWebhookUrl(url, "public"),
    wakeSender: () => wakeFunction(serviceEndpoint("lambda", "LAMBDA"), identity, sender),
  };
}
