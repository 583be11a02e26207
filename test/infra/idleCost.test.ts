import { expect, test } from "@jest/globals";
import { judgedIdle } from "../aws/checks/cost.ts";
import { DOMAIN, synthesise } from "./synthesis.ts";

test.each([
  ["as it comes", {}],
  ["with application keys", { applicationKeys: true }],
  ["with webhooks", { webhooks: true }],
  ["with the portal", { portal: true }],
  ["with the canary", { canary: true, observability: true }],
  [
    "with all options",
    { stage: "dev", observability: true, alarmEmail: "a@example.com", domain: DOMAIN, waf: true, customerKey: true },
  ],
])("what the stack costs while idle is known %s", (_what, settings) => {
  const { template } = synthesise(settings);
  const all: Readonly<Record<string, { readonly Type: string }>> = template.toJSON().Resources;
  const resources = Object.entries(all).map(([logicalId, { Type }]) => ({ logicalId, physicalId: "", type: Type }));
  expect(judgedIdle(resources).differences).toEqual([]);
});
