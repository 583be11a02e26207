import { expect, test } from "@jest/globals";
import { createClient } from "rollcall/client";
import { startInMemory } from "./inMemory.ts";
import { playStory } from "./playStory.ts";
import { ADA, storyOf } from "./story.ts";

test.each(["entra", "okta"] as const)(
  "from hire to deletion by %s, in memory, woken by webhooks alone",
  async (provider) => {
    await using scene = await startInMemory({}, "sent");
    const { rollcall, org, product } = scene;
    await playStory(storyOf({ deletes: provider === "entra" }), {
      idp: rollcall.idp[provider](org),
      product: product.url,
      org: org.name,
      print: (line) => process.stdout.write(`in memory, ${provider}, ${line}\n`),
    });
    // Rollcall knows which account she is.
    const ada = await createClient(rollcall.clientOptions(org)).gate({ org: org.name, applicationId: "2" });
    expect(ada).toMatchObject({ member: true, user: { userName: ADA } });
  },
);

test("webhooks that come twice, late, out of order and again after a lost answer lead to the same", async () => {
  await using scene = await startInMemory({}, "sent");
  const { rollcall, org, product } = scene;
  const { webhookFaults } = rollcall;
  webhookFaults.duplicate({ rate: 0.3 });
  webhookFaults.loseAnswer({ next: 1 });
  webhookFaults.reorder({ rate: 0.5 });
  await playStory(storyOf({ deletes: true }), {
    idp: rollcall.idp.entra(org),
    product: product.url,
    org: org.name,
    print: () => undefined,
    // What is late arrives, and the time comes of what is tried again.
    poke: async () => {
      rollcall.clock.advance(200);
      await rollcall.settled();
    },
  });
  expect(new Set(webhookFaults.injected.map(({ fault }) => fault))).toEqual(
    new Set(["duplicate", "loseAnswer", "reorder"]),
  );
  expect(scene.reports).toEqual([]);
});
