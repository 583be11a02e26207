import { Ajv2020 } from "ajv/dist/2020.js";
import * as standalone from "ajv/dist/standalone/index.js";
import type { TSchema } from "typebox";
import {
  ADMIN_OPERATIONS,
  APPLICATION_OPERATIONS,
  MAINTENANCE_OPERATIONS,
  PORTAL_READ_OPERATIONS,
} from "../../functions/http/signed/declarations/apis.ts";
import type { Declaration, Declarations } from "../../functions/http/signed/declarations/declaration.ts";
import { PORTAL_ADMIN_OPERATIONS } from "../../functions/http/signed/declarations/portalSessions.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { membersOf, publishedSchema, structureOf } from "./publishedSchema.ts";

const HEADING = "// Made by `npm run generate` from functions/http/signed/declarations.\n";
const FOLDER = "functions/http/generated";

/** The operations of the signed functions at run time: plain data and validators, by path in the repository. */
export function generateSignedRoutes(): ReadonlyMap<string, string> {
  return new Map([
    ...routesOf("admin", ADMIN_OPERATIONS, "ADMIN_OPERATIONS"),
    ...routesOf("maintenance", MAINTENANCE_OPERATIONS, "MAINTENANCE_OPERATIONS"),
    ...routesOf("directory", APPLICATION_OPERATIONS, "APPLICATION_OPERATIONS"),
    ...routesOf("portal", PORTAL_READ_OPERATIONS, "PORTAL_READ_OPERATIONS"),
    ...routesOf("portalAdmin", PORTAL_ADMIN_OPERATIONS, "PORTAL_ADMIN_OPERATIONS", "portalSessions", ADMIN_OPERATIONS),
  ]);
}

/** @param file of the declarations with the constant @param beside operations whose validators admin.js has */
function routesOf(
  name: string,
  operations: Declarations,
  constant: string,
  file = "apis",
  beside: Declarations = {},
): readonly [string, string][] {
  const types = `import type { ${constant} } from "../signed/declarations/${file}.ts";\nimport type { Routes } from "../signed/route.ts";\n`;
  const declared = `\nexport declare const ${name}Routes: Routes<typeof ${constant}>;\n`;
  return [
    [
      `${FOLDER}/${name}.js`,
      `${HEADING}${validatorsOf(operations, beside)}\n${routesText(`${name}Routes`, operations)}`,
    ],
    [`${FOLDER}/${name}.d.ts`, `${HEADING}${types}${declared}`],
  ];
}

/** The statement that exports the operations under a name. */
export function routesText(constant: string, operations: Declarations): string {
  const routes = Object.entries(operations).map(
    ([operation, declaration]) => `  ${operation}: ${routeText(declaration)},\n`,
  );
  return `export const ${constant} = {\n${routes.join("")}};\n`;
}

function routeText({ method, path, status, answer, query, body }: Declaration): string {
  const facts = [
    `method: "${method}"`,
    `path: "${path}"`,
    ...(answer === undefined ? ["status: 204"] : status === undefined ? [] : [`status: ${status}`]),
    ...(query === undefined ? [] : [`query: ${JSON.stringify(mapped(query))}`]),
  ];
  if (body === undefined) return `{ ${facts.join(", ")} }`;
  const members = JSON.stringify(Object.fromEntries(membersOf(structureOf(body))));
  return `{ ${facts.join(", ")}, body: { holds: is${nameOf(body)}, members: ${members} } }`;
}

function mapped(query: Readonly<Record<string, TSchema>>): JsonObject {
  return Object.fromEntries(Object.entries(query).map(([name, schema]) => [name, readable(schema)]));
}

/** The rules by which a query parameter is read. */
function readable(schema: TSchema): Json {
  const shown = publishedSchema(schema, new Map());
  if (!isObject(shown)) return {};
  const { type, default: otherwise = null, pattern, const: only, minimum, maximum } = shown;
  if (type === "integer") {
    const least = minimum === 0 && { least: 0 };
    const most = "most" in schema && { most: Number(schema.most) };
    return { whole: { otherwise, ...least, ...most, ...(maximum !== undefined && { maximum }) } };
  }
  if (typeof only === "string") return { pattern: `^${only}$` };
  if (pattern === undefined) return {};
  return { pattern, ...("must" in schema && { must: String(schema.must) }) };
}

/** The validators of the operations' bodies. `routesText` names them. @param beside operations whose validators admin.js has */
export function validatorsOf(operations: Declarations, beside: Declarations = {}): string {
  const [all, others] = [bodiesOf(operations), bodiesOf(beside)];
  const imported = [...all.keys()].filter((name) => others.has(name)).map((name) => `is${name}`);
  const bodies = new Map([...all].filter(([name]) => !others.has(name)));
  const schemas = [...bodies].map(([name, body]) => ({ $id: name, ...structureOf(body) }));
  const ajv = new Ajv2020({
    code: { source: true, esm: true, lines: true, optimize: 2 },
    messages: false,
    strict: false,
    schemas,
  });
  // No body uses these keywords, and every validator would carry the code for them.
  Object.assign(ajv.opts, { unevaluated: false, dynamicRef: false });
  const names = Object.fromEntries([...bodies.keys()].map((name) => [`is${name}`, name]));
  const code = standalone.default
    .default(ajv, names)
    .replace(UNREAD, "")
    .replaceAll(...ALONE);
  if (/\bschema\d|\brequire\(|\b(?:parentData|rootData)\b|\berrors\+\+/.test(code))
    throw new Error("a validator needs more than itself");
  return `${imported.length === 0 ? "" : `import { ${imported.join(", ")} } from "./admin.js";\n`}${code}`;
}

function bodiesOf(operations: Declarations): ReadonlyMap<string, TSchema> {
  return new Map(Object.values(operations).flatMap(({ body }) => (body === undefined ? [] : [[nameOf(body), body]])));
}

/** A validator is called by no other, and stops at its first fault: bundlers drop what is constant in it. */
const ALONE = [
  /, \{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}\)\{\n(.*\n)let vErrors = null;\nlet errors = 0;/g,
  '){\n$1const instancePath = "", vErrors = null, errors = 0;',
] as const;

/** Text that nobody reads, but that every cold start would load. */
const UNREAD = /^const schema\d+ = .*;\n|schemaPath:"[^"]*",/gm;

function nameOf(schema: TSchema): string {
  if ("$id" in schema && typeof schema.$id === "string") return schema.$id;
  throw new Error("a body has no $id");
}
