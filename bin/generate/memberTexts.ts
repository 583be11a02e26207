import type { TSchema } from "typebox";
import { APIS } from "../../functions/http/signed/declarations/apis.ts";
import type { Declaration } from "../../functions/http/signed/declarations/declaration.ts";
import { isObject, type Json } from "../../functions/scim/json.ts";

const FOLDER = "bin/rollcall/generated";
const HEADING = "// Made by `npm run generate` from functions/http/signed/declarations.\n";

/** Descriptions of all request members for the commands' help, as plain data: no command loads a schema library. */
export function memberTexts(): ReadonlyMap<string, string> {
  const texts = Object.entries(APIS).map(([api, { operations }]) => [
    api,
    Object.fromEntries(Object.entries<Declaration>(operations).flatMap(([name, one]) => textsOf(name, one))),
  ]);
  const types = `import type { APIS } from "../../../functions/http/signed/declarations/apis.ts";
import type { MembersOf } from "../../../functions/http/signed/declarations/declaration.ts";

export declare const MEMBER_TEXTS: {
  readonly [A in keyof typeof APIS]: {
    readonly [O in keyof (typeof APIS)[A]["operations"]]: {
      readonly [M in MembersOf<(typeof APIS)[A]["operations"][O]>]: string;
    };
  };
};
`;
  return new Map([
    [
      `${FOLDER}/memberTexts.js`,
      `${HEADING}export const MEMBER_TEXTS = ${JSON.stringify(Object.fromEntries(texts), undefined, 2)};\n`,
    ],
    [`${FOLDER}/memberTexts.d.ts`, `${HEADING}${types}`],
  ]);
}

function textsOf(name: string, { body, query = {} }: Declaration): [string, Record<string, string>][] {
  const members = { ...query, ...propertiesOf(body) };
  const texts = Object.entries(members).map(([member, schema]) => [member, helpOf(schema)]);
  return texts.length === 0 ? [] : [[name, Object.fromEntries(texts)]];
}

function propertiesOf(body: TSchema | undefined): Readonly<Record<string, TSchema>> {
  // Every body is an object.
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
