import type { TSchema } from "typebox";
import { APIS, PORTAL_API, type SignedApiDeclaration } from "../../functions/http/signed/declarations/apis.ts";
import {
  type Declaration,
  type Declarations,
  PATH_PARAMETERS,
  type PathParameter,
} from "../../functions/http/signed/declarations/declaration.ts";
import { isObject, type Json, type JsonObject, own } from "../../functions/scim/json.ts";
import { OPERATOR_TEXTS } from "../rollcall/errors/errors.ts";
import { publishedSchema } from "./publishedSchema.ts";

/** The OpenAPI 3.1 documents of the signed APIs and of the portal, by path in the repository. */
export function generateDocuments(): ReadonlyMap<string, string> {
  const documents = { ...APIS, portal: PORTAL_API };
  return new Map(
    Object.entries(documents).map(([name, api]) => [
      `lib/docs/${name}.openapi.json`,
      `${JSON.stringify("reads" in api ? portalDocument(api) : signedDocument(api), null, 2)}\n`,
    ]),
  );
}

/** The families of detail codes that an answer of each status may have, beside those of SCIM itself. */
const FAMILIES = {
  400: ["value", "tooMany"],
  // The same answer for every reason: no code names the reason.
  401: [],
  403: ["signature", "scope", "portal"],
  404: ["notFound"],
  409: ["conflict"],
  410: ["gone"],
  412: [],
  429: ["requests"],
  503: [],
} as const;
type Refused = keyof typeof FAMILIES;

const REFUSAL_NAMES: Readonly<Record<Refused, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Gone",
  412: "PreconditionFailed",
  429: "TooManyRequests",
  503: "Busy",
};

const ACTOR: JsonObject = {
  name: "Rollcall-Actor",
  in: "header",
  description:
    "Who is behind the call, in the application's own ids; kept with what it makes or changes, and logged. Without it the AWS principal counts.",
  schema: { type: "string", pattern: "^[A-Za-z0-9:._-]{1,64}$" },
};

const IF_MATCH: JsonObject = {
  name: "If-Match",
  in: "header",
  description:
    'ETag of what the change was made from, W/"version": 412 where somebody else changed it since. W/"0": there is none yet. Without it the change counts whatever there is by now, and of settings and roles one that changes nothing is never refused.',
  schema: { type: "string" },
};

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
      pattern: "^[A-Za-z]+(\\.[A-Za-z]+)?$",
      description:
        "The name of this refusal in lib/docs/ERRORS.md; it stays the same when its text changes. Absent where API Gateway answered, or where the function broke.",
    },
    values: {
      type: "array",
      items: { anyOf: [{ type: "string" }, { type: "number" }] },
      description: "With code: what stands in ‹ › in the text of lib/docs/ERRORS.md, in its order.",
    },
  },
};

const BASE: JsonObject = {
  default: "https://scim.example.com",
  description: "Address of the deployed API, its stage included where it has one.",
};

/** The parts of an API's document besides its operations. */
interface DocumentFrame {
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

function signedDocument({
  title,
  description,
  root,
  keyedRoot,
  forOperators,
  refusals,
  operations,
}: SignedApiDeclaration): JsonObject {
  const frame: DocumentFrame = {
    title,
    description,
    servers: [
      { url: `{base}${root}`, description: "For signed requests.", variables: { base: BASE } },
      {
        url: `{base}${keyedRoot}`,
        description: "For requests with an application key, where the deployment switches applicationKeys on.",
        variables: { base: BASE },
      },
    ],
    security: [{ sigv4: [] }, { applicationKey: [] }],
    securitySchemes: {
      sigv4: {
        type: "apiKey",
        in: "header",
        name: "Authorization",
        description: "AWS Signature Version 4, service execute-api.",
      },
      applicationKey: {
        type: "http",
        scheme: "bearer",
        description: "An application key, made by createApplicationKey of the admin API.",
      },
    },
    parameters: { Actor: ACTOR },
    changes: { IfMatch: IF_MATCH },
    refusals: {
      400: WRONG,
      401: "The application key is missing, wrong or no longer valid. A signed request gets no such answer.",
      403: "The request is not signed, its principal may not call this API, or the application key does not open this call.",
      ...refusals,
      412: "It is not of the version that If-Match names any more: version.mismatch. Read it again.",
      503: BUSY,
    },
  };
  return documentOf(
    frame,
    operations,
    (declaration): JsonObject => (forOperators?.(declaration) === true ? { security: [{ sigv4: [] }] } : {}),
  );
}

const WRONG = "The request is wrong; detail says what to change.";
const BUSY = "Too many changes at once. Repeat the request after Retry-After seconds.";

function portalDocument({ title, description, root, refusals, reads, changes }: typeof PORTAL_API): JsonObject {
  const frame: DocumentFrame = {
    title,
    description,
    servers: [{ url: `{base}${root}`, description: "Where the deployment has the portal.", variables: { base: BASE } }],
    security: [{ cookie: [] }, { component: [] }],
    securitySchemes: {
      cookie: {
        type: "apiKey",
        in: "cookie",
        name: "__Host-rollcall-portal",
        description:
          "Set by redeemPortalLink. Everything but GET also needs the header Rollcall-Csrf, as getOwnSession says it, and comes from the portal's own page.",
      },
      component: {
        type: "http",
        scheme: "bearer",
        description:
          "Made by createPortalSession of the admin API with embed true, for pages whose origin the deployment lists.",
      },
    },
    parameters: {},
    changes: {},
    refusals: {
      400: WRONG,
      401: "There is no session, or no longer. One answer for every reason.",
      403: "The session may not do this, or another web page asks.",
      ...refusals,
      429: "Too many links of the organization are redeemed at once. Try again after Retry-After seconds.",
      503: BUSY,
    },
  };
  const declarations = {
    ...reads,
    ...Object.fromEntries(
      Object.entries<Declaration>(changes).map(([name, one]) => [name, { ...one, path: `admin/${one.path}` }]),
    ),
  };
  return documentOf(
    frame,
    declarations,
    (_declaration, operationId): JsonObject => (operationId === "redeemPortalLink" ? { security: [] } : {}),
  );
}

/** @param more of one operation, in addition to its declaration */
function documentOf(
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
    ...(path.includes("{") ? [404 as const] : []),
    ...((declaration.conflicts ?? method !== "GET") ? [409 as const] : []),
    ...(declaration.gone === true ? [410 as const] : []),
    ...(isVersionedChange(declaration) ? [412 as const] : []),
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
        ...(declaration.versioned === true && method !== "DELETE" && { headers: { ETag: ETAG } }),
        ...(answer !== undefined && {
          content: { "application/json": { schema: publishedSchema(answer, named) } },
        }),
      },
      ...Object.fromEntries(refused.map((code) => [code, { $ref: `#/components/responses/${REFUSAL_NAMES[code]}` }])),
    },
  };
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
    Object.entries(FAMILIES).flatMap(([status, families]) => {
      const known = Number(status) as Refused;
      if (descriptions[known] === undefined) return [];
      const codes = Object.keys(OPERATOR_TEXTS).filter((code) => families.some((name) => code.startsWith(`${name}.`)));
      const listed = codes.length === 0 ? "" : ` Codes of this API: ${codes.sort().join(", ")}.`;
      const response = {
        description: `${descriptions[known]}${listed}`,
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      };
      return [[REFUSAL_NAMES[known], response]];
    }),
  );
}
