import { APIS, PORTAL_API, type SignedApiDeclaration } from "../../functions/http/signed/declarations/apis.ts";
import type { Declaration } from "../../functions/http/signed/declarations/declaration.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { type DocumentFrame, documentOf } from "./openapiDocument.ts";

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

const ACTOR: JsonObject = {
  name: "Rollcall-Actor",
  in: "header",
  description:
    "Who is behind the call, as an id of the application's own. It is stored with what the call makes or changes, and logged. Without it, the AWS principal or the application key counts.",
  schema: { type: "string", pattern: "^[A-Za-z0-9:._-]{1,64}$" },
};

const IF_MATCH: JsonObject = {
  name: "If-Match",
  in: "header",
  description:
    'ETag of the version that the change is based on: W/"version". 412: somebody else has changed it since. W/"0": nothing exists yet. Without this header, the change overwrites what is there. A change of settings or roles without effect is never refused.',
  schema: { type: "string" },
};

const BASE: JsonObject = {
  default: "https://scim.example.com",
  description: "Address of the deployed API, its stage included where it has one.",
};

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
        description: "For requests with an application key. The deployment needs the setting applicationKeys.",
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
      412: "If-Match names a version that is not the current one: version.mismatch. Read the resource again.",
      ...BODIES,
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
const BODIES = {
  413: "The request body is too large: tooLarge.body.",
  415: "The request body is not sent as JSON: mediaType.unsupported.",
};
const BUSY = "Too many changes at once. Repeat the request after Retry-After seconds.";

function portalDocument({ title, description, root, refusals, reads, changes }: typeof PORTAL_API): JsonObject {
  const frame: DocumentFrame = {
    title,
    description,
    servers: [
      { url: `{base}${root}`, description: "The deployment needs the setting portal.", variables: { base: BASE } },
    ],
    security: [{ cookie: [] }, { component: [] }],
    securitySchemes: {
      cookie: {
        type: "apiKey",
        in: "cookie",
        name: "__Host-rollcall-portal",
        description:
          "Set by redeemPortalLink. Every request but GET also needs the header Rollcall-Csrf, with the csrf of getOwnSession, and must come from the portal's own page.",
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
      401: "There is no session, or it is over. One answer for every reason.",
      403: "The session may not do this, or the request comes from another web page.",
      ...refusals,
      ...BODIES,
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
