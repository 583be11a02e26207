import { beforeEach, describe, expect, test } from "@jest/globals";
import {
  type DeadLetterQueues,
  type Queue,
  readDeadLetter,
  type TakenDeadLetter,
} from "../../bin/rollcall/deadLetters.ts";
import { jobsOver } from "../../bin/rollcall/jobsCommand.ts";
import { Refused } from "../../bin/rollcall/refused.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Store } from "../../functions/store/session.ts";
import { type Ask, documented } from "../support/documented.ts";
import { duringTests } from "../support/duringTests.ts";
import { groupWrite, idOf, makeGroup, makeUser, STAMP } from "../support/records.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { STORE_KINDS } from "../support/storeKinds.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const PLACE = { streamArn: "arn:aws:dynamodb:stream", shardId: "shardId-1" };

/** As Lambda writes it of a batch whose last record is of that time. */
function lambdas(newest: string): JsonObject {
  const numbers = { startSequenceNumber: "8", endSequenceNumber: "9", batchSize: 2 };
  const DDBStreamBatchInfo = { ...PLACE, ...numbers, approximateArrivalOfLastRecord: newest };
  return { timestamp: newest, DDBStreamBatchInfo };
}

/** Queues in memory, as SQS keeps them: a dead letter that is taken is hidden until it is put back. */
class Queues implements DeadLetterQueues {
  readonly #letters = new Map<string, { readonly letter: TakenDeadLetter; hidden: boolean }>();
  readonly asked: unknown[] = [];
  answer: JsonObject = { outcome: "published", records: 2 };

  post(queue: Queue, id: string, body: unknown): void {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    this.#letters.set(id, { letter: { id, queue, content: readDeadLetter(text), handle: id }, hidden: false });
  }

  /** Those that the next reader finds. */
  get waiting(): string[] {
    return this.#visible().map(({ id }) => id);
  }

  #visible(): TakenDeadLetter[] {
    return [...this.#letters.values()].filter(({ hidden }) => !hidden).map(({ letter }) => letter);
  }

  async look() {
    return (["events", "sweep"] as const).map((queue) => {
      const shown = this.#visible().filter((letter) => letter.queue === queue);
      return { queue, waiting: shown.length, shown };
    });
  }

