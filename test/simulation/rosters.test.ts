import { describe, expect, test } from "@jest/globals";
import type { GroupRecord } from "../../functions/store/records.ts";
import { Rosters } from "../../functions/store/rosters.ts";
import { ACME, groupWrite, idOf, ids, LATER, STAMP } from "../support/records.ts";
import { proxied } from "./breakages.ts";
import { type Commit, GradualTable } from "./eventLog/gradualTable.ts";
import { storeOver } from "./simulatedSession.ts";
import { Chance, FAIR, Fate, Scheduler, simulatedTable } from "./world.ts";

const RUNS = 250;
const GROUP = idOf("g", 1);
const PEOPLE = ids("u", 5);

interface Outcome {
  readonly problems: readonly string[];
  /** Number of rosters answered from memory. */
  readonly remembered: number;
}

/**
 * Parallel changes and readings of one group in two processes, while transactions become visible item by item, as in DynamoDB.
 */
async function simulateRosters(seed: number, memory: () => Rosters): Promise<Outcome> {
  const chance = new Chance(seed);
  const scheduler = new Scheduler(chance);
  const problems: string[] = [];
  let remembered = 0;
  /** By version of the group. */
  const truth = new Map<unknown, string>();
  let members: readonly string[] = [];
  const decided = (commit: Commit): void => {
    for (const { key, before, after } of commit) {
      if (!PEOPLE.includes(key.sk)) continue;
      if (before === undefined && after !== undefined) members = [...members, key.sk];
      if (after === undefined) members = members.filter((id) => id !== key.sk);
    }
    for (const { key, after } of commit) if (key.sk === GROUP && after !== undefined) truth.set(after.v, told(members));
  };
  const table = new GradualTable({
    pause: () => (chance.next() < 0.6 ? scheduler.point(chance.below(40)) : undefined),
    shuffled: (changes) => changes.toSorted(() => chance.next() - 0.5),
    decided,
    written: () => undefined,
  });
  const watched = (rosters: Rosters): Rosters =>
    proxied(rosters, {
      find: (partition, group) => {
        const found = rosters.find(partition, group);
        if (found === undefined) return undefined;
        remembered += 1;
        const due = truth.get(group.version);
        if (told(found) !== due)
          problems.push(`version ${group.version} had ${due}, and was said to have ${told(found)}`);
        return found;
      },
    });
  const processes = [watched(memory()), watched(memory())] as const;
  const directory = () =>
    storeOver(simulatedTable(table, scheduler, FAIR, new Fate()), scheduler, chance.one(processes))
      .begin()
      .directory(ACME);

  const made = directory().groups.create(GROUP, groupWrite("crew"), PEOPLE.slice(0, 2), STAMP);
  await scheduler.run();
  await made;
  const change = async (): Promise<void> => {
    const { groups, memberships } = directory();
    const previous = await groups.find(GROUP);
    const present = await memberships.stored(GROUP);
    const some = PEOPLE.filter(() => chance.next() < 0.4);
    if (previous === undefined) throw new Error("nobody deletes it");
    const remove = some.filter((id) => present.includes(id));
    // Refused where another change came between.
    await groups.change(previous, { add: some.filter((id) => !present.includes(id)), remove }, LATER);
  };
  const read = async (): Promise<void> => {
    const { groups, memberships } = directory();
    const group = await groups.find(GROUP);
    if (group !== undefined) await memberships.rosters([group], 100);
  };
  const client = async (work: () => Promise<void>, times: number): Promise<void> => {
    for (let n = 0; n < times; n++) await work();
  };
  const clients = [client(change, 3), client(change, 3), client(read, 8), client(read, 8)];
  await scheduler.run();
  await Promise.all(clients);
  return { problems, remembered };
}

function told(members: readonly string[]): string {
  return members.toSorted().join(" ");
}

async function problemsWith(memory: () => Rosters): Promise<string | undefined> {
  for (let seed = 1; seed <= RUNS; seed++) {
    const { problems } = await simulateRosters(seed, memory);
    if (problems.length > 0) return `seed ${seed}: ${problems.join("\n")}`;
  }
  return undefined;
}

test("what a process remembers of a roster is what the group of that version had", async () => {
  expect(await problemsWith(() => new Rosters(1))).toBeUndefined();
  const { remembered } = await simulateRosters(1, () => new Rosters(1));
  expect(remembered).toBeGreaterThan(0);
});

describe("the simulation finds it where a roster is filed under the version that was read before it", () => {
  /** @param agrees the check before a roster is stored */
  const careless = (agrees: (group: GroupRecord, ids: readonly string[]) => boolean) => () =>
    new (class extends Rosters {
      readonly #filed = new Map<number, readonly string[]>();
      override find(_partition: string, { version }: GroupRecord) {
        return this.#filed.get(version)?.slice();
      }
      override keep(_partition: string, group: GroupRecord, ids: readonly string[]) {
        if (agrees(group, ids)) this.#filed.set(group.version, ids);
      }
    })();

  test("without a look", async () => {
    expect(await problemsWith(careless(() => true))).toBeDefined();
  });

  test("after a look at its size alone", async () => {
    expect(await problemsWith(careless(({ memberCount }, { length }) => memberCount === length))).toBeDefined();
  });
});
