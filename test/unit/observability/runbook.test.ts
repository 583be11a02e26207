import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../../bin/rollcall/commands.ts";
import { adviceOn, DETAIL_CODES } from "../../../bin/rollcall/errors/errors.ts";
import { withCommands } from "../../../bin/rollcall/printedCommand.ts";
import { run } from "../../../bin/rollcall/run.ts";
import { USER_TEXTS } from "../../../functions/scim/errors/values.ts";
import { ALARMS } from "../../../lib/observability/alarms.ts";
import { PANELS } from "../../../lib/observability/panels.ts";
import { SAVED_QUERIES } from "../../../lib/observability/queries.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "../../..");
const runbook = readFileSync(join(root, "lib/docs/RUNBOOK.md"), "utf8");
/** Types of lines among its values. */
const LINES = readFileSync(join(root, "lib/docs/logLine.schema.json"), "utf8");
const QUERIES: ReadonlySet<string> = new Set(SAVED_QUERIES.map(({ name }) => name));

interface Section {
  readonly title: string;
  /** As GitHub and most other renderers make it of the heading. */
  readonly anchor: string;
  readonly text: string;
}

const SECTIONS: readonly Section[] = runbook
  .split(/^## /mu)
  .slice(1)
  .map((part) => {
    const [title = ""] = part.split("\n");
    return { title, anchor: anchorOf(title), text: part };
  });

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function blocksOf(text: string): string[] {
  return [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gmsu)].map(([, block = ""]) => block);
}