  async take() {
    const taken = this.#visible();
    for (const one of this.#letters.values()) one.hidden = true;
    return taken;
  }

  async remove({ id }: TakenDeadLetter) {
    this.#letters.delete(id);
  }

  async putBack(letters: readonly TakenDeadLetter[]) {
    for (const { id } of letters) this.#letters.set(id, { letter: letterOf(letters, id), hidden: false });
  }

  async republish(place: unknown) {
    this.asked.push(place);
    return this.answer;
  }

  async journal(handed: JsonObject) {
    if (this.answer.outcome === "failed") throw new Refused("The journal failed.");
    this.asked.push(handed);
  }
}

function letterOf(letters: readonly TakenDeadLetter[], id: string): TakenDeadLetter {
  const found = letters.find((letter) => letter.id === id);
  if (found === undefined) throw new Error("no such dead letter");
  return found;
}

describe.each(STORE_KINDS)("rollcall jobs over $kind", ({ start }) => {
  let store: Store;
  let ask: Ask;
  let queues: Queues;
  /** Ids of deletions that cannot be swept. */
  const poison = new Set<string>();

  const running = duringTests(start);
  beforeEach(async () => {
    store = (await running().fresh()).store;
    ask = documented(store, []);
    queues = new Queues();
    poison.clear();
  });

  /** The store, but for deletions that fail each time. */
  const failing: Store = {
    begin() {
      const session = store.begin();
      const directoryOf = session.directory.bind(session);
      return Object.assign(session, {
        directory: (orgId: OrgId) => {
          const directory = directoryOf(orgId);
          const { memberships } = directory;
          const sweepDeletions = memberships.sweepDeletions.bind(memberships);
          memberships.sweepDeletions = async (ids, until, stamp) => {
            const others = ids.filter((id) => !poison.has(id));
            const outcomes = await sweepDeletions(others, until, stamp);
            return ids.map((id) => outcomes[others.indexOf(id)] ?? { error: new TypeError("poison") });
          };
          return directory;
        },
      });
    },
  };

  function jobs(...words: readonly string[]) {
    return rollcallOver(testEndpoint(failing), [jobsOver(async () => queues)])("jobs", ...words);
  }
  const atStack = (...words: readonly string[]) => jobs(...words, "--stack", "Rollcall", "--region", "us-east-1");

  async function newOrg(org: string): Promise<OrgId> {
    return String((await ask("POST", "orgs", { org })).json.id) as OrgId;
  }

  /** A user in a group, deleted long ago and never swept behind. */
  async function deletedUser(org: OrgId, n: number): Promise<string> {
    const { users, groups } = store.begin().directory(org);
    const user = await makeUser(users, n);
    await makeGroup(groups, n, [user.id]);
    await users.delete(user, STAMP);
    return user.id;
  }

  test("without an organization tells of all in which something is open, and where to look closer", async () => {
    expect(await jobs()).toMatchObject({ code: 0, out: "Nothing is open in 0 organizations.\n" });
    const [acme, beta] = [await newOrg("acme"), await newOrg("beta")];
    await newOrg("calm");
    expect(await jobs()).toMatchObject({ code: 0, out: "Nothing is open in 3 organizations.\n" });
    await deletedUser(acme, 1);
    await deletedUser(acme, 2);
    const birth = { reference: "request-1", until: STAMP.at };
    await store.begin().unmanaged(beta).groups.create(idOf("g", 51), groupWrite("crew"), [], STAMP, birth);
    const { code, out } = await jobs();
    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 4)).toEqual([
      "ORG   DELETIONS  UNSWEPT  BEGUN  OLDEST",
      `acme  2          2        0      ${STAMP.at}`,
      `beta  0          0        1      ${STAMP.at}`,
      "There is open work in 2 of 3 organizations. To see it: npm run rollcall -- jobs ORG",
    ]);
    expect(JSON.parse((await jobs("--json")).out)).toMatchObject({
      orgs: [
        { org: "acme", orgId: acme, deletions: 2, unswept: 2, begun: 0 },
        { org: "beta", begun: 1 },
      ],
      lookedAt: 3,
      deadLetters: [],
    });
  });

  test("says that a young deletion is normal, and not of an old one or a broken-off change", async () => {
    const USUAL = "This is normal: a deletion stays open for five to twenty minutes";
    const acme = await newOrg("acme");
    const minutesAgo = (minutes: number) => ({ ...STAMP, at: new Date(Date.now() - minutes * 60_000).toISOString() });
    const { users, groups } = store.begin().directory(acme);
    const remove = async (n: number, minutes: number) => users.delete(await makeUser(users, n), minutesAgo(minutes));
    const said = async () => [(await jobs()).out.includes(USUAL), (await jobs("acme")).out.includes(USUAL)];
    expect(await said()).toEqual([false, false]);
    await remove(1, 19);
    expect(await said()).toEqual([true, true]);
    const birth = { reference: "request-1", until: STAMP.at };
    await groups.create(idOf("g", 51), groupWrite("crew"), [], minutesAgo(1), birth);
    expect(await said()).toEqual([false, false]);
    const old = store.begin().directory(await newOrg("old")).users;
    await old.delete(await makeUser(old, 2), minutesAgo(21));
    expect((await jobs("old")).out).not.toContain(USUAL);
  });

