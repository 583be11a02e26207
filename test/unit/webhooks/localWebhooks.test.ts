import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { startWebhooks } from "../../../bin/local/localWebhooks.ts";
import { sendTest } from "../../../functions/provisioning/webhooks/deliveries.ts";
import { createEndpoint } from "../../../functions/provisioning/webhooks/endpoints.ts";
import { createStore } from "../../../functions/store/session.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { localTable } from "../../support/localStore.ts";
import { tableAround } from "../../support/tableAround.ts";
import { PLAIN_SECRETS, webhookAdministration } from "../../support/webhooks.ts";

test("a store that did not answer at the start hinders no webhook when it answers", async () => {
  const table = localTable();
  const { database } = createStore(table).begin();
  const parts = { actor: "tests", reference: "r", adoption: false, now: Date.now(), randomBytes };
  const directory = () => {
    throw new Error("nobody asks for the directory");
  };
  const means = { ...parts, settings: new SettingsStore(database), directory, wait: async () => undefined };
  const administration = { ...webhookAdministration(means, database), database };
  const made = await createEndpoint(administration, undefined, { url: "https://app.example/" });
  await sendTest(administration, { endpoint: made.endpoint.id });

  let isDown = true;
  const ailing = tableAround(table, (send) => (isDown ? Promise.reject(new Error("no answer")) : send()));
  const failed = Promise.withResolvers<unknown>();
  const urls: string[] = [];
  const webhooks = startWebhooks(
    { store: createStore(ailing) },
    {
      secrets: PLAIN_SECRETS,
      now: Date.now,
      log: () => undefined,
      failed: failed.resolve,
      wishes: {
        random: () => 0.5,
        around: () => async (attempt) => {
          urls.push(attempt.url);
          return { outcome: "answered", status: 204 };
        },
      },
    },
  );
  await failed.promise;
  isDown = false;
  await webhooks.settled();
  await webhooks.stop();
  expect(urls).toEqual(["https://app.example/"]);
});
