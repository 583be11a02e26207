import { describe, expect, test } from "@jest/globals";
import type { AdminRequest } from "../../bin/rollcall/adminClient.ts";
import { orgCommands } from "../../bin/rollcall/orgCommands.ts";
import { run } from "../../bin/rollcall/run.ts";
import { setupCommand } from "../../bin/rollcall/setupCommand.ts";
import { PRESETS } from "../../functions/store/rules.ts";

const ORG = {
  org: "acme",
  tenantUrl: "https://scim.example.com/prod/scim/v2/acme",
  entitled: true,
  sso: {},
  paused: null,
  admins: ["1", "2"],
  rules: PRESETS.standard,
};

async function rollcall(words: string, answer: unknown = ORG) {
  const sent: AdminRequest[] = [];
  const lines = { out: "", err: "" };
  const terminal = {
    out: (text: string) => {
      lines.out += `${text}\n`;
    },
    err: (text: string) => {
      lines.err += `${text}\n`;
    },
  };
  const transport = {
    send: async (request: AdminRequest) => {
      sent.push(request);
      return { status: 200, text: JSON.stringify(answer) };
    },
    close: async () => undefined,
  };
  const code = await run([...orgCommands, setupCommand], words.split(" "), {
    env: {},
    terminal,
    reach: async () => transport,
  });
  return { code, sent, ...lines };
}

describe("rollcall org setup", () => {
  test.each(["org setup acme", "org setup acme --idp ping", "org setup acme --idp toString", "org setup --idp okta"])(
    "%s is not understood, and nobody is asked",
    async (words) => {
      const { code, out, err, sent } = await rollcall(words);
      expect([code, out, sent]).toEqual([2, "", []]);
      expect(err).toMatch(/, jumpcloud\.(?: Did .*)? For any other: lib\/docs\/connect\/other\.md\.|ORG is missing\./);
    },
  );

  test("names the data folder in the start of a server behind a tunnel", async () => {
    const here = { ...ORG, tenantUrl: "http://127.0.0.1:3000/scim/v2/acme" };
    const { err } = await rollcall("org setup acme --idp okta --data /elsewhere", here);
    expect(err).toContain("a tunnel before npm start -- --public-url URL --data /elsewhere.");
  });

  test("reads the org as org show does and fills in what it says", async () => {
    const changed = { ...ORG, rules: { ...PRESETS.standard, teamNameMaxLength: 64 } };
    const { code, sent, out, err } = await rollcall("org setup acme --idp entra", changed);
    expect(sent).toEqual([{ method: "GET", path: "orgs/acme" }]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^ +Tenant URL +https:\/\/scim\.example\.com\/prod\/scim\/v2\/acme$/m);
    expect(out).toContain("at most 64 characters");
  });

  test.each([
    ["--stack Rollcall --region eu-west-1", "--stack Rollcall --region eu-west-1"],
    ["--url https://x.example/admin/v1 --region eu-west-1", "--url https://x.example/admin/v1 --region eu-west-1"],
    ["--data /tmp/it's", "--data '/tmp/it'\\''s'"],
    ["", ""],
  ])("given %j it prints commands that work on the same place", async (place, expected) => {
    const { out } = await rollcall(`org setup acme --idp okta ${place}`.trim());
    const end = expected === "" ? "" : ` ${expected}`;
    expect(out).toContain(`\`npm run rollcall -- token generate acme${end}\``);
  });

  test("with --json prints the steps as one document", async () => {
    const { out, err } = await rollcall("org setup acme --idp okta --json");
    expect(err).toBe("");
    expect(JSON.parse(out)).toMatchObject({
      org: "acme",
      idp: "okta",
      tenantUrl: ORG.tenantUrl,
      obstacles: [],
      steps: expect.arrayContaining([expect.objectContaining({ title: "Connect" })]),
      sources: expect.arrayContaining([expect.stringMatching(/^https:\/\/help\.okta\.com\//)]),
    });
  });

  test.each([
    [{ entitled: false }, "plan does not include SCIM"],
    [{ sso: null }, "SAML SSO is not configured"],
    [{ paused: { since: "2026-01-01T00:00:00Z", reason: "x" } }, "paused"],
    [{ admins: ["1"] }, "more than one is recommended"],
    [{ tenantUrl: "http://127.0.0.1:3000/scim/v2/acme" }, "No identity provider reaches this machine's own address"],
    [{ tenantUrl: "http://localhost:3000/scim/v2/acme" }, "No identity provider reaches this machine's own address"],
  ])("P2, P3, F10: says beside the steps what stands in the way: %j", async (setting, expected) => {
    const { code, out, err } = await rollcall("org setup acme --idp entra", { ...ORG, ...setting });
    expect(code).toBe(0);
    expect(err).toContain(expected);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(out).not.toContain(expected);
  });

  test.each([
    { org: "acme" },
    { ...ORG, rules: undefined },
    { ...ORG, rules: { ...PRESETS.standard, teamNameMaxLength: "40" } },
  ])("refuses to guess rules that the server does not name", async (answer) => {
    const { code, out, err } = await rollcall("org setup acme --idp entra", answer);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("does not name this release's rules");
  });
});
