import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { claimFolder } from "../../bin/local/claimFolder.ts";
import type { Command } from "../../bin/rollcall/command.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { PLACE_OPTIONS, type Place } from "../../bin/rollcall/place.ts";
import { Refused } from "../../bin/rollcall/refused.ts";
import { run } from "../../bin/rollcall/run.ts";
import { newFolder } from "../support/folders.ts";

const folder = newFolder();
const claimed = await claimFolder(folder);
if (claimed.outcome === "owned") throw new Error("a new folder has an owner");
// Nobody asks this address: some commands refuse a folder where no server runs.
claimed.claim.record({ url: "http://127.0.0.1:9" });
afterAll(() => {
  claimed.claim.release();
  rmSync(folder, { recursive: true, force: true });
});

const REF = "0a1b2c3d4e5f";
const detailCode = "mutability.userName";
const refused = { ts: new Date().toISOString(), level: "WARN", ref: REF, org: "acme", op: "users.create", status: 400 };
writeFileSync(join(folder, "requests.log"), `${JSON.stringify({ ...refused, detailCode })}\n`);

const EXPORT = join(folder, "acme.ndjson");
const none = { users: 0, groups: 0, memberships: 0 };
const settings = {
  displayName: "Acme",
  entitled: true,
  sso: null,
  admins: ["1"],
  preset: "standard",
  changedRules: {},
  protectedUsers: [],
};
const header = {
  type: "rollcall-export",
  formatVersion: 1,
  org: "acme",
  exportedAt: refused.ts,
  release: "1",
  settings,
};
const end = { type: "end", counts: { managed: none, unmanaged: none }, changedMeanwhile: 0 };
writeFileSync(EXPORT, `${JSON.stringify(header)}\n${JSON.stringify(end)}\n`);

/** What else a command wants before it goes anywhere. */
const REST: Readonly<Record<string, string>> = {
  "org setup": "--idp entra",
  "org update": "--entitled",
  "org pause": "--reason x",
  "org delete": "--reason x",
  "org hold refuse": "--reason x",
  "org purge": "--yes",
  adopt: "--dry-run",
  access: "--email ann@acme.example",
  "app-key create": "--scope directory.read",
  tail: "--no-follow",
  stop: "--all",
  start: "--all",
  restore: "--to 2026-01-02T03:04:00Z",
  play: "--token x",
  "webhook update": "--enable",
  "webhook replay": "--since 1d",
  "mappings set": "--mode union",
  "mappings preview": "--mode union",
};
const WORDS: Readonly<Record<string, string>> = {
  "entra|okta|onelogin": "entra",
  FILE: EXPORT,
  "user|team": "user",
  REFERENCE: REF,
};
const PLACES = [
  ["data", ["--data", folder], { kind: "local", folder }],
  ["stack", ["--stack", "S", "--region", "eu-west-1"], { kind: "stack", stack: "S", region: "eu-west-1" }],
  ["url", ["--url", "http://a.example/"], { kind: "url", url: "http://a.example/", region: undefined }],
] as const;

interface Used {
  readonly code: number;
  readonly err: string;
  readonly places: Place[];
  readonly actors: (string | undefined)[];
}

/** Runs a command until it goes anywhere, and tells where it would have gone. */
async function use(command: Command, options: readonly string[]): Promise<Used> {
  const places: Place[] = [];
  const actors: (string | undefined)[] = [];
  const watched: Command = {
    ...command,
    run: (invocation) =>
      command.run({
        ...invocation,
        get place() {
          places.push(invocation.place);
          if (invocation.place.kind !== "local") throw new Refused("seen");
          return invocation.place;
        },
      }),
  };
  let err = "";
  const words = command.arguments.map((name) => WORDS[name.replace(/[[\]]/g, "")] ?? "acme");
  const rest = REST[command.name]?.split(" ") ?? [];
  const code = await run([watched], [...command.name.split(" "), ...words, ...rest, ...options], {
    env: {},
    terminal: {
      out: () => undefined,
      err: (text) => {
        err += text;
      },
    },
    reach: async (place, actor) => {
      places.push(place);
      actors.push(actor);
      throw new Refused("reached");
    },
  });
  return { code, err, places, actors };
}

