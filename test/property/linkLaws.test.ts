import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { applicationOf } from "../../functions/provisioning/application.ts";
import { linkUser, unlinkUser } from "../../functions/provisioning/links.ts";
import { createOwnUser, createOwnUsers } from "../../functions/provisioning/newUsers.ts";
import { deleteOwnUser } from "../../functions/provisioning/unmanaged.ts";
import { ScimError } from "../../functions/scim/error.ts";
import { isObject } from "../../functions/scim/json.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import { LinkStore } from "../../functions/store/links.ts";
import { newWriteId, resourceItem } from "../../functions/store/resourceItems.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import { PRESENT, type Table } from "../../functions/store/table.ts";
import { inspect, lineOf } from "../support/invariants.ts";
import { localTable } from "../support/localStore.ts";
import { PlainTable } from "../support/plainTable.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { idOf, makeUser, orgIdOf, orgRecord, present, STAMP, userWrite } from "../support/records.ts";
import { type RunningDynamo, startDynamo } from "../support/storeKinds.ts";
import { tableAround } from "../support/tableAround.ts";

const RUNS = amountOf("links");
const USERS = 4;

/** Of those that there are when a round begins. */
const user = fc.nat({ max: 2 * USERS - 1 });
const applicationId = fc.constantFrom("a", "b", "c");
/** One of many that are under way at once. */
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("link" as const), user, applicationId }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("unlink" as const), user }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete" as const), user, swept: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("create" as const),
      userName: fc.constantFrom("user0", "new1", "new2"),
      applicationId,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("adopt" as const), user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("sweep" as const), forGood: fc.boolean() }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;
const ORG = orgIdOf("Links000");
const rounds = fc.array(fc.array(operation, { minLength: 1, maxLength: 6, size: "max" }), {
  minLength: 1,
  maxLength: 6,
  size: "max",
});

/** Turns of the event loop before a call: now and then so many that others go through all of theirs. */
const PAUSE = fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: fc.nat({ max: 60 }) });

interface Kind {
  open(): Promise<{ fresh(pauses: () => number): Promise<Store>; close(): Promise<void> }>;
}

/** Where every call of the table takes a while of its own, so that operations overlap in any way. */
const LOCAL: Kind = {
  open: async () => ({
    fresh: async (pauses) =>
      createStore(
        tableAround(new PlainTable(), async (send) => {
          for (let turns = pauses(); turns > 0; turns--) await new Promise(setImmediate);
          return send();
        }),
        { wait: async () => new Promise(setImmediate) },
      ),
    close: async () => undefined,
  }),
};

const DYNAMO: Kind = {
  open: async () => {
    const running: RunningDynamo = await startDynamo();
    const tableName = await running.freshTable();
    return {
      fresh: async () => createDynamoStore({ client: running.client, tableName }),
      close: () => running.stop(),
    };
  },
};

describe.each([
  ["in memory", LOCAL, RUNS],
  ["on DynamoDB", DYNAMO, Math.ceil(RUNS / 12)],
])("links %s", (_name, kind, runs) => {
  let opened: Awaited<ReturnType<Kind["open"]>>;
  let worlds = 0;
  beforeAll(async () => {
    opened = await kind.open();
  });
  afterAll(() => opened.close());

  /**
   * Whatever is made, linked, unlinked, adopted, deleted and swept at the same time: a user has one applicationId, an applicationId one
   * living user, each is found from the other, and what was answered holds unless somebody else wanted the same.
   */
  test("are one to one between living users and applicationIds, whatever happens at once", async () => {
    process.stdout.write(`links: seed ${SEED}, ${runs} runs; ROLLCALL_SEED repeats them\n`);
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(rounds, fc.infiniteStream(PAUSE), async (plan, pauses) => {
        worlds += 1;
        const world = await World.make(await opened.fresh(() => Number(pauses.next().value)), worlds);
        for (const operations of plan) {
          const pool = world.users;
          const answers = await Promise.all(operations.map((one) => world.carryOut(one, pool)));
          for (const [index, answer] of answers.entries()) {
            const name = `${operations[index]?.kind} ${answer}`;
            seen.set(name, (seen.get(name) ?? 0) + 1);
          }
          await world.expectOneToOne(operations, answers, pool);
        }
        await world.expectCleanBehindSweep();
      }),
      { numRuns: runs, seed: SEED },
    );
    // A few histories do not meet each of them, but something is done.
    const each = [
      "link done",
      "unlink done",
      "delete done",
      "link conflict.linked",
      "link notFound.user",
      "adopt done",
    ];
    if (runs < RUNS) expect([...seen.keys()].join()).toContain(" done");
    else expect([...seen.keys()]).toEqual(expect.arrayContaining(each));
  }, 3_600_000);
});

