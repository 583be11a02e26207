import { type CallerHelp, caller, many, type Sent, type Step, type Texts, wrong } from "../../scim/errors/family.ts";
import { familiesOf } from "../operatorError.ts";

const TRUSTS = "/admin/v1/orgs/{org}/trusts";
const TENANT = "11111111-2222-3333-4444-555555555555";
const OBJECT = "66666666-7777-8888-9999-000000000000";
const APP = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const ENTRA = { tenant: TENANT, objectId: OBJECT, appId: APP };
const ISSUER = {
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  subject: "sync",
  audiences: ["api://scim"],
};
/** The public keys of RFC 7515 appendix A.3 and RFC 7517 appendix A.1. */
const KEY = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
const OTHER_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};
/** 512 bits, all of them set. */
const SHORT_KEY = { kty: "RSA", n: `${"_".repeat(85)}w`, e: "AQAB" };
const trust = (body: object): Sent => ["POST", TRUSTS, body];
const forbidden = (rule: string): Step => ["PATCH", "/admin/v1/orgs/{org}", { changedRules: { [rule]: "forbidden" } }];
const keys = (...set: object[]): Sent => trust({ keys: { keys: set } });

/** Texts about trusts, which have no secret (ADR 65). No text repeats a part of a key. */
export const TRUST_ERRORS = {
  "value.trustForm": "Give exactly one of entra, federated and keys. It says whose signed assertions to trust.",
  "value.keysUrlMissing": "Give keysUrl: where the issuer publishes its keys. Only Entra's issuers need none.",
  "value.trustAudience":
    "Give appId or audiences, and not both: the application of the workload identity, or the audience that Entra shows beside its issuer and subject.",
  "value.guid": "{name} is an id as Entra shows it: 32 hexadecimal digits in five groups, with hyphens between them.",
  "value.trustUrl":
    "{name} is a plain https address of at most 512 characters, as the issuer writes it: with a host name in lower case, and without user name, query and fragment.",
  "value.trustClaim": "{name} is one line of 1 to 255 ASCII characters, exactly as the issuer's assertions have it.",
  "value.audiences":
    "audiences is a list of 1 to {#most} texts, each exactly as the issuer's assertions have it: one line of 1 to 255 ASCII characters.",
  "value.jwks": "keys is a JSON Web Key Set: an object whose member keys is a list of 1 to {#most} public keys.",
  "value.jwkSecret":
    "Key {#position} of keys is not public: it has the member {member}. It was not stored. Others may have seen it on its way here: make another pair of keys, and send only the public one.",
  "value.jwkKind":
    "Key {#position} of keys is neither an RSA key for RS256 nor a P-256 key for ES256: kty is RSA, or EC with crv P-256; alg and use (sig) may be left out.",
  "value.jwkSize":
    "Key {#position} of keys has {#found} bits. An RSA key has {#least} to {#most}; a P-256 key is shorter and as strong.",
  "value.jwkBroken":
    "Key {#position} of keys is no valid public key: an RSA key needs n and e (65537 to 4294967295), a P-256 key the x and y of a point on the curve, each as base64url.",
  "value.jwkKid": "The kid of key {#position} is text of 1 to 128 ASCII characters without spaces. It may be left out.",
  "value.jwkAlike": "Two entries of keys have the same kid, or are the same key.",
  "conflict.federationHost":
    'This deployment trusts no issuer at {host}. Write the host into "federationHosts" in rollcall.json, deploy, and make the trust.',
  "conflict.tooManyTrusts":
    "This organization has {#most} valid trusts, and may have no more. Revoke those that are no longer used.",
  "conflict.trustExists":
    "The trust {id} of this organization would take the same assertions: it has the same issuer and subject, or one of these keys. Revoke it first, or leave it as it is.",
  "conflict.bearerTokens":
    "This organization's rule bearerTokens forbids tokens. Make a client secret or a trust: its identity provider then gets short-lived tokens itself. Or set the rule to allowed.",
  "conflict.clientSecrets":
    "This organization's rule clientSecrets forbids client secrets. Make a trust, which has no secret, or set the rule to allowed.",
  "notFound.trust": "This organization has no trust with this id. The list of its trusts shows their ids.",
} as const satisfies Texts;

const family = familiesOf(TRUST_ERRORS);

/** Constructors for refusals about trusts and because of them. Only the functions that need them load the texts. */
export const TrustError = {
  invalidValue: family("value"),
  notFound: family("notFound"),
  conflict: family("conflict"),
};

const MADE: Step = trust({ entra: ENTRA });

