import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type LocalFile, openLocalFile } from "../../bin/local/localFile.ts";
import { lockFolder } from "../../bin/local/ownerLock.ts";
import { StartRefused } from "../../bin/rollcall/refused.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import type { Item } from "../../functions/store/table.ts";
import { ensureTable } from "../../functions/store/tableDefinition.ts";
import { Chance } from "../simulation/world.ts";
import { localClient } from "../support/dynamoTable.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { newFolder } from "../support/folders.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { putMany } from "../support/tables.ts";
import { endAll, eventually, run } from "./processes.ts";

const USER = { pk: "O#Ab12Cd34#U", sk: "u1" };

let folder: string;
const opened: LocalFile[] = [];
const giveBack: (() => void)[] = [];
beforeEach(() => {
  folder = newFolder();
});
afterEach(async () => {
  for (const file of opened.splice(0)) if (file.table.db.isOpen) file.close();
  for (const give of giveBack.splice(0)) give();
  await endAll();
  rmSync(folder, { recursive: true });
});

const path = (name = "rollcall.db"): string => join(folder, name);
function open(): LocalFile {
  const file = openLocalFile(folder, "1.2.3");
  opened.push(file);
  return file;
}
function lock() {
  const give = lockFolder(folder);
  if (give !== undefined) giveBack.push(give);
  return give;
}

/** The one line with which the start is refused. */
function refusal(): string {
  try {
    open();
  } catch (error) {
    if (error instanceof StartRefused) return error.message;
    throw error;
  }
  throw new Error("it was opened");
}

/** Runs in another process, which holds what it opened until it is ended. */
async function elsewhere(code: string) {
  const file = new URL("../../bin/local/localFile.ts", import.meta.url).href;
  const owner = new URL("../../bin/local/ownerLock.ts", import.meta.url).href;
  const other = run([
    "--input-type=module",
    "--eval",
    `import { writeSync } from "node:fs";
     const { openLocalFile } = await import(${JSON.stringify(file)});
     const { lockFolder } = await import(${JSON.stringify(owner)});
     const folder = ${JSON.stringify(folder)};
     setInterval(() => {}, 1000);
     ${code}`,
  ]);
  await eventually(() => other.stdout() !== "" || other.child.exitCode !== null);
  if (other.stdout() === "") throw new Error(other.stderr());
  return other;
}

describe("the lock of a folder", () => {
  test("is held by one at a time, also within a process, until it is given back", () => {
    const give = lock();
    expect(lock()).toBeUndefined();
    expect(lock()).toBeUndefined();
    give?.();
    expect(lock()).toBeDefined();
    expect(statSync(path("owner.db")).mode & 0o777).toBe(0o600);
  });

  test("keeps another process out, and whoever asks does not loosen it", async () => {
    lock();
    const other = await elsewhere("console.log(lockFolder(folder) === undefined && lockFolder(folder) === undefined)");
    expect(other.stdout()).toBe("true\n");
    expect(lock()).toBeUndefined();
    const third = await elsewhere("console.log(lockFolder(folder) === undefined)");
    expect(third.stdout()).toBe("true\n");
  });

  test("is free at once after its owner was killed", async () => {
    const other = await elsewhere("lockFolder(folder); console.log('held')");
    expect(lock()).toBeUndefined();
    process.kill(other.pid, "SIGKILL");
    await other.ended;
    expect(lock()).toBeDefined();
  });
});