  test("with an organization tells each deletion and each change of it", async () => {
    const acme = await newOrg("acme");
    const id = await deletedUser(acme, 1);
    const { code, out } = await jobs("acme");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`deletion +managed +${id} +${STAMP.at} +not swept yet`));
    expect((await jobs("nobody")).code).toBe(1);
  });

  test("shows dead letters with the names of their organizations, and takes none out", async () => {
    const acme = await newOrg("acme");
    const record = { at: STAMP.at, sequence: "7", org: acme, resourceId: idOf("u", 1), cause: "Error" };
    queues.post("events", "letter-1", record);
    queues.post("sweep", "letter-2", lambdas(STAMP.at));
    const { code, out } = await atStack();
    expect(code).toBe(0);
    expect(out).toContain("Dead letters of events: about 1.");
    expect(out).toContain(`letter-1  org acme, ${idOf("u", 1)}: Error, record 7, ${STAMP.at}`);
    expect(out).toContain("letter-2  records 8 to 9 of shardId-1");
    expect(queues.waiting).toEqual(["letter-1", "letter-2"]);
    expect((await jobs()).out).not.toContain("Dead letters");
  });

  describe("--retry", () => {
    test("sweeps what is open and removes the letters about it", async () => {
      const acme = await newOrg("acme");
      const id = await deletedUser(acme, 1);
      queues.post("sweep", "letter-1", { at: STAMP.at, sequence: "7", org: acme, resourceId: id, cause: "Error" });
      queues.post("sweep", "letter-2", lambdas(STAMP.at));
      const { code, out } = await atStack("--retry");
      expect(out).toContain("acme: 1 deletion swept for good.");
      expect(out).toContain("removed  sweep letter-1");
      expect(out).toContain("removed  sweep letter-2");
      expect(code).toBe(0);
      expect(queues.waiting).toEqual([]);
      expect(await store.begin().directory(acme).memberships.stored(idOf("g", 1))).toEqual([]);
      const again = await atStack("--retry");
      expect(again).toMatchObject({ code: 0, out: "There is nothing to sweep in 1 organization.\n" });
    });

    test("keeps the dead letters about what still fails, sweeps the rest, and removes them when it is repaired", async () => {
      const acme = await newOrg("acme");
      const bad = await deletedUser(acme, 1);
      const good = await deletedUser(acme, 2);
      poison.add(bad);
      const record = { at: STAMP.at, sequence: "7", org: acme, cause: "Error" };
      queues.post("sweep", "letter-1", { ...record, resourceId: bad });
      queues.post("sweep", "letter-2", { ...record, resourceId: good });
      queues.post("sweep", "letter-3", lambdas(STAMP.at));
      queues.post("sweep", "letter-4", lambdas("2025-01-02T03:04:05Z"));
      const { code, out } = await atStack("--retry");
      expect(code).toBe(1);
      expect(out).toContain(`${bad} could not be swept: the query faults says why.`);
      expect(queues.waiting).toEqual(["letter-1", "letter-3"]);
      expect(await store.begin().directory(acme).memberships.stored(idOf("g", 2))).toEqual([]);
      poison.clear();
      expect((await atStack("--retry")).code).toBe(0);
      expect(queues.waiting).toEqual([]);
    });

    test("has events published again, and keeps the letter where that is not done", async () => {
      queues.post("events", "letter-1", lambdas(STAMP.at));
      const useless: readonly (readonly [JsonObject, string])[] = [
        // Nobody has to read a directory again because of it: the repair appends an event for what the log lacks.
        [{ outcome: "gone" }, "npm run rollcall -- fsck ORG --events --repair --stack "],
        [{ outcome: "otherTable" }, "events renew --all"],
        // The bus takes no part in it: its events come from the log (ADR 39).
        [{ outcome: "refused", records: 2 }, "could not be written to the event log: the query worker-errors"],
        [{ batchItemFailures: [] }, "did not understand the request"],
      ];
      for (const [answer, said] of useless) {
        queues.answer = answer;
        const { code, out } = await atStack("--retry");
        expect(code).toBe(1);
        expect(out).toContain(said);
        expect(queues.waiting).toEqual(["letter-1"]);
      }
      queues.answer = { outcome: "unreadable", records: 2, unreadable: 1 };
      expect((await atStack("--retry")).out).toContain("1 of 2 records cannot be read");
      queues.answer = { outcome: "published", records: 2 };
      const { code, out } = await atStack("--retry");
      expect(code).toBe(0);
      expect(out).toContain("2 records of the stream were read and published again.");
      expect(queues.waiting).toEqual([]);
      expect(queues.asked.at(-1)).toEqual({ ...PLACE, first: "8", last: "9" });
    });

    test("hands the journal of the portal its lines again, and keeps the letter while it fails", async () => {
      const handed = { awslogs: { data: "H4sI" } };
      queues.post("journal", "letter-1", { timestamp: STAMP.at, requestPayload: handed });
      queues.answer = { outcome: "failed" };
      const failed = await atStack("--retry");
      expect(failed.code).toBe(1);
      expect(failed.out).toContain(`lines of the log: failed until ${STAMP.at}`);
      expect(queues.waiting).toEqual(["letter-1"]);
      queues.answer = {};
      const { code, out } = await atStack("--retry");
      expect(code).toBe(0);
      expect(out).toContain("The portal's journal has these lines now.");
      expect([queues.waiting, queues.asked]).toEqual([[], [handed]]);
    });

    test("says of a change that cannot be published what the application should read, and of a purged org that all is done", async () => {
      const acme = await newOrg("acme");
      const record = { at: STAMP.at, sequence: "7", cause: "SyntaxError" };
      queues.post("events", "letter-1", { ...record, org: acme, resourceId: idOf("u", 1) });
      queues.post("events", "letter-2", { ...record, org: "Gone0000", resourceId: idOf("u", 2) });
      queues.post("sweep", "letter-3", record);
      queues.post("sweep", "letter-4", "hello");
      const { code, out } = await atStack("--retry");
      expect(code).toBe(1);
      expect(out).toContain(
        `Let the application read ${idOf("u", 1)} of acme again, then: npm run rollcall -- jobs --dismiss letter-1 --stack `,
      );
      expect(out).toMatch(/removed {2}events letter-2.*\n +The organization was purged/);
      expect(queues.waiting).toEqual(["letter-1", "letter-3", "letter-4"]);
      expect(JSON.parse((await atStack("--retry", "--json")).out).letters).toMatchObject([
        { id: "letter-1", queue: "events", outcome: "stays" },
        { id: "letter-3", queue: "sweep", outcome: "stays" },
        { id: "letter-4", queue: "sweep", outcome: "stays" },
      ]);
    });

    test("loses no dead letter when it is broken off, or the server does not answer", async () => {
      const acme = await newOrg("acme");
      const id = await deletedUser(acme, 1);
      queues.post("sweep", "letter-1", { at: STAMP.at, sequence: "7", org: acme, resourceId: id, cause: "Error" });
      const broken = rollcallOver(testEndpoint(store), [jobsOver(async () => queues)], (path) => {
        if (path.includes("/jobs/")) throw new Refused("no");
      });
      const { code, out } = await broken("jobs", "--retry", "--stack", "Rollcall", "--region", "us-east-1");
      expect(code).toBe(1);
      expect(out).toContain("acme: no");
      expect(queues.waiting).toEqual(["letter-1"]);
    });

    test("sweeps without queues too, and says that there are none", async () => {
      const id = await deletedUser(await newOrg("acme"), 1);
      queues.post("sweep", "letter-1", "hello");
      const { code, err } = await jobs("--retry");
      expect(code).toBe(0);
      expect(err).toContain("There are no dead letters here");
      expect((await jobs("acme")).out).not.toContain(id);
      expect(queues.waiting).toEqual(["letter-1"]);
    });
  });

  test("--dismiss removes the letters that it names, and no other", async () => {
    for (const n of [1, 2, 3]) queues.post("events", `letter-${n}`, lambdas(STAMP.at));
    const some = await atStack("--dismiss", "letter-2", "--dismiss", "letter-9");
    expect(some.code).toBe(1);
    expect(some.err).toContain("There is no dead letter letter-9");
    expect(queues.waiting).toEqual(["letter-1", "letter-3"]);
    expect((await atStack("--dismiss", "letter-1")).code).toBe(0);
    expect(queues.waiting).toEqual(["letter-3"]);
    expect((await jobs("--dismiss", "letter-3")).code).toBe(2);
    expect((await atStack("--dismiss", "letter-3", "--retry")).code).toBe(2);
    expect((await atStack("acme", "--retry")).code).toBe(2);
    expect(queues.waiting).toEqual(["letter-3"]);
  });
});