test("an applicationId is not taken from a user who moves to the other side while somebody looks for it", async () => {
  const table = localTable();
  const [theirs, ours] = [new OrgKeys(ORG), new OrgKeys(ORG, "unmanaged")];
  const [holder, other] = [idOf("u", 0), idOf("u", 1)];
  const quiet = createStore(table).begin();
  for (const n of [0, 1]) await makeUser(quiet.unmanaged(ORG).users, n);
  const links = (over: Table): LinkStore => {
    const session = createStore(over).begin();
    return new LinkStore(session.view(ORG, "managed"), session.view(ORG, "unmanaged"));
  };
  await links(table).link({ id: holder, managed: false }, "a", STAMP);
  // Who reads the sides one after the other reads the managed one before the user arrives there, and the other after it left.
  const moved = Promise.withResolvers<void>();
  const move = async () => {
    const item = present((await table.get(ours.resource(holder))).item);
    const put = { ...item, ...theirs.resource(holder) };
    await table.write([{ delete: ours.resource(holder) }, { put }], "move");
  };
  const between: Table = Object.assign(
    tableAround(table, (send) => send()),
    {
      getMany: async (...[keys, ...more]: Parameters<Table["getMany"]>) => {
        if (keys[0]?.pk === ours.resource(holder).pk) await moved.promise;
        const answer = await table.getMany(keys, ...more);
        if (keys[0]?.pk === theirs.resource(holder).pk) await move().then(moved.resolve);
        return answer;
      },
    },
  );
  expect(await links(between).link({ id: other, managed: false }, "a", STAMP)).toEqual({ outcome: "taken", holder });
  expect(await links(table).link({ id: other, managed: false }, "a", STAMP)).toEqual({ outcome: "taken", holder });
});

test("of a list of new users those are left for the next call for which there is no time", async () => {
  const session = createStore(localTable()).begin();
  const [managed, unmanaged] = [session.directory(ORG), session.unmanaged(ORG)];
  const application = applicationOf(orgRecord(ORG, "links"), managed, unmanaged, {
    base: "https://rollcall.example/scim/v2/links",
    mayTidy: true,
    tokenId: "tests",
    usage: session.usage,
    reference: "r",
    deadline: 0,
    now: Date.now,
    wait: async () => undefined,
    randomBytes,
  });
  const refuse = (error: unknown): ScimError => {
    if (error instanceof ScimError) return error;
    throw error;
  };
  const results = await createOwnUsers(application, [{ userName: "late", applicationId: "a" }], {
    readEntry: (json) => (isObject(json) ? json : {}),
    refuse,
  });
  expect(results).toMatchObject([{ outcome: "refused", error: { status: 503, code: "busy.bulkTime" } }]);
  expect(await unmanaged.users.idsByName("late")).toEqual([]);
});

type Pool = readonly { readonly id: string; readonly managed: boolean }[];

function userOf(pick: number, pool: Pool): Pool[number] {
  return present(pool[pick % pool.length]);
}

/** One org with users of both sides. */
class World {
  readonly #store: Store;
  readonly #org: ReturnType<typeof orgRecord>;
  #users: Pool;
  /** By user, the version of its link so far. */
  readonly #versions = new Map<string, number>();

