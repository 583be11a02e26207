import type { Position } from "../../provisioning/bothSides.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { ScimError } from "../../scim/error.ts";
import { isObject, type JsonObject, own } from "../../scim/json.ts";
import type { RequestContext } from "../requestContext.ts";
import type { BodyFault, BodyForm, DeclaredParameter, WholeNumber } from "./route.ts";

/** Reads a call's query and plain JSON: names and types, as declared. Use cases check the values. */

/** @throws ScimError 400 invalidValue */
export function readQuery(
  ctx: Pick<RequestContext, "query">,
  declared: Readonly<Record<string, DeclaredParameter>>,
): Readonly<Record<string, string | number | undefined>> {
  return Object.fromEntries(Object.entries(declared).map(([name, parameter]) => [name, readOne(ctx, name, parameter)]));
}

function readOne(
  ctx: Pick<RequestContext, "query">,
  name: string,
  { whole, pattern, must }: DeclaredParameter,
): string | number | undefined {
  const text = ctx.query.get(name.toLowerCase());
  if (whole !== undefined) {
    if (text === undefined && whole.otherwise !== null) return whole.otherwise;
    return wholeIn(name, text ?? "", whole);
  }
  if (text !== undefined && pattern !== undefined && !new RegExp(pattern).test(text)) {
    if (must !== undefined) throw OperatorError.invalidValue("memberType", name, must);
    throw OperatorError.invalidValue(name === "include" ? "include" : "after");
  }
  return text;
}

function wholeIn(name: string, text: string, { least = 1, most, maximum }: WholeNumber): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= (maximum ?? Number.MAX_SAFE_INTEGER)) return Math.min(number, most ?? number);
  if (maximum !== undefined) throw OperatorError.invalidValue("range", name, least, maximum);
  throw OperatorError.invalidValue("wholeNumber", name);
}

/**
 * An absent body counts as an empty object.
 * @throws ScimError 400 invalidSyntax, invalidValue
 */
export function readBody(ctx: Pick<RequestContext, "bytesIn" | "body">, form: BodyForm): JsonObject {
  const body = ctx.bytesIn === 0 ? {} : ctx.body();
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  return readObject(body, form, "The request body");
}

/** @param what the object's name at the beginning of a sentence @throws ScimError 400 invalidValue */
export function readObject(object: JsonObject, { holds, members }: BodyForm, what: string): JsonObject {
  if (holds(object)) return object;
  const [fault] = holds.errors ?? [];
  if (fault === undefined) throw new Error("a validator refuses without a reason");
  throw refusalOf(fault, members, what);
}

/** Members whose absence has an error of its own. */
const MISSING = { org: "orgMissing", displayName: "teamNameMissing", reason: "reason", confirm: "confirm" } as const;

const TYPES = new Map([
  ["string", "a string"],
  ["boolean", "true or false"],
  ["number", "a number"],
  ["object", "an object"],
  ["array", "an array of strings"],
]);

function refusalOf(
  { instancePath, keyword, params }: BodyFault,
  members: BodyForm["members"],
  whole: string,
): ScimError {
  const path = instancePath.slice(1).split("/");
  switch (keyword) {
    case "additionalProperties": {
      const what = instancePath === "" ? whole : path.join(".");
      return OperatorError.invalidValue("unknownMember", what, (members[instancePath] ?? []).join(", "));
    }
    case "required": {
      const { missingProperty = "" } = params;
      const code = own(MISSING, missingProperty);
      return code === undefined
        ? OperatorError.invalidValue("memberType", missingProperty, "given")
        : OperatorError.invalidValue(code);
    }
    case "type": {
      const [type = ""] = [params.type ?? ""].flat();
      // The fault is in an element, so report the list.
      const element = path.findIndex((part) => /^\d+$/.test(part));
      const name = element < 0 ? path.at(-1) : path[element - 1];
      return OperatorError.invalidValue("memberType", name ?? "", TYPES.get(element < 0 ? type : "array") ?? type);
    }
  }
  throw new Error(`no refusal for the keyword ${keyword}`);
}

const BEGINNING: Position = { managed: true, after: undefined };

/** Opaque to clients: a letter for the side, and the id of the last resource shown, in base64url. It grants no right. */
export function sidesCursor(next: Position | undefined): string | undefined {
  return next && Buffer.from(`${next.managed ? "m" : "n"}${next.after ?? ""}`).toString("base64url");
}

/** @param isId for the list's ids: a cursor of another list would begin anywhere @throws ScimError 400 */
export function readCursor(text: string | undefined, isId: (id: string) => boolean): Position {
  if (text === undefined || text === "") return BEGINNING;
  const decoded = Buffer.from(text, "base64url").toString("latin1");
  const [side, after] = [decoded.slice(0, 1), decoded.slice(1)];
  const position = { managed: side === "m", after: after === "" ? undefined : after };
  if (sidesCursor(position) === text && (after === "" || isId(after))) return position;
  throw OperatorError.invalidValue("directoryCursor");
}
