import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { eventually } from "../local/processes.ts";
import { Browser } from "./browser.ts";
import { type InMemory, startInMemory } from "./inMemory.ts";
import { ADA, BEFORE, OWNER } from "./story.ts";

const secretOf = () => `whsec_${randomBytes(32).toString("base64")}`;
const [OLD, NEW, FOREIGN] = [secretOf(), secretOf(), secretOf()] as const;

interface Wishes {
  readonly secret?: string;
  readonly at?: Date;
  readonly org?: string;
  readonly body?: string;
}

/** Sends what Rollcall sends, signed by the public client of Standard Webhooks. */
async function deliver({ product }: InMemory, { secret = NEW, at = new Date(), org = BEFORE.org, body }: Wishes = {}) {
  const data = { org, orgId: "Ab12Cd34", from: 1, to: 1, events: [] };
  const text = body ?? JSON.stringify({ type: "events.logged", timestamp: at.toISOString(), data });
  const signature = new Webhook(secret).sign("msg_1", at, text);
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signature,
  };
  return await post(product.url, text, headers);
}

async function post(product: string, body: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${product}/webhooks/rollcall`, { method: "POST", body, headers });
  return { status: response.status, text: await response.text() };
}

test("a webhook wakes the sync, by either secret while one is changed; twice and late it does no harm", async () => {
  await using scene = await startInMemory({ webhookSecrets: [OLD, NEW] });
  const { rollcall, org, product } = scene;
  const owner = new Browser(product.url);
  expect(await owner.signIn(BEFORE.org, OWNER)).toBe(303);
  await scene.caughtUp();
  const entra = rollcall.idp.entra(org);
  const isShown = (active: boolean) => async () => (await owner.get("/api/people")).text.includes(`"active":${active}`);

  await entra.assign(ADA);
  await rollcall.settled();
  expect(await deliver(scene, { secret: OLD })).toEqual({ status: 204, text: "" });
  await eventually(isShown(true));
  await entra.disable(ADA);
  await rollcall.settled();
  const twice = await Promise.all([deliver(scene), deliver(scene), deliver(scene)]);
  expect(twice.map(({ status }) => status)).toEqual([204, 204, 204]);
  await eventually(isShown(false));
  // What tells of the hire comes behind what told of the end.
  expect((await deliver(scene)).status).toBe(204);
  await scene.caughtUp();
  expect(await isShown(false)()).toBe(true);
  // The log of somebody was begun anew: which one, it need not say.
  await entra.enable(ADA);
  await rollcall.settled();
  const reset = { type: "log.reset", timestamp: new Date().toISOString(), data: {} };
  expect((await deliver(scene, { body: JSON.stringify(reset) })).status).toBe(204);
  await eventually(isShown(true));
  expect(scene.reports).toEqual([]);
});

test("a webhook that Rollcall did not sign now is refused, and one about another organization changes nothing", async () => {
  await using scene = await startInMemory({ webhookSecrets: [NEW] });
  const tenMinutes = 600_000;
  expect(await deliver(scene, { secret: FOREIGN })).toEqual({
    status: 401,
    text: expect.stringContaining("No signature fits"),
  });
  const old = await deliver(scene, { at: new Date(Date.now() - tenMinutes) });
  expect(old).toEqual({ status: 401, text: expect.stringContaining("was signed 60") });
  expect((await deliver(scene, { at: new Date(Date.now() + tenMinutes) })).status).toBe(401);
  expect((await deliver(scene, { body: "not JSON" })).status).toBe(401);
  expect((await post(scene.product.url, "{}", {})).text).toContain("webhook-id is missing");
  expect((await post(scene.product.url, "x".repeat(65_537), {})).status).toBe(413);
  expect(scene.reports).toHaveLength(5);

  expect((await deliver(scene, { org: "somebody-else" })).status).toBe(204);
  expect(scene.reports.at(-1)).toBe('A webhook is about "somebody-else", which is no workspace here.');
});

test("what Rollcall sends wakes the product, also by the next secret after a rotation", async () => {
  const secrets: string[] = [];
  await using scene = await startInMemory({ webhookSecrets: secrets });
  const { operator, rollcall, org, product } = scene;
  const owner = new Browser(product.url);
  expect(await owner.signIn(BEFORE.org, OWNER)).toBe(303);
  await scene.caughtUp();
  const path = { org: org.name };
  const body = { url: `${product.url}/webhooks/rollcall` };
  const { secret, webhook } = await operator.call("admin.createWebhook", { path, body });
  secrets.push(secret);
  const entra = rollcall.idp.entra(org);
  const isShown = (name: string) => async () => (await owner.get("/api/people")).text.includes(name);
  await entra.assign({ userName: ADA, displayName: "First" });
  await eventually(isShown("First"));
  // Both sign for a while: the product may still have the earlier one.
  const next = await operator.call("admin.rotateWebhookSecret", { path: { ...path, webhookId: webhook.id } });
  await entra.rename(ADA, { displayName: "Second" });
  await eventually(isShown("Second"));
  secrets.splice(0, 1, next.secret);
  await entra.rename(ADA, { displayName: "Third" });
  await eventually(isShown("Third"));
  expect(scene.reports).toEqual([]);
});