export const TRUSTS_HELP = (): CallerHelp<keyof typeof TRUST_ERRORS> => ({
  "value.trustForm": wrong("form of trust", {
    example: trust({ entra: ENTRA, federated: ISSUER }),
    words: "Name one client: by --entra-tenant, by --issuer or by --jwks.",
  }),
  "value.keysUrlMissing": wrong("form of trust", {
    example: trust({ federated: { ...ISSUER, issuer: "https://login.microsoftonline.com/common" } }),
    words: "Give --keys-url: the address at which the issuer publishes its keys. Only Entra's issuers need none.",
  }),
  "value.trustAudience": wrong("audience", {
    example: trust({ entra: { ...ENTRA, audiences: ["api://scim"] } }),
    words:
      "Give --app-id or --audience, and not both: the application of the workload identity, or the audience that Entra shows beside its issuer and subject.",
  }),
  "value.guid": wrong("id of Entra", { example: trust({ entra: { ...ENTRA, tenant: "acme.onmicrosoft.com" } }) }),
  "value.trustUrl": wrong("address of an issuer", {
    example: trust({ federated: { ...ISSUER, issuer: `http://login.microsoftonline.com/${TENANT}/v2.0` } }),
  }),
  "value.trustClaim": wrong("claim of an assertion", {
    example: trust({ federated: { ...ISSUER, subject: "" } }),
  }),
  "value.audiences": wrong("audience", {
    example: trust({ federated: { ...ISSUER, audiences: [] } }),
    words:
      "--audience is given once or twice, at most {#most} times, exactly as the issuer's assertions have it: one line of 1 to 255 ASCII characters.",
  }),
  "value.jwks": wrong("key set", {
    example: keys(),
    words:
      "--jwks is a file with a JSON Web Key Set: an object whose member keys is a list of 1 to {#most} public keys.",
  }),
  "value.jwkSecret": caller(
    "A call contained a private or symmetric key, but Rollcall takes only public keys. It did not store the key.",
    "Make another pair of keys, and send the public one: others may know a private key that was sent.",
    { example: keys({ ...KEY, d: "A" }) },
  ),
  "value.jwkKind": wrong("key", { example: keys({ ...KEY, crv: "P-384" }) }),
  "value.jwkSize": wrong("key", { example: keys(SHORT_KEY) }),
  "value.jwkBroken": wrong("key", { example: keys({ ...KEY, y: OTHER_KEY.y }) }),
  "value.jwkKid": wrong("kid", { example: keys({ ...KEY, kid: "" }) }),
  "value.jwkAlike": wrong("key set", { example: keys({ ...KEY, kid: "1" }, { ...OTHER_KEY, kid: "1" }) }),
  "conflict.federationHost": caller(
    "The deployment does not trust issuers at this host.",
    "Write the host into the list federationHosts in rollcall.json and deploy. From then on every organization can trust issuers at this host.",
    { example: trust({ federated: { ...ISSUER, issuer: "https://issuer.example" } }) },
  ),
  "conflict.tooManyTrusts": caller(
    "Too many trusts are valid.",
    "Revoke those that `client list ORG` shows as unused: `client revoke ORG CLIENT_ID`.",
    {
      after: many(5, (n) => trust({ federated: { ...ISSUER, subject: `sync ${n}` } })),
      example: trust({ federated: ISSUER }),
      words:
        "This organization has {#most} valid trusts, and may have no more. Revoke those that are no longer used: `client list ORG` shows them.",
    },
  ),
  "conflict.trustExists": caller(
    "Another trust takes the same assertions.",
    "Keep that one, or revoke it first: `client revoke ORG CLIENT_ID`.",
    {
      after: [MADE],
      example: trust({ entra: ENTRA }),
      words:
        "The trust {id} of this organization would take the same assertions: it has the same issuer and subject, or one of these keys. Revoke it first, `client revoke ORG {id}`, or leave it as it is.",
    },
  ),
  "conflict.bearerTokens": caller(
    "The organization's rules forbid tokens.",
    "`client create ORG` makes a client secret or a trust instead; `org update ORG --set bearerTokens=allowed` allows tokens again.",
    {
      rule: "bearerTokens",
      after: [forbidden("bearerTokens")],
      example: ["POST", "/admin/v1/orgs/{org}/tokens/regenerate", {}],
      words:
        "This organization's rule bearerTokens forbids tokens. `client create ORG` makes a client secret or a trust: its identity provider then gets short-lived tokens itself. `org update ORG --set bearerTokens=allowed` allows tokens again.",
    },
  ),
  "conflict.clientSecrets": caller(
    "The organization's rules forbid client secrets.",
    "Let the client authenticate by a signature: `client create ORG --help` shows how to make a trust. `org update ORG --set clientSecrets=allowed` allows client secrets again.",
    {
      rule: "clientSecrets",
      after: [forbidden("clientSecrets")],
      example: ["POST", "/admin/v1/orgs/{org}/clients", {}],
      words:
        "This organization's rule clientSecrets forbids client secrets. Let the client authenticate by a signature: `client create --help` shows how to make a trust. `org update ORG --set clientSecrets=allowed` allows client secrets again.",
    },
  ),
  "notFound.trust": caller("The organization has no such trust.", "`client list ORG` shows the ids.", {
    example: ["DELETE", `${TRUSTS}/AAAAAAAAAAAA`],
    words: "This organization has no client secret and no trust with this id. `client list ORG` shows the ids.",
  }),
});
