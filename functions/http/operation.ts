import { own } from "../scim/json.ts";
import type { ResourceType } from "../scim/schema.ts";
import type { RequestContext } from "./requestContext.ts";

/** What a log is filtered by: `users.patch`, `groups.members`, `discovery.schemas`. Told for refused requests too. */

const ON_COLLECTION = { GET: "list", POST: "create" };
const ON_RESOURCE = { GET: "get", PUT: "replace", PATCH: "patch", DELETE: "delete" };

/** The operation on the resources of one type, such as `users`, that a request asks for; `….none` for what is not offered. */
export function operationOn(kind: string, { method, segments, query }: RequestContext): string {
  const [, id, ...beyond] = segments;
  if (beyond.length > 0) return `${kind}.none`;
  if (id === ".search") return `${kind}.${method === "POST" ? "search" : "none"}`;
  if (id !== undefined) return `${kind}.${own(ON_RESOURCE, method) ?? "none"}`;
  if (method === "GET" && query("filter") !== undefined) return `${kind}.filter`;
  return `${kind}.${own(ON_COLLECTION, method) ?? "none"}`;
}

/** The operation over all resource types at once. */
export function operationOnAll({ method, segments, query }: RequestContext): string {
  if (segments[0] === ".search") return `all.${method === "POST" && segments.length === 1 ? "search" : "none"}`;
  if (method !== "GET" || segments.length > 0) return "all.none";
  return query("filter") === undefined ? "all.list" : "all.filter";
}

/** A PATCH that changes nothing but one attribute. @param described as describePatch has it */
export function changesOnly(attribute: string, described: readonly string[]): boolean {
  return described.every((entry) => new RegExp(`^\\w+ ${attribute}\\b`).test(entry));
}

/** Which resource a line is about. @param id undefined for what cannot be an id of ours: it is the client's own text */
export function noteResource(ctx: RequestContext, { name }: ResourceType, id: string | undefined): void {
  ctx.logFields.resource = name;
  if (id !== undefined) ctx.logFields.resourceId = id;
}
