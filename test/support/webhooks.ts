import { readWebhookUrl } from "../../functions/bus/webhookUrl.ts";
import type { Administration } from "../../functions/provisioning/changeOrg.ts";
import type { WebhookAdministration } from "../../functions/provisioning/webhooks/endpoints.ts";
import type { SecretContext, SecretOpener, SecretSealer } from "../../functions/provisioning/webhooks/ports.ts";
import type { Database } from "../../functions/store/database.ts";
import { WebhookStore } from "../../functions/store/webhooks.ts";

/** Seals nothing, but checks what a secret belongs to. */
export const PLAIN_SECRETS: SecretSealer & SecretOpener = {
  async seal(secret: string, { org, endpoint }: SecretContext) {
    return JSON.stringify([org, endpoint, secret]);
  },
  async open(sealed: string, { org, endpoint }: SecretContext) {
    const [ofOrg, ofEndpoint, secret] = JSON.parse(sealed);
    if (ofOrg !== org || ofEndpoint !== endpoint) throw new Error("sealed for something else");
    return secret;
  },
};

/** For webhooks of the deployment. */
export function webhookAdministration(acting: Administration, database: Database): WebhookAdministration {
  const readUrl = (url: string) => readWebhookUrl(url, "public");
  return { ...acting, webhooks: new WebhookStore(database), sealer: PLAIN_SECRETS, readUrl };
}
