import { GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "@jest/globals";
import { canaryOrg } from "../../functions/provisioning/canaryOrg.ts";
import { CanarySandbox } from "../../functions/store/canarySandbox.ts";
import { Database } from "../../functions/store/database.ts";
import { createDynamoStore, dynamoTable } from "../../functions/store/dynamoTable.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { beginFetch, readIssuerKeys } from "../../functions/store/issuerKeys.ts";
import type { ResourceWrite, Stamp } from "../../functions/store/records.ts";
import type { Directory } from "../../functions/store/session.ts";
import { newStateItem } from "../../functions/store/webhookItems.ts";
import { WebhookQueue } from "../../functions/store/webhookQueue.ts";
import { duringTests } from "../support/duringTests.ts";
import { clientAround, failingAt } from "../support/faultyClient.ts";
import { brokenByStore, inspect } from "../support/invariants.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import {
  ACME,
  groupWrite,
  idOf,
  ids,
  LATER,
  MUCH_LATER,
  makeGroup,
  makeUser,
  makeUsers,
  present,
  STAMP,
  userWrite,
} from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";
import { tableAround } from "../support/tableAround.ts";

/** More calls than any of the operations here makes. */
const MOST_CALLS = 60;
const many = (word: string) => Array.from({ length: 50 }, (_, n) => `${word}${n}@acme.example`);

describe("a claim that the client sends again, because its answer was lost, is known as its own: of", () => {
  const twice = () =>
    new Database(
      accessTo(
        tableAround(localTable(), async (send, kind) => {
          if (kind === "single") await send();
          return send();
        }),
      ),
    );

  test("the canary's sandbox", async () => {
    const sandbox = new CanarySandbox(twice());
    const begin = (stamp: Stamp) => sandbox.begin(canaryOrg(Date.parse(STAMP.at)), stamp, 0);
    expect([await begin(STAMP), await begin(LATER)]).toEqual([true, false]);
  });

  test("a fetch of an issuer's keys", async () => {
    const [database, url] = [twice(), "https://login.example/keys"];
    const before = await readIssuerKeys(database, url);
    const begin = () => beginFetch(database, url, before, Date.parse(STAMP.at));
    expect([await begin(), await begin()]).toEqual([true, false]);
  });

  test("a webhook that is disabled", async () => {
    const database = twice();
    await database.write([{ put: newStateItem(ACME, "endpoint0000") }]);
    const queue = new WebhookQueue(database, { owner: ACME, id: "endpoint0000" });
    const disable = (now: number) => queue.disable({ fence: 0 }, "gone", now);
    expect([await disable(1), await disable(2)]).toEqual([true, false]);
  });
});

