import type { TSchema } from "typebox";
import {
  type Declaration,
  type Declarations,
  PATH_PARAMETERS,
  type PathParameter,
} from "../../functions/http/signed/declarations/declaration.ts";
import { isObject, type Json, type JsonObject, own } from "../../functions/scim/json.ts";
import { OPERATOR_TEXTS } from "../rollcall/errors/errors.ts";
import { publishedSchema } from "./publishedSchema.ts";

/** How declarations become an OpenAPI 3.1 document: every operation with its parameters, answers and refusals. */

/** The parts of an API's document besides its operations. */
export interface DocumentFrame {
  readonly title: string;
  readonly description: string;
  readonly servers: JsonObject[];
  readonly security: JsonObject[];
  readonly securitySchemes: JsonObject;
  /** Of every operation. */
  readonly parameters: Readonly<Record<string, JsonObject>>;
  /** Of every change to a versioned resource. */
  readonly changes: Readonly<Record<string, JsonObject>>;
  readonly refusals: Readonly<Partial<Record<Refused, string>>>;
}

/**
 * By status: the name of the answer, and the families of detail codes that it may have in addition to those of the SCIM API. A 401 names
 * no code: it is the same for every reason.
 */
const REFUSALS = {
  400: ["BadRequest", "value", "tooMany"],
  401: ["Unauthorized"],
  403: ["Forbidden", "signature", "scope", "portal"],
  404: ["NotFound", "notFound"],
  409: ["Conflict", "conflict"],
  410: ["Gone", "gone"],
  412: ["PreconditionFailed"],
  413: ["TooLarge"],
  415: ["UnsupportedMediaType"],
  429: ["TooManyRequests", "requests"],
  503: ["Busy"],
} as const;
type Refused = keyof typeof REFUSALS;

/** Their bodies and queries name what may not exist, while their paths name nothing. */
const FIND_ELSEWHERE = ["listApplicationKeys", "createApplicationKey", "redeemPortalLink"];

const ETAG: JsonObject = { description: 'W/"version"', schema: { type: "string" } };

const ERROR: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["schemas", "status", "detail"],
  properties: {
    // Client generators cannot read a constant list.
    schemas: {
      type: "array",
      minItems: 1,
      maxItems: 1,
      items: { const: "urn:ietf:params:scim:api:messages:2.0:Error" },
    },
    status: { type: "string", pattern: "^[45][0-9]{2}$" },
    scimType: { type: "string" },
    detail: { type: "string", pattern: "\\(ref: [^()]*\\)$" },
    code: {
      type: "string",
      pattern: "^[A-Za-z]+(\\.[A-Za-z0-9]+)?$",
      description:
        "The name of this refusal in lib/docs/ERRORS.md; it stays the same when its text changes. Absent where API Gateway answered, or where the function broke.",
    },
    values: {
      type: "array",
      items: { anyOf: [{ type: "string" }, { type: "number" }] },
      description: "The values for ‹ › in the text of lib/docs/ERRORS.md, in the same order. Present where code is.",
    },
  },
};

