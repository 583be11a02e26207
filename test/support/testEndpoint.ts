import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { readWebhookUrl } from "../../functions/bus/webhookUrl.ts";
import { loggedGuard } from "../../functions/http/massChangeWatch.ts";
import type { PortalEndpoint } from "../../functions/http/portal/portalMeans.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { MASS_CHANGE_LIMITS } from "../../functions/provisioning/massChange.ts";
import type { Store } from "../../functions/store/session.ts";
import { checkLogLine } from "./logLines.ts";
import { PLAIN_SECRETS } from "./webhooks.ts";

/** The handlers' further needs besides a store; log lines are checked against their schema, and go to `log`, if given. */
export function testEndpoint(
  store: Store,
  log: AdminEndpoint["log"] = () => undefined,
): AdminEndpoint & PortalEndpoint {
  const parts = {
    now: () => Date.now(),
    log: (line: Readonly<Record<string, unknown>>) => {
      checkLogLine(line);
      log(line);
    },
    version: "test",
  };
  return {
    ...parts,
    store,
    randomBytes,
    wait: (milliseconds) => wait(milliseconds),
    guard: loggedGuard(parts, MASS_CHANGE_LIMITS),
    adoption: true,
    roles: true,
    // No domain has any record.
    resolveTxt: async () => ({ failure: "missing" }),
    portal: { origins: ["https://app.example"], rules: ["teamNameMaxLength"] },
    webhooks: { sealer: PLAIN_SECRETS, readUrl: (url) => readWebhookUrl(url, "public") },
  };
}
