import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startServer } from "../../bin/local/server.ts";
import { endAll } from "../local/processes.ts";
import { contradictionsIn } from "../support/invariants.ts";
import { removeData } from "../support/logLines.ts";
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
  folder = mkdtempSync(join(tmpdir(), "rollcall-compatibility-"));
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
        expect(await readAll(talk, told)).toMatchObject(answers);
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
    expect(written).toMatchObject(await readAll(talk, told));
    await liveOn(talk, told);
    return readAll(talk, told);
  });
  await onServer("today", async (talk) => {
    expect(await readAll(talk, told)).toMatchObject(changed);
    const acme = talk.idp("acme", told.tokens.acme);
    await done(acme, "PATCH", `/Groups/${told.groups.crew}`, patching({ op: "remove", path: "members" }));
    for (const name of ["ada", "cy", "eve"] as const) await done(acme, "DELETE", `/Users/${told.users[name]}`);
  });
  expect(await brokenIn()).toEqual([]);
});
