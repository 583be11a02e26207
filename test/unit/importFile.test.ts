import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { checkFile, type Problem } from "../../bin/rollcall/data/checkFile.ts";
import { importCommand } from "../../bin/rollcall/importCommand.ts";
import { documented } from "../support/documented.ts";
import { newFolder } from "../support/folders.ts";
import { localStore } from "../support/localStore.ts";
import { idOf } from "../support/records.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function written(content: string | Uint8Array): string {
  const path = join(folder, `${files++}.ndjson`);
  writeFileSync(path, content);
  return path;
}

const AT = "2026-01-02T03:04:05.678Z";
const SETTINGS = {
  displayName: "Acme",
  entitled: true,
  sso: null,
  admins: ["1"],
  preset: "standard",
  changedRules: {},
  protectedUsers: [],
};
const HEADER = {
  type: "rollcall-export",
  formatVersion: 1,
  org: "acme",
  exportedAt: AT,
  release: "1",
  settings: SETTINGS,
};

function user(n: number, more: object = {}, side = "managed") {
  const attributes = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: `user${n}`, active: true };
  return { type: "user", side, id: idOf("u", n), version: 1, created: AT, lastModified: AT, attributes, ...more };
}
function group(n: number, more: object = {}, side = "managed") {
  const attributes = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: `Group ${n}` };
  return { type: "group", side, id: idOf("g", n), version: 1, created: AT, lastModified: AT, attributes, ...more };
}
function members(n: number, ids: readonly string[], side = "managed") {
  return { type: "members", side, group: idOf("g", n), ids: [...ids].sort() };
}
function end(managed: readonly number[], unmanaged: readonly number[] = [0, 0, 0]) {
  const of = ([users, groups, memberships]: readonly number[]) => ({ users, groups, memberships });
  return { type: "end", counts: { managed: of(managed), unmanaged: of(unmanaged) }, changedMeanwhile: 0 };
}

const GOOD = [
  HEADER,
  user(1),
  user(2),
  group(1),
  group(2),
  members(1, [idOf("u", 1), idOf("u", 2)]),
  members(2, [idOf("g", 1)]),
  user(3, { attributes: user(1).attributes }, "unmanaged"),
  group(3, { attributes: group(1).attributes }, "unmanaged"),
  members(3, [idOf("u", 1), idOf("u", 3)], "unmanaged"),
  end([2, 2, 3], [1, 1, 2]),
];

function text(lines: readonly unknown[]): string {
  return lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
}

async function problemsOf(content: string | Uint8Array): Promise<Problem[]> {
  const problems: Problem[] = [];
  const file = await checkFile(written(content), (problem) => problems.push(problem));
  expect(file === undefined).toBe(problems.length > 0);
  return problems;
}

test("a pipe is refused before anything begins: its lines come only once", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  // Nobody writes: to open it would be to wait.
  await expect(checkFile(pipe, () => undefined)).rejects.toThrow(`${pipe} gives its lines only once`);
});

