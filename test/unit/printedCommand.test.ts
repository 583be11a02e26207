import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { DEFAULT_FOLDER } from "../../bin/installation.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { AGAIN } from "../../bin/rollcall/errors/consoles.ts";
import { adviceOn, DETAIL_CODES, HELP, OAUTH_CODES, SKIPPED_MEMBERS } from "../../bin/rollcall/errors/errors.ts";
import { GATEWAY_REMEDIES } from "../../bin/rollcall/errors/gateway.ts";
import { placeBehind, placeOf } from "../../bin/rollcall/place.ts";
import { printedCommand, printedStart, withCommands } from "../../bin/rollcall/printedCommand.ts";
import { FAULTS } from "../../functions/probe/faults.ts";
import { meaningsOf } from "../../functions/store/inspection/findings.ts";
import { refusalOf } from "../support/refusalOf.ts";

describe("a printed command", () => {
  test.each([
    [{ kind: "local", folder: DEFAULT_FOLDER } as const, ""],
    [{ kind: "local", folder: "/a b" } as const, " --data '/a b'"],
    [{ kind: "stack", stack: "Rollcall", region: "eu-west-1" } as const, " --stack Rollcall --region eu-west-1"],
    [
      { kind: "url", url: "https://x.example/admin/v1", region: undefined } as const,
      " --url https://x.example/admin/v1",
    ],
  ])("carries the place it was asked about: %j", (place, end) => {
    expect(printedCommand(place, "org show", "acme")).toBe(`npm run rollcall -- org show acme${end}`);
  });

  test("quotes what a shell would read otherwise", () => {
    expect(printedCommand(undefined, "team", "acme", "it's $HOME")).toBe(
      "npm run rollcall -- team acme 'it'\\''s $HOME'",
    );
  });

  test("takes its folder for no option", () => {
    const place = placeOf({ data: "-x" }, {});
    expect([printedCommand(place, "org list"), printedStart(place)]).toEqual([
      "npm run rollcall -- org list --data ./-x",
      "npm start -- --data ./-x",
    ]);
  });

  test("that starts the server names its folder too", () => {
    expect(printedStart({ kind: "local", folder: DEFAULT_FOLDER })).toBe("npm start");
    expect(printedStart(undefined, "--public-url URL")).toBe("npm start -- --public-url URL");
    expect(printedStart({ kind: "local", folder: "/a b" }, "--org x")).toBe("npm start -- --org x --data '/a b'");
  });

  test("is one that the command line takes, with any value where the source has a name", async () => {
    const calls = globSync("bin/**/*.ts").flatMap((path) => [
      ...readFileSync(path, "utf8").matchAll(/printedCommand\([\w.]+, ("[a-z][^"]*"(?:, (?:"[^"]*"|\w+))*)\)/g),
    ]);
    const commands = calls.map(([, words = ""]) => words.replaceAll(/[",]/g, ""));
    expect([await refusedOf(commands), commands.length > 25]).toEqual([[], true]);
  });

  test("is written nowhere but in one file", () => {
    // Of comments, those that say how something is started are for readers of the repository.
    const written = (line: string) => /rollcall -- |^[^:]*: (?!\/\/|\/?\*).*\bnpm (?:start|run rollcall)\b/.test(line);
    const others = globSync(["bin/**/*.ts", "functions/**/*.ts", "lib/**/*.ts"])
      .filter((path) => !/(?:printedCommand|bin\/installation)\.ts$/.test(path))
      .flatMap((path) =>
        readFileSync(path, "utf8")
          .split("\n")
          .map((line) => `${path}: ${line.trim()}`),
      )
      .filter(written);
    expect([others, written(`lib/some.ts: ${printedCommand(undefined, "org list")}`)]).toEqual([[], true]);
  });
});

/** Everything that explain and doctor say to do. */
const TEXTS: readonly string[] = [
  ...[
    ...[...DETAIL_CODES, ...OAUTH_CODES].map((code) => ({ code: adviceOn(code) })),
    GATEWAY_REMEDIES,
    FAULTS,
    Object.fromEntries(meaningsOf()),
    { SKIPPED_MEMBERS },
  ].flatMap((table) => Object.values(table).flatMap((entry) => Object.values(entry))),
  ...Object.values(AGAIN),
].map(String);

/** What the command line says to do instead of the API. */
const CALLERS_WORDS = Object.values(HELP).map((help) => ("words" in help ? String(help.words) : ""));

/** Those of these commands that the command line refuses, with what it says. */
async function refusedOf(commands: Iterable<string>): Promise<string[]> {
  const refused: string[] = [];
  for (const command of commands) {
    const said = await refusalOf(command.split(" "));
    if (said !== "") refused.push(`${command}: ${said}`);
  }
  return refused;
}

/** Two words name a command wherever they stand; one that is a word of the language as well, with what follows it. */
const BARE = COMMANDS.map(({ name }) =>
  name.includes(" ") || name === "fsck" ? new RegExp(`\\b${name}\\b`) : new RegExp(`\\b${name} (?:[A-Z_]{3,}\\b|--)`),
);

describe("a command within a text", () => {
  test("stands in backticks, and so does the word ORG", () => {
    const bare = TEXTS.map((text) => text.replaceAll(/`[^`]*`/g, "")).filter(
      (text) => /\bORG\b/.test(text) || BARE.some((name) => name.test(text)),
    );
    expect(bare).toEqual([]);
    expect(BARE.some((name) => name.test("Then org resume it."))).toBe(true);
  });

  test("is one that the command line takes as it stands", async () => {
    const words = CALLERS_WORDS.flatMap((text) => text.match(/`[^`]+`/g) ?? []);
    const named = [...TEXTS.flatMap((text) => text.match(/`[^`]*`/g) ?? []), ...words].map((text) => text.slice(1, -1));
    expect([await refusedOf(new Set(named)), named.length > 40]).toEqual([[], true]);
    expect(await refusedOf(["org pause ORG", "org set ORG"])).toEqual([
      expect.stringContaining("--reason is missing"),
      expect.stringContaining("org show ORG"),
    ]);
  });

  test("carries the place, and the organization's name", () => {
    const place = { kind: "stack", stack: "Rollcall", region: "eu-west-1" } as const;
    expect(withCommands("Wait, or `org resume ORG`: ORG stays.", place, "acme")).toBe(
      "Wait, or `npm run rollcall -- org resume acme --stack Rollcall --region eu-west-1`: ORG stays.",
    );
    expect(withCommands("`org resume ORG`", place, "")).toContain("org resume ORG --stack Rollcall");
  });

  test("leaves the stack to be filled in where only a Tenant URL is known, so that nothing local is changed", () => {
    const printed = (url: string) => printedCommand(placeBehind(url), "token list", "acme");
    expect(printed("https://scim.example/scim/v2/acme")).toBe("npm run rollcall -- token list acme --stack STACK");
    expect(printed("http://127.0.0.1:3000/scim/v2/acme")).toBe("npm run rollcall -- token list acme");
  });
});
