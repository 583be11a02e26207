import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { bodyOf, messageOfEntry, type WebhookMessage } from "../../../functions/provisioning/webhooks/message.ts";
import { type ReceivedWebhook, verifyWebhook, WebhookError } from "../../../lib/client/index.ts";

const NOW = Date.parse("2026-03-01T00:00:00.000Z");
const SECRETS = [1, 2, 3].map((byte) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`);
const [SECRET = "", OTHER = "", STRANGER = ""] = SECRETS;
const MADE = messageOfEntry({ number: 1, slug: "acme", orgId: "R8cUl2ne", range: { from: 7, to: 9 } }, [], NOW);
const BODY = bodyOf(MADE);

type Same<A, B> = [A, B] extends [B, A] ? true : never;

/** Headers as the public client signs them. @param seconds that the message is ahead of now */
function signed(body: string, secret = SECRET, seconds = 0) {
  const at = new Date(NOW + 1_000 * seconds);
  return {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign("msg_1", at, body),
  };
}
const options = { now: () => NOW };

function faultOf(headers: Parameters<typeof verifyWebhook>[0], body: string, secrets: string | string[] = SECRET) {
  try {
    verifyWebhook(headers, body, secrets, options);
    return "none";
  } catch (error) {
    return error instanceof WebhookError ? error.reason : error;
  }
}

describe("a webhook", () => {
  test("is read, in whatever form its headers and its body come", () => {
    const headers = signed(BODY);
    const message = verifyWebhook(headers, BODY, SECRET, options);
    expect(message).toEqual(MADE);
    // What a consumer does with it, and the compiler knows.
    if (message.type === "events.logged") expect([message.data.from, message.data.to]).toEqual([7, 9]);
    // What is received has the forms that are sent, and no other ones.
    const sent: Same<WebhookMessage, ReceivedWebhook> = true;
    expect(sent).toBe(true);
    const capitals = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]] as const),
    );
    for (const form of [new Headers(headers), capitals])
      expect(verifyWebhook(form, Buffer.from(BODY), [OTHER, SECRET], options)).toEqual(message);
  });

  test("is taken during a rotation: two signatures, either secret", () => {
    const both = `${signed(BODY)["webhook-signature"]} v1a,else ${signed(BODY, OTHER)["webhook-signature"]}`;
    const headers = { ...signed(BODY), "webhook-signature": both };
    expect(SECRETS.map((secret) => faultOf(headers, BODY, secret))).toEqual(["none", "none", "wrong"]);
    expect(faultOf(headers, BODY, [STRANGER, OTHER])).toBe("none");
  });

  test("is refused with the reason", () => {
    const headers = signed(BODY);
    const { "webhook-id": id, ...withoutId } = headers;
    expect(faultOf(withoutId, BODY)).toBe("header");
    expect(faultOf({ ...headers, "webhook-timestamp": "yesterday" }, BODY)).toBe("header");
    expect(faultOf({ ...headers, "webhook-id": [id, id] }, BODY)).toBe("header");
    expect(faultOf({ ...headers, "webhook-id": "msg_2" }, BODY)).toBe("wrong");
    expect(faultOf(headers, `${BODY} `)).toBe("wrong");
    expect(faultOf(signed(BODY, SECRET, -301), BODY)).toBe("old");
    expect(faultOf(signed(BODY, SECRET, 301), BODY)).toBe("future");
    expect([-300, 300].map((seconds) => faultOf(signed(BODY, SECRET, seconds), BODY))).toEqual(["none", "none"]);
    expect(faultOf(signed("[1]"), "[1]")).toBe("body");
    // As a framework hands it on, untyped.
    for (const parsed of [JSON.parse(BODY), undefined]) expect(faultOf(headers, parsed)).toBe("body");
    expect(faultOf(headers, BODY, [])).toBe("secret");
    expect(faultOf(headers, BODY, "whsec_short")).toBe("secret");
    // Without types: a variable of the environment that is not set, and an event without headers.
    for (const secret of [null, [undefined]])
      expect(faultOf(headers, BODY, secret as unknown as string)).toBe("secret");
    for (const none of [undefined, null]) expect(faultOf(none as unknown as Headers, BODY)).toBe("header");
  });

  test("is taken and refused as the public client of Standard Webhooks does", () => {
    const garbled = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.slice(1),
      (text: string) => `${text}A`,
      (text: string) => text.toLowerCase(),
      (text: string) => text.replace("v1,", "v2,"),
      (text: string) => `v1,${randomBytes(32).toString("base64")} ${text}`,
      () => "",
    );
    const part = fc.constantFrom("webhook-id", "webhook-timestamp", "webhook-signature", "body");
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(...SECRETS), part, garbled, (value, secret, changed, garble) => {
        const body = JSON.stringify({ type: "webhook.test", data: { value } });
        const sent: Record<string, string> = { body, ...signed(body, secret, (Date.now() - NOW) / 1_000) };
        sent[changed] = garble(sent[changed] ?? "");
        const { body: received = "", ...headers } = sent;
        const verdict = (verify: () => unknown) => {
          try {
            verify();
            return true;
          } catch {
            return false;
          }
        };
        const ours = verdict(() => verifyWebhook(headers, received, SECRET));
        const theirs = verdict(() => new Webhook(SECRET).verify(received, headers));
        // It takes a number with a tail for that number.
        const isTime = /^\d+$/.test(sent["webhook-timestamp"] ?? "");
        expect(ours).toBe(theirs && isTime);
        verdicts.add(ours);
      }),
      { numRuns: 300 },
    );
    expect(verdicts.size).toBe(2);
  });
});
