import { describe, expect, test } from "@jest/globals";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { WebhookStore } from "../../functions/store/webhooks.ts";
import { documented } from "../support/documented.ts";
import { localStore } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { PLAIN_SECRETS } from "../support/webhooks.ts";
import { at } from "../support/wire.ts";

const URL_OF_APP = "https://hooks.example.com/in?token=swordfish";
const DAY = 86_400_000;
const lines: Readonly<Record<string, unknown>>[] = [];
const store = localStore();
/** What is listed is kept for 14 days by the store's own clock. */
let now = Date.now();
const ask = documented(store, lines, "admin", () => now);
let orgs = 0;

/** Its login name. */
async function org(): Promise<string> {
  orgs += 1;
  const slug = `org-${orgs}`;
  expect((await ask("POST", "orgs", { org: slug, sso: {} })).status).toBe(201);
  return slug;
}

/** @param place `orgs/acme/`, or nothing for the deployment */
async function made(place: string, wishes = {}): Promise<{ readonly id: string; readonly secret: string }> {
  const { status, json } = await ask("POST", `${place}webhooks`, { url: URL_OF_APP, ...wishes });
  expect({ status, json }).toMatchObject({ status: 201 });
  return { id: String(at(json, "webhook.id")), secret: String(json.secret) };
}

