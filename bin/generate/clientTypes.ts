import type { TSchema } from "typebox";
import { APIS } from "../../functions/http/signed/declarations/apis.ts";
import { type Declaration, PATH_PARAMETERS } from "../../functions/http/signed/declarations/declaration.ts";
import { isObject, type Json, own } from "../../functions/scim/json.ts";
import { publishedSchema } from "./publishedSchema.ts";
import { commentText, declarationText, isShort, memberText, onOneLine, typeText } from "./typeText.ts";

const FOLDER = "lib/client/generated";
const HEADING = "// Made by `npm run generate` from functions/http/signed/declarations.\n";

/**
 * The types of the client's operations (requests and answers, with method and path) as text without a schema library. Keys are
 * paths in the repository.
 */
export function clientTypes(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(APIS).map(([api, { operations }]) => [`${FOLDER}/${api}.ts`, moduleOf(api, operations)] as const),
  );
}

/** Types in a namespace: of those of a module that is exported as one, tsc cannot write a caller's declarations. */
function moduleOf(api: string, operations: Readonly<Record<string, Declaration>>): string {
  const named = new Map<string, Json>();
  const types = Object.entries(operations).map(([name, one]) => operationText(name, one, named));
  const routes = Object.entries(operations).map(([name, { method, path, answer }]) => {
    const empty = answer === undefined ? ", isEmpty: true" : "";
    return `  ${name}: { method: "${method}", path: ${JSON.stringify(path)}${empty} },\n`;
  });
  const declared = [...named]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, schema]) => chosenText(name, schema, named) ?? declarationText(name, schema));
  const parts = [
    HEADING,
    `export declare namespace ${api.charAt(0).toUpperCase()}${api.slice(1)} {`,
    "export type JsonObject = Readonly<Record<string, unknown>>;\n",
    ...declared,
    pathNames(Object.values(operations)),
    "/** What goes in, and what comes out. */\nexport interface Operation<T, G> {\n  readonly takes: T;\n  readonly gives: G;\n}\n",
    `/** By name. */\nexport interface Operations {\n${types.join("")}}\n}\n`,
    `/** By name: method, and path below the root of the API. */\nexport const ROUTES = {\n${routes.join("")}} as const;\n`,
    ...chosenFields(named),
  ];
  return parts.join("\n");
}

function operationText(name: string, declaration: Declaration, named: Map<string, Json>): string {
  const { method, summary, description, query = {}, body, answer, versioned } = declaration;
  const shown = (schema: TSchema) => publishedSchema(schema, named);
  const inPath = pathText(declaration);
  const queries = Object.entries(query).map(([parameter, schema]) => queryText(parameter, shown(schema)));
  const mark = queries.some(({ isNeeded }) => isNeeded) ? "" : "?";
  const takes = [
    inPath === "" ? "" : `    readonly path: ${inPath};\n`,
    queries.length === 0 ? "" : `    readonly query${mark}: {\n${queries.map(({ text }) => text).join("")}    };\n`,
    body === undefined ? "" : memberText(mayBeEmpty(body) ? "body?" : "body", shown(body), "    "),
    versioned === undefined || method === "GET" ? "" : memberText("ifVersion?", IF_VERSION, "    "),
  ].filter((part) => part !== "");
  const gives = answer === undefined ? "undefined" : typeText(shown(answer), "  ");
  const comment = commentText(
    { description: `${summary}.${description === undefined ? "" : ` ${description}`}` },
    "  ",
  );
  const text = (taken: string) => `  readonly ${name}: Operation<${taken}, ${gives}>;`;
  const taken = isShort(takes, text("")) ? onOneLine(takes) : `{\n${takes.join("")}  }`;
  return `${comment}${text(taken)}\n`;
}

const IF_VERSION = {
  type: "integer",
  description:
    "`version` of what the change was made from; 0: there is none yet. 412 `version.mismatch` where somebody else changed it since.",
};

/** The parameters of paths, whose meaning is said once. */
function pathNames(operations: readonly Declaration[]): string {
  const usual = new Set(operations.flatMap((one) => parametersOf(one).filter((name) => isUsual(name, one))));
  const members = Object.entries(PATH_PARAMETERS).filter(([name]) => usual.has(name));
  const texts = members.map(([name, parameter]) => memberText(name, { type: "string", ...parameter }, "  "));
  return `/** What the \`{names}\` of paths stand for. */\nexport interface PathNames {\n${texts.join("")}}\n`;
}

/** "" for a path without parameters. */
function pathText(declaration: Declaration): string {
  const names = parametersOf(declaration);
  const usual = names.filter((name) => isUsual(name, declaration)).map((name) => JSON.stringify(name));
  const others = names
    .filter((name) => !isUsual(name, declaration))
    .map((name) => {
      const description = declaration.parameters?.[name];
      if (description === undefined) throw new Error(`no description of {${name}} in ${declaration.path}`);
      return memberText(name, { type: "string", description }, "      ");
    });
  const parts = [
    ...(usual.length === 0 ? [] : [`Pick<PathNames, ${usual.join(" | ")}>`]),
    ...(others.length === 0 ? [] : [`{\n${others.join("")}    }`]),
  ];
  return parts.join(" & ");
}

function parametersOf({ path }: Declaration): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

function isUsual(name: string, { parameters }: Declaration): boolean {
  return parameters?.[name] === undefined && own(PATH_PARAMETERS, name) !== undefined;
}

/** Only numbers without a default are required, as in openapi.ts. */
function queryText(name: string, schema: Json) {
  const isNeeded = isObject(schema) && schema.type === "integer" && schema.default === undefined;
  return { isNeeded, text: memberText(isNeeded ? name : `${name}?`, schema, "      ") };
}

function mayBeEmpty(body: TSchema): boolean {
  return !("required" in body && Array.isArray(body.required) && body.required.length > 0);
}

/** A schema whose members are those of another one, all but the id left to the caller's choice; undefined for other schemas. */
function chosenText(name: string, schema: Json, named: ReadonlyMap<string, Json>): string | undefined {
  const whole = name.replace(/^Chosen/, "");
  if (whole === name || !named.has(whole)) return undefined;
  return `${commentText(schema, "")}export type ${name} = Partial<${whole}> & Pick<${whole}, "id">;\n`;
}

/** The names that `fields` of a user may have. */
function chosenFields(named: ReadonlyMap<string, Json>): string[] {
  const chosen = named.get("ChosenUser");
  if (!isObject(chosen) || !isObject(chosen.properties)) return [];
  const names = Object.keys(chosen.properties).map((name) => JSON.stringify(name));
  return [`/** What \`fields\` may name of a user. */\nexport const USER_FIELDS = [${names.join(", ")}] as const;\n`];
}
