import { webhookHeaders } from "../../functions/bus/signWebhook.ts";

/**
 * Prints our signatures, for a Standard Webhooks client in another language to verify: for each case headers, body, secrets and
 * the expected result.
 */

const ONE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const TWO = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const HOUR = 3_600_000;

interface Signed {
  readonly body: string;
  readonly secrets: readonly string[];
  readonly at: number;
}

interface Vector {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The receiver's secret. */
  readonly secret: string;
  readonly verifies: boolean;
}

/** @param now milliseconds since the epoch, near the receiver's */
export function webhookVectors(now: number): readonly Vector[] {
  const event = { body: '{"type":"rollcall.events","org":"acme","name":"Zoë 😀"}', secrets: [ONE], at: now };
  const rotating = { ...event, secrets: [TWO, ONE] };
  return [
    vector("one secret", event, { verifies: true }),
    vector("the old secret during a rotation", rotating, { verifies: true }),
    vector("the new secret during a rotation", rotating, { secret: TWO, verifies: true }),
    vector("an empty object, a second before the next", { ...event, body: "{}", at: now - 999 }, { verifies: true }),
    vector("another body", event, { body: `${event.body} `, verifies: false }),
    vector("another secret", event, { secret: TWO, verifies: false }),
    vector("another message", event, { headers: { "webhook-id": "msg_2" }, verifies: false }),
    vector("an old time", { ...event, at: now - HOUR }, { verifies: false }),
    vector("a time to come", { ...event, at: now + HOUR }, { verifies: false }),
    vector(
      "an old message with a new time",
      { ...event, at: now - HOUR },
      { headers: { "webhook-timestamp": seconds(now) }, verifies: false },
    ),
    vector("no signature", event, { headers: { "webhook-signature": "" }, verifies: false }),
    vector("a signature of another version", event, { headers: { "webhook-signature": "v2,AAAA" }, verifies: false }),
  ];
}

function vector(
  name: string,
  signed: Signed,
  { headers, ...received }: Partial<Vector> & Pick<Vector, "verifies">,
): Vector {
  const made = webhookHeaders({ id: "msg_1", ...signed });
  if (made === undefined) throw new Error("a secret has no form");
  return { name, body: signed.body, secret: ONE, ...received, headers: { ...made, ...headers } };
}

function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(webhookVectors(Date.now()))}\n`);
