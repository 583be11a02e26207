import type { Profiler } from "node:inspector";

/** The ways that a request takes through the code, in order; the last ones are no way of its own. */
export const PARTS = [
  "gateway",
  "parse",
  "authenticate",
  "plan",
  "build",
  "sign",
  "wait",
  "decode",
  "render",
  "log",
  "collector",
  "other",
] as const;

export type Part = (typeof PARTS)[number];

/** What the table's client does; all of the others but the collector's are the functions' own work. */
export const OF_THE_CLIENT: ReadonlySet<Part> = new Set(["sign", "wait", "decode"]);

interface Rule {
  /** Of the file's address. */
  readonly file: RegExp;
  /** Of the function's name; absent: any. */
  readonly name?: RegExp;
  readonly part: Part;
}

/** The first that fits counts. A file of functions/ that none fits belongs to who called it. */
const RULES: readonly Rule[] = [
  { file: /functions\/http\/(requestLog|logWriter|metrics|clientNames)\.ts$/, part: "log" },
  // What the bench hands to the functions to log with.
  { file: /test\/bench\/throughput\/setup\.ts$/, name: /^log$/, part: "log" },
  { file: /functions\/http\/authenticate\.ts$/, part: "authenticate" },
  { file: /functions\/provisioning\/(token|tokens|accessTokens|access|requestBudget)\.ts$/, part: "authenticate" },
  { file: /functions\/store\/(settings|buckets)\.ts$/, part: "authenticate" },
  { file: /functions\/http\/requestContext\.ts$/, name: /^(readBody|decodeUtf8|queriesOf|body)$/, part: "parse" },
  { file: /functions\/http\/list\.ts$/, name: /^(listRequestOf|named)$/, part: "parse" },
  {
    file: /functions\/scim\/(readResource|readValue|query|quirks|filter\/parseFilter|patch\/readPatch)\.ts$/,
    part: "parse",
  },
  {
    file: /functions\/scim\/(render|error)\.ts$|functions\/provisioning\/resources\/showResources\.ts$/,
    part: "render",
  },
  { file: /functions\/http\/|@middy\/core/, part: "gateway" },
  { file: /functions\/provisioning\/|functions\/scim\/(patch|filter|members)/, part: "plan" },
  { file: /functions\/store\/signed\/signature\.ts$/, part: "sign" },
  { file: /functions\/store\/signed\/attributeValues\.ts$/, name: /^(wire|numeral|members)/, part: "build" },
  { file: /functions\/store\/signed\/(attributeValues|sortKeys)\.ts$/, part: "decode" },
  {
    file: /functions\/store\/signed\/signedClient\.ts$/,
    name: /^(readReply|parsed|isObject|errorName)$/,
    part: "decode",
  },
  { file: /functions\/store\/signed\//, part: "wait" },
  { file: /functions\/store\//, part: "build" },
];

/** Samples by part; those of the bench itself and of an idle process are left out. */
export interface Attribution {
  readonly samples: ReadonlyMap<Part, number>;
  /** Left out because the bench made them. */
  readonly harness: number;
  /** What became "other", by function. */
  readonly unknown: ReadonlyMap<string, number>;
}

type Node = Profiler.ProfileNode;

/**
 * Gives each sample of a profile to the part whose code was running: that of the innermost function of ours on its stack.
 * Node's own code without any of ours above it serves sockets and timers: it is `wait`, like the kernel's work for them.
 */
export function attribute({ nodes, samples = [] }: Profiler.Profile): Attribution {
  const parents = new Map<number, Node>();
  const byId = new Map<number, Node>(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const counted = new Map<Part, number>();
  const unknown = new Map<string, number>();
  let harness = 0;
  const owners = new Map<number, Part | "harness" | "idle">();
  for (const id of samples) {
    const owner = owners.get(id) ?? ownerOf(byId.get(id), parents);
    owners.set(id, owner);
    if (owner === "idle") continue;
    if (owner === "harness") harness += 1;
    else counted.set(owner, (counted.get(owner) ?? 0) + 1);
    if (owner === "other") {
      const { functionName = "", url = "" } = byId.get(id)?.callFrame ?? {};
      const name = `${functionName} ${url.split("/").slice(-2).join("/")}`;
      unknown.set(name, (unknown.get(name) ?? 0) + 1);
    }
  }
  return { samples: counted, harness, unknown };
}

function ownerOf(innermost: Node | undefined, parents: ReadonlyMap<number, Node>): Part | "harness" | "idle" {
  const name = innermost?.callFrame.functionName;
  if (name === "(idle)") return "idle";
  if (name === "(garbage collector)") return "collector";
  if (name === "(program)") return "wait";
  let isHarness = false;
  let isForeign = false;
  for (let node = innermost; node !== undefined; node = parents.get(node.id)) {
    const { functionName, url } = node.callFrame;
    const rule = RULES.find(({ file, name: names }) => file.test(url) && (names?.test(functionName) ?? true));
    if (rule !== undefined) return rule.part;
    isHarness ||= url.includes("/test/");
    isForeign ||= url !== "" && !url.startsWith("node:");
  }
  if (isHarness) return "harness";
  return isForeign ? "other" : "wait";
}
