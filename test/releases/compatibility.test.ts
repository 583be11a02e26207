import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startServer } from "../../bin/local/server.ts";
import { endAll } from "../local/processes.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { contradictionsIn } from "../support/invariants.ts";
import { layData, readData, storedItems } from "./dataFile.ts";
import { liveOn } from "./liveOn.ts";
import { readAll } from "./readings.ts";
import { LAST_RELEASE, RELEASES, recordedItems, recordedServer } from "./recorded.ts";
import { startReleaseServer, unpack } from "./servers.ts";
import { tellStory } from "./story.ts";
import { done, patching, type Talk, talkTo } from "./talk.ts";

let folder: string;
let data: string;
beforeEach(() => {
  folder = newFolder();
  data = join(folder, "data");
});
afterEach(async () => {
  await endAll();
  removeData(folder);
});

/** What runs on the data: the server of today in this process, or that of the last release in one of its own. */
async function onServer<T>(
  which: "today" | "lastRelease",
  work: (talk: Talk, token: string) => Promise<T>,
  now = Date.now,
) {
  const server =
    which === "today"
      ? await startServer({ port: 0, org: "acme", memory: false, dataFolder: data, now })
      : await startLastRelease();
  const talk = talkTo({ url: server.url, credentials: server.credentials, now });
  try {
    return await work(talk, server.token ?? "");
  } finally {
    talk.end();
    await ("stop" in server ? server.stop() : server.close());
  }
}

function startLastRelease() {
  const program = join(folder, "program");
  unpack(recordedServer(LAST_RELEASE), program);
  return startReleaseServer(program, data);
}

/**
 * `roles` of users were the identity provider's in the directory API until 0.2.0, and are the application's since: upgrade.md.
 * That release shows an event that it does not know, and calls what it is about as the item is called.
 */
function comparable(answers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const without = (answer: unknown): unknown =>
    JSON.parse(
      JSON.stringify(answer, (name, value) =>
        name === "roles" || value === "HOLD" || value === "hold" ? undefined : value,
      ),
    );
  return Object.fromEntries(
    Object.entries(answers).map(([asked, answer]) => [
      asked,
      asked.startsWith("/directory/") ? without(answer) : answer,
    ]),
  );
}

/** What an inspection finds in what a server left. */
async function brokenIn(): Promise<string[]> {
  const items = storedItems(readData(data));
  const orgs = items.filter(({ pk, sk }) => pk.startsWith("C#") && sk === "META").map(({ pk }) => pk.slice(2));
  expect(orgs).toHaveLength(4);
  return (await Promise.all(orgs.map((org) => contradictionsIn(items, org)))).flat();
}

test.each(RELEASES)(
  "what release %s wrote is read, used, changed and deleted by the code of today",
  async (release) => {
    const { told, answers, ...kept } = recordedItems(release);
    layData(data, kept);
    // The clock goes on where that release left it.
    const from = Date.now();
    const now = () => told.at + 30_000 + Date.now() - from;
    await onServer(
      "today",
      async (talk) => {
        expect(comparable(await readAll(talk, told))).toMatchObject(comparable(answers));
        await liveOn(talk, told);
      },
      now,
    );
    expect(await brokenIn()).toEqual([]);
  },
);

test(`what the code of today writes is read, used, changed and deleted by release ${LAST_RELEASE}, and what that leaves by the code of today`, async () => {
  const [told, written] = await onServer("today", async (talk, token) => {
    const left = await tellStory(talk, token);
    return [left, await readAll(talk, left)] as const;
  });
  const changed = await onServer("lastRelease", async (talk) => {
    expect(comparable(written)).toMatchObject(comparable(await readAll(talk, told)));
    await liveOn(talk, told);
    return readAll(talk, told);
  });
  await onServer("today", async (talk) => {
    expect(comparable(await readAll(talk, told))).toMatchObject(comparable(changed));
    // What that release does not know, it left.
    const { call } = talk.client;
    expect(await call("admin.getMappings", { path: { org: "acme" } })).toMatchObject({
      enabled: true,
      mode: "highest",
    });
    const { trusts } = await call("admin.listTrusts", { path: { org: "globex" } });
    expect(trusts).toMatchObject([{ status: "live" }]);
    expect(await call("admin.showHold", { path: { org: "globex" } })).toMatchObject({
      rule: "hold",
      status: "released",
    });
    const acme = talk.idp("acme", told.tokens.acme);
    await done(acme, "PATCH", `/Groups/${told.groups.crew}`, patching({ op: "remove", path: "members" }));
    for (const name of ["ada", "cy", "eve"] as const) await done(acme, "DELETE", `/Users/${told.users[name]}`);
  });
  expect(await brokenIn()).toEqual([]);
});