describe.each([
  ["of an organization", async () => `orgs/${await org()}/`],
  ["of the deployment", async () => ""],
])("a webhook %s", (_of, open) => {
  test("shows its secret once, when it is made and when it is rotated, and signs with two for a day", async () => {
    const place = await open();
    const { status, json } = await ask("POST", `${place}webhooks`, {
      url: URL_OF_APP,
      types: ["user.*"],
      description: "a",
    });
    const id = String(at(json, "webhook.id"));
    expect(json).toEqual({
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      webhook: {
        ...{ id: expect.stringMatching(/^[0-9A-Za-z]{12}$/), org: place === "" ? null : place.split("/")[1] },
        ...{ url: URL_OF_APP, description: "a", types: ["user.*"], enabled: true, disabled: null },
        ...{ secondSecretUntil: null, failingSince: null, lastSuccessAt: null, lastFailureAt: null },
        ...{ createdAt: new Date(now).toISOString(), createdBy: expect.any(String) },
      },
    });
    expect(status).toBe(201);
    const rotated = await ask("POST", `${place}webhooks/${id}/rotate`);
    expect(rotated.json).toMatchObject({ webhook: { id, secondSecretUntil: new Date(now + DAY).toISOString() } });
    expect(rotated.json.secret).not.toBe(json.secret);
    expect(await ask("POST", `${place}webhooks/${id}/rotate`, {})).toMatchObject({
      status: 409,
      json: { code: "conflict.webhookRotation", values: [new Date(now + DAY).toISOString()] },
    });
    const ended = await ask("POST", `${place}webhooks/${id}/rotate`, { overlapSeconds: 0 });
    expect(at(ended.json, "webhook.secondSecretUntil")).toBeNull();
    const { json: listed } = await ask("GET", `${place}webhooks`);
    const { json: shown } = await ask("GET", `${place}webhooks/${id}`);
    expect(at(listed, "webhooks")).toContainEqual(shown);
    for (const one of [json, rotated.json, ended.json]) {
      const secret = String(one.secret);
      expect(JSON.stringify([listed, shown])).not.toContain(secret.slice(6, 20));
      expect(JSON.stringify(lines)).not.toContain(secret.slice(6, 20));
    }
    expect(JSON.stringify([listed, shown])).not.toContain("sealed");
    await ask("DELETE", `${place}webhooks/${id}`);
  });

  test("is changed in what is named, disabled and enabled again, and removed; lines name it by its id", async () => {
    const place = await open();
    const { id } = await made(place, { description: "a", types: ["team.created"] });
    const path = `${place}webhooks/${id}`;
    const change = async (body: Parameters<typeof ask>[2]) => (await ask("PATCH", path, body)).json;
    expect(await change({ url: "https://APP.example.com" })).toMatchObject({
      ...{ id, url: "https://app.example.com/", description: "a", types: ["team.created"], enabled: true },
    });
    expect(await change({ types: [], description: "" })).toMatchObject({ types: [], description: "" });
    const at = new Date(now).toISOString();
    expect(await change({ enabled: false })).toMatchObject({ enabled: false, disabled: { reason: "operator", at } });
    expect(await ask("POST", `${path}/test`)).toMatchObject({
      status: 409,
      json: { code: "conflict.webhookDisabled" },
    });
    expect(await change({})).toMatchObject({ enabled: false });
    expect(await change({ enabled: true })).toMatchObject({ enabled: true, disabled: null });
    expect(lines.at(-1)).toMatchObject({
      op: expect.stringMatching(/^admin\.update(Deployment)?Webhook$/),
      webhookId: id,
    });
    const { json } = await ask("DELETE", path);
    expect(JSON.stringify(json)).not.toContain(id);
    for (const [method, end] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/rotate"],
      ["POST", "/test"],
      ["GET", "/deliveries"],
    ] as const) {
      const answer = await ask(method, path + end, method === "PATCH" ? { description: "b" } : undefined);
      expect({ method, end, answer }).toMatchObject({ answer: { status: 404, json: { code: "notFound.webhook" } } });
      expect(lines.at(-1)).not.toHaveProperty("webhookId");
    }
    // A refused change is refused before anybody looks for the webhook.
    const bad = await ask("PATCH", `${place}webhooks/no%20id`, { url: "http://app.example.com" });
    expect([bad.status, lines.at(-1)]).toMatchObject([400, { op: expect.stringMatching(/Webhook$/) }]);
    expect(lines.at(-1)).not.toHaveProperty("webhookId");
    for (const text of [URL_OF_APP, "swordfish", "app.example.com"]) expect(JSON.stringify(lines)).not.toContain(text);
  });

  test("lists its messages newest first, page by page and by status, and sends one again", async () => {
    const place = await open();
    const { id } = await made(place);
    const path = `${place}webhooks/${id}`;
    const sent: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      now += 1_000;
      const { status, json } = await ask("POST", `${path}/test`);
      expect(status).toBe(201);
      sent.unshift(String(json.id));
    }
    const found: unknown[] = [];
    for (let query: string | undefined = "?count=2"; query !== undefined; ) {
      const { json }: { json: { deliveries?: unknown; next?: unknown } } = await ask(
        "GET",
        `${path}/deliveries${query}`,
      );
      const page = Array.isArray(json.deliveries) ? json.deliveries : [];
      expect(page.length).toBeLessThanOrEqual(2);
      found.push(...page.map((one) => at(one, "id")));
      query = typeof json.next === "string" ? `?count=2&after=${encodeURIComponent(json.next)}` : undefined;
    }
    expect(found).toEqual(sent);
    const { json } = await ask("GET", `${path}/deliveries?status=open&count=1`);
    const time = new Date(now).toISOString();
    expect(at(json, "deliveries.0")).toEqual({
      ...{ id: sent[0], type: "webhook.test", status: "open", attempts: 0, result: null },
      ...{ madeAt: time, firstAttemptAt: null, lastAttemptAt: null, nextAttemptAt: time },
    });
    expect((await ask("GET", `${path}/deliveries?status=givenUp`)).json).toEqual({ deliveries: [] });
    expect((await ask("POST", `${path}/deliveries/${sent[4]}/replay`)).json).toEqual({ replayed: 1 });
    expect((await ask("POST", `${path}/replay`, { since: new Date(now - 10_000).toISOString() })).json).toEqual({
      replayed: 0,
      next: null,
    });
    await ask("DELETE", path);
  });

  test.each([
    ["POST", "", {}, "value.memberType"],
    ["POST", "", { url: 7 }, "value.memberType"],
    ["POST", "", { url: "https://a.example", types: "user.*" }, "value.memberType"],
    ["POST", "", { url: "https://a.example", types: [7] }, "value.memberType"],
    ["POST", "", { url: "https://a.example", types: ["user.renamed"] }, "value.eventTypes"],
    ["POST", "", { url: "https://a.example", secret: "whsec_mine" }, "value.unknownMember"],
    ["POST", "", { url: "https://a.example", description: "a\nb" }, "value.line"],
    ["POST", "", { url: "/in" }, "value.webhookUrl"],
    ["POST", "", { url: `https://a.example/${"a".repeat(2_048)}` }, "value.webhookUrlLength"],
    ["POST", "", { url: "http://a.example/" }, "value.webhookUrlScheme"],
    ["POST", "", { url: "https://ada@a.example/" }, "value.webhookUrlUser"],
    ["POST", "", { url: "https://a.example:444/" }, "value.webhookUrlPort"],
    ["POST", "", { url: "https://localhost/" }, "value.webhookUrlAddress"],
    ["POST", "", { url: "https://0x7f.1/" }, "value.webhookUrlAddress"],
    ["POST", "", { url: "https://[fd00:ec2::254]/" }, "value.webhookUrlAddress"],
    ["PATCH", "/{id}", { url: "https://10.0.0.1/" }, "value.webhookUrlAddress"],
    ["PATCH", "/{id}", { enabled: "no" }, "value.memberType"],
    ["PATCH", "/{id}", { types: null }, "value.memberType"],
    ["POST", "/{id}/rotate", { overlapSeconds: 604_801 }, "value.range"],
    ["POST", "/{id}/rotate", { overlapSeconds: 1.5 }, "value.range"],
    ["POST", "/{id}/replay", {}, "value.memberType"],
    ["POST", "/{id}/replay", { since: "yesterday" }, "value.since"],
    ["POST", "/{id}/replay", { since: "2026-03-01T00:00:00Z", from: "~" }, "value.after"],
    ["GET", "/{id}/deliveries?status=lost", undefined, "value.deliveryStatus"],
    ["GET", "/{id}/deliveries?count=0", undefined, "value.wholeNumber"],
    ["GET", "/{id}/deliveries?after=~", undefined, "value.after"],
  ] as const)("refuses %s webhooks%s %j with %s, and changes nothing", async (method, end, body, code) => {
    const place = await open();
    const { id } = await made(place);
    const before = (await ask("GET", `${place}webhooks`)).json;
    const send = signedSender({ ...testEndpoint(store), now: () => now }, "admin", undefined);
    const path = `${place}webhooks${end.replace("{id}", id)}`;
    const { status, text } = await send({
      method,
      path,
      ...(body !== undefined && { body: JSON.parse(JSON.stringify(body)) }),
    });
    expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining(`"code":"${code}"`) });
    expect((await ask("GET", `${place}webhooks`)).json).toEqual(before);
    await ask("DELETE", `${place}webhooks/${id}`);
  });
});

