import { expect, test } from "@jest/globals";
import { eventsHandler } from "../../functions/http/events.ts";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { Database } from "../../functions/store/database.ts";
import { newWriteId } from "../../functions/store/resourceItems.ts";
import { catalogueItem, mappingsItem } from "../../functions/store/roles/policy.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { createStore } from "../../functions/store/session.ts";
import { orgItem, SettingsStore } from "../../functions/store/settings.ts";
import { readStep } from "../../functions/store/steps.ts";
import type { ItemChange } from "../../functions/store/table.ts";
import { beginLogged, eventsEndpoint } from "../support/eventLogs.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { ACME, idOf, LATER, makeGroup, makeUser, present } from "../support/records.ts";
import { tableAround } from "../support/tableAround.ts";

const CONTEXT = { awsRequestId: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", getRemainingTimeInMillis: () => 60_000 };

/** One org whose changes come to the function of events, as the stream brings them. */
class Stream {
  readonly table = localTable();
  readonly store = createStore(this.table);
  readonly database = this.store.begin().database;
  readonly directory = this.store.begin().directory(ACME);
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  wakes = 0;
  calls = 0;
  /** Name of the partitions that cannot be written. */
  throttled = "none";
  readonly #log = new ChangeLog(this.table.db).reader("test");

  changes(): ItemChange[] {
    const changes = this.#log.read();
    this.#log.confirm(changes.at(-1)?.seq ?? 0);
    return [...changes];
  }

  /** @returns the positions of the records from which on the batch has to come again */
  async bring(changes: readonly ItemChange[], { roles }: { readonly roles: boolean } = { roles: true }) {
    const counting = tableAround(this.table, (send) => {
      this.calls += 1;
      return send();
    });
    const write: typeof counting.write = async (actions, ...more) => {
      const isThrottled = actions.some((one) => "put" in one && String(one.put.pk).startsWith(this.throttled));
      if (isThrottled) throw new Error("a surprise");
      return counting.write(actions, ...more);
    };
    const open = () => new Database(accessTo({ ...counting, write }));
    const handler = eventsHandler({
      ...eventsEndpoint(open, { log: (line) => this.lines.push(line) }),
      ...(roles && { wakeRoles: async () => (this.wakes += 1) }),
      readStep: ({ dynamodb }) => {
        const change = changes[Number(dynamodb?.SequenceNumber)];
        return change && readStep(change);
      },
    });
    const Records = changes.map(({ key, after }, index) => ({
      dynamodb: {
        SequenceNumber: String(index),
        Keys: { pk: { S: key.pk } },
        NewImage: { lr: { S: String(after?.lr) } },
      },
    }));
    const { batchItemFailures } = await handler({ Records }, CONTEXT);
    return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
  }

  async switchOn(...teams: string[]): Promise<void> {
    const org = present(await new SettingsStore(this.database).orgById(ACME));
    const mappings = teams.map((team) => ({ team, role: "viewer", priority: 1 }));
    await this.database.transact([
      { put: orgItem({ ...org, version: org.version + 1, roles: 1 }, newWriteId(LATER)) },
      { put: mappingsItem(ACME, { version: 1, mode: "union", mappings }) },
      { put: { ...roleKeys.org(ACME) } },
    ]);
  }

  async work(): Promise<{ readonly marks: readonly string[]; readonly walk: boolean }> {
    const { marks, walk } = await new RoleWork(this.database).of(ACME, 100);
    return { marks: marks.map(({ userId }) => userId), walk: walk !== undefined };
  }

  async workedOff(): Promise<void> {
    await new RoleWork(this.database).drop(ACME);
  }
}

async function started(): Promise<Stream> {
  const stream = new Stream();
  await beginLogged(stream.database);
  return stream;
}

test("an org without roles costs a batch no call, whatever happens in it", async () => {
  const spent: number[] = [];
  for (const roles of [false, true]) {
    const stream = await started();
    const user = await makeUser(stream.directory.users, 1);
    const team = await makeGroup(stream.directory.groups, 1, [user.id]);
    await stream.bring(stream.changes(), { roles });
    await stream.directory.groups.change(team, { add: [], remove: [user.id] }, LATER);
    await stream.directory.users.delete(user, LATER);
    await stream.directory.groups.delete(present(await stream.directory.groups.find(team.id)), LATER);
    expect(await stream.bring(stream.changes(), { roles })).toEqual([]);
    expect([stream.wakes, await stream.work()]).toEqual([0, { marks: [], walk: false }]);
    spent.push(stream.calls);
  }
  expect(spent[1]).toBe(spent[0]);
});

test("a batch whose marks cannot be put comes again from there on, and marks although its events are known", async () => {
  const stream = await started();
  const user = await makeUser(stream.directory.users, 1);
  const team = await makeGroup(stream.directory.groups, 1, []);
  await stream.switchOn(team.id);
  expect(await stream.bring(stream.changes())).toEqual([]);
  expect(await stream.work()).toEqual({ marks: [], walk: true });
  await stream.workedOff();
  await stream.directory.groups.change(team, { add: [user.id], remove: [] }, LATER);
  const changes = stream.changes();
  stream.throttled = "R#";
  const first = changes.findIndex(({ key }) => key.pk.endsWith("#G"));
  expect(await stream.bring(changes)).toEqual([first]);
  expect(stream.lines.at(-1)).toMatchObject({
    level: "ERROR",
    roleMarks: 0,
    roleCause: { name: "Error" },
    events: { "membership.added": 1 },
  });
  stream.throttled = "none";
  expect(await stream.bring(changes)).toEqual([]);
  expect(stream.lines.at(-1)).toMatchObject({ level: "INFO", roleMarks: 1, events: {} });
  expect(await stream.work()).toEqual({ marks: [user.id], walk: false });
});

test("the end of a team that no mapping names asks for nothing, of one that is mapped for everybody", async () => {
  const stream = await started();
  const [mapped, other] = [
    await makeGroup(stream.directory.groups, 1, []),
    await makeGroup(stream.directory.groups, 2, []),
  ];
  await stream.switchOn(mapped.id);
  await stream.bring(stream.changes());
  await stream.workedOff();
  await stream.directory.groups.delete(other, LATER);
  await stream.bring(stream.changes());
  expect(await stream.work()).toEqual({ marks: [], walk: false });
  await stream.directory.groups.delete(mapped, LATER);
  await stream.bring(stream.changes());
  expect(await stream.work()).toEqual({ marks: [], walk: true });
});

test("a new catalogue asks for everybody of every org with roles, and the worker is woken", async () => {
  const stream = await started();
  await stream.switchOn(idOf("g", 7));
  await stream.bring(stream.changes());
  await stream.workedOff();
  const before = stream.wakes;
  await stream.database.write([{ put: { ...catalogueItem({ version: 1, roles: [] }), lr: newWriteId(LATER) } }]);
  await stream.bring(stream.changes());
  expect(await stream.work()).toEqual({ marks: [], walk: true });
  expect(stream.wakes).toBe(before + 1);
  expect(stream.lines.at(-1)).toMatchObject({ roleWalks: 1 });
});
