import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { AdminRequest } from "../../bin/rollcall/adminClient.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { reach } from "../../bin/rollcall/reach.ts";
import { run, type Surroundings } from "../../bin/rollcall/run.ts";
import { table } from "../../bin/rollcall/table.ts";

/** Runs a command against a server that gives these answers in turn. */
async function rollcall(
  words: readonly string[],
  answers: readonly unknown[] = [],
  reaching?: Surroundings["reach"],
  env: NodeJS.ProcessEnv = {},
) {
  const sent: AdminRequest[] = [];
  const lines = { out: "", err: "" };
  const waiting = [...answers];
  const code = await run(COMMANDS, words, {
    env,
    terminal: {
      out: (text) => {
        lines.out += `${text}\n`;
      },
      err: (text) => {
        lines.err += `${text}\n`;
      },
    },
    reach:
      reaching ??
      (async () => ({
        send: async (request) => {
          sent.push(request);
          return { status: 200, text: JSON.stringify(waiting.shift() ?? {}) };
        },
        close: async () => undefined,
      })),
  });
  return { code, sent, ...lines };
}

describe("a command that cannot be understood", () => {
  test.each([
    [[], "Usage:"],
    [["nonsense"], 'There is no command "nonsense"'],
    [["--json", "org", "list"], "The command comes first, then its options."],
    [["--data=x", "org", "list"], "The command comes first, then its options."],
    [["org"], "org create ORG"],
    [["org", "create"], "ORG is missing"],
    [["org", "list", "x"], "a word too many"],
    [["team", "acme", "Platform", "Team"], "quote names with spaces"],
    [["org", "create", "acme", "--colour", "red"], "--colour"],
    [["org", "create", "acme", "--preset"], "--preset"],
    [["org", "update", "acme"], "Name at least one change"],
    [["org", "create", "acme", "--entitled", "--not-entitled"], "exclude"],
    [["org", "update", "acme", "--no-sso", "--sso"], "excludes"],
    [["org", "create", "acme", "--set", "liveTokens"], "RULE=VALUE"],
    [["token", "rotate", "acme", "--overlap", "soon"], "--overlap"],
    [["token", "generate", "acme", "--expires-in-days", "x"], "--expires-in-days"],
    [["users", "acme", "--limit", "0"], "--limit takes a whole number from 1 on."],
    [["webhook", "deliveries", "w1", "--last", "0"], "--last takes a whole number from 1 on."],
    [["tail", "acme", "--last", "x"], "--last takes a whole number."],
    [["access", "acme"], "--email"],
    [["access", "acme", "--email", "a@b", "--user-name", "a"], "--email"],
    [["org", "list", "--url", "https://x.example", "--stack", "y"], "exclude"],
    [["org", "list", "--url", "ftp://x.example"], "http(s)"],
    [["org", "list", "--url", "https://a:b@x.example/admin/v1"], "without user name"],
    [["doctor", "--url", "https://x.example/scim/v2/acme?a=b", "--token", "x"], "without user name"],
    [["play", "okta", "--url", "https://x.example/scim/v2/acme#b", "--token", "x"], "without user name"],
    [["play", "okta", "--url", "https://x.example/scim/v2/acme?", "--token", "x"], "without user name"],
    [["org", "list", "--url", "https://x.example/admin/v1#"], "without user name"],
    [["org", "list", "--stack", "y", "--region", "eu west"], '"eu west" is no AWS region'],
    [["org", "rules", ""], "ORG is empty"],
    [["team", "acme", ""], "NAME is empty"],
    [["webhook", "create", "https://x.example/hook", ""], "ORG is empty"],
    [["org", "list", "--data", ""], "--data is empty"],
    [["webhook", "create", "https://x.example/hook", ".."], '".." is no name and no id'],
    [["webhook", "update", "..", "acme", "--enable"], '".." is no name and no id'],
    [["team", "acme", ".."], '".." is no name and no id'],
    [["portal", "revoke", "acme", "."], '"." is no name and no id'],
    [["role", "delete", "."], '"." is no name and no id'],
    [["org", "create", "acme", "--admin", "a", "--admin="], "--admin is empty"],
  ])("rollcall %j exits with 2 and says why", async (words, expected) => {
    const { code, out, err, sent } = await rollcall(words);
    expect(code).toBe(2);
    expect(out + err).toContain(expected);
    expect(sent).toEqual([]);
  });

  test.each([
    [["org", "list", "--url", "https://scim.example.com/admin/v1"]],
    [["org", "list", "--stack", "Rollcall"]],
  ])("rollcall %j without a region, or with an empty AWS_REGION, exits with 2", async (words) => {
    for (const env of [{}, { AWS_REGION: "", AWS_DEFAULT_REGION: "" }]) {
      const { code, err } = await rollcall(words, [], (place, actor, api) => reach(place, actor, env, api), env);
      expect(code).toBe(2);
      expect(err).toContain("--region");
    }
  });

  test("an empty description is none of these: it takes the description away", async () => {
    const { code, sent } = await rollcall(["webhook", "update", "w1", "acme", "--description", ""], [{ id: "w1" }]);
    expect([code, sent[0]?.body]).toEqual([0, { description: "" }]);
  });
});

