import { join } from "node:path";
import type { Preset } from "../../functions/store/rules.ts";
import { runCommand } from "../deploy/command.ts";

/** What one suite said of one thing it tried. */
export interface Check {
  readonly name: string;
  readonly status: "pass" | "fail" | "skip";
  readonly message: string;
}

interface Surroundings {
  readonly tenantUrl: string;
  readonly token: string;
  /** Where the suites' commands are. */
  readonly bin: string;
}

export interface Suite {
  readonly name: string;
  readonly version: string;
  readonly home: string;
  readonly licence: string;
  /** For pip. */
  readonly packages: readonly string[];
  readonly presets: readonly Preset[];
  /** Why a check may fail, or is not for us: the first that fits. */
  readonly reasons: readonly {
    readonly presets?: readonly Preset[];
    readonly check: RegExp;
    /** What the check says, where its name is that of many. */
    readonly message?: RegExp;
    readonly reason: string;
  }[];
  run(surroundings: Surroundings): Promise<Check[]>;
}

export interface Outcome {
  readonly suite: Suite;
  readonly preset: Preset;
  readonly checks: readonly Check[];
}

const NO_AGENTS = "The resource type of an individual Internet draft, which /ResourceTypes does not list.";

export const SUITES: readonly Suite[] = [
  {
    name: "scim2-tester",
    version: "0.5.2",
    home: "https://github.com/python-scim/scim2-tester",
    licence: "Apache-2.0",
    packages: ["scim2-tester==0.5.2", "scim2-cli==0.6.0"],
    presets: ["rfc", "open", "standard"],
    reasons: [
      {
        presets: ["open", "standard"],
        check: /^check_remove_attribute$/,
        message: /^Failed to remove attribute 'active'/,
        reason:
          "Outside the preset rfc a PATCH that takes `active` away is refused (rule activeUnassign): without it a user is silently no member. RFC 7643 section 4.1.1 leaves the meaning of `active` to the provider: product decision.",
      },
    ],
    async run({ bin, tenantUrl, token }) {
      const output = await outputOf(join(bin, "scim2"), ["--url", tenantUrl, "test"], {
        SCIM_CLI_HEADERS: `Authorization: Bearer ${token}`,
      });
      const lines = output.split("\n");
      const checks = lines.flatMap((line, at): Check[] => {
        const [, status = "", name = ""] = /^([A-Z]+) (\w+)/.exec(line) ?? [];
        if (!KNOWN_STATUS.has(status)) return [];
        return [{ name, status: KNOWN_STATUS.get(status) ?? "fail", message: lines[at + 1]?.trim() ?? "" }];
      });
      if (checks.length === 0) throw new Error(`scim2-tester told nothing:\n${output.slice(-2_000)}`);
      return checks;
    },
  },
  {
    name: "scim-sanity",
    version: "0.7.4",
    home: "https://github.com/thomaselliottbetz/scim-sanity",
    licence: "MIT",
    packages: ["scim-sanity==0.7.4"],
    presets: ["rfc", "open", "standard"],
    reasons: [
      {
        presets: ["standard"],
        check: /PATCH \/Groups/,
        message: /204/,
        reason:
          "Under `standard` the answer to a group PATCH is 204, which RFC 7644 section 3.5.2 allows (rule groupPatchAnswer).",
      },
      {
        presets: ["rfc"],
        check: /add member/,
        reason:
          "The suite adds a member that does not exist. The preset rfc refuses ids of nobody (400 invalidValue); in the other presets the request succeeds and the member is left out.",
      },
      { check: /Agent/, reason: NO_AGENTS },
    ],
    async run({ bin, tenantUrl, token }) {
      const args = ["probe", tenantUrl, "--token", token, "--i-accept-side-effects", "--json-output"];
      const output = await outputOf(join(bin, "scim-sanity"), args, {});
      const { results } = JSON.parse(output) as { readonly results: readonly Readonly<Record<string, string>>[] };
      return results.map(({ name = "", status = "", message = "", phase = "" }) => ({
        name: `${phase}: ${name}`,
        status: status === "pass" || status === "skip" ? status : "fail",
        message,
      }));
    },
  },
];

/** How scim2-tester calls them. */
const KNOWN_STATUS: ReadonlyMap<string, Check["status"]> = new Map([
  ["SUCCESS", "pass"],
  ["COMPLIANT", "pass"],
  ["SKIPPED", "skip"],
  ["ERROR", "fail"],
  ["DEVIATION", "fail"],
  ["ACCEPTABLE", "fail"],
  ["CRITICAL", "fail"],
]);

/** A suite that found something ends with an exit code of its own: its words count. */
async function outputOf(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const quoted = [file, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  return runCommand({
    file: "sh",
    args: ["-c", `${quoted} 2>/dev/null || true`],
    env: { PATH: process.env.PATH, ...env },
  });
}

export function reasonFor(suite: Suite, preset: Preset, { name, message }: Check): string | undefined {
  return suite.reasons.find(
    (one) => (one.presets ?? [preset]).includes(preset) && one.check.test(name) && (one.message?.test(message) ?? true),
  )?.reason;
}

/** CONFORMANCE.md. */
export function report(
  outcomes: readonly Outcome[],
  { date, version }: { readonly date: string; readonly version: string },
): string {
  const rows = outcomes.map(({ suite, preset, checks }) => {
    const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
    const scored = count("pass") + count("fail");
    return `| [${suite.name}](${suite.home}) | ${suite.version} | ${suite.licence} | \`${preset}\` | **${count("pass")} of ${scored}** | ${count("fail")} | ${count("skip")} |`;
  });
  const found = outcomes.flatMap(({ suite, preset, checks }) =>
    checks
      .filter(({ status }) => status !== "pass")
      .map((check) => {
        const reason = reasonFor(suite, preset, check) ?? "**No reason: to be mended.**";
        return `| ${suite.name}, \`${preset}\` | ${check.status} | ${cell(check.name)} | ${cell(check.message)} | ${cell(reason)} |`;
      }),
  );
  return [
    "# Conformance: what suites that others wrote say",
    "",
    `Written by \`npm run conformance\` on ${date}, against Rollcall ${version} as \`npm start\` starts it.`,
    "",
    "| suite | version | licence | preset | passed | failed | skipped |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    "## What did not pass, and why",
    "",
    ...(found.length === 0
      ? ["Nothing."]
      : ["| suite | | check | what it says | reason |", "| --- | --- | --- | --- | --- |", ...found]),
    "",
    "## Suites that were not run",
    "",
    "| suite | why |",
    "| --- | --- |",
    "| Okta's SPEC and CRUD suites | They are recorded for a hosted runner: every request and assertion is restated in `test/protocol/idp/recorded/oktaSuites.json` and runs with each `npm test`, over HTTP and on the emulated deployment too. |",
    "| Microsoft's SCIM validators | They run in Microsoft's cloud against a public address: their recorded requests are restated in `test/protocol/idp/recorded/microsoftValidators.json` and run as above. |",
    "| scim2/test-suite (Go) | An initial draft by its own words; its module was not to be had where this was written. |",
    "| Apache SCIMple's compliance tests | Not published as an artifact of their own. |",
    "| scim.dev, runscope and other hosted checkers | They need a public address: run them on your own deployment. |",
    "",
  ].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
