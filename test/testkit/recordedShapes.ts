import { isObject, type Json } from "../../functions/scim/json.ts";
import type { Exchange } from "../../lib/testkit/index.ts";
import { type Recorded, recorded, type Step } from "../protocol/idp/recorded.ts";

/** What of a request stays the same whatever its values: how it is addressed, its headers, the form of its body. */
export interface RequestShapes {
  /** `GET /Users?filter=userName+eq+%22…%22` */
  readonly addresses: ReadonlySet<string>;
  /** `Accept: application/json`; `Accept: -` where it is known to be left out. */
  readonly headers: ReadonlySet<string>;
  /** One line for each member or operation of a body. */
  readonly bodies: ReadonlySet<string>;
}

/** What the replays add to a request that does not say otherwise (test/support/wire.ts). */
const ADDED = { Accept: "application/scim+json" };

/**
 * Of all requests that are recorded of these clients.
 * @param modes of which of them bodies count: where a client has several, each writes its own
 */
export function recordedShapes(clients: readonly string[], modes = clients): RequestShapes {
  const shapes = { addresses: new Set<string>(), headers: new Set<string>(), bodies: new Set<string>() };
  for (const one of recorded().filter(({ client }) => clients.includes(client))) {
    for (const step of stepsOf(one)) {
      shapes.addresses.add(addressOf(step.method, step.path));
      for (const [name, value] of Object.entries({ ...ADDED, ...step.headers }))
        shapes.headers.add(`${name}: ${value ?? "-"}`);
      if (!modes.includes(one.client)) continue;
      for (const line of bodyLines(step.method, step.path, step.request)) shapes.bodies.add(line);
    }
  }
  return shapes;
}

/** What of a request that was sent is in no recorded one. */
export function unrecorded(shapes: RequestShapes, { body, headers, method, path }: Exchange): string[] {
  const known = [...shapes.headers];
  const left = known.filter((line) => line.endsWith(": -")).map((line) => line.slice(0, -3));
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const address = addressOf(method, path);
  return [
    ...(shapes.addresses.has(address) ? [] : [`address ${address}`]),
    ...given.filter((line) => !shapes.headers.has(line)).map((line) => `header ${line}`),
    // A header that is both recorded and left out is one that depends on the request.
    ...left.flatMap((name) =>
      name in headers && !known.some((line) => line.startsWith(`${name}: `) && !line.endsWith(": -"))
        ? [`header ${name}`]
        : [],
    ),
    ...bodyLines(method, path, body).filter((line) => !shapes.bodies.has(line)),
  ];
}

function stepsOf(one: Recorded): Pick<Step, "method" | "path" | "headers" | "request">[] {
  const steps: readonly Partial<Step>[] = one.steps ?? [one];
  return steps.flatMap(({ method, path, headers, request, walk }) => {
    const pages = walk === undefined ? path : `${path}?startIndex=1&count=${walk.count}`;
    if (method === undefined || pages === undefined) return [];
    return [
      { method, path: pages, ...(headers !== undefined && { headers }), ...(request !== undefined && { request }) },
    ];
  });
}

function addressOf(method: string, path: string): string {
  const plain = path
    .replace(/^(\/(?:Users|Groups))\/[^?]+/, "$1/{id}")
    .replace(/%22.*?%22/g, "%22…%22")
    .replace(/startIndex=\d+/, "startIndex=N");
  return `${method} ${plain}`;
}

function bodyLines(method: string, path: string, body: Json | undefined): string[] {
  if (!isObject(body)) return [];
  const endpoint = path.startsWith("/Users") ? "/Users" : "/Groups";
  if (method !== "PATCH") return membersIn(body, `${endpoint} `).map((line) => `body ${line}`);
  const operations = Array.isArray(body.Operations) ? body.Operations.filter(isObject) : [];
  const frame = membersIn({ ...body, Operations: [] }, `${endpoint} PATCH `);
  return [
    ...frame,
    ...operations.flatMap(({ op, path: target, value }) => {
      const where = `${endpoint} PATCH ${op} ${typeof target === "string" ? targetOf(target) : "-"} `;
      // Of a value without a path each member has its own line: which ones come together is the moment's.
      return value === undefined ? [where] : membersIn(value, where);
    }),
  ];
}

/** One simple attribute is as good as another one; what a filter compares stays, but for ids. */
function targetOf(path: string): string {
  if (path === "active" || path === "members") return path;
  if (path.startsWith("urn:")) return `${path.slice(0, path.lastIndexOf(":"))}:…`;
  return path.replace(/^(\w+)\[value eq ".*"\]$/, '$1[value eq "…"]').replace(/^\w+(\.\w+)?$/, "attribute");
}

/** Each leaf of a value with the names that lead to it and its type; the name of a simple attribute in a path is left out. */
function membersIn(value: Json, place: string): string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [`${place}[]`] : value.flatMap((one) => membersIn(one, `${place}[]`));
  if (!isObject(value)) return [`${place}${value === null ? "null" : typeof value}`];
  return Object.entries(value).flatMap(([name, one]) => {
    // An echo: what the server said of it.
    if (name === "groups" || name === "meta") return [`${place}.${name}`];
    return membersIn(one, `${place}.${place.endsWith(" - ") ? flatName(name) : name}`);
  });
}

/** In a value without a path: of an attribute whose name says nothing about how it is written. */
function flatName(name: string): string {
  if (["id", "active", "password"].includes(name)) return name;
  return targetOf(name);
}
