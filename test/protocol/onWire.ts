import { expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { memoryTarget } from "../support/memoryTarget.ts";
import type { OrgRules } from "../support/target.ts";
import { type Answer, at } from "../support/wire.ts";
import { type Client, clientOf, refusal } from "./rows/client.ts";

export const onMemory = memoryTarget();

/**
 * Declares tests of one requirement each: a conversation with a new org, empty of differences at its end.
 * @param rules of their orgs
 */
export function onWire(rules: OrgRules): (title: string, run: (scim: Client) => Promise<void>) => void {
  return (title, run) =>
    test(title, async () => {
      const scim = await clientOf(onMemory, rules);
      await run(scim);
      expectNothing(scim);
    });
}

/** Under the strict reading of the RFCs, which the numbered requirements describe. */
export const it = onWire({ preset: "rfc" });

/** Nothing differed in the conversation so far. */
export function expectNothing(scim: Client): void {
  expect(scim.found).toEqual([]);
}

/** A refused request. `words` is a regular expression over the detail, in any letter case. */
export function refused(status: number, scimType?: string, words = "\\S"): { status: number; json: Json } {
  const shape = refusal(status, scimType, words) as JsonObject;
  return { status, json: { scimType: "$absent", ...shape } };
}

export function user(userName: string, own: JsonObject = {}): JsonObject {
  return { schemas: [USER_SCHEMA], userName, ...own };
}

export function group(displayName: string, own: JsonObject = {}): JsonObject {
  return { schemas: [GROUP_SCHEMA], displayName, ...own };
}

/** The endpoint of each type, with what one of them is made of. */
export const ONE_OF_EACH = [
  ["/Users", user("a")],
  ["/Groups", group("g")],
] as const;

export function enterpriseUser(userName: string, enterprise: Json, own: JsonObject = {}): JsonObject {
  return user(userName, { schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA], [ENTERPRISE_SCHEMA]: enterprise, ...own });
}

/** Creates what `body` says. @returns its id */
export async function made(scim: Client, endpoint: "/Users" | "/Groups", body: JsonObject): Promise<string> {
  const answer = await scim.post("create", endpoint, body, { status: 201 });
  return textOf(answer, "id");
}

/** The text at a dotted path of the answer. */
export function textOf(answer: Answer, path: string): string {
  const value = at(answer.json, path);
  if (typeof value !== "string") throw new Error(`no text at ${path}: ${answer.text.slice(0, 300)}`);
  return value;
}

export async function get(scim: Client, path: string): Promise<Answer> {
  return scim.get(`GET ${path}`, path, { status: 200 });
}

/** `filter=` and the filter, encoded. */
export function filtered(filter: string): string {
  return `filter=${encodeURIComponent(filter)}`;
}

/** Expects the filter to select exactly the resources with these names (userName or displayName). */
export async function selects(
  scim: Client,
  endpoint: "/Users" | "/Groups",
  filter: string,
  names: readonly string[],
): Promise<void> {
  const answer = await scim.seen(filter, `${endpoint}?${filtered(filter)}`, { totalResults: names.length });
  const resources = at(answer.json, "Resources");
  const found = (Array.isArray(resources) ? resources : []).map((one) => at(one, "userName") ?? at(one, "displayName"));
  if (JSON.stringify([...names].sort()) !== JSON.stringify(found.map(String).sort())) {
    scim.note(filter, `expected ${names.join(", ")}; got ${found.join(", ")}`);
  }
}

export async function refusesFilter(
  scim: Client,
  endpoint: "/Users" | "/Groups",
  filter: string,
  scimType = "invalidFilter",
): Promise<void> {
  const status = scimType === "sensitive" ? 403 : 400;
  await scim.get(filter, `${endpoint}?${filtered(filter)}`, refused(status, scimType));
}
