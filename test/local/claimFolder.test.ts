import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { claimFolder, type FolderClaim, liveOwner } from "../../bin/local/claimFolder.ts";
import { StartRefused } from "../../bin/rollcall/refused.ts";
import { newFolder } from "../support/folders.ts";
import { endAll, eventually, run } from "./processes.ts";

const SERVER = { url: "http://127.0.0.1:4711" };

let folder: string;
const claims: FolderClaim[] = [];
beforeEach(() => {
  folder = newFolder();
});
afterEach(async () => {
  for (const claim of claims.splice(0)) claim.release();
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
     claim.record({ url: "http://127.0.0.1:4711", key: "k" });
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
    mine.record(SERVER);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "server.json")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, "server.json"), "utf8"))).toMatchObject({
      pid: process.pid,
      server: SERVER,
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
      owner: { pid: other.pid, server: SERVER },
    });
    expect(liveOwner(folder)).toMatchObject({ pid: other.pid, server: SERVER });
  });

  test("is free again after its owner was killed, and tells what that left", async () => {
    const other = await owner();
    process.kill(other.pid, "SIGKILL");
    await other.ended;
    expect(liveOwner(folder)).toBeUndefined();
    expect((await mustClaim()).leftBehind).toMatchObject({
      pid: other.pid,
      server: SERVER,
    });
  });

  test("is free after its owner gave it back", async () => {
    (await mustClaim()).release();
    claims.length = 0;
    expect((await mustClaim()).leftBehind).toBeUndefined();
  });

  test("is free whatever process server.json names", async () => {
    writeFileSync(join(folder, "server.json"), JSON.stringify({ pid: process.ppid, server: SERVER }));
    expect(liveOwner(folder)).toBeUndefined();
    expect((await mustClaim()).leftBehind).toMatchObject({ pid: process.ppid });
  });

  test("is left alone by those who look for its owner", async () => {
    expect(liveOwner(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    await mustClaim();
    expect(liveOwner(folder)).toMatchObject({ pid: process.pid });
    expect(await claim()).toBe("owned");
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

  test("empties no file that a link in it leads to", async () => {
    const theirs = join(folder, "theirs");
    writeFileSync(theirs, "kept");
    for (const name of [`.writable.${process.pid}`, `server.json.${process.pid}`])
      symlinkSync(theirs, join(folder, name));
    await mustClaim();
    expect(readFileSync(theirs, "utf8")).toBe("kept");
    expect(existsSync(join(folder, `.writable.${process.pid}`))).toBe(false);
  });

  test("whose lock cannot be opened is refused in one line", async () => {
    mkdirSync(join(folder, "owner.db"));
    const line = /^The data folder \S+ cannot be written \(SQLite's code 14\)\. Choose another one with --data\.$/;
    await expect(claimFolder(folder)).rejects.toThrow(line);
  });

  test("is made together with the folders above it", async () => {
    const claimed = await claimFolder(join(folder, "a", "b"));
    if (claimed.outcome !== "claimed") throw new Error(claimed.outcome);
    expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
    claimed.claim.release();
  });
});
