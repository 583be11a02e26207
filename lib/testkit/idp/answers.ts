import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import type { Line } from "./line.ts";
import type { ProviderRequest } from "./providerRequest.ts";

/** Statuses with which providers go on. */
export const DONE = [200, 204];
export const CREATED = [200, 201];
export const DELETED = [204, 200, 404];

/** The server answered as it should, and left out what the provider cannot do without. */
export class AnswerUnfit extends Error {
  override readonly name = "AnswerUnfit";
}

/** The resource that a match query finds. @throws ProviderRefused; AnswerUnfit where there is no list, or more than one match */
export async function onlyMatch(line: Line, request: ProviderRequest): Promise<JsonObject | undefined> {
  const { json } = await line.send(request, [200]);
  const resources = isObject(json) ? (json.Resources ?? []) : undefined;
  if (!Array.isArray(resources)) throw new AnswerUnfit(`GET ${request.path} was answered without a list of Resources.`);
  if (resources.length > 1) throw new AnswerUnfit(`GET ${request.path} has ${resources.length} matches.`);
  const [one] = resources;
  if (one === undefined) return undefined;
  return isObject(one) ? one : undefined;
}

/** The id of what was created. @throws ProviderRefused; AnswerUnfit where the answer has none */
export async function createdId(line: Line, request: ProviderRequest): Promise<string> {
  const { json } = await line.send(request, CREATED);
  return idIn(json, request);
}

/** @throws AnswerUnfit where the answer has none */
export function idIn(json: Json | undefined, { method, path }: ProviderRequest): string {
  const id = isObject(json) ? json.id : undefined;
  if (typeof id !== "string" || id === "") throw new AnswerUnfit(`${method} ${path} was answered without an id.`);
  return id;
}
