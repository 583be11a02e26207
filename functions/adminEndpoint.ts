import { createKmsSealer } from "./bus/kmsSecrets.ts";
import { resolveTxt } from "./bus/resolveTxt.ts";
import { wakeFunction } from "./bus/signedCall.ts";
import { readWebhookUrl } from "./bus/webhookUrl.ts";
import type { WebhookMeans } from "./http/signed/route.ts";
import { type PortalSettings, readPortalSettings } from "./provisioning/portal/portalSettings.ts";
import {
  endpointFromEnvironment,
  federationHosts,
  lambdaIdentity,
  optionalSetting,
  serviceEndpoint,
  setting,
} from "./runtime.ts";

/** What the functions of the admin API are composed of. A file of its own keeps it out of the other bundles. */
export function adminEndpointFromEnvironment() {
  return {
    ...endpointFromEnvironment(),
    federationHosts: federationHosts(),
    resolveTxt,
    webhooks: webhooksFromEnvironment(),
    portal: portalFromEnvironment(),
  };
}

/** Undefined where the deployment has no webhooks. */
function webhooksFromEnvironment(): WebhookMeans | undefined {
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

/** Undefined where the deployment has no portal. */
function portalFromEnvironment(): PortalSettings | undefined {
  const text = optionalSetting("PORTAL");
  return text === undefined ? undefined : readPortalSettings(text);
}