describe("the local file", () => {
  test("keeps what was written, readable by its owner alone", async () => {
    const file = open();
    const reader = file.log.reader("events");
    await file.table.write([{ put: { ...USER, v: 1 } }]);
    for (const name of ["rollcall.db", "rollcall.db-wal"]) expect(statSync(path(name)).mode & 0o777).toBe(0o600);
    expect(existsSync(path("rollcall.db-shm"))).toBe(false);
    expect(reader.read()).toHaveLength(1);
    file.close();
    const again = open();
    expect((await again.table.get(USER)).item).toEqual({ ...USER, v: 1 });
    expect(again.log.reader("events").read()).toHaveLength(1);
  });

  test("has no room for a second process", async () => {
    open();
    const other = await elsewhere("try { openLocalFile(folder, '1'); } catch (error) { console.log(error.message); }");
    expect(other.stdout()).toBe(`Another program has ${path()} open. End it and start again.\n`);
  });

  test("is synced before an answer, its log or, where that failed, the file itself", async () => {
    const other = await elsewhere(`
      const { default: fs } = await import("node:fs");
      const { syncBuiltinESMExports } = await import("node:module");
      const real = fs.fdatasync;
      const synced = [];
      fs.fdatasync = (file, done) => {
        synced.push(fs.readlinkSync("/proc/self/fd/" + file));
        if (synced.length === 1) real(file, done);
        else done(new Error("EIO"));
      };
      syncBuiltinESMExports();
      const { table } = openLocalFile(folder, "1");
      const said = [table.db.prepare("pragma synchronous").get()];
      for (const sk of ["u1", "u2"]) {
        const written = table.write([{ put: { pk: "O#o#U", sk } }]);
        said.push(synced.length);
        await written;
        said.push(synced.length, fs.statSync(folder + "/rollcall.db-wal").size > 0);
      }
      console.log(JSON.stringify({ said, synced }));`);
    expect(JSON.parse(other.stdout())).toEqual({
      said: [{ synchronous: 1 }, 0, 1, true, 1, 2, false],
      synced: [path("rollcall.db-wal"), path("rollcall.db-wal")],
    });
  });

  test("answers with the disk's failure where it is full, and goes on to be read", async () => {
    const { table, log } = open();
    await table.write([{ put: { ...USER, v: 1 } }]);
    const { page_count } = table.db.prepare("pragma page_count").get() ?? {};
    table.db.exec(`pragma max_page_count = ${page_count}`);
    const large = { ...USER, sk: "u2", d: "x".repeat(300_000) };
    const full = { name: "TableBusy", kind: "outage", cause: { name: "DiskFull" } };
    await expect(table.write([{ put: large }])).rejects.toMatchObject(full);
    await expect(table.write([{ update: USER, add: { v: 1 } }, { put: large }], "token")).rejects.toMatchObject(full);
    expect((await table.query(USER.pk, {})).items).toEqual([{ ...USER, v: 1 }]);
    expect(log.reader("events").read()).toEqual([]);
    table.db.exec("pragma max_page_count = 1000000");
    expect((await table.write([{ update: USER, add: { v: 1 } }, { put: large }], "token")).refusals).toEqual([]);
    expect((await table.get(USER)).item).toEqual({ ...USER, v: 2 });
  });

  test("answers with the file's failure where it may no longer be written, and goes on to be read", async () => {
    const { table } = open();
    await table.write([{ put: { ...USER, v: 1 } }]);
    table.db.exec("pragma query_only = on");
    const failure = { name: "TableBusy", kind: "outage", cause: { name: "FileReadOnly" } };
    await expect(table.write([{ update: USER, add: { v: 1 } }])).rejects.toMatchObject(failure);
    expect((await table.get(USER)).item).toEqual({ ...USER, v: 1 });
  });

  test("that is closed answers no call", async () => {
    const file = open();
    file.close();
    await expect(file.table.get(USER)).rejects.toMatchObject({ name: "TableBusy", kind: "closed" });
  });
});

describe("a file that cannot be used is refused in one line, with the way out:", () => {
  const afterwards = (change: (db: DatabaseSync) => void): void => {
    open().close();
    const db = new DatabaseSync(path());
    change(db);
    db.close();
  };

  test("one that is no database", () => {
    writeFileSync(path(), "this is no database, only a text".repeat(200));
    expect(refusal()).toBe(`${path()} is no database. Move it away to start over, or name another folder with --data.`);
  });

  test("the database of another program", () => {
    const db = new DatabaseSync(path());
    db.exec("create table things (a)");
    db.close();
    expect(refusal()).toMatch(/rollcall\.db is no file of Rollcall\. Move it away/);
  });

  test("one of a later release, which it names", () => {
    afterwards((db) => db.exec("pragma user_version = 2; update about set value = '7.0.0' where name = 'release'"));
    expect(refusal()).toMatch(/rollcall\.db is newer than this release: it needs Rollcall 7\.0\.0 or later\. /);
  });

  test("one that is damaged, after a process that did not close it", async () => {
    const file = open();
    for (let n = 0; n < 200; n++) await file.table.write([{ put: { ...USER, sk: `u${n}`, d: "x".repeat(500) } }]);
    file.close();
    afterwards((db) => db.exec("insert into about values ('open', '1'); pragma wal_checkpoint(truncate)"));
    const bytes = statSync(path()).size;
    const damage = Buffer.alloc(bytes - 4 * 4096, 0xa5);
    const whole = openSync(path(), "r+");
    writeSync(whole, damage, 0, damage.length, 4 * 4096);
    closeSync(whole);
    const line =
      /rollcall\.db is damaged\. Remove rollcall\.db-wal if it exists, and put a copy back\. Or move the file/;
    expect(refusal()).toMatch(line);
    expect(refusal()).toMatch(line);
  });

  test("one in a folder that takes no file", () => {
    expect(() => openLocalFile("/proc/self", "1.2.3")).toThrow(
      /^\/proc\/self\/rollcall\.db cannot be written \(E[A-Z]+\)\. .* --data\.$/,
    );
  });
});

