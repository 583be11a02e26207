import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { claimFolder, type FolderClaim, liveOwner } from "../../bin/local/claimFolder.ts";
import { StartRefused } from "../../bin/local/startRefused.ts";
import { endAll, eventually, run } from "./processes.ts";

let folder: string;
const claims: FolderClaim[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-test-"));
});
afterEach(async () => {
  for (const claim of claims.splice(0)) await claim.release();
  await endAll();
  rmSync(folder, { recursive: true });
});

async function claim(path = folder): Promise<FolderClaim | "owned"> {
  const claimed = await claimFolder(path);
  if (claimed.outcome === "owned") return "owned";
  claims.push(claimed.claim);
  return claimed.claim;
}

async function mustClaim(): Promise<FolderClaim> {
  const claimed = await claim();
  if (claimed === "owned") throw new Error("the folder is owned");
  return claimed;
}

/** A process that claims the folder and stays. */
async function owner() {
  const module = new URL("../../bin/local/claimFolder.ts", import.meta.url).href;
  const other = run([
    "--input-type=module",
    "--eval",
    `const { claimFolder } = await import(${JSON.stringify(module)});
     const { claim } = await claimFolder(${JSON.stringify(folder)});
     claim.record({ port: 4711, storePid: 1 });
     console.log("claimed");
     setInterval(() => {}, 1000);`,
  ]);
  await eventually(() => other.stdout() === "claimed\n");
  return other;
}

describe("a data folder", () => {
  test("is made, private, with a server.json only its owner may read", async () => {
    folder = join(folder, "deep", "er");
    const mine = await mustClaim();
    mine.record({
      port: 3000,
      store: "dynoxide",
      storeEndpoint: "http://127.0.0.1:1",
      storePid: 2,
      tableName: "t",
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "server.json")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, "server.json"), "utf8"))).toMatchObject({
      pid: process.pid,
      port: 3000,
      startedAt: expect.stringMatching(/Z$/),
    });
    folder = join(folder, "..", "..");
  });

  test("has one owner at a time, also when many ask at once", async () => {
    const all = await Promise.all([claim(), claim(), claim()]);
    expect(all.filter((one) => one === "owned")).toHaveLength(2);
  });

  test("belongs to a living process, which server.json tells of", async () => {
    const other = await owner();
    expect(await claimFolder(folder)).toMatchObject({
      outcome: "owned",
      owner: { pid: other.pid, port: 4711 },
    });
    expect(liveOwner(folder)).toMatchObject({ pid: other.pid, port: 4711 });
  });

  test("is free again after its owner was killed, and tells what that left", async () => {
    const other = await owner();
    process.kill(other.pid, "SIGKILL");
    await other.ended;
    expect(liveOwner(folder)).toBeUndefined();
    expect((await mustClaim()).leftBehind).toMatchObject({
      pid: other.pid,
      storePid: 1,
    });
  });

  test("is free after its owner gave it back", async () => {
    await (await mustClaim()).release();
    claims.length = 0;
    expect((await mustClaim()).leftBehind).toBeUndefined();
  });

  test.each([
    ["a process that is not the one that wrote it", { pid: process.ppid, processStart: "x/1", port: 1 }],
    ["no process at all", { pid: 2 ** 22 + 1, port: 1 }],
  ])("is free when server.json names %s", async (_case, state) => {
    writeFileSync(join(folder, "server.json"), JSON.stringify(state));
    expect((await mustClaim()).leftBehind).toMatchObject({ pid: state.pid });
  });

  test.each(["", "{", "null", "[]", '{"pid":"1"}'])("is free when server.json holds %j", async (text) => {
    writeFileSync(join(folder, "server.json"), text);
    expect((await mustClaim()).leftBehind).toBeUndefined();
  });

  test("that cannot be written is refused with its name and the way out", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(claimFolder(join(file, "data"))).rejects.toThrow(StartRefused);
    await expect(claimFolder(join(file, "data"))).rejects.toThrow(/file\/data cannot be written \(ENOTDIR\).*--data/);
    // The kernel says ENOENT there, for which a recursive mkdir would try for ever.
    await expect(claimFolder("/proc/rollcall")).rejects.toThrow(/\/proc\/rollcall cannot be written \(ENOENT\)/);
  });

  test("is made together with the folders above it", async () => {
    const claimed = await claimFolder(join(folder, "a", "b"));
    if (claimed.outcome !== "claimed") throw new Error(claimed.outcome);
    expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
    await claimed.claim.release();
  });
});