test("a webhook is found at its own organization only: at another's, and the deployment's, it is none", async () => {
  const [mine, other] = [`orgs/${await org()}/`, `orgs/${await org()}/`];
  const ids = new Map<string, { readonly id: string; readonly message: string }>();
  for (const place of [mine, other, ""]) {
    const { id } = await made(place);
    ids.set(place, { id, message: String((await ask("POST", `${place}webhooks/${id}/test`)).json.id) });
  }
  for (const place of [mine, other, ""]) {
    for (const [owner, { id, message }] of ids) {
      const expected = owner === place ? 200 : 404;
      for (const path of [`webhooks/${id}`, `webhooks/${id}/deliveries`]) {
        expect([place, owner, path, (await ask("GET", place + path)).status]).toEqual([place, owner, path, expected]);
      }
      // Another's message, by one's own webhook.
      const own = ids.get(place)?.id;
      const replay = await ask("POST", `${place}webhooks/${own}/deliveries/${message}/replay`);
      expect([place, owner, replay.status]).toEqual([place, owner, expected]);
    }
    const listed = at((await ask("GET", `${place}webhooks`)).json, "webhooks");
    expect(Array.isArray(listed) && listed.map((one) => at(one, "id"))).toEqual([ids.get(place)?.id]);
  }
  for (const [place, { id }] of ids) await ask("DELETE", `${place}webhooks/${id}`);
});

test("ten are made for an organization, and no eleventh", async () => {
  const place = `orgs/${await org()}/`;
  for (let n = 0; n < 10; n += 1) await made(place);
  expect(await ask("POST", `${place}webhooks`, { url: URL_OF_APP })).toMatchObject({
    status: 409,
    json: { code: "conflict.tooManyWebhooks", values: [10] },
  });
});

test("one that the sender disabled says why, and its organization may be named by its id", async () => {
  const slug = await org();
  const { json } = await ask("GET", `orgs/${slug}`);
  const { id } = await made(`orgs/${json.id}/`);
  await new WebhookStore(store.begin().database).disable(json.id as never, id, "gone", now);
  expect((await ask("GET", `orgs/${slug}/webhooks/${id}`)).json).toMatchObject({
    ...{ org: slug, enabled: false, disabled: { reason: "gone", at: new Date(now).toISOString() } },
  });
});

test("the sender is woken by what makes something due, and by nothing else", async () => {
  let woken = 0;
  const webhooks = { sealer: PLAIN_SECRETS, readUrl: (url: string) => ({ url }), wakeSender: async () => void woken++ };
  const send = signedSender({ ...testEndpoint(store), webhooks }, "admin", undefined);
  const place = `orgs/${await org()}/`;
  const path = `${place}webhooks/${(await made(place)).id}`;
  for (const [method, end, body, wakes] of [
    ["POST", "/test", undefined, 1],
    ["PATCH", "", { description: "b" }, 0],
    ["PATCH", "", { url: "https://new.example.com/" }, 1],
    ["POST", "/rotate", {}, 0],
    ["PATCH", "", { enabled: false }, 0],
    ["PATCH", "", { enabled: true }, 1],
    ["POST", "/replay", { since: new Date(now - DAY).toISOString() }, 0],
  ] as const) {
    const before = woken;
    const { status } = await send({ method, path: path + end, body });
    expect({ method, end, body, ok: status < 300, wakes: woken - before }).toEqual({
      method,
      end,
      body,
      ok: true,
      wakes,
    });
  }
});

test("a deployment without webhooks says so, whatever is asked of them", async () => {
  const slug = await org();
  const send = signedSender({ ...testEndpoint(store), webhooks: undefined }, "admin", undefined);
  for (const path of ["webhooks", `orgs/${slug}/webhooks`]) {
    for (const [method, end] of [
      ["GET", ""],
      ["POST", ""],
      ["DELETE", "/0123456789ab"],
    ] as const) {
      const { status, text } = await send({ method, path: path + end, body: { url: URL_OF_APP } });
      expect({ status, text }).toMatchObject({ status: 409, text: expect.stringContaining('"conflict.webhooksOff"') });
    }
  }
});