describe("what an earlier release kept in data.db", () => {
  const ITEMS: readonly Item[] = [
    { ...USER, sv: 1, v: 3, d: "Grüße\u0000😀", ids: new Set(["b", "a"]) },
    { pk: "O#Ab12Cd34#UX", sk: "value\u0000u1", sv: 1 },
    { pk: "O#Ab12Cd34#M#g1", sk: "u1", g1p: "O#Ab12Cd34#R#u1", g1s: "g1" },
    { pk: "O#Ab12Cd34#C", sk: "U#a", nn: -3, ttl: 4_000_000_000 },
    ...Array.from({ length: 20 }, (_, n) => ({ pk: "O#Ab12Cd34#G", sk: `g${n}`, v: n, d: "x".repeat(3_000) })),
  ];

  /** Its database, killed as its server may have been. */
  async function earlier(whileOpen: () => unknown = () => undefined): Promise<void> {
    const dynoxide = await startDynoxide({ dbPath: path("data.db") });
    const client = localClient(dynoxide.endpoint);
    try {
      await ensureTable(client, "rollcall");
      await putMany(dynamoTable(client, "rollcall"), ITEMS);
      whileOpen();
    } finally {
      client.destroy();
      await dynoxide.stop();
    }
  }

  async function expectTakenOver({ table, log }: LocalFile): Promise<void> {
    const keys = ITEMS.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    expect((await table.getTogether(keys)).items).toEqual(ITEMS);
    expect((await table.queryReverse("O#Ab12Cd34#R#u1", {})).items).toHaveLength(1);
    expect(await table.removeExpired()).toBe(0);
    expect(log.reader("events").read()).toEqual([]);
    expect(existsSync(path("data.db"))).toBe(false);
    expect(existsSync(path("data.db.taken-over"))).toBe(true);
  }

  test("is taken over whole, once, and its file gets another name", async () => {
    await earlier();
    const file = open();
    await expectTakenOver(file);
    await file.table.write([{ delete: USER }]);
    file.close();
    expect((await open().table.get(USER)).item).toBeUndefined();
  });

  test("is taken over whole where its own process was killed and the one that takes it over is as well", async () => {
    await earlier(() => {
      for (const name of ["data.db", "data.db-wal"]) copyFileSync(path(name), path(`copy-${name}`));
    });
    for (const name of ["data.db", "data.db-wal"]) renameSync(path(`copy-${name}`), path(name));
    const killed = await elsewhere(
      `const { DatabaseSync } = await import("node:sqlite");
       const { exec } = DatabaseSync.prototype;
       const modes = [];
       DatabaseSync.prototype.exec = function (text) {
         if (text === "commit") modes.push(this.prepare("pragma synchronous").get().synchronous);
         exec.call(this, text);
       };
       DatabaseSync.prototype.close = () => {
         writeSync(1, JSON.stringify(modes));
         process.kill(process.pid, "SIGKILL");
       };
       openLocalFile(folder, "1.2.3");`,
    );
    expect(await killed.ended).toBe("SIGKILL");
    // The file begun and the copy were on the disk, before the earlier file could get its new name.
    expect(killed.stdout()).toBe("[2,2]");
    await expectTakenOver(open());
    // What is put back later is that file alone.
    expect(readdirSync(folder).filter((name) => name.startsWith("data."))).toEqual(["data.db.taken-over"]);
    const kept = new DatabaseSync(path("data.db.taken-over"));
    expect(kept.prepare("select count(*) as n from rollcall").get()).toEqual({ n: ITEMS.length });
    kept.close();
  });

  test("is not touched while its own database is running", async () => {
    let said = "";
    await earlier(() => {
      said = refusal();
    });
    expect(said).toBe(`Another program has ${path("data.db")} open. End it and start again.`);
    await expectTakenOver(open());
  });

  test("is not copied twice where the start ended before the new name", async () => {
    await earlier();
    const file = open();
    await file.table.write([{ update: USER, add: { v: 1 } }]);
    file.table.db.exec("insert into about values ('takingOver', '24')");
    file.close();
    renameSync(path("data.db.taken-over"), path("data.db"));
    expect((await open().table.get(USER)).item).toMatchObject({ v: 4 });
    expect(existsSync(path("data.db"))).toBe(false);
  });

  test("stays where it is if it comes after a takeover that ended behind the new name", async () => {
    await earlier();
    const file = open();
    file.table.db.exec("insert into about values ('takingOver', '24')");
    file.close();
    open().close();
    renameSync(path("data.db.taken-over"), path("data.db"));
    open();
    expect(existsSync(path("data.db"))).toBe(true);
  });

  test("that cannot be read leaves nothing half-way", async () => {
    await earlier();
    const db = new DatabaseSync(path("data.db"));
    db.exec("update rollcall set item_json = '{' where pk = 'S:O#Ab12Cd34#C'");
    db.close();
    expect(refusal()).toMatch(/data\.db cannot be taken over \(SyntaxError.*\)\. Move it away/);
    const before = new DatabaseSync(path());
    expect(before.prepare("select count(*) as n from items").get()).toEqual({ n: 0 });
    before.close();
    expect(existsSync(path("data.db"))).toBe(true);
  });

  test("is refused where another program made it, and keeps its name", () => {
    const db = new DatabaseSync(path("data.db"));
    db.exec("create table things (a)");
    db.close();
    expect(refusal()).toMatch(/data\.db is no file of Rollcall\. Move it away/);
    expect(readdirSync(folder).filter((name) => name.startsWith("data."))).toEqual(["data.db"]);
  });

  test("stays where it is beside a file that has data of its own", async () => {
    const file = open();
    await file.table.write([{ put: { ...USER, v: 9 } }]);
    file.close();
    await earlier();
    expect((await open().table.get(USER)).item).toEqual({ ...USER, v: 9 });
    expect(existsSync(path("data.db"))).toBe(true);
  });
});

