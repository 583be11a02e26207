import type { Route, RoutedFunction } from "../../functions/routes.ts";

/** A path template; `{name}` is one segment, `{name+}` the rest. */
interface Addressed {
  readonly path: string;
  readonly method?: string | undefined;
}

interface Matched<R> {
  readonly route: R;
  /** As sent, still percent-encoded; `{name+}` holds the rest of the path without its trailing slash. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type RouteMatch<F extends RoutedFunction = RoutedFunction> = Matched<Route<F>>;

/**
 * Picks the route of a path (no query) as API Gateway's REST API does: the whole path must match, and in each segment a literal
 * wins over `{name}`, and `{name}` over `{name+}`, in any order of the list. One trailing slash is ignored. Of routes with the
 * same path, the one that names the method wins.
 */
export function matchRoute<R extends Addressed>(
  routes: readonly R[],
  path: string,
  method?: string,
): Matched<R> | undefined {
  const segments = segmentsOf(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
  const found = find(branchesOf(routes), segments, 0, method);
  if (found === undefined) return undefined;
  const parameters: Record<string, string> = {};
  for (const { name, index, isRest } of found.parameters) {
    parameters[name] = isRest ? segments.slice(index).join("/") : (segments[index] ?? "");
  }
  return { route: found.route, parameters };
}

interface Planted<R> {
  readonly route: R;
  readonly parameters: readonly { readonly name: string; readonly index: number; readonly isRest: boolean }[];
}

/** The routes whose templates begin with the same segments. */
interface Branch<R> {
  readonly literals: Map<string, Branch<R>>;
  /** The next segment is `{name}`, with any name. */
  named?: Branch<R>;
  /** Routes that end here: `rests` with `{name+}`. */
  readonly rests: Planted<R>[];
  readonly ends: Planted<R>[];
}

/** By list of routes, so that each list is read once. */
const roots = new WeakMap<readonly Addressed[], unknown>();

function branchesOf<R extends Addressed>(routes: readonly R[]): Branch<R> {
  const known = roots.get(routes) as Branch<R> | undefined;
  if (known !== undefined) return known;
  const root = newBranch<R>();
  for (const route of routes) plant(route, root);
  roots.set(routes, root);
  return root;
}

function plant<R extends Addressed>(route: R, root: Branch<R>): void {
  const parameters: Planted<R>["parameters"][number][] = [];
  let branch = root;
  for (const [index, template] of segmentsOf(route.path).entries()) {
    const [, name, rest] = /^\{(\w+)(\+?)\}$/.exec(template) ?? [];
    const isRest = rest === "+";
    if (name !== undefined) parameters.push({ name, index, isRest });
    if (isRest) return void branch.rests.push({ route, parameters });
    const next = (name === undefined ? branch.literals.get(template) : branch.named) ?? newBranch();
    if (name === undefined) branch.literals.set(template, next);
    else branch.named = next;
    branch = next;
  }
  branch.ends.push({ route, parameters });
}

function newBranch<R>(): Branch<R> {
  return { literals: new Map(), rests: [], ends: [] };
}

function find<R extends Addressed>(
  branch: Branch<R>,
  segments: readonly string[],
  at: number,
  method?: string,
): Planted<R> | undefined {
  const segment = segments[at];
  if (segment === undefined) return withMethod(branch.ends, method);
  const literal = branch.literals.get(segment);
  const found = literal && find(literal, segments, at + 1, method);
  // The last parameter of a path is never empty.
  if (found !== undefined || (segment === "" && at === segments.length - 1)) return found;
  return (branch.named && find(branch.named, segments, at + 1, method)) ?? withMethod(branch.rests, method);
}

function withMethod<R extends Addressed>(planted: readonly Planted<R>[], method: string | undefined) {
  const named = method === undefined ? undefined : planted.find(({ route }) => route.method === method);
  return named ?? planted.find(({ route }) => route.method === undefined);
}

function segmentsOf(path: string): string[] {
  return path.split("/").slice(1);
}