describe("help", () => {
  test("lists every command, with exit code 0", async () => {
    const { code, out, err } = await rollcall(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    for (const { name, summary } of COMMANDS) {
      expect(out).toContain(name);
      expect(out).toContain(summary);
    }
  });

  test("names the release", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await rollcall(["--version"])).toMatchObject({ code: 0, out: `${version}\n`, err: "" });
  });

  test("of start shows both of its uses", async () => {
    const { code, out } = await rollcall(["start", "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Usage: npm run rollcall -- start \[OPTIONS\]\n {7}npm run rollcall -- start --all --stack NAME\n/,
    );
    for (const option of ["--port N", "--memory", "--all", "--stack NAME", "DYNAMODB_ENDPOINT"])
      expect(out).toContain(option);
  });

  test("of a command lists its options and those of every command", async () => {
    const { code, out, sent } = await rollcall(["token", "rotate", "--help"]);
    expect(code).toBe(0);
    for (const option of ["--overlap TIME", "--token-file PATH", "--json", "--stack NAME", "--url", "--data"]) {
      expect(out).toContain(option);
    }
    expect(sent).toEqual([]);
  });

  // Other users of a machine see the arguments of its processes.
  test("names the file before an option that takes a secret itself, and says why", () => {
    const secrets = COMMANDS.flatMap(({ name, options = {} }) => {
      const names = Object.keys(options);
      const taking = names.filter((option) => /TOKEN|SECRET|PASSWORD/.test(options[option]?.value ?? ""));
      return taking.map((option) => {
        const isAfterFile = names.slice(0, names.indexOf(option)).includes(`${option}-file`);
        return [name, option, isAfterFile, /other users of this machine can see it/.test(options[option]?.help ?? "")];
      });
    });
    expect(secrets).toEqual([
      ["doctor", "token", true, true],
      ["play", "token", true, true],
    ]);
  });

  test("of a missing token points to the file", async () => {
    const { code, err } = await rollcall(["play", "okta", "--url", "http://127.0.0.1:1/scim/v2/acme"]);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^A token is needed: --token-file FILE or ROLLCALL_TOKEN\. /),
    ]);
  });
});