const commands = COMMANDS.map((command) => [command.name, command] as const);

describe.each(commands)("rollcall %s", (_name, command) => {
  // Where --url is a Tenant URL, it is no place that the administration is reached at.
  const places = PLACES.filter(([option]) => command.options?.[option] === undefined);
  test.each(places)("goes where --%s says, or refuses it by name", async (option, given, place) => {
    const { code, err, places } = await use(command, given);
    if (command.refuses?.includes(option) === true) {
      expect([code, err, places]).toEqual([2, expect.stringContaining(`--${option}`), []]);
    } else {
      expect([code === 2, places]).toEqual([false, expect.arrayContaining([expect.objectContaining(place)])]);
    }
  });

  test("hands on who --actor says is behind it, or refuses that by name", async () => {
    const { code, err, actors } = await use(command, ["--data", folder, "--actor", "ann"]);
    if (actors.includes("ann")) expect(command.refuses ?? []).not.toContain("actor");
    else expect([code, err]).toEqual([2, expect.stringMatching(/--(actor|data)/)]);
  });

  test("refuses a --region of no deployment", async () => {
    const { code, err, places } = await use(command, ["--region", "eu-west-1"]);
    expect([code, err, places]).toEqual([2, expect.stringContaining("--region"), []]);
  });

  test("lists the options that it takes, and no other", async () => {
    let out = "";
    const terminal = {
      err: () => undefined,
      out: (text: string) => {
        out += text;
      },
    };
    await run([command], [...command.name.split(" "), "--help"], { env: {}, terminal, reach: () => Promise.reject() });
    const listed = Object.keys(PLACE_OPTIONS).filter((name) => new RegExp(`^  --${name} `, "m").test(out));
    expect(listed).toEqual(Object.keys(PLACE_OPTIONS).filter((name) => !command.refuses?.some((one) => one === name)));
  });
});

test.each([
  ["doctor --url http://a.example/scim/v2/acme --token x --actor ann", "--actor"],
  ["doctor --url http://a.example/scim/v2/acme --token x --region eu-west-1", "--region"],
  ["doctor acme --token x", "--token"],
  ["doctor acme --token-file x", "--token-file"],
  ["doctor --url http://a.example/scim/v2/acme --token x --token-file y", "--token-file"],
  ["play entra --url http://a.example/scim/v2/acme --token x --region eu-west-1", "--region"],
  ["play entra acme --url http://a.example/scim/v2/acme --token x", "ORG"],
  ["play entra --stack S --token x", "organization"],
  ["jobs --dismiss x --stack S --region eu-west-1 --actor ann", "--actor"],
  ["org update acme --admin 1 --no-admins", "--no-admins"],
])("refuses what would do nothing: rollcall %s", async (words, named) => {
  let err = "";
  const terminal = {
    out: () => undefined,
    err: (text: string) => {
      err += text;
    },
  };
  const reach = () => Promise.reject(new Refused("reached"));
  expect(await run(COMMANDS, words.split(" "), { env: {}, terminal, reach })).toBe(2);
  expect(err).toContain(named);
});

test("play takes the Tenant URL of an organization of a stack from its administration", async () => {
  const asked: string[] = [];
  const lines: string[] = [];
  const terminal = { out: (text: string) => void lines.push(text), err: (text: string) => void lines.push(text) };
  const words = "play entra acme --stack S --region eu-west-1 --token x".split(" ");
  const code = await run(COMMANDS, words, {
    env: {},
    terminal,
    reach: async () => ({
      send: async ({ method, path }) => {
        asked.push(`${method} ${path}`);
        // Nobody listens on this port of this machine: the play ends with its first step.
        return { status: 200, text: '{"org":"acme","tenantUrl":"http://127.0.0.1:1/scim/v2/acme"}' };
      },
      close: async () => undefined,
    }),
  });
  expect([code, asked]).toEqual([1, ["GET orgs/acme"]]);
  expect(lines[0]).toBe("Playing Entra ID against http://127.0.0.1:1/scim/v2/acme");
});