describe("a file to import", () => {
  test.each([
    ["as an export writes it", text(GOOD)],
    ["with the line ends of Windows", text(GOOD).replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\ufeff${text(GOOD)}`],
    ["with empty lines, and without a last line end", text(GOOD).replaceAll("\n", "\n\n").trimEnd()],
  ])("is taken %s", async (_how, content) => {
    expect(await problemsOf(content)).toEqual([]);
  });

  /** The good file with one line in another's place, the 0-based `index`. */
  const changed = (index: number, line: unknown) => text(GOOD.with(index, line as (typeof GOOD)[number]));

  test.each<[string, string | Uint8Array, number, RegExp]>([
    ["empty", "", 1, /the file is empty/],
    ["of white space", " \n\n", 1, /the file is empty/],
    [
      "with two users of one applicationId",
      text(
        GOOD.with(1, user(1, { link: { applicationId: "7", version: 1 } })).with(
          7,
          user(3, { attributes: user(1).attributes, link: { applicationId: "7", version: 2 } }, "unmanaged"),
        ),
      ),
      8,
      /^line 2 has the same applicationId/,
    ],
    ["of another format", "id,userName\n1,ada\n", 1, /not JSON/],
    ["of other JSON", text([{ users: [] }, user(1)]), 1, /no export of Rollcall/],
    ["without its header", text(GOOD.slice(1)), 1, /no export of Rollcall/],
    ["of a later version", changed(0, { ...HEADER, formatVersion: 2 }), 1, /another format version than 1/],
    ["with a setting nobody knows", changed(0, { ...HEADER, settings: { ...SETTINGS, colour: 1 } }), 1, /besides/],
    [
      "with a rule out of range",
      changed(0, { ...HEADER, settings: { ...SETTINGS, changedRules: { teamNameMaxLength: 0 } } }),
      1,
      /1 to 256/,
    ],
    [
      "with a protected user who is not in it",
      changed(0, { ...HEADER, settings: { ...SETTINGS, protectedUsers: [idOf("u", 9)] } }),
      1,
      /not in the file/,
    ],
    ["cut off", text(GOOD.slice(0, -1)), 11, /the file is cut off/],
    ["cut off within a line", text(GOOD).slice(0, -20), 11, /not JSON/],
    ["that goes on", text([...GOOD, user(9)]), 12, /continues after its last line/],
    [
      "with a line less than it counts",
      text(GOOD.toSpliced(2, 1).with(4, members(1, [idOf("u", 1)]))),
      10,
      /counts 2 managed users, and the file has 1/,
    ],
    ["with a line that is no JSON", changed(2, '{"type":"user",'), 3, /not JSON/],
    ["with a line that is no object", changed(2, "[]"), 3, /JSON object/],
    [
      "with bytes that are no UTF-8",
      Buffer.concat([
        Buffer.from(text(GOOD.slice(0, 2))),
        Buffer.from([0xff, 0xfe, 0x0a]),
        Buffer.from(text(GOOD.slice(3))),
      ]),
      3,
      /not UTF-8/,
    ],
    ["with a line too long", changed(2, `{"type":"${"x".repeat(300_000)}"}`), 3, /too long/],
    [
      "with a lone surrogate",
      changed(2, user(2, { attributes: { ...user(2).attributes, title: "\ud800" } })),
      3,
      /Unicode/,
    ],
    ["with a line of another type", changed(2, { type: "token" }), 3, /type is user, group or members/],
    ["with an id twice", changed(2, user(2, { id: idOf("u", 1) })), 3, /line 2 has the same id/],
    ["with an id on both sides", changed(7, user(1, {}, "unmanaged")), 8, /line 2 has the same id/],
    [
      "with a userName twice, in another case",
      changed(2, user(2, { attributes: { ...user(2).attributes, userName: "USER1" } })),
      3,
      /line 2 has the same userName/,
    ],
    ["with an id of another form", changed(2, user(2, { id: "42" })), 3, /id is u and 22/],
    ["with a version below 1", changed(2, user(2, { version: 0 })), 3, /version is a whole number/],
    ["with a time of another form", changed(2, user(2, { created: "2026-01-02" })), 3, /created is a time/],
    [
      "with an attribute nobody knows",
      changed(2, user(2, { attributes: { ...user(2).attributes, colour: "red" } })),
      3,
      /attribute/,
    ],
    [
      "with attributes in another form",
      changed(2, user(2, { attributes: { ...user(2).attributes, active: "True" } })),
      3,
      /form in which Rollcall keeps them/,
    ],
    [
      "without a userName",
      changed(2, user(2, { attributes: { schemas: user(2).attributes.schemas } })),
      3,
      /userName is required/,
    ],
    [
      "with a password",
      changed(2, user(2, { attributes: { ...user(2).attributes, password: "x" } })),
      3,
      /form in which Rollcall keeps them/,
    ],
    ["with a member nobody knows", changed(5, members(1, [idOf("u", 1), idOf("u", 9)])), 6, /no earlier line has/],
    [
      "with a managed team of an unmanaged user",
      changed(5, members(1, [idOf("u", 3), idOf("u", 1)])),
      6,
      /no earlier line has/,
    ],
    [
      "with members of a group nobody knows",
      changed(5, members(9, [idOf("u", 1)])),
      6,
      /no earlier line has the group g\w+/,
    ],
    ["with a member twice", changed(5, { ...members(1, []), ids: [idOf("u", 1), idOf("u", 1)] }), 6, /twice/],
  ])("is refused %s", async (_what, content, line, reason) => {
    const [first, ...others] = await problemsOf(content);
    expect([first?.line, first?.reason]).toEqual([line, expect.stringMatching(reason)]);
    // Lines that name what the bad one should have brought are bad in consequence, and nothing else is.
    expect(others.filter(({ reason: why }) => !/no earlier line has|^the file is cut off/.test(why))).toEqual([]);
  });

  test("may have one team name twice, whatever its rules say now, and never on the application's side", async () => {
    const twice = { ...group(2).attributes, displayName: "group 1" };
    const lines = GOOD.with(4, group(2, { attributes: twice }));
    expect(await problemsOf(text(lines))).toEqual([]);
    const own = [
      ...lines.slice(0, 9),
      group(4, { attributes: twice }, "unmanaged"),
      ...lines.slice(9, -1),
      end([2, 2, 3], [1, 2, 2]),
    ];
    expect((await problemsOf(text(own))).map(({ line }) => line)).toEqual([10]);
  });

  test("with many bad lines is told all of them, and not one line of it is imported", async () => {
    const store = localStore();
    const ask = documented(store, []);
    await ask("POST", "orgs", { org: "acme" });
    await ask("POST", "orgs/acme/pause", { reason: "import" });
    const bad = GOOD.with(1, user(1, { version: -1 }))
      .with(3, group(1, { created: "now" }))
      .with(8, "{" as never);
    const path = written(text(bad));
    const done = await rollcallOver(testEndpoint(store), [importCommand])("import", "acme", path);
    expect(done).toMatchObject({ code: 1, out: "" });
    // A bad line is not missed once more by those that name what it was about; the unreadable one is.
    expect(done.err.split("\n").map((line) => /^line \d+|^\d+ of/.exec(line)?.[0])).toEqual([
      "line 2",
      "line 4",
      "line 9",
      "line 10",
      "4 of",
      undefined,
    ]);
    expect((await ask("GET", "orgs/acme/data/import")).json).toEqual({ paused: true, untouched: true, import: null });
  });
});
