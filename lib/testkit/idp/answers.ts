import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import type { Line, ProviderRequest } from "./line.ts";

/** Statuses that a provider accepts. */
export const DONE = [200, 204];
export const CREATED = [200, 201];
export const DELETED = [204, 200, 404];

/** The status was right, but the answer lacks something that the provider needs. */
export class AnswerUnfit extends Error {
  override readonly name = "AnswerUnfit";
}

/** The resource that a match query finds. @throws ProviderRefused; AnswerUnfit for no list, or for several matches */
export async function onlyMatch(line: Line, request: ProviderRequest): Promise<JsonObject | undefined> {
  const { json } = await line.send(request, [200]);
  const resources = isObject(json) ? (json.Resources ?? []) : undefined;
  if (!Array.isArray(resources)) throw new AnswerUnfit(`GET ${request.path} was answered without a list of Resources.`);
  if (resources.length > 1) throw new AnswerUnfit(`GET ${request.path} has ${resources.length} matches.`);
  const [one] = resources;
  if (one === undefined) return undefined;
  return isObject(one) ? one : undefined;
}

/** The new resource's id. @throws ProviderRefused; AnswerUnfit for an answer without one */
export async function createdId(line: Line, request: ProviderRequest): Promise<string> {
  const { json } = await line.send(request, CREATED);
  return idIn(json, request);
}

/** @throws AnswerUnfit for an answer without an id */
export function idIn(json: Json | undefined, { method, path }: ProviderRequest): string {
  const id = isObject(json) ? json.id : undefined;
  if (typeof id !== "string" || id === "") throw new AnswerUnfit(`${method} ${path} was answered without an id.`);
  return id;
}
