import { expect, test } from "@jest/globals";
import { Browser } from "./browser.ts";
import { type InMemory, startInMemory } from "./inMemory.ts";
import { ADA, BEFORE, GRACE, OWNER } from "./story.ts";

/** Ada and Grace in a team, the product up to date, and Grace's browser in it. */
async function begin({ caughtUp, org, product, rollcall }: InMemory) {
  const entra = rollcall.idp.entra(org);
  await entra.assign(ADA);
  await entra.assign(GRACE);
  await entra.pushGroup("Engineering", [ADA, GRACE]);
  await caughtUp();
  const grace = new Browser(product.url);
  expect(await grace.signIn(BEFORE.org, GRACE)).toBe(303);
  const owner = new Browser(product.url);
  expect(await owner.signIn(BEFORE.org, OWNER)).toBe(303);
  return { entra, grace, owner, path: { org: org.name } };
}

test("where the log was begun anew, a snapshot ends the session of a person who went meanwhile, and keeps all others", async () => {
  await using scene = await startInMemory();
  const { entra, grace, owner, path } = await begin(scene);
  await entra.remove(GRACE);
  await scene.rollcall.settled();
  for (let from: string | undefined = ""; from !== undefined; ) {
    const body: { readonly from?: string } = from === "" ? {} : { from };
    ({ next: from } = await scene.operator.call("admin.renewLog", { path, body }));
  }
  await scene.caughtUp();
  expect(await grace.isSignedIn()).toBe(false);
  expect(await owner.json("/api/people")).toEqual({
    people: [expect.objectContaining({ id: 2, email: ADA, teams: ["Engineering"] })],
  });
  expect(scene.reports).toEqual([]);
});

test("when the organization is purged, nobody of it is left or signed in", async () => {
  const webhookSecrets: string[] = [];
  await using scene = await startInMemory({ webhookSecrets });
  const { grace, owner, path } = await begin(scene);
  const { webhookFaults } = scene.rollcall;
  // Of the deployment: one of the organization is purged with it.
  const { secret } = await scene.rollcall.webhook({ url: `${scene.product.url}/webhooks/rollcall` });
  webhookSecrets.push(secret);
  webhookFaults.lose({ rate: 1 });
  await scene.operator.call("admin.scheduleDeletion", { path, body: { reason: "the contract ended" } });
  for (let done = false; !done; ) {
    const step = await scene.operator.call("admin.purgeOrg", { path, body: { confirm: path.org } });
    scene.rollcall.clock.advance(step.waitSeconds * 1_000);
    done = step.done;
  }
  // Who asks a server that does not know the organization may have a wrong address.
  await scene.product.catchUp(path.org);
  expect(scene.reports).toEqual([expect.stringMatching(/^acme: notFound\.org: .*endIfUnknown/)]);
  expect(await grace.isSignedIn()).toBe(true);
  webhookFaults.clear();
  scene.rollcall.clock.advance(60_000);
  await scene.caughtUp();
  expect(await grace.isSignedIn()).toBe(false);
  expect(await owner.json("/api/people")).toEqual({ people: [] });
});
