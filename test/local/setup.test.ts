import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { printedCommand } from "../../bin/rollcall/printedCommand.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { rollcallHere } from "./commandLine.ts";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeData(folder));

const rollcall = (words: string) => rollcallHere(`${words} --data ${folder}`);

describe("rollcall org setup", () => {
  test("P20: prints the steps with the organization's own address and rules, and no token", async () => {
    await rollcall("org create acme --sso --admin 1 --admin 2 --preset open --set teamNameMaxLength=77");
    const made = await rollcall("token generate acme");
    const entra = await rollcall("org setup acme --idp entra");
    expect(entra.code).toBe(0);
    expect(entra.out).toContain("http://127.0.0.1:3000/scim/v2/acme");
    expect(entra.out).toContain("at most 77 characters");
    expect(entra.out).toContain("Apply this mapping: Always");
    expect(entra.out).toContain(printedCommand({ kind: "local", folder }, "token generate", "acme"));
    expect(made.out).toMatch(/Secret token: rollcall_/);
    expect(entra.out + entra.err).not.toMatch(/rollcall_[0-9A-Za-z]/);
    expect(entra.err).toMatch(/^Before you begin: No identity provider reaches this machine's own address.*\n$/);
  });

  test("P12: follows a rule that was changed", async () => {
    await rollcall("org create acme --sso");
    expect((await rollcall("org setup acme --idp okta")).out).toMatch(/Update application username on +Create only\n/);
    await rollcall("org update acme --set userNameMutability=readWrite");
    const okta = await rollcall("org setup acme --idp okta --json");
    expect(okta.out).not.toContain("Create only");
    expect(JSON.parse(okta.out)).toMatchObject({ org: "acme", idp: "okta" });
  });

  test("says in one line that there is no such organization", async () => {
    await rollcall(`org create other --data ${folder}`);
    const missing = await rollcall("org setup gone --idp jumpcloud");
    expect(missing).toMatchObject({ code: 1, out: "" });
    expect(missing.err).toMatch(/^No organization has this login name.*\n$/);
  });
});
