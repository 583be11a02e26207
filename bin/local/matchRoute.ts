import type { Route, RoutedFunction } from "../../functions/routes.ts";

/** A path as a template; `{name}` is one segment, `{name+}` the rest. */
interface Addressed {
  readonly path: string;
  readonly method?: string | undefined;
}

export interface Matched<R> {
  readonly route: R;
  /** As sent, still percent-encoded; `{name+}` holds the rest of the path without its trailing slash. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type RouteMatch<F extends RoutedFunction = RoutedFunction> = Matched<Route<F>>;

/**
 * Picks the route of a path (no query) as API Gateway's REST API does: the whole path must match, and segment by segment a
 * literal is preferred to `{name}`, and `{name}` to `{name+}`, wherever they stand in the list. One trailing slash is ignored.
 * Of one path, the route that names the method is preferred.
 */
export function matchRoute<R extends Addressed>(
  routes: readonly R[],
  path: string,
  method?: string,
): Matched<R> | undefined {
  const segments = segmentsOf(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
  let best: (Matched<R> & { readonly rank: string }) | undefined;
  for (const route of routes) {
    if (route.method !== undefined && route.method !== method) continue;
    const found = matchOne(route, segments);
    if (found !== undefined && (best === undefined || found.rank < best.rank)) best = { route, ...found };
  }
  return best && { route: best.route, parameters: best.parameters };
}

interface Found {
  readonly parameters: Record<string, string>;
  /**
   * One digit per template segment: 0 literal, 1 `{name}`, 2 `{name+}`; then a letter for the method. The smaller text is the
   * more specific route.
   */
  readonly rank: string;
}

function matchOne(route: Addressed, segments: readonly string[]): Found | undefined {
  const parameters: Record<string, string> = {};
  let rank = "";
  const wanted = templatesOf(route.path);
  for (const [index, { literal, name, isRest }] of wanted.entries()) {
    const segment = segments[index];
    if (segment === undefined || (name !== undefined && segment === "" && index === segments.length - 1)) {
      return undefined;
    }
    if (name === undefined) {
      if (literal !== segment) return undefined;
      rank += "0";
      continue;
    }
    if (isRest) {
      parameters[name] = segments.slice(index).join("/");
      return { parameters, rank: `${rank}2${ofMethod(route)}` };
    }
    parameters[name] = segment;
    rank += "1";
  }
  return wanted.length === segments.length ? { parameters, rank: rank + ofMethod(route) } : undefined;
}

interface Template {
  readonly literal: string;
  /** Of a parameter; undefined: the segment is the literal. */
  readonly name: string | undefined;
  readonly isRest: boolean;
}

/** By path: each is read once, and every request looks at all. */
const templates = new Map<string, readonly Template[]>();

function templatesOf(path: string): readonly Template[] {
  const known = templates.get(path);
  if (known !== undefined) return known;
  const read = segmentsOf(path).map((literal) => {
    const [, name, rest] = /^\{(\w+)(\+?)\}$/.exec(literal) ?? [];
    return { literal, name, isRest: rest === "+" };
  });
  templates.set(path, read);
  return read;
}

function ofMethod({ method }: Addressed): string {
  return method === undefined ? "b" : "a";
}

function segmentsOf(path: string): string[] {
  return path.split("/").slice(1);
}
