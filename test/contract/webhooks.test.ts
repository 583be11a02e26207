import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { readWebhookUrl } from "../../functions/bus/webhookUrl.ts";
import { scheduleDeletion } from "../../functions/provisioning/orgLife.ts";
import {
  changeEndpoint,
  createEndpoint,
  disableEndpoint,
  enableEndpoint,
  getEndpoint,
  listEndpoints,
  livingSecrets,
  type NewSecret,
  removeEndpoint,
  rotateSecret,
  type WebhookAdministration,
} from "../../functions/provisioning/webhooks/endpoints.ts";
import { EVERY_ORG } from "../../functions/store/keys.ts";
import type { Store } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { DeliveryStore } from "../../functions/store/webhookDeliveries.ts";
import { readWebhookId, webhookId, webhookKeys } from "../../functions/store/webhookKeys.ts";
import { MOST_ENDPOINTS, WebhookStore } from "../../functions/store/webhooks.ts";
import { duringTests } from "../support/duringTests.ts";
import { ACME, OTHER, orgRecord, STAMP } from "../support/records.ts";
import { STORE_KINDS } from "../support/storeKinds.ts";
import { PLAIN_SECRETS, webhookAdministration } from "../support/webhooks.ts";

const NOW = Date.parse("2026-01-02T00:00:00.000Z");
const URL_OF_APP = "https://app.example/hook?key=secret";
const DAY_MS = 86_400_000;
const NO_WEBHOOK = { code: "notFound.webhook" };

async function acting(store: Store): Promise<(now?: number) => WebhookAdministration> {
  const { database } = store.begin();
  const settings = new SettingsStore(database);
  await settings.createOrg(orgRecord(ACME, "acme"), STAMP);
  await settings.createOrg(orgRecord(OTHER, "other"), STAMP);
  const parts = { settings, randomBytes, actor: "tests", reference: "request-1", adoption: false };
  const directory = store.begin().directory;
  const wait = () => new Promise<void>((resolve) => setImmediate(resolve));
  return (now = NOW) => webhookAdministration({ ...parts, directory, now, wait }, database);
}

async function secretsOf({ endpoint }: Pick<NewSecret, "endpoint">, now: number): Promise<readonly string[]> {
  const context = { org: endpoint.owner, endpoint: endpoint.id };
  return Promise.all(livingSecrets(endpoint.secrets, now).map(({ sealed }) => PLAIN_SECRETS.open(sealed, context)));
}

