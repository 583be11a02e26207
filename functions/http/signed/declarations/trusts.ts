import Type from "typebox";
import type { JsonObject } from "../../../scim/json.ts";
import { closed, type Declarations, get, orNull, post, readByUseCase, remove, texts } from "./declaration.ts";
import { LISTED } from "./tokens.ts";

const audiences = Type.Array(Type.String(), {
  description:
    "One or two texts; the claim aud has to be exactly one of them. Rollcall cuts /.default off the end of api://…/.default.",
});

const wishes = closed(
  {
    description: Type.Optional(Type.String({ maxLength: 200, description: "Label in the list of trusts." })),
    expiresInDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3_650,
        description:
          "Without it, a trust in an issuer does not expire, and a trust in keys expires after 730 days. A trust in keys takes only 365 to 1,095.",
      }),
    ),
    entra: Type.Optional(
      closed(
        {
          tenant: Type.String({ description: "The directory (tenant) id." }),
          objectId: Type.String({ description: "The object id of the workload identity: the claim sub." }),
          appId: Type.Optional(
            Type.String({
              description:
                "The application (client) id of the workload identity, instead of audiences; the audiences then are api://APP_ID and APP_ID.",
            }),
          ),
          audiences: Type.Optional(audiences),
        },
        { description: "Workload identity federation of Microsoft Entra ID." },
      ),
    ),
    federated: Type.Optional(
      closed(
        {
          issuer: Type.String({
            description: "The claim iss, exactly: https, on a host of the setting federationHosts.",
          }),
          keysUrl: Type.Optional(
            Type.String({
              description:
                "Where the issuer publishes its keys (a JSON Web Key Set); may be left out for an Entra issuer.",
            }),
          ),
          subject: Type.String({ description: "The claim sub, exactly." }),
          audiences,
          tenant: Type.Optional(
            Type.String({
              description:
                "The claim tid, exactly. Without it, Rollcall takes the tid of an Entra issuer from its address.",
            }),
          ),
        },
        { description: "An issuer's assertions about one subject." },
      ),
    ),
    keys: Type.Optional(
      readByUseCase<JsonObject>(
        closed(
          { keys: Type.Array(Type.Unsafe<JsonObject>({ type: "object" }), { minItems: 1, maxItems: 5 }) },
          {
            description:
              "For assertions that the client signs itself: a JSON Web Key Set (RFC 7517) of up to five public keys, RSA of 2,048 to 4,096 bits (RS256) or EC P-256 (ES256). A private key is refused.",
          },
        ),
      ),
    ),
  },
  { $id: "TrustWishes" },
);

const trust = closed(
  {
    ...LISTED,
    status: Type.Enum(["live", "revoked", "superseded", "expired"], {
      description: "superseded: somebody regenerated the organization's token later.",
    }),
    kind: Type.Enum(["federated", "privateKey"], {
      description: "federated: an issuer's assertions. privateKey: assertions that the client signs itself.",
    }),
    issuer: Type.String({ description: "The claim iss of an assertion; for privateKey the client id." }),
    subject: Type.String({ description: "The claim sub." }),
    audiences: texts("The claim aud has one of these."),
    tenant: orNull(Type.String(), "The claim tid; null where it is not checked."),
    keysUrl: orNull(Type.String({ format: "uri" }), "Address of the issuer's keys; null for privateKey."),
    keys: Type.Array(
      closed({
        kid: Type.String({ description: "As the header of an assertion has it." }),
        alg: Type.Enum(["RS256", "ES256"]),
        thumbprint: Type.String({ description: "RFC 7638, SHA-256." }),
      }),
      { description: "Only for privateKey." },
    ),
  },
  { $id: "Trust" },
);

/** Trusts, by which clients get access tokens without a secret (RFC 7523). */
export const TRUST_OPERATIONS = {
  listTrusts: get("orgs/{org}/trusts", "The trusts of an organization, newest first", {
    description: "Includes trusts that are no longer valid.",
    answer: closed({ clientId: Type.String(), trusts: Type.Array(trust), warnings: texts() }, { $id: "TrustList" }),
    answerDescription: "Its trusts.",
  }),
  createTrust: post("orgs/{org}/trusts", "Trust a client's signed assertions", {
    description:
      "For the OAuth 2.0 client credentials grant with a client assertion (RFC 7523): no secret exists. Earlier trusts keep working. Regenerating the organization's token ends all trusts and client secrets.",
    body: wishes,
    status: 201,
    answer: closed(
      {
        clientId: Type.String({ description: "The organization's login name." }),
        tenantUrl: Type.String({ format: "uri" }),
        tokenEndpoint: Type.String({ format: "uri" }),
        trust,
        warnings: texts(),
      },
      { $id: "NewTrust" },
    ),
    answerDescription: "The new trust.",
  }),
  revokeTrust: remove("orgs/{org}/trusts/{tokenId}", "Revoke a trust", {
    description: "The trust, and every access token made with it, stop working at once.",
    parameters: { tokenId: "Id of the trust, as listed." },
    answer: trust,
    answerDescription: "The trust as it is now.",
  }),
} as const satisfies Declarations;
