import { ALL_ROUTES } from "../../../functions/routes.ts";
import type { StackFunction } from "../../../lib/settings.ts";

/**
 * What the parts of a Rollcall are called in a deployed stack: nothing else knows it. A stack of its own calls them `TableName`
 * and `usersFunction1A2B3C4D`. In the stack of a host, beside what is the host's, an output has a prefix, and a logical id
 * begins with the path of the construct: `RollcallTableName`, `PlatformScimusersFunction1A2B3C4D` (ADR 60).
 */
const OUTPUT_PREFIX = "Rollcall";
/** Every Rollcall has these, whatever its settings and its release. */
const IN_EACH = { output: "TableName", functions: ["users", "groups"] } as const;
/** What the CDK ends a logical id with. */
const HASH = /[0-9A-F]{8}$/;
/** For a construct whose id ends like one of them: the CDK leaves out what repeats the end of the path. */
const ROLES: readonly StackFunction[] = [
  ...ALL_ROUTES.map((route) => route.function),
  ...(["events", "sweep", "tokensReport", "webhooks", "roles", "journal", "canary"] as const),
];

/** Values by the names that they have in a stack of Rollcall's own. @param given of the stack */
export function ownOutputs(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  // A host may have outputs of its own that are called as ours are.
  if (!given.has(OUTPUT_PREFIX + IN_EACH.output)) return given;
  const prefixed = [...given].filter(([name]) => name.startsWith(OUTPUT_PREFIX));
  return new Map(prefixed.map(([name, value]) => [name.slice(OUTPUT_PREFIX.length), value]));
}

export interface StackResource {
  readonly logicalId: string;
  /** The name or id that the service knows it by. */
  readonly physicalId: string;
  /** Such as `AWS::Lambda::Function`. */
  readonly type: string;
}

/** The names by which AWS knows the parts of one Rollcall. */
export interface RollcallParts {
  /** By what they do: `users`, `events` … */
  readonly functions: ReadonlyMap<string, string>;
  /** Of the functions. */
  readonly logGroups: readonly string[];
  /** API Gateway's. */
  readonly accessLog: string | undefined;
}

/** All that are among the resources of a stack: one, but for functions of the host's that look alike. */
export function rollcallsIn(resources: readonly StackResource[]): RollcallParts[] {
  const functions = named(resources, "AWS::Lambda::Function", "Function");
  const groups = named(resources, "AWS::Logs::LogGroup", "Logs");
  const [first] = IN_EACH.functions;
  const paths = [...functions.keys()]
    .filter((name) => name.endsWith(first))
    .flatMap((name) => [name.slice(0, -first.length), name])
    .filter((path) => IN_EACH.functions.every((role) => functions.has(joined(path, role))));
  return paths.map((path) => ({
    functions: below(path, functions),
    logGroups: [...below(path, groups).values()],
    accessLog: resources.find(({ logicalId, type }) => {
      return type === "AWS::Logs::LogGroup" && logicalId.replace(HASH, "") === `${path}HttpAccessLog`;
    })?.physicalId,
  }));
}

/** By their logical ids without `ending` and hash, of those that have both. */
function named(resources: readonly StackResource[], wanted: string, ending: string): Map<string, string> {
  return new Map(
    resources.flatMap(({ logicalId, physicalId, type }): [string, string][] => {
      const name = logicalId.replace(HASH, "");
      const fits = type === wanted && HASH.test(logicalId) && name.endsWith(ending);
      return fits ? [[name.slice(0, -ending.length), physicalId]] : [];
    }),
  );
}

function joined(path: string, role: string): string {
  return path.endsWith(role) ? path : path + role;
}

/** By their roles: words that begin with a small letter. */
function below(path: string, found: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...found].flatMap(([name, physicalId]): [string, string][] => {
      const role = name === path ? (ROLES.find((one) => path.endsWith(one)) ?? "") : name.slice(path.length);
      return name.startsWith(path) && /^[a-z]/.test(role) ? [[role, physicalId]] : [];
    }),
  );
}