describe("a command", () => {
  test("sends the settings that its options name and no others", async () => {
    const { sent } = await rollcall(
      "org update acme --not-entitled --sso-url https://idp.example/saml --admin 1 --admin 2 --set teamNameMaxLength=100 --set workEmailRequired=false --set liveTokens=many --reset emailUniqueness --unset userNameMutability --json".split(
        " ",
      ),
    );
    expect(sent).toEqual([
      {
        method: "PATCH",
        path: "orgs/acme",
        body: {
          entitled: false,
          sso: { url: "https://idp.example/saml" },
          admins: ["1", "2"],
          changedRules: {
            teamNameMaxLength: 100,
            workEmailRequired: false,
            liveTokens: "many",
            emailUniqueness: null,
            userNameMutability: null,
          },
        },
      },
    ]);
  });

  test("reads an overlap in seconds, minutes, hours and days", async () => {
    const overlaps = ["90s", "30m", "24h", "7d"].map((overlap) =>
      rollcall(["token", "rotate", "acme", "--overlap", overlap]),
    );
    const bodies = (await Promise.all(overlaps)).map(({ sent }) => sent[0]?.body);
    expect(bodies).toEqual([90, 1800, 86_400, 604_800].map((overlapSeconds) => ({ overlapSeconds })));
  });

  test("reads users page by page up to the limit, and says how many there are", async () => {
    const users = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        userName: `u${from + index}`,
        emails: [],
        active: true,
        managed: true,
      }));
    const { sent, out, err } = await rollcall(
      ["users", "acme", "--limit", "150"],
      [
        { totalResults: 300, users: users(1, 100) },
        { totalResults: 300, users: users(101, 50) },
      ],
    );
    expect(sent.map(({ path }) => path)).toEqual([
      "orgs/acme/users?startIndex=1&count=100",
      "orgs/acme/users?startIndex=101&count=50",
    ]);
    expect(out.trimEnd().split("\n")).toHaveLength(151);
    expect(err).toBe("150 of 300 shown; --limit shows more.\n");
  });

  test("shows who is in a team and who is left out of it", async () => {
    const { out, sent } = await rollcall(
      ["team", "acme", "Platform/Core"],
      [
        {
          team: { id: "g1", name: "Platform/Core", managed: true },
          members: [{ kind: "user", userName: "ann", active: true, managed: true }],
          next: "u1",
        },
        { team: {}, members: [{ kind: "user", userName: "bob", active: false, managed: true }] },
      ],
    );
    expect(sent.map(({ path }) => path)).toEqual([
      "orgs/acme/teams/Platform%2FCore",
      "orgs/acme/teams/Platform%2FCore?after=u1",
    ]);
    expect(out).toContain("Members: 2\n");
    expect(out).toMatch(/^ann +user +yes +SCIM$/m);
    expect(out).toMatch(/^bob +user +no \(left out of the team\) +SCIM$/m);
  });

  test("asks the directory API whether a person may sign in, and exits with 1 for one who may not", async () => {
    const ann = { id: "u1", userName: "ann", managed: true, active: true };
    const teams = [{ id: "g1", displayName: "Crew", managed: false }];
    const yes = await rollcall(
      ["access", "acme", "--email", "ann+1@acme.example"],
      [{ member: true, user: ann, teams }],
    );
    expect(yes.sent).toEqual([{ method: "GET", path: "orgs/acme/access?email=ann%2B1%40acme.example" }]);
    expect(yes.code).toBe(0);
    expect(yes.out).toContain("Member: yes");
    expect(yes.out).toMatch(/^Crew +g1 +application$/m);
    const off = { member: false, reason: "inactive", user: { ...ann, active: false }, teams: [] };
    const no = await rollcall(["access", "acme", "--user-name", "ann"], [off]);
    expect(no.code).toBe(1);
    expect(no.out).toContain("Member: no (the identity provider deactivated this user)");
    expect(no.out).toContain("User: ann (u1)");
  });

  test("reaches the directory API of a deployment beside its admin API", async () => {
    const asked: string[] = [];
    const words = ["access", "acme", "--external-id", "x"];
    await rollcall(words, [], async (_place, _actor, api) => {
      asked.push(api);
      return {
        send: async () => ({ status: 200, text: '{"member":false,"reason":"noSuchUser"}' }),
        close: async () => undefined,
      };
    });
    expect(asked).toEqual(["directory"]);
    const elsewhere = [...words, "--region", "eu-central-1", "--url", "https://scim.example.com/v1"];
    const { code, err } = await rollcall(elsewhere, [], (place, actor, api) => reach(place, actor, {}, api));
    expect(code).toBe(2);
    expect(err).toContain("/admin/v1");
  });

  test("lets no name steer the terminal", async () => {
    expect(table(["NAME", "ID"], [["a\u001b[2Jb\n", "1"]])).toBe("NAME     ID\na\uFFFD[2Jb\uFFFD  1");
    for (const mark of ["\u009b", "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\ud800"])
      expect(table(["NAME"], [[`a${mark}b`]])).toBe("NAME\na\uFFFDb");
  });
});

