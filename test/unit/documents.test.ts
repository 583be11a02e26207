import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { readTypeList } from "../../functions/provisioning/events/eventTypes.ts";
import { FUNCTIONS, ONLY_WITH } from "../../lib/stackFunctions.ts";
import { refusalOf } from "../support/refusalOf.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
const DOCUMENTS = ["README.md", ...filesIn("lib", /\.md$/)];

/** Words of a shell's line, as far as documents quote: "…" and '…'; a comment ends it. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  const comment = words.indexOf("#");
  return comment < 0 ? words : words.slice(0, comment);
}

/** Every command line of our tool in a document, in a block or in the text: what follows `npm run rollcall --` or `npx rollcall`. */
function commandsIn(text: string): string[] {
  const typed = [...text.matchAll(/(?:npm run (?:-s )?rollcall --|npx rollcall) ([^`)\n]*)/g)].map(
    ([, words = ""]) => words,
  );
  // In the table of lib/docs/operate.md, whose lines are commands after `npm run rollcall --`.
  const first = new Set(COMMANDS.map(({ name }) => name.split(" ")[0]));
  const inline = [...text.matchAll(/`((?:[a-z]+) (?:[a-z]+ )?acme[^`\n]*)`/g)].map(([, words = ""]) => words);
  return [...typed, ...inline.filter((words) => first.has(words.split(" ")[0]))];
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

  test("and hand over no secret as an argument", () => {
    expect(commandsIn(read(path)).filter((command) => /--token(?: |=)/.test(command))).toEqual([]);
  });

  test("and links lead to what is there", () => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const dead = links.filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(dead).toEqual([]);
  });
});

const anchors = new Map<string, ReadonlySet<string>>();

/** As GitHub makes them of headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const known = anchors.get(path);
  if (known !== undefined) return known;
  const titles = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => title.toLowerCase());
  const made = new Set(titles.map((title) => title.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-")));
  anchors.set(path, made);
  return made;
}

test("there are enough of them that finding none wrong means something", () => {
  expect(DOCUMENTS.flatMap((path) => commandsIn(read(path))).length).toBeGreaterThan(100);
  expect(commandsIn(read("lib/docs/operate.md")).length).toBeGreaterThan(25);
  expect(commandsIn(read("lib/docs/RUNBOOK.md")).length).toBeGreaterThan(20);
});

test("a document that the source names is there", () => {
  const sources = ["bin", "functions", "lib", "test"].flatMap((folder) => filesIn(folder, /\.(?:ts|json)$/));
  const named = sources.flatMap((path) =>
    [...read(path).matchAll(/\blib\/(?:docs|adr)\/[\w/.-]+?\.(?:md|json)\b/g)].map(([name]) => ({ path, name })),
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter(({ name }) => !existsSync(join(ROOT, name)))).toEqual([]);
});

test("lib/docs/SECURITY.md says of each package that package.json names who publishes it", () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read("package.json"));
  const [, table = ""] = /^\| package \| source \|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(read("lib/docs/SECURITY.md")) ?? [];
  const listed = table
    .split("\n")
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
  const packages = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const ofOne = (name: string) => name.replace(/^@aws-sdk\/client-.*/, "@aws-sdk/client-*");
  expect(listed.toSorted()).toEqual([...new Set(packages.map(ofOne))].sort());
});

test("lib/docs/deploy.md has every function of a deployment, and a price for whatever adds one", () => {
  const text = readFileSync("lib/docs/deploy.md", "utf8");
  const [, functions = "", costs = ""] = text.split(/^## What (?:the stack is|it costs)$/m);
  expect(FUNCTIONS.filter((name) => !functions.includes(`\`${name}\``))).toEqual([]);
  expect(ONLY_WITH.map(([setting]) => setting).filter((name) => !costs.includes(`| \`${name}\` |`))).toEqual([]);
});

test("lib/docs/application.md has every type of event that a reader may ask for, and no other", () => {
  const row = /^\| `type` \|(.*)\|$/m.exec(read("lib/docs/application.md"))?.[1] ?? "";
  const documented = [...row.matchAll(/`([a-z.]+)`/g)].map(([, type = ""]) => type);
  const refusal = () => readTypeList("nothing.happened");
  const asked = /knows only (.*)\.$/.exec(messageOf(refusal))?.[1] ?? "";
  expect(documented.sort()).toEqual(asked.split(", ").filter((type) => !type.endsWith("*")));
});

/** @returns the message of what it throws */
function messageOf(refusal: () => unknown): string {
  try {
    refusal();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return "";
}

describe("README", () => {
  const readme = read("README.md");

  test("is at most 12 KB long", () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(12 * 1024);
  });

  test("leads to every document of lib/docs", () => {
    const listed = filesIn("lib/docs", /\.md$/).filter((path) => !readme.includes(`](${path})`));
    expect(listed).toEqual([]);
  });

  test("names options of the local server that it takes", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, "bin/local.ts"), "--help"]);
    const named = /`npm start -- --help` lists the options \(([^)]*)\)/s.exec(readme)?.[1] ?? "";
    const options = [...named.matchAll(/`(--[\w-]+)`/g)].map(([, option = ""]) => option);
    expect(options.length).toBeGreaterThan(5);
    expect(options.filter((option) => !stdout.includes(option))).toEqual([]);
  });
});