describe("a call to DynamoDB that fails", () => {
  const running = duringTests(startDynamo);

  /**
   * Runs the work again and again, each time with another call failing, until it runs through: each failure must leave
   * the store without contradictions, and a repeat (by a new request) must bring the work to its end.
   */
  async function eachFailure(
    when: "before" | "after",
    prepare: (directory: Directory) => Promise<void>,
    work: (directory: Directory, nth: number) => Promise<void>,
    done: (directory: Directory, nth: number) => Promise<void>,
  ): Promise<void> {
    const tableName = await running().freshTable();
    const sound = () => createDynamoStore({ client: running().client, tableName }).begin().directory(ACME);
    await prepare(sound());
    for (let nth = 1; nth <= MOST_CALLS; nth++) {
      // Each call fails through both clients, before it is done through the one and after it through the other.
      const isOwn = (nth % 2 === 0) === (when === "before");
      const { client, state } = failingAt(isOwn ? running().client : running().sdk, nth, when);
      const failing = createDynamoStore({ client, tableName }).begin().directory(ACME);
      await work(failing, nth).catch((error: unknown) => {
        if (!state.hit) throw error;
      });
      expect(await brokenByStore(running().client, tableName, ACME)).toEqual([]);
      await work(sound(), nth);
      await done(sound(), nth);
      expect(await brokenByStore(running().client, tableName, ACME)).toEqual([]);
      if (!state.hit) return;
    }
    throw new Error("the work never came to its end");
  }

  /** As a client repeats a create: the second time the name may be its own. */
  let next = 0;
  const createUser = async (directory: Directory, write: ResourceWrite) => {
    const created = await directory.users.create(idOf("u", 1000 + next++), write, STAMP);
    if (created.outcome === "taken") expect(await directory.users.find(created.holder)).toBeDefined();
  };

  describe.each(["before", "after"] as const)("%s it is done", (when) => {
    test("leaves a user created or not, and a repeat finds or creates it", async () => {
      await eachFailure(
        when,
        async () => {},
        (directory, nth) => createUser(directory, userWrite(`user${nth}`)),
        async ({ users }, nth) => {
          const id = present((await users.idsByName(`user${nth}`))[0]);
          expect((await users.find(id))?.keys).toEqual(userWrite(`user${nth}`).keys);
        },
      );
    });

    test.each([
      { what: "with the same keys", write: (nth: number) => userWrite("ada", { externalId: `x${nth}` }) },
      { what: "with a new name", write: (nth: number) => userWrite(`ada${nth}`) },
      {
        what: "with more new e-mails than a transaction can carry",
        write: (nth: number) => userWrite(`ada${nth}`, { values: many(`mail${nth}.`) }),
      },
    ])("leaves a user replaced $what or as it was, and a repeat replaces it", async ({ write }) => {
      await eachFailure(
        when,
        async ({ users }) => {
          await makeUser(users, 1, userWrite("ada", { values: many("first") }));
        },
        async ({ users }, nth) => {
          const outcome = await users.replace(present(await users.find(idOf("u", 1))), write(nth), LATER);
          expect(outcome.outcome).toBe("changed");
        },
        async ({ users }, nth) => {
          expect((await users.find(idOf("u", 1)))?.keys).toEqual(write(nth).keys);
        },
      );
    });

    test("leaves a deleted user gone or there, and a repeat with its sweep leaves nothing", async () => {
      await eachFailure(
        when,
        async ({ users, groups }) => {
          await makeUsers(users, 20);
          for (let n = 0; n < 20; n++) await makeGroup(groups, n, [idOf("u", n), idOf("u", 19)]);
        },
        async ({ users, memberships }, nth) => {
          const user = await users.find(idOf("u", nth));
          if (user !== undefined) expect((await users.delete(user, LATER)).outcome).toBe("deleted");
          await memberships.sweep(Date.now() + 20_000, LATER);
        },
        async ({ users, memberships }, nth) => {
          expect(await users.find(idOf("u", nth))).toBeUndefined();
          expect(await memberships.groupsOf(idOf("u", nth))).toEqual([]);
          expect(await memberships.stored(idOf("g", nth))).toEqual([idOf("u", 19)]);
        },
      );
    });

    test("leaves a group changed or as it was, and a repeat changes it", async () => {
      await eachFailure(
        when,
        async ({ users, groups }) => {
          await makeUsers(users, 2);
          await makeGroup(groups, 1, [idOf("u", 0)]);
        },
        async ({ groups, memberships }, nth) => {
          const group = present(await groups.find(idOf("g", 1)));
          const stored = await memberships.stored(group.id);
          const change = {
            write: groupWrite(`crew${nth}`),
            add: ids("u", 2).filter((id) => !stored.includes(id)),
            remove: [],
          };
          expect((await groups.change(group, change, LATER)).outcome).toBe("changed");
        },
        async ({ groups, memberships }, nth) => {
          expect(await groups.idsByName(`crew${nth}`)).toEqual([idOf("g", 1)]);
          expect(await memberships.stored(idOf("g", 1))).toHaveLength(2);
        },
      );
    });
  });

  test("a write that arrives twice counts once", async () => {
    const tableName = await running().freshTable();
    const twice = clientAround(running().client, async (send) => {
      await send().catch(() => undefined);
      return send();
    });
    const { users, groups } = createDynamoStore({ client: twice, tableName }).begin().directory(ACME);
    const user = await makeUser(users, 1, userWrite("ada"));
    expect(await users.replace(user, { ...userWrite("ada"), attributes: "{}" }, LATER)).toMatchObject({
      outcome: "changed",
      record: { version: 2 },
    });
    const second = present(await users.find(user.id));
    expect((await users.replace(second, userWrite("eva"), LATER)).outcome).toBe("changed");
    const group = await makeGroup(groups, 1);
    const attributes = { write: { ...groupWrite("group1"), attributes: "{}" }, add: [], remove: [] };
    expect((await groups.change(group, attributes, LATER)).outcome).toBe("changed");
    expect((await groups.change(group, { add: [user.id], remove: [] }, LATER)).outcome).toBe("changed");
    const renamed = present(await groups.find(group.id));
    expect(renamed).toMatchObject({ version: 3, memberCount: 1 });
    const rename = { write: groupWrite("crew"), add: [], remove: [user.id] };
    expect((await groups.change(renamed, rename, LATER)).outcome).toBe("changed");
    expect(await groups.delete(present(await groups.find(group.id)), LATER)).toEqual({ outcome: "deleted" });
    expect(await users.delete(present(await users.find(user.id)), LATER)).toEqual({ outcome: "deleted" });
    expect(await brokenByStore(running().client, tableName, ACME)).toEqual([]);
  });

  test.each(["replace", "delete"] as const)(
    "where half of another change lies in the way each time, %s leaves it to the request whether there is time for more",
    async (method) => {
      const tableName = await running().freshTable();
      const sound = createDynamoStore({ client: running().client, tableName }).begin().directory(ACME);
      const user = await makeUser(sound.users, 1, userWrite("ada", { values: many("first") }));
      const cutOff = async (): Promise<void> => {
        const { client } = failingAt(running().client, 2, "before");
        const { users } = createDynamoStore({ client, tableName }).begin().directory(ACME);
        await users.replace(user, userWrite("ada", { values: many("second") }), LATER).catch(() => undefined);
      };
      const meeting = clientAround(running().client, async (send) => {
        await cutOff();
        return send();
      });
      const { users } = createDynamoStore({ client: meeting, tableName }).begin().directory(ACME);
      const write = userWrite("ada", { values: many("first"), externalId: "x" });
      const outcome = await (method === "replace" ? users.replace(user, write, LATER) : users.delete(user, LATER));
      expect(outcome).toEqual({ outcome: "stale" });
      expect(await sound.users.find(user.id)).toEqual(user);
      expect((await sound.users.replace(user, write, LATER)).outcome).toBe("changed");
      expect(await brokenByStore(running().client, tableName, ACME)).toEqual([]);
    },
  );

  test.each(["change", "delete"] as const)(
    "where other groups take and leave the name each time, %s leaves it to the request whether there is time for more",
    async (method) => {
      const tableName = await running().freshTable();
      const sound = createDynamoStore({ client: running().client, tableName }).begin().directory(ACME);
      const named = (name: string) => groupWrite(name, {}, false);
      const group = await makeGroup(sound.groups, 1, [], named("crew"));
      const other = await makeGroup(sound.groups, 2, [], named("staff"));
      let turn = 0;
      const meeting = clientAround(running().client, async (send) => {
        const now = present(await sound.groups.find(other.id));
        await sound.groups.change(
          now,
          { write: named(turn++ % 2 === 0 ? "crew" : "staff"), add: [], remove: [] },
          LATER,
        );
        return send();
      });
      const { groups } = createDynamoStore({ client: meeting, tableName }).begin().directory(ACME);
      const rename = { write: named("former"), add: [], remove: [] };
      const outcome = await (method === "change" ? groups.change(group, rename, LATER) : groups.delete(group, LATER));
      expect(outcome).toEqual({ outcome: "stale" });
      expect(await sound.groups.find(group.id)).toEqual(group);
      expect((await sound.groups.delete(group, LATER)).outcome).toBe("deleted");
      expect(await brokenByStore(running().client, tableName, ACME)).toEqual([]);
    },
  );

  test("an attribute that somebody added by hand spoils neither a refusal nor a repair, whatever its type", async () => {
    const tableName = await running().freshTable();
    const { client, sdk } = running();
    const { users } = createDynamoStore({ client, tableName }).begin().directory(ACME);
    const { id } = await makeUser(users, 1, userWrite("ada"));
    const note = { checked: true, by: ["eva"], on: { day: 1 }, raw: new Uint8Array([1]), none: null };
    const { Items = [] } = await sdk.send(new ScanCommand({ TableName: tableName }));
    for (const item of Items) await sdk.send(new PutCommand({ TableName: tableName, Item: { ...item, ...note } }));
    expect(await users.create(idOf("u", 2), userWrite("ada"), LATER)).toEqual({ outcome: "taken", holder: id });
    const record = present(await users.find(id));
    const changed = await users.replace({ ...record, version: 7 }, userWrite("ada"), LATER);
    expect(changed).toEqual({ outcome: "stale" });
    const [user] = Items.filter(({ sk }) => sk === id);
    await sdk.send(new PutCommand({ TableName: tableName, Item: { ...user, ...note, g: 3 } }));
    const database = new Database(accessTo(dynamoTable(client, tableName)));
    const repaired = async () => {
      const findings = await inspect(new Inspection(database, ACME), true, MUCH_LATER.at);
      return findings.filter(({ code }) => code === "user.groups").map(({ repair }) => repair);
    };
    expect([await repaired(), await repaired()]).toEqual([["done"], []]);
    const { Item } = await sdk.send(new GetCommand({ TableName: tableName, Key: { pk: user?.pk, sk: id } }));
    expect(Item).toMatchObject({ checked: true, on: { day: 1 } });
  });

  test("the check of the store's promises notices an item too many and a count too high", async () => {
    const tableName = await running().freshTable();
    const { users } = createDynamoStore({ client: running().client, tableName }).begin().directory(ACME);
    await makeUser(users, 1, userWrite("ada"));
    const put = (item: object) =>
      running().client.send(new PutCommand({ TableName: tableName, Item: { sv: 1, ...item } }));
    await put({ pk: "O#Acme0000#UN", sk: "eva", id: idOf("u", 1) });
    await put({ pk: "O#Acme0000#C", sk: "G#a", cb: 1, nn: 1 });
    await put({ pk: `O#Acme0000#M#${idOf("g", 1)}`, sk: idOf("u", 1) });
    expect(await brokenByStore(running().client, tableName, ACME)).toEqual([
      "counter.wrong gab",
      `nobody looks at O#Acme0000#M#${idOf("g", 1)} ${idOf("u", 1)}`,
      `userName.stray ${idOf("u", 1)}`,
    ]);
  });
});
