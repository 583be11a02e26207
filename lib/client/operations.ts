import { ROUTES as ADMIN_ROUTES, type Admin } from "./generated/admin.ts";
import { ROUTES as DIRECTORY_ROUTES, type Directory } from "./generated/directory.ts";
import { RollcallError, refuseArgument } from "./rollcallError.ts";
import { type Means, send } from "./send.ts";

/** Every operation of both APIs: `directory.getUser`, `admin.createOrg`. */
export type OperationName = `directory.${keyof Directory.Operations}` | `admin.${keyof Admin.Operations}`;

type OperationOf<N extends OperationName> = N extends `directory.${infer O extends keyof Directory.Operations}`
  ? Directory.Operations[O]
  : N extends `admin.${infer O extends keyof Admin.Operations}`
    ? Admin.Operations[O]
    : never;

/** An operation's `path`, `query`, `body` and `ifVersion`, where it has them. */
export type Takes<N extends OperationName> = OperationOf<N>["takes"];
export type Gives<N extends OperationName> = OperationOf<N>["gives"];

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Arguments of `call` after the name; optional where nothing is required. */
type CallArguments<N extends OperationName> =
  Record<never, never> extends Takes<N>
    ? [takes?: Takes<N>, options?: CallOptions]
    : [takes: Takes<N>, options?: CallOptions];

/** Calls any operation. @throws RollcallError */
export type CallOperation = <N extends OperationName>(name: N, ...given: CallArguments<N>) => Promise<Gives<N>>;

interface Route {
  readonly method: string;
  readonly path: string;
  readonly isEmpty?: true;
}

interface Parts {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ifVersion?: number;
}

/** POSTs that may be repeated, according to their descriptions. */
const REPEATABLE_POSTS: readonly OperationName[] = ["directory.createUsers", "admin.protectUser", "admin.verifyDomain"];

export function callOver(means: Means): CallOperation {
  return async (name, ...[takes = {}, { signal } = {}]) => {
    const { api, method, path, isEmpty } = routeOf(name);
    const { path: names = {}, query = {}, body, ifVersion }: Parts = takes;
    const asked = queryText(query);
    const json = await send(
      {
        method,
        path: `${means.authorizer.rootOf(api)}/${filled(path, names)}${asked}`,
        // A body whose members are all optional may be absent.
        ...(body !== undefined && { body }),
        ...(ifVersion !== undefined && { ifVersion }),
        signal,
        isRepeatable: method !== "POST" || REPEATABLE_POSTS.includes(name),
        isEmpty: isEmpty === true,
        ...(typeof query.wait === "number" && { holdMs: query.wait * 1_000 }),
      },
      means,
    );
    // The types come from the declarations that check the server's answers.
    return json as Gives<typeof name>;
  };
}

function routeOf(name: OperationName): Route & { readonly api: "directory" | "admin" } {
  const [api, operation = ""] = name.split(".");
  const routes: Readonly<Partial<Record<string, Route>>> = api === "admin" ? ADMIN_ROUTES : DIRECTORY_ROUTES;
  const route = Object.hasOwn(routes, operation) ? routes[operation] : undefined;
  if (route === undefined) refuseArgument(`There is no operation ${name}.`);
  return { ...route, api: api === "admin" ? "admin" : "directory" };
}

/** A path with its parameters filled in. @throws RollcallError `client.argument` where one would change the path */
function filled(path: string, names: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(names, name) ? names[name] : undefined;
    if (typeof value !== "string" || /^\.{0,2}$/.test(value)) {
      refuseArgument(`${name} has to be a text that is not empty.`);
    }
    return encodeURIComponent(value);
  });
}

function queryText(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  // Encodes a space as %20: a plus means a space to some readers, but a plus in signatures.
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}

/** The result of a call, or undefined for an unknown user or team. */
export async function orUndefined<T>(finding: Promise<T>): Promise<T | undefined> {
  try {
    return await finding;
  } catch (error) {
    if (error instanceof RollcallError && /^notFound\.(?:user|orgUser|team)$/.test(error.code)) return undefined;
    throw error;
  }
}