/** The document of these operations. @param more of one operation, in addition to its declaration */
export function documentOf(
  { title, description, servers, security, securitySchemes, parameters, changes, refusals }: DocumentFrame,
  operations: Declarations,
  more: (declaration: Declaration, operationId: string) => JsonObject,
): JsonObject {
  const named = new Map<string, Json>();
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, declaration] of Object.entries(operations)) {
    paths[`/${declaration.path}`] = {
      ...paths[`/${declaration.path}`],
      [declaration.method.toLowerCase()]: {
        ...operationOf(
          operationId,
          declaration,
          named,
          Object.keys(isVersionedChange(declaration) ? { ...changes, ...parameters } : parameters),
        ),
        ...more(declaration, operationId),
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: { title, version: "1.0.0", description },
    servers,
    security,
    paths,
    components: {
      securitySchemes,
      ...(Object.keys(parameters).length > 0 && { parameters: { ...parameters, ...changes } }),
      responses: responsesOf(refusals),
      schemas: { ...Object.fromEntries([...named].sort(([left], [right]) => (left < right ? -1 : 1))), Error: ERROR },
    },
  };
}

function operationOf(
  operationId: string,
  declaration: Declaration,
  named: Map<string, Json>,
  everywhere: readonly string[],
): JsonObject {
  const { method, path, summary, description, query = {}, body, answer, answerDescription, status } = declaration;
  const refused: Refused[] = [
    400,
    401,
    403,
    ...(path.includes("{") || FIND_ELSEWHERE.includes(operationId) ? [404 as const] : []),
    ...((declaration.conflicts ?? method !== "GET") ? [409 as const] : []),
    ...(declaration.gone === true ? [410 as const] : []),
    ...(isVersionedChange(declaration) ? [412 as const] : []),
    ...(body === undefined ? [] : [413 as const, 415 as const]),
    ...(operationId === "redeemPortalLink" ? [429 as const] : []),
    503,
  ];
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => pathParameter(name, declaration)),
      ...Object.entries(query).map(([name, schema]) => queryParameter(name, schema)),
      ...everywhere.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ],
    ...(body !== undefined && {
      requestBody: {
        required: "required" in body && Array.isArray(body.required) && body.required.length > 0,
        content: { "application/json": { schema: publishedSchema(body, named) } },
      },
    }),
    responses: {
      [answer === undefined ? 204 : (status ?? 200)]: {
        description: answerDescription,
        ...(hasVersion(answer) && { headers: { ETag: ETAG } }),
        ...(answer !== undefined && {
          content: { "application/json": { schema: publishedSchema(answer, named) } },
        }),
      },
      ...Object.fromEntries(refused.map((code) => [code, { $ref: `#/components/responses/${REFUSALS[code][0]}` }])),
    },
  };
}

/** As on the wire: the `version` of every answer is its ETag. */
function hasVersion(answer: Declaration["answer"]): boolean {
  const properties: Json | undefined = Object(answer).properties;
  return isObject(properties) && Object.hasOwn(properties, "version");
}

function isVersionedChange({ method, versioned }: Declaration): boolean {
  return versioned === true && method !== "GET";
}

function pathParameter(name: string, { path, parameters }: Declaration): JsonObject {
  const here = parameters?.[name];
  const known: PathParameter | undefined = here === undefined ? own(PATH_PARAMETERS, name) : { description: here };
  if (known === undefined) throw new Error(`no description of {${name}} in ${path}`);
  const { description, pattern, enum: only } = known;
  return {
    name,
    in: "path",
    required: true,
    description,
    schema: { type: "string", ...(pattern !== undefined && { pattern }), ...(only && { enum: [...only] }) },
  };
}

function queryParameter(name: string, schema: TSchema): JsonObject {
  const shown = publishedSchema(schema, new Map());
  const { description = "", ...rest } = isObject(shown) ? shown : {};
  // Only numbers have a default.
  const required = rest.type === "integer" && rest.default === undefined && { required: true };
  return { name, in: "query", description, ...required, schema: rest };
}

/** @param descriptions by status; the API does not use a status without one */
function responsesOf(descriptions: DocumentFrame["refusals"]): JsonObject {
  return Object.fromEntries(
    Object.entries(REFUSALS).flatMap(([status, [name, ...families]]) => {
      const known = Number(status) as Refused;
      if (descriptions[known] === undefined) return [];
      const codes = Object.keys(OPERATOR_TEXTS).filter((code) =>
        families.some((family) => code.startsWith(`${family}.`)),
      );
      const listed =
        codes.length === 0 ? "" : ` Codes in addition to those of the SCIM API: ${codes.sort().join(", ")}.`;
      const response = {
        description: `${descriptions[known]}${listed}`,
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      };
      return [[name, response]];
    }),
  );
}
