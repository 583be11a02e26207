import type { Mistake } from "../findMistakes.ts";

const FEED = "functions/store/webhookFeed.ts";
const STORE = "functions/store/webhooks.ts";
const QUEUE = "functions/store/webhookQueue.ts";
const DELIVERIES = "functions/store/webhookDeliveries.ts";
const NOTIFY = "functions/provisioning/webhooks/notify.ts";
const VISIT = "functions/provisioning/webhooks/visit.ts";
const ORG_DATA = "functions/store/orgData.ts";

/** Mistakes of webhook senders, one each: the simulation must find all of them. */
export const WEBHOOK_MISTAKES: Readonly<Record<string, Mistake>> = {
  "the place moves on before the messages are written": {
    foundBy: 1,
    edits: [
      {
        file: FEED,
        instead: "const refusals = await this.#database.write(actions);",
        by: `if (first.length > 0 && (await this.#database.write(first)).length > 0) return { outcome: "moved" };
    const refusals = actions.length === first.length ? [] : await this.#database.write(actions.slice(first.length));`,
      },
    ],
  },
  "endpoints are remembered for a minute": {
    foundBy: 6,
    edits: [
      {
        file: NOTIFY,
        instead: "const listed = await inParallel(owners, (owner) => store.list(owner));",
        by: `const listed = await inParallel(owners, async (owner) => {
    const known = REMEMBERED.get(owner);
    if (known !== undefined && now >= known.at && now < known.at + 60_000) return known.list;
    const list = await store.list(owner);
    REMEMBERED.set(owner, { at: now, list });
    return list;
  });`,
      },
      {
        file: NOTIFY,
        instead: "const ENTRIES_AT_ONCE = 40;",
        by: "const ENTRIES_AT_ONCE = 40;\nconst REMEMBERED = new Map();",
      },
    ],
  },
  "the first endpoint begins where the next run finds the feed": {
    foundBy: 1,
    edits: [
      {
        file: STORE,
        instead: "(await this.hasAny()) ? made : [...made, ...places]",
        by: "places.length > 0 ? made : []",
      },
      {
        file: NOTIFY,
        instead: "if (from === undefined) return;",
        by: `if (from === undefined) {
      const { number, generation } = await feedEnd(database, shard);
      await database.write([{ put: { pk: "H#--------#P", sk: String(shard), sv: 1, h: number, g: generation } }]);
      continue;
    }`,
      },
    ],
  },
  "a feed that began anew is followed from there on without a word": {
    foundBy: 4,
    edits: [
      {
        file: NOTIFY,
        instead: "await feed.beginReset(from, page.place, now());",
        by: "await feed.advance(from, page.place, []);",
      },
    ],
  },
  "a sender that finds nothing leaves, whatever was added": {
    foundBy: 23,
    edits: [
      {
        file: QUEUE,
        instead: '{ equals: ["f", read.fence] }, { equals: ["n", read.added] }',
        by: '{ equals: ["f", read.fence] }',
      },
      { file: VISIT, instead: "const look = seen.at + SETTLED_MS;", by: "const look = seen.at;" },
    ],
  },
  "a minute before all shows is not waited for": {
    foundBy: 23,
    edits: [{ file: VISIT, instead: "const look = seen.at + SETTLED_MS;", by: "const look = seen.at;" }],
  },
  "two senders lease one endpoint": {
    foundBy: 1,
    edits: [
      {
        file: QUEUE,
        instead: 'remove: ["sn", "sa"], condition };',
        by: 'remove: ["sn", "sa"], condition: { all: [{ missing: "off" }] } };',
      },
      { file: VISIT, instead: " || !hasCome(state.leasedUntil, now, LEASE_MS + CLOCK_SKEW)", by: "" },
    ],
  },
  "a sender goes on when its lease is over": {
    foundBy: 1,
    edits: [
      { file: VISIT, instead: "const LEASE_MS = 60_000;", by: "const LEASE_MS = 5_000;" },
      { file: VISIT, instead: "Math.min(this.#sending.until, this.#lease?.until ?? 0)", by: "this.#sending.until" },
    ],
  },
  "the attempt goes before the message says what became of it": {
    foundBy: 2,
    edits: [
      {
        file: QUEUE,
        instead: "const isClosed =",
        by: "await this.#database.write([{ delete: this.#attempt(message) }]);\n    const isClosed =",
      },
    ],
  },
  "the former attempt goes before the next one comes": {
    foundBy: 2,
    edits: [
      {
        file: QUEUE,
        instead: `await this.#database.transact([
      { update: webhookKeys.message(message), set, condition: asRead(message) },
      { put: attemptItem(later) },
      { delete: this.#attempt(message) },
    ]);`,
        by: `await this.#database.write([{ delete: this.#attempt(message) }]);
    await this.#database.write([{ update: webhookKeys.message(message), set, condition: asRead(message) }]);
    await this.#database.write([{ put: attemptItem(later) }]);`,
      },
    ],
  },
  "a message that does not show yet is taken for gone": {
    foundBy: 6,
    edits: [{ file: QUEUE, instead: "if (missing.length > 0) {", by: "if (missing.length > 100) {" }],
  },
  "each attempt has an id of its own": {
    foundBy: 3,
    edits: [
      {
        file: VISIT,
        instead: "id: webhookId(message),",
        by: 'id: webhookId(message) + "x".repeat(message.tries - 1),',
      },
    ],
  },
  "everything is sent though everything fails": {
    foundBy: 13,
    edits: [
      {
        file: VISIT,
        instead: "if (health.isFailing && !hasCome(notBefore, now, LONGEST_PROBE_MS))",
        by: "if (notBefore > now + 1e9)",
      },
      {
        file: VISIT,
        instead: "if (health.isFailing) await this.#probe(",
        by: "if (!this.#hasTime()) await this.#probe(",
      },
      { file: VISIT, instead: "if (this.#isOver || health.isFailing || ", by: "if (this.#isOver || " },
    ],
  },
  "a message is given up at its first failure": {
    foundBy: 1,
    edits: [
      { file: VISIT, instead: "if (next !== undefined) await", by: "if (next !== undefined && random() < 0.9) await" },
    ],
  },
  "a purge forgets what is still to be sent": {
    foundBy: 3,
    edits: [
      {
        file: ORG_DATA,
        instead: "webhookKeys.states, webhookKeys.attempts, webhookKeys.messages",
        by: "webhookKeys.states, webhookKeys.messages",
      },
    ],
  },
  "messages are added to an endpoint that is gone": {
    foundBy: 98,
    edits: [
      {
        file: DELIVERIES,
        instead: 'const ENABLED: Condition = { all: [{ exists: "pk" }, { missing: "off" }] };',
        by: 'const ENABLED: Condition = { all: [{ missing: "off" }] };',
      },
    ],
  },
};
