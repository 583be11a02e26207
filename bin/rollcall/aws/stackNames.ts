import { ALL_ROUTES } from "../../../functions/routes.ts";
import type { StackFunction } from "../../../lib/stackFunctions.ts";

/**
 * The names of a Rollcall's parts in a deployed stack; only this file knows them. A stack of Rollcall's own has `TableName` and
 * `usersFunction1A2B3C4D`. In a host's stack an output has a prefix, and a logical id begins with the construct's path:
 * `RollcallTableName`, `PlatformScimusersFunction1A2B3C4D` (ADR 60).
 */
const OUTPUT_PREFIX = "Rollcall";
/** Every Rollcall has these, in all settings and releases. */
const IN_EACH = { output: "TableName", functions: ["users", "groups"] } as const;
/** The CDK's ending of a logical id. */
const HASH = /[0-9A-F]{8}$/;
/** For a construct whose id ends like a role: the CDK drops a repeated end of the path. */
const ROLES: readonly StackFunction[] = [
  ...ALL_ROUTES.map((route) => route.function),
  ...(["events", "sweep", "tokensReport", "webhooks", "roles", "journal", "canary"] as const),
];

/** Values by their names in a stack of Rollcall's own. @param given all outputs of the stack */
export function ownOutputs(given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  // A host's own outputs may have the same names as ours.
  if (!given.has(OUTPUT_PREFIX + IN_EACH.output)) return given;
  const prefixed = [...given].filter(([name]) => name.startsWith(OUTPUT_PREFIX));
  return new Map(prefixed.map(([name, value]) => [name.slice(OUTPUT_PREFIX.length), value]));
}

export interface StackResource {
  readonly logicalId: string;
  /** The service's own name or id. */
  readonly physicalId: string;
  /** Such as `AWS::Lambda::Function`. */
  readonly type: string;
}

/** AWS's names of one Rollcall's parts. */
export interface RollcallParts {
  /** By role: `users`, `events` … */
  readonly functions: ReadonlyMap<string, string>;
  /** Of the functions. */
  readonly logGroups: readonly string[];
  /** API Gateway's. */
  readonly accessLog: string | undefined;
}

/** All Rollcalls among a stack's resources: normally one, more where the host's functions look alike. */
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

/** Resources whose logical id ends in `ending` and a hash, by the rest of the id. */
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

/** By role: words that begin with a small letter. */
function below(path: string, found: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...found].flatMap(([name, physicalId]): [string, string][] => {
      const role = name === path ? (ROLES.find((one) => path.endsWith(one)) ?? "") : name.slice(path.length);
      return name.startsWith(path) && /^[a-z]/.test(role) ? [[role, physicalId]] : [];
    }),
  );
}
