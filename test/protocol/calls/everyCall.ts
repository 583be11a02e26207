import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Declaration } from "../../../functions/http/signed/declarations/declaration.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Check, Target } from "../../support/target.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import { CALLS, type ExampleCall, OPERATIONS } from "./operations.ts";

/** Every operation, called as it succeeds: signed, and by application key, by which some are refused and then signed. */
export const signedCalls: Check = {
  name: "every operation of both APIs, signed (SigV4)",
  run: (on) => run(on, signed),
};
export const keyedCalls: Check = {
  name: "every operation of both APIs, by application key: its scope opens it, a smaller one and another org's key do not",
  run: (on) => run(on, keyed),
};

/** One call, ready to be sent. */
export interface Call {
  readonly name: string;
  readonly declaration: Declaration;
  /** Below the root of its API, with the query. */
  readonly path: string;
  /** Login name in the path. */
  readonly org: string | undefined;
  readonly body: JsonObject | undefined;
}

type Send = (target: Target, call: Call, differences: string[]) => Promise<Answer>;

async function run(target: Target, send: Send): Promise<string[]> {
  const made = await given(target);
  const differences: string[] = [];
  for (const [name, example = {}] of CALLS) {
    const call = callOf(name, example, made);
    let answer = await send(target, call, differences);
    if (answer.status === 503) {
      // Others are writing the same, such as the sender of a message that is to be sent again: the answer says when to come.
      await wait(1_000 * Number(answer.headers["retry-after"] ?? 1));
      answer = await send(target, call, differences);
    }
    const { path } = call.declaration;
    const isOff =
      (target.webhooks === "off" && path.includes("webhooks")) ||
      (target.portal === "off" && path.includes("portal-sessions")) ||
      (target.roles === "off" && path.includes("roles"));
    const expected = isOff ? 409 : (example.status ?? statusOf(call.declaration));
    if (answer.status !== expected) {
      differences.push(`${name}: ${answer.status} instead of ${expected}: ${answer.text.slice(0, 300)}`);
    }
    for (const [kept, path] of Object.entries(example.keeps ?? {})) made.set(kept, String(at(answer.json, path)));
  }
  return differences;
}

/** What the calls name and do not make themselves. @returns ids and names, by the names of `CALLS` */
export async function given(target: Target, org?: Tenant): Promise<Map<string, string>> {
  return givenIn(target, org ?? (await target.org()));
}