const KILLS = amountOf("kills");

test(`${KILLS} kills at any moment lose nothing that was answered, and items and log agree`, async () => {
  const chance = new Chance(SEED);
  process.stdout.write(`local file: seed ${SEED}; ROLLCALL_SEED repeats its moments\n`);
  let transactions = 0;
  for (let kills = 0; kills < KILLS; kills++) {
    const writer = await elsewhere(
      `lockFolder(folder) ?? process.exit(3);
       const { table } = openLocalFile(folder, "1.2.3");
       const counter = { pk: "O#Ab12Cd34#G", sk: "counter" };
       for (let n = Number((await table.get(counter)).item?.n ?? 0) + 1; ; n++) {
         const users = ["a", "b", "c"].map((part) => ({ put: { pk: "O#Ab12Cd34#U", sk: n + part, d: "x".repeat(n % 2000) } }));
         await table.write([...users, { update: counter, add: { n: 1 } }], String(process.pid) + n);
         writeSync(1, n + "\\n");
       }`,
    );
    // Wherever it is after so many answers: the next transaction is under way.
    const enough = chance.below(40);
    await eventually(() => writer.stdout().split("\n").length > enough);
    process.kill(writer.pid, "SIGKILL");
    await writer.ended;
    const answered = Number(writer.stdout().trim().split("\n").at(-1));
    const { table, close } = open();
    const done = Number((await table.get({ pk: "O#Ab12Cd34#G", sk: "counter" })).item?.n);
    expect(done).toBeGreaterThanOrEqual(answered);
    expect(done).toBeLessThanOrEqual(answered + 1);
    const count = (what: string) => table.db.prepare(`select count(*) as n from ${what}`).get()?.n;
    expect(count("items where pk = 'O#Ab12Cd34#U'")).toBe(3 * done);
    expect(count("changes where pk = 'O#Ab12Cd34#U'")).toBe(3 * done);
    expect(count("changes where pk = 'O#Ab12Cd34#G'")).toBe(done);
    transactions = done;
    close();
  }
  process.stdout.write(`local file: ${transactions} transactions of four rows, ${KILLS} kills\n`);
});
