import type { TSchema } from "typebox";
import { APIS } from "../../functions/http/signed/declarations/apis.ts";
import type { Declaration } from "../../functions/http/signed/declarations/declaration.ts";
import { isObject, type Json } from "../../functions/scim/json.ts";

const HEADING = "// Made by `npm run generate` from functions/http/signed/declarations.\n";

/** The operations whose members are options of commands. */
const OF_COMMANDS: readonly string[] = [
  "admin.createApplicationKey",
  "admin.createClientSecret",
  "admin.createOrg",
  "admin.createPortalSession",
  "admin.createWebhook",
  "admin.generateToken",
  "admin.inspectOrg",
  "admin.listApplicationKeys",
  "admin.pauseOrg",
  "admin.previewAdoption",
  "admin.refuseHold",
  "admin.releaseHold",
  "admin.revokeApplicationKey",
  "admin.rotateToken",
  "admin.updateWebhook",
  "directory.getAccess",
  "directory.listEvents",
  "directory.setRole",
];

/** Descriptions of request members for the commands' help, as plain data: no command loads a schema library. */
export function memberTexts(): [path: string, text: string] {
  const texts = Object.entries(APIS).map(([api, { operations }]) => {
    const chosen = Object.entries<Declaration>(operations).filter(([name]) => OF_COMMANDS.includes(`${api}.${name}`));
    return [api, Object.fromEntries(chosen.map(([name, declaration]) => [name, textsOf(declaration)]))];
  });
  const table = JSON.stringify(Object.fromEntries(texts), undefined, 2);
  return ["bin/rollcall/generated/memberTexts.ts", `${HEADING}export const MEMBER_TEXTS = ${table} as const;\n`];
}

/** A member that every answer of an operation has, for the client of the commands. */
export function answerMembers(): [path: string, text: string] {
  const operations = Object.values(APIS).flatMap(({ operations }) => Object.values<Declaration>(operations));
  const members = operations.flatMap(({ method, path, answer }) => {
    const member = firstNeeded(JSON.parse(JSON.stringify(answer ?? null)));
    return member === undefined ? [] : [`  ${JSON.stringify([method, path, member])},\n`];
  });
  const table = `[\n${members.join("")}]`;
  return ["bin/rollcall/generated/answerMembers.ts", `${HEADING}export const ANSWER_MEMBERS = ${table} as const;\n`];
}

function firstNeeded(answer: Json): Json | undefined {
  return isObject(answer) && Array.isArray(answer.required) ? answer.required[0] : undefined;
}

function textsOf({ body, query = {} }: Declaration): Readonly<Record<string, string>> {
  const members = { ...query, ...propertiesOf(body) };
  return Object.fromEntries(Object.entries(members).map(([member, schema]) => [member, helpOf(schema)]));
}

function propertiesOf(body: TSchema | undefined): Readonly<Record<string, TSchema>> {
  // The validators check that a body is an object.
  return body !== undefined && "properties" in body ? (body.properties as Readonly<Record<string, TSchema>>) : {};
}

/** A phrase: the meaning and the possible values. The values come first where the text says what each means. */
function helpOf(schema: TSchema): string {
  const json: Json = JSON.parse(JSON.stringify(schema));
  if (!isObject(json)) return "";
  const { description = "", minimum, maximum, default: usual, enum: values } = json;
  const fallback = usual === undefined || typeof usual === "boolean" ? "" : ` (default ${usual})`;
  const range = maximum === undefined ? "" : `${minimum} to ${maximum}${fallback}`;
  const choice = Array.isArray(values) ? `${values.slice(0, -1).join(", ")} or ${values.at(-1)}` : "";
  const says = String(description).replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
  const meaning = says.replace(/\.$/, "");
  const parts = [choice, range, meaning].filter((part) => part !== "");
  return /^(?!(?:without|there) )[^.:;]+$/.test(meaning) ? parts.toReversed().join(": ") : parts.join("; ");
}