async function givenIn(target: Target, org: Tenant): Promise<Map<string, string>> {
  const create = async (path: string, body: JsonObject): Promise<string> => {
    const { status, json, text } = await org.request({ method: "POST", path, body });
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text.slice(0, 300)}`);
    return String(at(json, "id"));
  };
  const emails = [{ type: "work", value: "ada@acme.example" }];
  const person = { schemas: [USER_SCHEMA], emails, active: true };
  const user = await create("/Users", { ...person, userName: "ada@acme.example" });
  const members = [{ value: user }];
  const group = await create("/Groups", { schemas: [GROUP_SCHEMA], displayName: "Engines", members });
  const deserted = await desertedTeam(target, org, await create("/Users", { ...person, userName: "gone" }));
  const copy = `c${randomBytes(6).toString("hex")}`;
  return new Map(Object.entries({ org: org.slug, user, group, deserted, copy, stranger: `u${"0".repeat(22)}` }));
}

/** A team of the application, whose one member the identity provider deletes. */
async function desertedTeam(target: Target, { slug, request }: Tenant, user: string): Promise<string> {
  const team = String(
    at((await target.directory("POST", `/orgs/${slug}/teams`, { displayName: "Deserted" })).json, "id"),
  );
  await target.directory("PUT", `/orgs/${slug}/teams/${team}/members/${user}`);
  const { status } = await request({ method: "DELETE", path: `/Users/${user}` });
  if (status !== 204) throw new Error(`DELETE of a member: ${status}`);
  return team;
}

export function callOf(
  name: string,
  { of = {}, query = "", body }: ExampleCall,
  made: ReadonlyMap<string, string>,
): Call {
  const declaration = OPERATIONS.get(name);
  if (declaration === undefined) throw new Error(`${name} is no operation`);
  const valueNamed = (named: string): string => {
    const value = made.get(of[named] ?? named) ?? of[named];
    if (value === undefined) throw new Error(`${name}: nothing was kept as ${named}`);
    return value;
  };
  const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (_place, named: string) => valueNamed(named));
  const path = declaration.path.replace(/\{(\w+)\}/g, (_place, named: string) => encodeURIComponent(valueNamed(named)));
  return {
    name,
    declaration,
    path: `/${path}${filled(query)}`,
    org: declaration.path.includes("{org}") ? valueNamed("org") : undefined,
    body: body && JSON.parse(filled(JSON.stringify(body))),
  };
}

function statusOf({ answer, status }: Declaration): number {
  return answer === undefined ? 204 : (status ?? 200);
}

export async function signed(target: Target, { declaration: { method }, name, path, body }: Call): Promise<Answer> {
  return target[name.startsWith("directory.") ? "directory" : "admin"](method, path, body);
}

/** The catalogue of roles is the application's: a key of any organization reads it. */
const COMMON: readonly string[] = ["directory.listRoles", "directory.getRole"];

/**
 * What a key must have for an operation; `operator`: no key opens it; `everyOrg`: it has to be of all organizations; `common`: it
 * may be of any.
 */
export function neededScope({ name, declaration: { method, path } }: Pick<Call, "name" | "declaration">) {
  if (COMMON.includes(name)) return "common";
  if (name.startsWith("directory.") && !path.includes("{org}")) return "everyOrg";
  if (name.startsWith("directory.")) return method === "GET" ? "directory.read" : "directory.write";
  return name.startsWith("admin.") && path.includes("{org}") && name !== "admin.purgeOrg" ? "admin" : "operator";
}

/** Tries what must not open the operation, then what must; where no key does, signs it. */
async function keyed(target: Target, call: Call, differences: string[]): Promise<Answer> {
  const needed = neededScope(call);
  const org = call.org ?? (await target.org()).slug;
  const expect = async (scope: string, of: string, status: number, code: string): Promise<void> => {
    const answer = await byKey(target, call, await keyFor(target, scope, of));
    if (answer.status === status && at(answer.json, "code") === code) return;
    const said = `${answer.status} ${answer.text.slice(0, 200)}`;
    differences.push(`${call.name} by a key of ${of === org ? "its" : "another"} org, ${scope}: ${said}`);
  };
  if (needed === "operator") {
    await expect("admin", org, 403, "scope.operator");
    return signed(target, call);
  }
  if (needed === "everyOrg") {
    const scope = call.declaration.method === "GET" ? "directory.read" : "directory.write";
    await expect(scope, org, 403, "scope.operator");
    return byKey(target, call, await keyFor(target, scope, undefined));
  }
  if (needed === "common") {
    await expect("admin", org, 403, "scope.needed");
    return byKey(target, call, await keyFor(target, "directory.read", org));
  }
  const smaller = { "directory.read": "admin", "directory.write": "directory.read", admin: "directory.write" }[needed];
  await expect(smaller, org, 403, "scope.needed");
  await expect(needed, (await otherOrg(target)).slug, 404, "notFound.org");
  return byKey(target, call, await keyFor(target, needed, org));
}

export function byKey(target: Target, { name, declaration, path, body }: Call, key: string): Promise<Answer> {
  return target.transport({
    method: declaration.method,
    target: `/app/v1${name.startsWith("directory.") ? "" : "/admin"}${path}`,
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

const keys = new WeakMap<Target, Map<string, Promise<string>>>();
const others = new WeakMap<Target, ReturnType<Target["org"]>>();

function otherOrg(target: Target): ReturnType<Target["org"]> {
  const other = others.get(target) ?? target.org();
  others.set(target, other);
  return other;
}

/** Made once for each target, scope and org. */
function keyFor(target: Target, scope: string, org: string | undefined): Promise<string> {
  const known = keys.get(target) ?? new Map<string, Promise<string>>();
  keys.set(target, known);
  const made = known.get(`${scope} ${org}`) ?? makeKey(target, scope, org);
  known.set(`${scope} ${org}`, made);
  return made;
}

async function makeKey(target: Target, scope: string, org: string | undefined): Promise<string> {
  const { status, json, text } = await target.admin("POST", "/app-keys", { scope, org, description: "every call" });
  if (status !== 201) throw new Error(`no key with the scope ${scope}: ${text.slice(0, 300)}`);
  return String(at(json, "secretKey"));
}
