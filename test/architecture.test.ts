import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** The one arrow: which rooms a room may import, and which packages. */
const ROOMS: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: readonly RegExp[] }>> = {
  "functions/scim": { rooms: [], packages: [] },
  "functions/provisioning": {
    rooms: ["functions/store", "functions/scim"],
    packages: [/^node:(crypto|zlib)$/, /^jose\/jws\/compact\/verify$/],
  },
  "functions/http": {
    rooms: [
      "functions/provisioning",
      "functions/store",
      "functions/scim",
      "functions/probe",
      "functions/routes.ts",
      "functions/http/signed/declarations",
      "functions/http/declarations",
    ],
    packages: [/^@middy\/core$/, /^aws-lambda$/],
  },
  // These two give functions their types only: held below.
  "functions/http/declarations": {
    rooms: ["functions/http", "functions/probe", "functions/scim"],
    packages: [/^typebox$/],
  },
  "functions/http/signed/declarations": {
    rooms: ["functions/store", "functions/scim"],
    packages: [/^typebox$/],
  },
  "functions/store": {
    rooms: ["functions/scim"],
    packages: [/^@aws-sdk\//, /^node:(crypto|timers\/promises)$/],
  },
  // DynamoDB by its wire protocol: the one room of functions that opens connections.
  "functions/store/signed": {
    rooms: ["functions/store", "functions/scim/json.ts"],
    packages: [/^node:(crypto|http|https|net|zlib|timers\/promises)$/],
  },
  // Tables of one machine: rooms of their own that no other one imports, so that no Lambda function carries them.
  "functions/store/sqliteTable.ts": {
    rooms: [
      "functions/store",
      "functions/store/sqliteReads.ts",
      "functions/store/sqliteRows.ts",
      "functions/store/sqliteWrites.ts",
    ],
    packages: [/^node:(sqlite|util)$/],
  },
  "functions/store/changeLog.ts": {
    rooms: ["functions/store", "functions/store/sqliteRows.ts"],
    packages: [/^node:sqlite$/],
  },
  "functions/store/sqliteWrites.ts": {
    rooms: ["functions/store", "functions/store/sqliteRows.ts"],
    packages: [/^node:sqlite$/],
  },
  "functions/store/sqliteReads.ts": { rooms: ["functions/store", "functions/store/sqliteRows.ts"], packages: [] },
  "functions/store/sqliteRows.ts": { rooms: ["functions/store"], packages: [/^node:sqlite$/] },
  // Where events, webhooks and dead letters go to, keys and the DNS: the one room besides the store that knows an AWS service, and opens sockets.
  "functions/bus": {
    rooms: ["functions/provisioning", "functions/store"],
    packages: [
      /^@aws-sdk\/client-eventbridge$/,
      /^aws4fetch$/,
      /^node:(crypto|dns\/promises|events|http|net|tls|zlib)$/,
    ],
  },
  // Looks at an endpoint from outside, as an identity provider does: the doctor and the canary.
  "functions/probe": { rooms: ["functions/scim"], packages: [/^node:(http|https|tls)$/] },
  "functions/routes.ts": { rooms: [], packages: [] },
  "functions/runtime.ts": {
    rooms: ["functions/http", "functions/store", "functions/store/signed", "functions/provisioning", "functions/bus"],
    packages: [/^@aws-sdk\//, /^node:(crypto|timers\/promises)$/],
  },
  // Lambda entries: each composes what its handler needs, and does nothing.
  functions: {
    rooms: [
      "functions/http",
      "functions/provisioning",
      "functions/scim",
      "functions/store",
      "functions/bus",
      "functions/probe",
      "functions/runtime.ts",
    ],
    packages: [/^@aws-sdk\/client-eventbridge$/, /^aws-lambda$/, /^node:timers\/promises$/],
  },
  // Runs a whole local Rollcall in the test of somebody else; of bin/ it knows no more than that.
  "lib/testkit": {
    rooms: [
      "functions/scim",
      "functions/provisioning",
      "bin/local/credentials.ts",
      "bin/local/server.ts",
      "functions/probe",
      "lib/server/refuseOptions.ts",
    ],
    packages: [/^aws4fetch$/, /^node:timers\/promises$/],
  },
  // What other programs install: it knows the APIs by generated types, and nothing of what answers.
  "lib/client": { rooms: [], packages: [/^aws4fetch$/, /^node:crypto$/] },
  "lib/server": {
    rooms: ["bin/local/server.ts", "bin/rollcall/nearest.ts", "bin/rollcall/refused.ts", "functions/store"],
    packages: [],
  },
  // How identity providers are connected: data of the command line, of documents and of pages.
  "lib/guides": { rooms: ["functions/store/rules.ts"], packages: [] },
  // The browser's pages: of functions they know types, and what no part of a server runs.
  "lib/portal": {
    rooms: ["functions/http/signed/declarations", "functions/store/rules.ts", "lib/guides"],
    packages: [/^preact(\/hooks)?$/],
  },
  lib: {
    // What a deployment and its functions have to say alike: each of them stands once.
    rooms: [
      "functions/routes.ts",
      "functions/store/rules.ts",
      "functions/store/canaryKeys.ts",
      "functions/provisioning/portal/portalSettings.ts",
      "functions/http/clientNames.ts",
      "functions/http/journal.ts",
      "bin/installation.ts",
    ],
    packages: [
      /^esbuild$/,
      /^rollcall\/client$/,
      /^aws-cdk-lib(\/|$)/,
      /^constructs$/,
      /^cdk-nag$/,
      /^typebox(\/value)?$/,
      /^node:/,
    ],
  },
};

test("every client of AWS gives up on a call without an answer, and every fetch has its time", () => {
  const files = sourceFiles(["functions", "bin", "lib"]);
  const clients = files.flatMap((file) => {
    const made = [...read(file).matchAll(/\bnew (?:DynamoDB|EventBridge|\w+)Client\((.{0,700})/gs)];
    return made
      .filter(([text]) => !/new (?:Aws|Admin|Signed)Client\(/.test(text))
      .map(([, options = ""]) => ({ file, options }));
  });
  expect(clients.length).toBeGreaterThanOrEqual(3);
  for (const { file, options } of clients) {
    const limited = /^(?:\{ \.\.\.)?(?:TOOL_)?CALLS\b/.test(options) || /throwOnRequestTimeout: true/.test(options);
    expect({ file, limited }).toEqual({ file, limited: true });
  }
  for (const file of files) {
    for (const [text] of read(file).matchAll(/\bfetch\((?!\))[^;]*;/gs)) {
      expect({ file, text, limited: text.includes("signal") }).toEqual({ file, text, limited: true });
    }
  }
});

test("no table is open to every text: a name that every object inherits is found there, and own() is the way to ask", () => {
  // Without a type that has every key, the compiler refuses TABLE[text].
  const open = /^(?:export )?const \w+: (?:Readonly<|Partial<)*(?:Record<string,|\{ \[)/m;
  expect(sourceFiles(["functions", "bin", "lib"]).filter((file) => open.test(read(file)))).toEqual([]);
});

test("no file imports itself by a way through others, be it for a type: what both need stands in a third", () => {
  expect(importCycles(importGraph(sourceFiles(["functions", "bin", "lib"])))).toEqual([]);
});

test("no more thin files than there are: most of those under 30 lines are entries of Lambda functions", () => {
  const files = sourceFiles(["functions", "bin", "lib"]).filter((file) => !file.includes("generated"));
  const thin = files.filter((file) => read(file).split("\n").length <= 30);
  expect(files.length).toBeGreaterThan(500);
  // A thin file makes its reader open two. Content with one user stands there, unless a boundary or a bundle parts them:
  // beside the entries, some fifteen of a package or a bundle.
  expect(thin.length / files.length).toBeLessThanOrEqual(0.05);
});

test("no test of what must not be said looks for a word so short that a random id may hold it", () => {
  // 22 random characters of 62, in a hundred places: three letters stand in them once in some hundred runs.
  const refusing = /\.not\s*\.to(?:Match|Contain)\(\s*(?:\/((?:\\.|\[(?:\\.|[^\]])*\]|[^/\n])+)\/[a-z]*|"([^"\n]*)")/g;
  const refusingEach = /for \(const (\w+) of \[([^\]]*)\]\)[^;]*\.not\s*\.to(?:Match|Contain)\(\1\)/g;
  const short = (source: string): string[] =>
    [
      ...[...source.matchAll(refusing)].flatMap(([, pattern, text]) => pattern?.split("|") ?? [text ?? ""]),
      ...[...source.matchAll(refusingEach)].flatMap(([, , list = ""]) =>
        [...list.matchAll(/(?<!')"([^"]*)"/g)].map(([, word = ""]) => word),
      ),
    ].filter((words) => /^[0-9A-Za-z]{1,4}$/.test(words));
  expect(short('expect(a).not.toMatch(/ada|a@b/); expect(b).not.toContain("jane");')).toEqual(["ada", "jane"]);
  expect(short('for (const one of [TOKEN, "eyJ"]) expect(text).not.toContain(one);')).toEqual(["eyJ"]);
  expect(
    sourceFiles(["test"]).flatMap((file) => (file === "test/architecture.test.ts" ? [] : short(read(file)))),
  ).toEqual([]);
});

test("no test has less time than all have: what it takes on a busy machine proves nothing", () => {
  const { jest } = JSON.parse(read("package.json")) as { jest: { testTimeout: number } };
  const hasty = (source: string): string[] =>
    [...source.matchAll(/^ *\}, ([\d_]+)\);$/gm)].flatMap(([end, given = ""]) =>
      Number(given.replaceAll("_", "")) <= jest.testTimeout ? [end] : [],
    );
  expect(hasty("}, 60_000);\n  }, 600_000);")).toEqual(["}, 60_000);"]);
  expect(sourceFiles(["test"]).filter((file) => hasty(read(file)).length > 0)).toEqual([]);
});

test("the search for cycles finds one, and no more than the files that are in it", () => {
  const graph = { start: ["a"], a: ["b"], b: ["c", "leaf"], c: ["a"], leaf: [], self: ["self"] };
  expect(importCycles(new Map(Object.entries(graph)))).toEqual([["a", "b", "c"], ["self"]]);
});

test("nothing that runs imports the tests, and no function what people start or deploy with", () => {
  const targets = [...importGraph(sourceFiles(["functions", "bin", "lib"]))].flatMap(([file, imported]) =>
    imported.map((target) => `${file} imports ${target}`),
  );
  expect(targets.filter((text) => /imports test\/|^functions\/.* imports (bin|lib)\//.test(text))).toEqual([]);
});

test("the product of test/consumer, which a test of the package takes elsewhere, imports no file beside it", () => {
  const taken = sourceFiles(["test/consumer"]).filter((file) => !file.endsWith(".test.ts"));
  const outside = taken.flatMap((file) => {
    const targets = importsOf(file).filter((name) => name.startsWith("."));
    return targets.map((name) => join(dirname(file), name)).filter((target) => !target.startsWith("test/consumer/"));
  });
  expect([outside, taken.length > 5]).toEqual([[], true]);
});

test("what people start needs `dependencies` alone: no package of one platform or of the tests, and the CDK only to deploy", () => {
  const { dependencies } = JSON.parse(read("package.json"));
  // Of "aws-lambda" there are only types, which Node strips.
  const known = [...Object.keys(dependencies), "aws-lambda"];
  const others = sourceFiles(["functions", "bin"]).flatMap((file) =>
    importsOf(file)
      .filter((target) => !/^(?:\.|node:)/.test(target) && !known.some((name) => `${target}/`.startsWith(`${name}/`)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(others.sort()).toEqual([
    "bin/app.ts imports aws-cdk-lib",
    "bin/generate/portalAssets.ts imports esbuild",
    "bin/package/bundle.ts imports esbuild",
    "bin/package/construct.ts imports esbuild",
    "bin/package/functionCode.ts imports aws-cdk-lib/aws-lambda",
    "bin/package/standIns.ts imports esbuild",
  ]);
});

test("no path is taken from a URL: a folder's name may have a space, a percent sign or letters beyond ASCII", () => {
  const encoded = /import\.meta\.url\)\.pathname/;
  const files = sourceFiles(["functions", "bin", "lib", "test"]);
  expect(files.filter((file) => encoded.test(read(file)))).toEqual([]);
});

describe("the rooms import each other in one direction only", () => {
  test.each(sourceFiles(["functions", "lib"]))("%s imports only what its room may", (file) => {
    const room = roomOf(file);
    const rules = ROOMS[room];
    if (rules === undefined) throw new Error(`no rule for the room ${room}`);
    const forbidden = importsOf(file).filter((target) => {
      if (!target.startsWith(".")) return !rules.packages.some((allowed) => allowed.test(target));
      const imported = relative(root, resolve(root, dirname(file), target));
      // Of some rooms one file alone may be imported, which is named then.
      return ![room, ...rules.rooms].some((allowed) => allowed === imported || allowed === roomOf(imported));
    });
    expect(forbidden).toEqual([]);
  });

  test("the table of rooms is held against a file that breaks it", () => {
    expect(
      specifiers('import { x } from "../store/users.ts";\nimport type { Y } from "node:fs";\nimport "z";'),
    ).toEqual(["../store/users.ts", "node:fs", "z"]);
  });

  test("one file reads the environment", () => {
    const readers = sourceFiles(["functions", "lib"]).filter((file) => /(?<!")\bprocess\.env\b/.test(read(file)));
    expect(readers).toEqual(["functions/runtime.ts"]);
  });

  test("what is declared with a schema library gives functions and pages its types, and nothing to run", () => {
    const importing = /^\s*import (?!type )[^;]*?from "[^"]*\/declarations\/[^"]*";/m;
    const others = sourceFiles(["functions", "lib/portal"]).filter((file) => !file.includes("/declarations/"));
    expect(others.filter((file) => importing.test(read(file)))).toEqual([]);
    expect(importing.test('import { x } from "./declarations/orgs.ts";')).toBe(true);
  });

  test("the protocol has no clock, no randomness and no input or output", () => {
    const impure = /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|\bprocess\.|\bfetch\(|\bconsole\.\w/;
    expect(sourceFiles(["functions/scim"]).filter((file) => impure.test(read(file)))).toEqual([]);
  });

  test("no file of the protocol is longer than 300 lines", () => {
    expect(sourceFiles(["functions/scim"]).filter((file) => read(file).split("\n").length > 301)).toEqual([]);
  });

  test("the protocol has at most 25 files, half of them with 100 lines or more", () => {
    const files = sourceFiles(["functions/scim"]);
    const lengths = files.map((file) => read(file).split("\n").length - 1).sort((left, right) => left - right);
    expect(lengths.length).toBeLessThanOrEqual(25);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeGreaterThanOrEqual(100);
  });

  test("the raw JSON of a PATCH is read in one place: what comes out is a type of its own", () => {
    const importers = (target: string) =>
      [...importGraph(sourceFiles(["functions"]))].flatMap(([file, targets]) => (targets.includes(target) ? file : []));
    // Beside the reader of messages: use cases that change a resource by an operation of their own.
    expect(importers("functions/scim/patch/resolvePatch.ts").sort()).toEqual([
      "functions/provisioning/bulk.ts",
      "functions/provisioning/unmanaged.ts",
      "functions/scim/patch/readPatch.ts",
    ]);
  });
});

/** By file, which files it imports, all named from the root. */
function importGraph(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    files.map((file) => {
      const own = importsOf(file).filter((target) => target.startsWith("."));
      return [file, own.map((target) => relative(root, resolve(root, dirname(file), target)))];
    }),
  );
}

/** The groups of nodes that reach each other, sorted. */
function importCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map([...graph.keys()].map((node) => [node, nodesBehind(graph, node)]));
  const cycles = new Map<string, string[]>();
  for (const [node, behind] of reached) {
    if (!behind.has(node)) continue;
    const cycle = [...behind].filter((other) => reached.get(other)?.has(node) === true).sort();
    cycles.set(cycle.join(), cycle);
  }
  return [...cycles.values()];
}

function nodesBehind(graph: ReadonlyMap<string, readonly string[]>, start: string): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...(graph.get(start) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    waiting.push(...(graph.get(node) ?? []));
  }
  return found;
}

function roomOf(file: string): string {
  const matching = Object.keys(ROOMS).filter((room) => file === room || file.startsWith(`${room}/`));
  return matching.sort((left, right) => right.length - left.length)[0] ?? file;
}

function importsOf(file: string): string[] {
  return specifiers(read(file));
}

function specifiers(source: string): string[] {
  const statements = source.matchAll(/^\s*(?:import|export)\s(?:[^"'();=]*?\sfrom\s+)?["']([^"']+)["']/gm);
  const dynamic = source.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g);
  return [...statements, ...dynamic].map((match) => match[1] ?? "");
}

function sourceFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
      .map((name) => join(folder, name)),
  );
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