  private constructor(store: Store, n: number) {
    this.#store = store;
    this.#org = orgRecord(orgIdOf(`W${String(n).padStart(7, "0")}`), `world-${n}`);
    this.#users = Array.from({ length: USERS }, (_, index) => ({ id: idOf("u", index), managed: index % 2 === 0 }));
  }

  static async make(store: Store, n: number): Promise<World> {
    const world = new World(store, n);
    for (const [index, { managed }] of world.#users.entries()) {
      const session = store.begin();
      const { users } = managed ? session.directory(world.#org.id) : session.unmanaged(world.#org.id);
      await makeUser(users, index, userWrite(`user${index}`, { externalId: undefined, values: [] }));
    }
    // Some were linked before and are not any more.
    for (const one of [1, 2]) {
      await world.#begin({ kind: "link", user: one, applicationId: "a" });
      await world.#begin({ kind: "unlink", user: one });
    }
    return world;
  }

  get users(): Pool {
    return this.#users;
  }

  #application() {
    const session = this.#store.begin();
    const [managed, unmanaged] = [session.directory(this.#org.id), session.unmanaged(this.#org.id)];
    return applicationOf(this.#org, managed, unmanaged, {
      base: "https://rollcall.example/scim/v2/world",
      mayTidy: true,
      tokenId: "tests",
      usage: session.usage,
      reference: "r",
      deadline: Date.now() + 60_000,
      now: Date.now,
      wait: () => new Promise(setImmediate),
      randomBytes,
      sweepLater: () => undefined,
    });
  }

  /** @returns what became of it: `done`, or the code of the refusal */
  async carryOut(one: Operation, pool: Pool): Promise<string> {
    try {
      await this.#begin(one, pool);
      return "done";
    } catch (error) {
      if (error instanceof ScimError && error.status < 500) return error.code;
      throw error;
    }
  }

  async #begin(one: Operation, pool = this.#users): Promise<unknown> {
    const application = this.#application();
    if (one.kind === "create") {
      const { userName, applicationId: wanted } = one;
      const { record, link } = await createOwnUser(application, { userName, applicationId: wanted });
      this.#users = [...this.#users, { id: record.id, managed: false }];
      expect(link).toEqual({ applicationId: wanted, version: 1 });
      return record;
    }
    if (one.kind === "sweep") return this.#sweep(new Date(Date.now() + (one.forGood ? 3_600_000 : 0)));
    const { id, managed } = userOf(one.user, pool);
    switch (one.kind) {
      case "link":
        return linkUser(application, id, one.applicationId);
      case "unlink":
        return unlinkUser(application, id);
      case "delete":
        await (managed ? this.#deleteManaged(id) : deleteOwnUser(application, id));
        return one.swept ? this.#sweep(new Date(Date.now() + 3_600_000)) : undefined;
      case "adopt":
        return this.#adopt(id);
    }
  }

  /** Moves an unmanaged user to the other side under its id, as far as links can see. */
  async #adopt(id: string): Promise<void> {
    const session = this.#store.begin();
    const record = await session.unmanaged(this.#org.id).users.find(id);
    if (record === undefined) return;
    const [theirs, ours] = [new OrgKeys(this.#org.id), new OrgKeys(this.#org.id, "unmanaged")];
    await session.database.write([
      { delete: ours.resource(id), condition: PRESENT },
      { put: resourceItem(theirs, { ...record, version: record.version + 1 }, newWriteId(this.#stamp(new Date()))) },
    ]);
  }

  async #deleteManaged(id: string): Promise<void> {
    const { users } = this.#store.begin().directory(this.#org.id);
    const record = await users.find(id);
    if (record !== undefined) await users.delete(record, this.#stamp(new Date()));
  }

  async #sweep(at: Date): Promise<void> {
    const session = this.#store.begin();
    for (const { memberships } of [session.directory(this.#org.id), session.unmanaged(this.#org.id)])
      await memberships.sweepDeletions(
        this.#users.map(({ id }) => id),
        Date.now() + 60_000,
        this.#stamp(at),
      );
  }

  #stamp(at: Date) {
    return { at: at.toISOString(), tokenId: "tests", reference: "r" };
  }

  /** Both ends as they are stored, at rest. */
  async #links() {
    const { database } = this.#store.begin();
    const keys = new OrgKeys(this.#org.id, "unmanaged");
    const [places, linked] = await Promise.all([database.query(keys.links()), database.query(keys.linkedUsers())]);
    return {
      holders: new Map(places.items.map(({ a, id }) => [String(a), String(id)])),
      linked: new Map(linked.items.map(({ sk, a, v }) => [String(sk), { applicationId: a, version: Number(v) }])),
    };
  }

  async #living(): Promise<ReadonlySet<string>> {
    const session = this.#store.begin();
    const ids = this.#users.map(({ id }) => id);
    const sides = [session.directory(this.#org.id), session.unmanaged(this.#org.id)];
    const found = await Promise.all(sides.map(({ memberships }) => memberships.living(ids)));
    return new Set(found.flatMap((some) => [...some]));
  }

  async expectOneToOne(operations: readonly Operation[], answers: readonly string[], pool: Pool): Promise<void> {
    const [{ holders, linked }, living] = [await this.#links(), await this.#living()];
    for (const [id, { applicationId, version }] of linked) {
      if (!living.has(id)) continue;
      if (applicationId !== undefined)
        expect({ applicationId, holder: holders.get(String(applicationId)) }).toEqual({ applicationId, holder: id });
      expect(version).toBeGreaterThanOrEqual(this.#versions.get(id) ?? 1);
      this.#versions.set(id, version);
    }
    for (const [applicationId, id] of holders) {
      if (living.has(id)) expect({ id, applicationId: linked.get(id)?.applicationId }).toEqual({ id, applicationId });
    }
    for (const [index, one] of operations.entries()) {
      if (!("user" in one) || answers[index] !== "done") continue;
      const { id } = userOf(one.user, pool);
      const others = operations.filter((_other, place) => place !== index);
      if (others.some((other) => "user" in other && userOf(other.user, pool).id === id)) continue;
      if (one.kind === "delete") expect(living.has(id)).toBe(false);
      if (one.kind === "link") expect(linked.get(id)?.applicationId).toBe(one.applicationId);
      if (one.kind === "unlink") expect(linked.get(id)?.applicationId).toBeUndefined();
    }
    await this.#expectShown(linked, living);
  }

  /** What is read says the same. */
  async #expectShown(
    linked: ReadonlyMap<string, { readonly applicationId: unknown }>,
    living: ReadonlySet<string>,
  ): Promise<void> {
    const { links } = this.#application();
    const ids = this.#users.map(({ id }) => id);
    const shown = await links.ofUsers(ids);
    for (const id of ids) expect(shown.get(id)?.applicationId).toBe(linked.get(id)?.applicationId);
    for (const applicationId of ["a", "b", "c"]) {
      const holder = await links.holderOf(applicationId);
      const wanted = [...living].filter((id) => linked.get(id)?.applicationId === applicationId);
      expect(holder !== undefined && living.has(holder) ? [holder] : []).toEqual(wanted);
    }
  }

  async expectCleanBehindSweep(): Promise<void> {
    await this.#sweep(new Date(Date.now() + 3_600_000));
    const [{ holders, linked }, living] = [await this.#links(), await this.#living()];
    const ofTheDead = [...linked].filter(([id, { applicationId }]) => !living.has(id) && applicationId !== undefined);
    expect(ofTheDead).toEqual([]);
    expect([...holders.values()].filter((id) => !living.has(id))).toEqual([]);
    const findings = await inspect(new Inspection(this.#store.begin().database, this.#org.id));
    expect(findings.map(lineOf).filter((line) => line.startsWith("link."))).toEqual([]);
  }
}
