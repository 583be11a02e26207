import { expect, test } from "@jest/globals";
import { startSweep } from "../../bin/local/localSweep.ts";
import { JobStore } from "../../functions/store/jobs.ts";
import type { Store } from "../../functions/store/session.ts";
import { created, group, inLanes, person, statusOf, values } from "../protocol/manyClients.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { ACME, idOf, ids, makeGroup, makeUsers, present } from "../support/records.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const surprise = (error: unknown) => {
  throw error;
};

test("a deletion is answered before it is swept, and swept then", async () => {
  const store = localStore();
  const lines: Readonly<Record<string, unknown>>[] = [];
  const sweep = startSweep(store, surprise);
  let deletedOrg = ACME;
  let leftAtTheAnswer = 0;
  const directory = () => store.begin().directory(deletedOrg);
  const endpoint = {
    ...testEndpoint(store, (line) => lines.push(line)),
    sweepLater: (deletion: Parameters<typeof sweep.later>[0]) => {
      deletedOrg = deletion.orgId;
      sweep.later(deletion);
    },
  };
  const org = await inProcessTarget("memory", endpoint, 1).org({ preset: "open" });
  const id = await created(org, "/Users", person("ada"));
  await inLanes(4, 12, (n) => created(org, "/Groups", group(`crew ${n}`, values([id]))));
  const deleting = statusOf(org, "DELETE", `/Users/${id}`).then(async (status) => {
    leftAtTheAnswer = (await directory().memberships.groupsOf(id)).length;
    return status;
  });
  expect(await deleting).toBe(204);
  expect(leftAtTheAnswer).toBe(12);
  // Token and user in one, the deletion in the other.
  expect(lines.at(-1)).toMatchObject({ op: "users.delete", ddbCalls: 2 });
  await untilSwept(store, deletedOrg, id);
  expect((await new JobStore(directory().view).deletions()).jobs).toMatchObject([{ id, swept: true }]);
  await sweep.stop();
});

test("what an earlier process left is swept by the next one's start", async () => {
  const store = localStore();
  const { users, groups, memberships, view } = store.begin().directory(ACME);
  const jobs = new JobStore(view);
  await makeUsers(users, 2);
  await makeGroup(groups, 1, ids("u", 2));
  const yesterday = { at: new Date(Date.now() - 86_400_000).toISOString(), tokenId: "t", reference: "r" };
  await users.delete(present(await users.find(idOf("u", 0))), yesterday);
  const sweep = startSweep(store, surprise);
  await untilSwept(store, ACME, idOf("u", 0));
  await sweep.stop();
  expect(await memberships.stored(idOf("g", 1))).toEqual([idOf("u", 1)]);
  expect((await jobs.deletions()).jobs).toEqual([]);
});

/** Gives the sweeper its turns; it needs a few. */
async function untilSwept(store: Store, orgId: typeof ACME, id: string): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    const { memberships, view } = store.begin().directory(orgId);
    const open = (await new JobStore(view).deletions()).jobs.find((job) => job.id === id);
    if ((await memberships.groupsOf(id)).length === 0 && open?.swept !== false) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it was never swept");
}