/** What stands in backticks within sentences. */
function namesIn(text: string): string[] {
  const prose = text.replace(/^ *```.*?^ *```$/gmsu, "");
  return [...prose.matchAll(/`([^`]+)`/gu)].map(([, name = ""]) => name);
}

/** The words after `rollcall --`, one array a call. */
function callsIn(text: string): string[][] {
  const joined = blocksOf(text).join("\n").replaceAll("\\\n", " ");
  return [...joined.matchAll(/\brollcall -- ([^\n|)]+)/gu)].map(([, words = ""]) => words.trim().split(/\s+/u));
}

async function help(...words: readonly string[]): Promise<string> {
  const shown: string[] = [];
  const say = (text: string) => void shown.push(text);
  const reach = async () => {
    throw new Error("help asks nobody");
  };
  expect(await run(COMMANDS, [...words, "--help"], { env: {}, terminal: { out: say, err: say }, reach })).toBe(0);
  return shown.join("\n");
}

/** The commands that the tool itself lists. */
let commands: readonly string[];

beforeAll(async () => {
  const listed = (await help()).matchAll(/^ {2}((?:[a-z]+ ?)+)/gmu);
  commands = [...listed].map(([, name = ""]) => name.trim());
});

function commandOf(words: readonly string[]): string | undefined {
  return commands.find((name) => words.slice(0, name.split(" ").length).join(" ") === name);
}

describe("the worked case of lib/docs/troubleshoot.md", () => {
  const worked = readFileSync(join(root, "lib/docs/troubleshoot.md"), "utf8");
  const code = "mutability.userName";

  test("shows the error and the remedy as they are given today", () => {
    expect(worked.replaceAll('\\"', '"').replace(/\s+/gu, " ")).toContain(USER_TEXTS[code]);
    const { again, ...texts } = adviceOn(code);
    expect(Object.keys(texts)).toEqual(["happened", "entra", "okta", "elsewhere"]);
    for (const text of Object.values(texts)) expect(worked).toContain(`  ${withCommands(text, undefined, "acme")}\n`);
  });

  test("is about one reference, from the error to the line", () => {
    const [, reference = ""] = /Web Response: .*?\(ref: (\w+)\)/su.exec(worked) ?? [];
    expect(worked).toContain(`rollcall -- explain ${reference}\n`);
    expect(worked).toContain(`\nReference ${reference}\n`);
  });
});

describe("the runbook", () => {
  test("covers ten situations and more, each from how it shows to when it is over", () => {
    expect(SECTIONS.length).toBeGreaterThanOrEqual(10);
    for (const { text, title } of SECTIONS) {
      for (const part of ["How it shows", "Ask", "What it means", "Do", "Over when"]) {
        expect([title, text.includes(`**${part}`)]).toEqual([title, true]);
      }
    }
  });

  test("names a query or a command in every section, and nothing that does not exist", () => {
    for (const { text, title } of SECTIONS) {
      const kebab = namesIn(text).filter((name) => /^[a-z]+(-[a-z]+)+$/u.test(name));
      expect([title, kebab.filter((name) => !QUERIES.has(name))]).toEqual([title, []]);
      expect(kebab.length + callsIn(text).length).toBeGreaterThan(0);
    }
    const named = new Set(namesIn(runbook));
    expect([...QUERIES].filter((name) => !named.has(name))).toEqual([]);
  });

  test("types only commands that the tool lists, with options they take", async () => {
    const calls = callsIn(runbook);
    expect(calls.length).toBeGreaterThan(10);
    const options = new Map<string, Set<string>>();
    for (const words of calls) {
      const command = commandOf(words);
      if (command === undefined) throw new Error(`the tool has no command for: ${words.join(" ")}`);
      const used = options.get(command) ?? new Set();
      for (const word of words) if (word.startsWith("--")) used.add(word);
      options.set(command, used);
    }
    await Promise.all(
      [...options].map(async ([command, used]) => {
        const shown = await help(...command.split(" "));
        for (const option of used) expect(shown).toMatch(new RegExp(`^ +${option}\\b`, "mu"));
      }),
    );
  });

  test("speaks in its sentences only of commands that the tool lists", () => {
    const groups = new Set(commands.map((name) => name.split(" ")[0]));
    const spoken = namesIn(runbook).filter((name) => /^[a-z]+ [a-z]+$/u.test(name) && groups.has(name.split(" ")[0]));
    expect(spoken.length).toBeGreaterThan(5);
    expect(spoken.filter((name) => !commands.includes(name))).toEqual([]);
  });

  test("speaks only of errors that there are", () => {
    const families = new Set(DETAIL_CODES.map((code) => code.split(".")[0]));
    const codes = namesIn(runbook).filter(
      (name) => /^[a-z]+\.[a-zA-Z]+$/u.test(name) && families.has(name.split(".")[0]),
    );
    expect(codes.length).toBeGreaterThan(5);
    const isKnown = (code: string) =>
      DETAIL_CODES.some((one) => one === code) || code.startsWith("uniqueness.") || LINES.includes(`"${code}"`);
    expect(codes.filter((code) => !isKnown(code))).toEqual([]);
  });

  test("has shell that a shell can read", async () => {
    // Each in braces of its own: one that ends too late or too early is none any more.
    await execute("bash", [
      "-n",
      "-c",
      blocksOf(runbook)
        .map((block) => `{\n${block}\n}\n`)
        .join(""),
    ]);
  });

  test("has a section for every alarm, which speaks of it, and no link that leads nowhere", () => {
    const anchors = new Map(SECTIONS.map(({ anchor, text }) => [anchor, text]));
    for (const { name, section } of ALARMS) {
      expect([name, anchors.has(section)]).toEqual([name, true]);
      expect([name, anchors.get(section)?.includes(name)]).toEqual([name, true]);
    }
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/gu)].map(([, anchor = ""]) => anchor);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
    const panels = [...runbook.matchAll(/panels? "([^"]+)"(?: and "([^"]+)")?/gu)].flatMap(([, ...titles]) => titles);
    const titles = PANELS.flat().map(({ title }) => title);
    expect(panels.filter((title) => title !== undefined && !titles.includes(title))).toEqual([]);
  });

  test("has every section that a remedy sends its reader to", () => {
    const titles = SECTIONS.map(({ title }) => title);
    const sent = DETAIL_CODES.flatMap((code) => Object.values(adviceOn(code)))
      .flatMap((text: string) => [...text.matchAll(/[Rr]unbook, ([A-Z][a-z ]+?)(?: and ([A-Z][a-z ]+))?\./gu)])
      .flatMap(([, ...named]) => named.filter((title) => title !== undefined));
    expect(new Set(sent).size).toBeGreaterThan(1);
    expect(sent.filter((title) => !titles.includes(title))).toEqual([]);
  });

  test("says where what it says of a vendor is to be read", () => {
    const sourced = SECTIONS.filter(({ text }) => /^Facts: /mu.test(text));
    expect(sourced.map(({ anchor }) => anchor)).toEqual(
      expect.arrayContaining(["entra-quarantine", "okta-task-errors", "throttling", "restore"]),
    );
    for (const { text } of sourced) expect(text.slice(text.indexOf("\nFacts: "))).toMatch(/\]\(https:\/\//u);
  });
});
