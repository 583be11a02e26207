import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { directoryCommands } from "../../bin/rollcall/directoryCommands.ts";
import { orgCommands } from "../../bin/rollcall/orgCommands.ts";
import { userImportCommand } from "../../bin/rollcall/userImportCommand.ts";
import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { documented } from "../support/documented.ts";
import { newFolder } from "../support/folders.ts";
import { localStore } from "../support/localStore.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = localStore();
const rollcall = rollcallOver(testEndpoint(store), [...orgCommands, ...directoryCommands, userImportCommand]);
const ask = documented(store, [], "directory");
let files = 0;

function written(content: string | Uint8Array): string {
  const path = join(folder, `${files++}`);
  writeFileSync(path, content);
  return path;
}

async function newOrg(): Promise<string> {
  const org = `org-${files++}`;
  expect(await rollcall("org", "create", org)).toMatchObject({ code: 0 });
  return org;
}

async function usersOf(org: string): Promise<JsonObject[]> {
  const { users } = (await ask("GET", `orgs/${org}/users?fields=userName,displayName,name,emails,applicationId`)).json;
  const listed = Array.isArray(users) ? users.filter(isObject) : [];
  return listed
    .map(({ id: _id, ...rest }) => rest)
    .sort((left, right) => (String(left.userName) < String(right.userName) ? -1 : 1));
}

describe("user import", () => {
  let org: string;
  beforeAll(async () => {
    org = await newOrg();
  });

  test("makes the users of a CSV file with their links, and finds them when it is repeated", async () => {
    const file = written(
      [
        "\ufeffuserName,displayName,givenName,familyName,email,applicationId",
        'ada,"Lovelace, ""Ada""",Ada,Lovelace,ada@acme.example,1',
        "bob,,,,,2\r\r",
        '"eve","two\nlines",Eve,,,',
        "",
      ].join("\n"),
    );
    const first = await rollcall("user", "import", org, file);
    expect(first).toMatchObject({ code: 0, out: `Users made in ${org}: 3; there before: 0.\n` });
    expect(await usersOf(org)).toEqual([
      {
        userName: "ada",
        displayName: 'Lovelace, "Ada"',
        name: { givenName: "Ada", familyName: "Lovelace" },
        emails: [{ value: "ada@acme.example", type: "work", primary: true }],
        applicationId: "1",
      },
      { userName: "bob", displayName: null, name: null, emails: [], applicationId: "2" },
      { userName: "eve", displayName: "two\nlines", name: { givenName: "Eve" }, emails: [], applicationId: null },
    ]);
    // Without an applicationId nothing says that the user of this name is the one of the file.
    const again = await rollcall("user", "import", org, file, "--json");
    expect({ ...again, out: JSON.parse(again.out) }).toMatchObject({
      code: 1,
      out: { made: 0, found: 2, refused: [{ line: 5, code: "uniqueness.userName" }] },
    });
  });

  test("sends as many calls as a long file of JSON takes, and names each line that was refused", async () => {
    const lines = Array.from({ length: 230 }, (_, n) => ({ userName: `u${n}`, applicationId: `app-${n}` }));
    const file = written(
      [...lines, { userName: "late", applicationId: "app-7" }].map((one) => JSON.stringify(one)).join("\n"),
    );
    const other = await newOrg();
    expect(await rollcall("user", "import", other, file, "--dry-run")).toMatchObject({ code: 0 });
    expect(await usersOf(other)).toEqual([]);
    const { code, out } = await rollcall("user", "import", other, file);
    expect(code).toBe(1);
    expect(out).toContain(": 230; there before: 0.");
    expect(out).toMatch(/^231 .*npm run rollcall -- unlink/m);
    expect(await rollcall("user", "import", other, written(JSON.stringify(lines[3])))).toMatchObject({
      code: 0,
      out: expect.stringContaining(": 0; there before: 1."),
    });
  });

  test.each([
    ["of which a line is no JSON", '{"userName":"x"}\n{"userName":', /line 2: the line is not JSON/],
    ["of which a line is no object", '{"userName":"x"}\n7', /line 2: the line is no JSON object/],
    ["of one list in JSON", '[{"userName":"x"}]', /line 1: the line is no JSON object/],
    [
      "with a column too many, its lines ended by CR",
      'userName,email\rx,"y\rz"\rx,y,z',
      /line 4: the line has 3 columns/,
    ],
    ["with a column too many", "userName,email\nx,y,z", /line 2: the line has 3 columns, and the first one 2/],
    ["with a column that nobody knows", "userName,shoeSize\nx,42", /names the columns: userName/],
    ["with a column twice", "userName,email,email\nx,a,b", /names the columns: userName/],
    ["without userName", "email\na@b", /names the columns: userName/],
    ["with a quote that is not closed", 'userName\n"x', /Line 2 of the file is no CSV/],
    ["that is empty", "", /names the columns/],
    ["of a first line alone", "userName\n", /holds no user/],
    [
      "of which a line holds U+0000",
      '{"userName":"\\u0000"}\nno JSON',
      /^line 1: the line holds text.*\nline 2: the line is not JSON\n2 /,
    ],
    ["of which a cell holds U+0000", "userName,displayName\nx,\ny,a\u0000", /^line 3: the line holds text.*Unicode/],
    [
      "of which a line has too many levels",
      `{"userName":"x"}\n{"a":${"[".repeat(18)}${"]".repeat(18)}}`,
      /^line 2: the line has more levels/,
    ],
    ["that is not UTF-8", Buffer.from([0x75, 0x0a, 0xff, 0xfe]), /^Line 2 of .* is not UTF-8/],
  ])("does nothing with a file %s", async (_what, content, reason) => {
    const empty = await newOrg();
    const { code, err } = await rollcall("user", "import", empty, written(content));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(reason) });
    expect(await usersOf(empty)).toEqual([]);
  });

  test("says that there is no such file, and no such organization", async () => {
    expect(await rollcall("user", "import", org, join(folder, "nothing"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("(ENOENT)"),
    });
    expect(await rollcall("user", "import", "nobody", written("userName\nx"))).toMatchObject({ code: 1 });
  });
});