describe("fsck", () => {
  const missing = {
    code: "userName.missing",
    weight: "broken",
    side: "managed",
    ids: ["u1"],
    says: "A user is not found.",
    mends: "files the user",
  };
  const waiting = { ...missing, code: "marker.waiting", weight: "leftover", says: "It waits.", mends: "sweeps it" };
  const cost = { rcu: 10.5, wcu: 2 };

  test("goes on until there is no next step, and adds up what it looked at and what that cost", async () => {
    const steps = [
      { findings: [], unsettled: [], examined: 5, next: "there", cost },
      { findings: [], unsettled: ["g1"], examined: 7, cost },
    ];
    const { code, out, sent } = await rollcall(["fsck", "acme"], steps);
    expect(code).toBe(0);
    const path = "orgs/acme/data/fsck";
    expect(sent).toEqual([
      { method: "POST", path, body: { repair: false } },
      { method: "POST", path, body: { repair: false, from: "there" } },
    ]);
    expect(out).toContain("acme: nothing is broken. 12 items looked at for 21 RCU and 4 WCU, $0.000005 on demand");
    expect(out).toContain("g1 changed too often to be judged");
  });

  test("asks the index in every step where that is wished, and never the log for it", async () => {
    const steps = [
      { findings: [], unsettled: [], examined: 1, next: "there", cost },
      ...Array(2).fill({ findings: [], unsettled: [], examined: 1, cost }),
    ];
    const { sent } = await rollcall(["fsck", "acme", "--index", "--events"], steps);
    expect(sent.map(({ body }) => body)).toEqual([
      { repair: false, index: true },
      { repair: false, index: true, from: "there" },
      { repair: false },
    ]);
  });

  test.each([
    { what: "something is broken", repair: "possible", findings: [missing], expected: 1, says: "1 broken." },
    { what: "something changed meanwhile", repair: "refused", findings: [missing], expected: 1, says: "1 broken." },
    {
      what: "all was repaired",
      repair: "done",
      findings: [missing],
      expected: 0,
      says: "nothing is broken, 1 repaired.",
    },
    {
      what: "something is left over",
      repair: "possible",
      findings: [waiting],
      expected: 0,
      says: "broken, 1 left over.",
    },
  ])("exits with $expected when $what", async ({ repair, findings, expected, says }) => {
    const step = { findings: findings.map((one) => ({ ...one, repair })), unsettled: [], examined: 5, cost };
    const words = ["fsck", "acme", ...(repair === "possible" ? [] : ["--repair"])];
    const { code, out } = await rollcall(words, [step]);
    expect(code).toBe(expected);
    expect(out).toContain(says);
    expect(out).toContain(`${findings[0]?.code}: ${findings[0]?.says} Repair: ${findings[0]?.mends}.`);
    expect(out.includes("To repair:")).toBe(repair === "possible");
  });

  test("prints one JSON document with --json", async () => {
    const step = { findings: [{ ...missing, repair: "possible" }], unsettled: [], examined: 5, cost };
    const { code, out } = await rollcall(["fsck", "acme", "--json"], [step]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ org: "acme", broken: 1, findings: [missing], examined: 5, steps: 1, cost });
  });
});

describe("a list shows what its readers go on with", () => {
  test("of tokens the last use as it is kept: to the hour", async () => {
    const token = {
      id: "Xk29fLq0aB71",
      status: "live",
      lastUsedAt: "2026-01-02T03:04:05.678Z",
      expiresAt: null,
      description: "Okta",
    };
    const { out } = await rollcall(["token", "list", "acme"], [{ tokens: [token, { ...token, lastUsedAt: null }] }]);
    expect(out).toMatch(/ 2026-01-02T03Z /);
    expect(out).not.toContain("05.678");
    expect(out).toMatch(/ never .* never /);
  });

  test("of users their ids, which other commands take", async () => {
    const user = { id: "u0f3KbTqYw9ZpLmN4xR7sVd", userName: "ada", active: true, managed: true };
    const { out } = await rollcall(["users", "acme"], [{ users: [user], totalResults: 1 }]);
    expect(out).toMatch(/^USER NAME +ID .*\nada +u0f3KbTqYw9ZpLmN4xR7sVd /);
  });
});

test.each([
  "org list",
  "users acme",
  "token list acme",
  "token report",
  "token generate acme",
  "client list acme",
  "app-key list",
  "portal list acme",
  "role list",
  "mappings preview acme --default-role none",
  "adopt acme --dry-run",
  "org domain list acme",
  "events acme",
  "events acme --follow",
  "export acme",
  "webhook create https://app.example/hook",
  "webhook list",
  "webhook deliveries w",
  "fsck acme",
  "org purge acme --yes",
  "org create acme",
  "org show acme",
  "org rules acme",
  "org resume acme",
  "org protect acme u1",
  "org hold show acme",
  "org domain add acme example.com",
  "org domain verify acme example.com",
  "org domain remove acme example.com",
  "token revoke acme t1",
  "client revoke acme c1",
  "app-key revoke k1",
  "portal link acme",
  "portal revoke acme s1",
  "link acme u1 a1",
  "unlink acme u1",
  "role set admin",
  "role delete admin",
  "mappings show acme",
  "mappings clear acme",
  "mappings rebuild acme",
  "events renew acme",
  "webhook show w",
  "webhook remove w",
  "webhook test w",
  "erase acme u1",
])("concludes nothing from another server's JSON: %s", async (words) => {
  const { code, out, err } = await rollcall(words.split(" "), [{ status: "ok" }]);
  expect([code, out, err]).toEqual([1, "", expect.stringContaining("not one of Rollcall")]);
});
