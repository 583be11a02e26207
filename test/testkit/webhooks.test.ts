import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { type ReceivedWebhook, verifyWebhook } from "../../lib/client/index.ts";
import { type KitRollcall, type KitWebhook, startRollcall } from "../../lib/testkit/index.ts";
import { closed, listening } from "../support/serving.ts";

interface Message {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An application that takes whatever comes. */
async function startReceiver() {
  const messages: Message[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    messages.push({ id: String(request.headers["webhook-id"]), headers: request.headers, body });
    response.writeHead(204).end();
  });
  const port = await listening(server);
  const close = async (): Promise<void> => {
    await closed(server);
  };
  return { url: `http://127.0.0.1:${port}/hook`, messages, [Symbol.asyncDispose]: close };
}

function read(rollcall: KitRollcall, { secret }: KitWebhook, { headers, body }: Message): ReceivedWebhook {
  return verifyWebhook(headers, body, secret, { now: rollcall.clock.now });
}

async function startBoth() {
  const receiver = await startReceiver();
  const rollcall = await startRollcall({ orgs: ["acme", "globex"], now: "2026-01-02T03:04:05Z" });
  const webhook = await rollcall.webhook({ url: receiver.url });
  const okta = rollcall.idp.okta(await rollcall.org("acme"));
  const end = async (): Promise<void> => {
    await rollcall.close();
    await receiver[Symbol.asyncDispose]();
  };
  return { rollcall, webhook, okta, messages: receiver.messages, [Symbol.asyncDispose]: end };
}

test("what happened is at the receiver, signed, when all is settled", async () => {
  await using both = await startBoth();
  const { messages, okta, rollcall, webhook } = both;
  const ada = await okta.assign("ada@example.com");
  await rollcall.settled();
  expect(messages).toHaveLength(1);
  const [message] = messages.map((one) => read(rollcall, webhook, one));
  expect(message).toMatchObject({
    type: "events.logged",
    data: { org: "acme", events: [{ type: "user.created", resource: ada.id }] },
  });
});

test("a webhook of an organization gets its types and no others", async () => {
  await using receiver = await startReceiver();
  await using rollcall = await startRollcall({ orgs: ["acme", "globex"] });
  const [acme, globex] = [await rollcall.org("acme"), await rollcall.org("globex")];
  const webhook = await rollcall.webhook({ url: receiver.url, org: acme, types: ["user.deactivated"] });
  const [mine, other] = [rollcall.idp.okta(acme), rollcall.idp.okta(globex)];
  for (const provider of [mine, other]) await provider.assign("ada@example.com");
  await rollcall.settled();
  for (const provider of [mine, other]) await provider.disable("ada@example.com");
  await rollcall.settled();
  expect(receiver.messages.map((one) => read(rollcall, webhook, one))).toMatchObject([
    { data: { org: "acme", events: [{ type: "user.deactivated" }] } },
  ]);
});

test("a lost message comes again after five seconds of the clock, under its id", async () => {
  await using both = await startBoth();
  const { messages, okta, rollcall } = both;
  rollcall.webhookFaults.lose({ next: 1 });
  await okta.assign("ada@example.com");
  await rollcall.settled();
  expect(messages).toEqual([]);
  rollcall.clock.advance(4_999);
  await rollcall.settled();
  expect(messages).toEqual([]);
  rollcall.clock.advance(1);
  await rollcall.settled();
  expect(messages.map(({ id }) => id)).toEqual(rollcall.webhookFaults.injected.map(({ id }) => id));
});

test("a message comes twice where it is doubled, where its answer is lost, and where it is late", async () => {
  const faults = {
    duplicate: ({ webhookFaults }: KitRollcall) => webhookFaults.duplicate({ next: 1 }),
    loseAnswer: ({ webhookFaults }: KitRollcall) => webhookFaults.loseAnswer({ next: 1 }),
    delay: ({ webhookFaults }: KitRollcall) => webhookFaults.delay({ next: 1 }, 30_000),
  };
  const counts: Record<string, number[]> = {};
  for (const [name, plan] of Object.entries(faults)) {
    await using both = await startBoth();
    const { messages, okta, rollcall } = both;
    plan(rollcall);
    await okta.assign("ada@example.com");
    const counted: number[] = [];
    for (const ms of [0, 5_000, 25_000]) {
      rollcall.clock.advance(ms);
      await rollcall.settled();
      counted.push(messages.length);
    }
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1);
    counts[name] = counted;
  }
  expect(counts).toEqual({ duplicate: [2, 2, 2], loseAnswer: [1, 2, 2], delay: [0, 1, 2] });
});

test("a message that is overtaken arrives behind the next one, and alone when all is settled", async () => {
  await using both = await startBoth();
  const { messages, okta, rollcall, webhook } = both;
  const other = rollcall.idp.entra(await rollcall.org("globex"));
  rollcall.webhookFaults.reorder({ next: 1 });
  await Promise.all([okta.assign("ada@example.com"), other.assign("grace@example.com")]);
  await rollcall.settled();
  const [overtaken] = rollcall.webhookFaults.injected;
  expect(messages.map(({ id }) => id).indexOf(overtaken?.id ?? "")).toBe(1);
  expect(messages.map((one) => read(rollcall, webhook, one).type)).toEqual(["events.logged", "events.logged"]);
  rollcall.webhookFaults.reorder({ next: 1 });
  await okta.disable("ada@example.com");
  await rollcall.settled();
  expect(messages).toHaveLength(3);
});

test("what answers in the receiver's place is believed: 500 is tried again, 410 ends the webhook", async () => {
  await using both = await startBoth();
  const { messages, okta, rollcall, webhook } = both;
  rollcall.webhookFaults.answer({ next: 1 }, 500);
  await okta.assign("ada@example.com");
  await rollcall.settled();
  rollcall.clock.advance(5_000);
  await rollcall.settled();
  expect(messages).toHaveLength(1);
  rollcall.webhookFaults.answer({ rate: 1 }, 410);
  await okta.disable("ada@example.com");
  await rollcall.settled();
  expect(await rollcall.admin("GET", `webhooks/${webhook.id}`)).toMatchObject({
    enabled: false,
    disabled: { reason: "gone" },
  });
});
