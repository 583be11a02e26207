import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { run } from "../../bin/rollcall/run.ts";
import { parseConfig } from "../../lib/config.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const DOCUMENTS = [
  "README.md",
  "lib/docs/RUNBOOK.md",
  ...readdirSync(join(ROOT, "lib/adr")).map((name) => `lib/adr/${name}`),
];

/** Words of a shell's line, as far as documents quote: "…" and '…'; a comment ends it. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  const comment = words.indexOf("#");
  return comment < 0 ? words : words.slice(0, comment);
}

/** Every command line of our tool in a document, in a block or in the text: what follows `npm run rollcall --`. */
function commandsIn(text: string): string[] {
  const typed = [...text.matchAll(/npm run (?:-s )?rollcall -- ([^`\n]*)/g)].map(([, words = ""]) => words);
  // In the table of README, "Every line is a command after `npm run rollcall --`".
  const first = new Set(COMMANDS.map(({ name }) => name.split(" ")[0]));
  const inline = [...text.matchAll(/`((?:[a-z]+) (?:[a-z]+ )?acme[^`\n]*)`/g)].map(([, words = ""]) => words);
  return [...typed, ...inline.filter((words) => first.has(words.split(" ")[0]))];
}

/** What the tool says against the words; empty when it would run them. */
async function refusalOf(words: readonly string[]): Promise<string> {
  const said: string[] = [];
  const understood = COMMANDS.map((command) => ({ ...command, run: async () => 0 }));
  const code = await run(understood, words, {
    env: { AWS_REGION: "eu-central-1" },
    terminal: { out: () => undefined, err: (text) => said.push(text) },
    reach: () => Promise.reject(new Error("nobody is asked")),
  });
  return code === 0 ? "" : said.join(" ");
}

describe.each(DOCUMENTS)("the commands of %s", (path) => {
  test("are those of the tool, with its options and as many words", async () => {
    const refused: string[] = [];
    for (const command of commandsIn(read(path))) {
      const said = await refusalOf(wordsOf(command.replace("TENANT_URL", "https://scim.example.com/scim/v2/acme")));
      if (said !== "") refused.push(`${command}: ${said}`);
    }
    expect(refused).toEqual([]);
  });

  test("that npm runs are scripts of the project", () => {
    const scripts: object = JSON.parse(read("package.json")).scripts;
    const named = [...read(path).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test("and links lead to what is there", () => {
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "";
    const anchors = (text: string): string[] =>
      [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, "")
          .replaceAll(" ", "-"),
      );
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const dead = links.filter((link) => {
      const [file = "", anchor] = link.split("#");
      try {
        const text = read(file === "" ? path : folder + file);
        return anchor !== undefined && !anchors(text).includes(anchor);
      } catch {
        return true;
      }
    });
    expect(dead).toEqual([]);
  });
});

test("there are enough of them that finding none wrong means something", () => {
  expect(commandsIn(read("README.md")).length).toBeGreaterThan(50);
  expect(commandsIn(read("lib/docs/RUNBOOK.md")).length).toBeGreaterThan(20);
});

describe("what README claims", () => {
  const readme = read("README.md");

  test("the settings table has each setting once, and nothing else", () => {
    const table = /\| key \| default \|[^\n]*\n\|[-|]+\n((?:\|.*\n)+)/.exec(readme)?.[1] ?? "";
    const named = table
      .split("\n")
      .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, key = ""]) => key));
    const example = Object.keys(JSON.parse(read("lib/rollcall.example.json")));
    expect(named.toSorted()).toEqual(example.toSorted());
  });

  test("the defaults of the settings are those of a deployment without any", () => {
    const config: Readonly<Record<string, unknown>> = { ...parseConfig({}) };
    const rows = [...readme.matchAll(/^\| `(\w+)` \| `([^`]*)` \|/gm)].filter(([, key = ""]) => key in config);
    const value = (text: string): unknown => (/^[[{\d]|^(?:true|false)$/.test(text) ? JSON.parse(text) : text);
    for (const [, key = "", shown = ""] of rows) {
      // `false` says that an option is off, which a config says by leaving it out.
      const expected = value(shown) === false ? (config[key] ?? false) : config[key];
      if (key !== "runbookUrl") expect([key, value(shown)]).toEqual([key, expected]);
    }
    expect(rows.length).toBeGreaterThan(8);
  });

  test("the options of the local server are those that it takes", async () => {
    const { stdout } = await helpOfStart();
    const named = /`npm start -- --help` lists the options \(([^)]*)\)/s.exec(readme)?.[1] ?? "";
    for (const [, option = ""] of named.matchAll(/`(--[\w-]+)`/g)) expect(stdout).toContain(option);
  });
});

async function helpOfStart(): Promise<{ readonly stdout: string }> {
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  return promisify(execFile)(process.execPath, [join(ROOT, "bin/local.ts"), "--help"]);
}
