import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { nearest } from "../../bin/rollcall/nearest.ts";
import { localStore } from "../support/localStore.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

describe("the nearest word", () => {
  const known = ["org list", "org show", "token list", "unknownPaths", "workEmailRequired"];
  test.each([
    ["org lsit", "org list"],
    ["ORG LIST", "org list"],
    ["unknwonPath", "unknownPaths"],
    ["workEmailRequried", "workEmailRequired"],
    ["shoeSize", undefined],
    ["", undefined],
    ["x".repeat(1_000_000), undefined],
  ])("of %.20j is %j", (given, meant) => {
    expect(nearest(given, known)).toBe(meant);
  });
});

describe("the command line names what was probably meant", () => {
  const rollcall = rollcallOver(testEndpoint(localStore()), COMMANDS);
  test.each([
    [["org", "lst"], "org list"],
    [["histroy", "acme"], "history"],
    [["token", "regenrate", "acme"], "token regenerate"],
    [["org", "show", "acme", "--stak", "Rollcall"], "--stack"],
    [["org", "update", "acme", "--set", "unknownPath=ignore"], "unknownPaths"],
    [["org", "update", "acme", "--set", "unknownPaths=ignor"], "ignore"],
    [["org", "update", "acme", "--preset", "standart"], "standard"],
    [["org", "setup", "acme", "--idp", "entar"], "entra"],
    [["play", "otka"], "okta"],
    [["history", "acme", "usr", "ada"], "user"],
    [["org", "update", "acme", "--reset", "liveToken"], "liveTokens"],
  ])("in place of %j", async (words, meant) => {
    await rollcall("org", "create", "acme");
    const { code, err } = await rollcall(...words);
    expect({ code: code > 0, err }).toEqual({ code: true, err: expect.stringContaining(`Did you mean ${meant}?`) });
  });

  test("and says nothing of the kind where nothing is near", async () => {
    expect((await rollcall("xyzzy")).err).not.toContain("Did you mean");
    expect((await rollcall("org", "list", "--xyzzy")).err).not.toContain("Did you mean");
  });
});