describe.each(STORE_KINDS)("endpoints of webhooks in $kind", ({ start }) => {
  const running = duringTests(start);

  test("are made for an org or for the deployment, and each sees its own only", async () => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const mine = await createEndpoint(as(), "acme", { url: URL_OF_APP, types: ["user.*", " user.*"] });
    const all = await createEndpoint(as(), undefined, { url: URL_OF_APP, description: "app" });
    expect(mine.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await secretsOf(mine, NOW)).toEqual([mine.secret]);
    expect((await listEndpoints(as(), "acme")).endpoints).toEqual([mine.endpoint]);
    expect((await listEndpoints(as(), undefined)).endpoints).toEqual([all.endpoint]);
    expect((await listEndpoints(as(), "other")).endpoints).toEqual([]);
    expect(mine.endpoint).toMatchObject({ owner: ACME, types: ["user.*"], createdBy: "tests" });
    expect(all.endpoint).toMatchObject({ owner: EVERY_ORG, description: "app" });
    await expect(getEndpoint(as(), "other", mine.endpoint.id)).rejects.toMatchObject(NO_WEBHOOK);
    await expect(getEndpoint(as(), "acme", "#")).rejects.toMatchObject(NO_WEBHOOK);
    await expect(removeEndpoint(as(), undefined, mine.endpoint.id)).rejects.toMatchObject(NO_WEBHOOK);
    await removeEndpoint(as(), "acme", mine.endpoint.id);
    await expect(rotateSecret(as(), "acme", mine.endpoint.id)).rejects.toMatchObject(NO_WEBHOOK);
    expect((await listEndpoints(as(), "acme")).endpoints).toEqual([]);
  });

  test("are ten at most, however many are made at once, and one that went makes room", async () => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const answers = await Promise.allSettled(
      Array.from({ length: MOST_ENDPOINTS + 3 }, () => createEndpoint(as(), "acme", { url: URL_OF_APP })),
    );
    const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
    const tooMany = { code: "conflict.tooManyWebhooks", values: [10] };
    expect(refused).toMatchObject([tooMany, tooMany, tooMany]);
    const [first] = (await listEndpoints(as(), "acme")).endpoints;
    if (first === undefined) throw new Error("there is none");
    await removeEndpoint(as(), "acme", first.id);
    await createEndpoint(as(), "acme", { url: URL_OF_APP });
    await expect(createEndpoint(as(), "acme", { url: URL_OF_APP })).rejects.toMatchObject(tooMany);
    await createEndpoint(as(), "other", { url: URL_OF_APP });
  });

  test("are changed where nobody else did meanwhile, and not while their org goes", async () => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const { endpoint } = await createEndpoint(as(), "acme", { url: URL_OF_APP, types: ["user.created"] });
    const at = "https://other.example/";
    await Promise.all([
      changeEndpoint(as(), "acme", endpoint.id, { url: at }),
      changeEndpoint(as(), "acme", endpoint.id, { types: [] }),
    ]);
    const { endpoint: changed } = await getEndpoint(as(), "acme", endpoint.id);
    expect(changed).toMatchObject({ url: at, version: 3 });
    expect(changed.types).toBeUndefined();
    await expect(changeEndpoint(as(), "acme", endpoint.id, { types: ["user.renamed"] })).rejects.toMatchObject({
      code: "value.eventTypes",
    });
    await scheduleDeletion(as(), "acme", "left");
    await expect(createEndpoint(as(), "acme", { url: at })).rejects.toMatchObject({
      code: "conflict.deletionScheduled",
    });
  });

  test("get a second secret that signs beside the first one, for a day", async () => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const first = await createEndpoint(as(), "acme", { url: URL_OF_APP });
    const { id } = first.endpoint;
    const second = await rotateSecret(as(), "acme", id);
    expect(await secretsOf(second, NOW)).toEqual([second.secret, first.secret]);
    expect(await secretsOf(second, NOW + DAY_MS)).toEqual([second.secret]);
    await expect(rotateSecret(as(), "acme", id)).rejects.toMatchObject({
      code: "conflict.webhookRotation",
      values: [new Date(NOW + DAY_MS).toISOString()],
    });
    const third = await rotateSecret(as(NOW + DAY_MS), "acme", id, 60);
    expect(await secretsOf(third, NOW + DAY_MS)).toEqual([third.secret, second.secret]);
    const fourth = await rotateSecret(as(NOW + DAY_MS), "acme", id, 0);
    expect(await secretsOf(fourth, NOW + DAY_MS)).toEqual([fourth.secret]);
    await expect(rotateSecret(as(), "acme", id, 604_801)).rejects.toMatchObject({ code: "value.range" });
  });

  test("are disabled and enabled again", async () => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const { endpoint } = await createEndpoint(as(), undefined, { url: URL_OF_APP });
    const off = await disableEndpoint(as(), undefined, endpoint.id);
    expect(off.endpoint.state.disabled).toEqual({ reason: "operator", at: new Date(NOW).toISOString() });
    expect(await disableEndpoint(as(NOW + 1), undefined, endpoint.id)).toEqual(off);
    expect((await enableEndpoint(as(), undefined, endpoint.id)).endpoint.state.disabled).toBeUndefined();
    for (const work of [enableEndpoint, disableEndpoint])
      await expect(work(as(), "acme", endpoint.id)).rejects.toMatchObject(NO_WEBHOOK);
  });

  test.each([
    ["app.example", "webhookUrl", false],
    ["http://app.example/", "webhookUrlScheme", true],
    ["https://app.example:8443/", "webhookUrlPort", true],
    ["https://ada:secret@app.example/", "webhookUrlUser", false],
    ["https://localhost/", "webhookUrlAddress", true],
  ])("have no address such as %s", async (url, fault, isLocal) => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const refused = { code: `value.${fault}` };
    await expect(createEndpoint(as(), "acme", { url })).rejects.toMatchObject(refused);
    const { id } = (await createEndpoint(as(), "acme", { url: URL_OF_APP })).endpoint;
    await expect(changeEndpoint(as(), "acme", id, { url })).rejects.toMatchObject(refused);
    const local = { ...as(), readUrl: (text: string) => readWebhookUrl(text, "alsoLoopback") };
    const made = createEndpoint(local, "acme", { url });
    if (isLocal) await made;
    else await expect(made).rejects.toMatchObject(refused);
  });

  test("keep an address as its parser writes it", async () => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const { endpoint } = await createEndpoint(as(), "acme", { url: "HTTPS://Bücher.example:443#top" });
    expect(endpoint.url).toBe("https://xn--bcher-kva.example/");
    const changed = await changeEndpoint(as(), "acme", endpoint.id, { url: "https://APP.example./in" });
    expect(changed.endpoint.url).toBe("https://app.example/in");
  });

  test("list their messages from the newest on, page by page, and find one by its webhook-id", async () => {
    const { store } = await running().fresh();
    const as = await acting(store);
    const { id, owner } = (await createEndpoint(as(), "acme", { url: URL_OF_APP })).endpoint;
    const deliveries = new DeliveryStore(store.begin().database, owner, id);
    const places = [0, 1, 2, 3, 4].map((n) => ({ owner, endpoint: id, name: `${owner}.test.${n}`, time: NOW + n }));
    // Kept for 14 days from now on by the store's own clock.
    const now = Date.now();
    for (const place of places) expect(await deliveries.add(place, `{"n":"${place.name}"}`, now)).toBe(true);
    const shown: string[] = [];
    let after: string | undefined;
    do {
      const page = await deliveries.list({ after, limit: 2 });
      shown.push(...page.messages.map(webhookId));
      after = page.next;
    } while (after !== undefined);
    expect(shown).toEqual(places.map(webhookId).toReversed());
    expect((await deliveries.list({ status: "givenUp", limit: 2 })).messages).toEqual([]);
    expect((await deliveries.list({ status: "open", limit: 2 })).messages).toHaveLength(2);
    const [place] = places;
    if (place === undefined) throw new Error("there is none");
    expect(readWebhookId(owner, webhookId(place))).toEqual(place);
    const message = await deliveries.find(place);
    if (message === undefined) throw new Error("it is not found");
    expect(message).toMatchObject({ status: "open", tries: 0, due: now });
    expect(await deliveries.reopen([message], now + 5)).toBe(1);
    expect(await deliveries.reopen([message], now + 6)).toBe(0);
    const { items } = await store.begin().database.query(webhookKeys.attempts(owner));
    expect(items).toHaveLength(5);
    await disableEndpoint(as(), "acme", id);
    expect(await deliveries.add({ ...place, name: `${owner}.test.9` }, "{}", now)).toBe(false);
    expect(await deliveries.reopen([message], now)).toBe("disabled");
    expect(await new WebhookStore(store.begin().database).remove(owner, id)).toBe("removed");
    expect(await deliveries.reopen([message], now)).toBe("missing");
  });
});
