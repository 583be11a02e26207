import Type from "typebox";
import {
  after,
  closed,
  count,
  type Declarations,
  get,
  orNull,
  post,
  remove,
  SLUG_PATTERN,
  slug,
  texts,
  time,
  warnings,
} from "./declaration.ts";

const description = Type.Optional(
  Type.String({
    maxLength: 200,
    description: "Label in the list of tokens, for example the identity provider's name.",
  }),
);
const wishes = {
  description,
  expiresInDays: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3650, description: "Without it the token does not expire." }),
  ),
  boundTo: Type.Optional(
    Type.String({
      description: "Id of an active user: the token stops when that user is deactivated or deleted.",
    }),
  ),
};
const tokenWishes = closed(wishes, { $id: "TokenWishes" });

/** Members that the lists of tokens, client secrets and trusts share. */
export const LISTED = {
  id: Type.String(),
  description: Type.String(),
  createdAt: time(),
  createdBy: Type.String(),
  expiresAt: orNull(time()),
  revokedAt: orNull(time()),
  lastUsedAt: orNull(time(), "Accurate to the hour. null: never used, or not since Rollcall records this."),
};
const SUPERSEDED = "superseded: a later regenerate replaced it.";
const token = closed(
  {
    ...LISTED,
    status: Type.Enum(["live", "revoked", "superseded", "expired", "retired", "orphaned"], {
      description: SUPERSEDED,
    }),
    boundTo: orNull(Type.String(), "Id of a user: the token stops when that user is deactivated or deleted."),
    retiredBy: orNull(Type.String(), "Id of the token whose first use ends this one."),
  },
  { $id: "Token" },
);
const clientSecret = closed(
  {
    ...LISTED,
    status: Type.Enum(["live", "revoked", "superseded", "expired", "retired"], { description: SUPERSEDED }),
  },
  { $id: "ClientSecret" },
);

const newToken = closed(
  {
    secretToken: Type.String({
      pattern: "^rollcall_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$",
      description: "The token itself. It is shown in this answer and never again.",
    }),
    tenantUrl: Type.String({ format: "uri" }),
    token,
    retiring: Type.Array(token, { description: "Earlier tokens that still work, each until its expiresAt." }),
    warnings,
  },
  { $id: "NewToken" },
);
const SHOWN_ONCE = "The new token, shown this once.";

/** The tokens that identity providers present, and the client secrets that clients exchange for access tokens. */
export const TOKEN_OPERATIONS = {
  listTokens: get("orgs/{org}/tokens", "The tokens of an organization, newest first", {
    description: "Includes tokens that are no longer valid. A token itself can never be retrieved.",
    answer: closed({ tokens: Type.Array(token), warnings }, { $id: "TokenList" }),
    answerDescription: "Its tokens.",
  }),
  generateToken: post("orgs/{org}/tokens", "Make a token", {
    description:
      "Refused with 409 when the organization is not entitled, has no SAML SSO, or has a live token where only one may live.",
    body: tokenWishes,
    status: 201,
    answer: newToken,
    answerDescription: SHOWN_ONCE,
  }),
  regenerateToken: post("orgs/{org}/tokens/regenerate", "Make a token that replaces all others", {
    description: "Every earlier token, client secret and trust of the organization stops working at once.",
    body: tokenWishes,
    status: 201,
    answer: newToken,
    answerDescription: SHOWN_ONCE,
  }),
  rotateToken: post("orgs/{org}/tokens/rotate", "Make a second token", {
    description: "Earlier tokens keep working for overlapSeconds, a day by default.",
    body: closed(
      {
        ...wishes,
        overlapSeconds: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 2_592_000,
            default: 86_400,
            description: "How long earlier tokens keep working.",
          }),
        ),
        onFirstUse: Type.Optional(
          Type.Boolean({
            default: false,
            description:
              "End the earlier token at the first use of the new one, even before the overlap is over. For clients that send one request at a time.",
          }),
        ),
      },
      { $id: "RotationWishes" },
    ),
    status: 201,
    answer: newToken,
    answerDescription: SHOWN_ONCE,
  }),
  revokeToken: remove("orgs/{org}/tokens/{tokenId}", "Revoke a token", {
    description: "It stops working at once. Repeating the request changes nothing.",
    answer: token,
    answerDescription: "The token as it is now.",
  }),
  listClientSecrets: get("orgs/{org}/clients", "The client secrets of an organization, newest first", {
    answer: closed(
      { clientId: Type.String(), secrets: Type.Array(clientSecret), warnings: texts() },
      { $id: "ClientSecretList" },
    ),
    answerDescription: "Its client secrets.",
  }),
  createClientSecret: post("orgs/{org}/clients", "Make a client secret", {
    description: "For the OAuth 2.0 client credentials grant. Earlier client secrets keep working.",
    body: closed(
      {
        description: Type.Optional(
          Type.String({ maxLength: 200, description: "Label in the list of client secrets." }),
        ),
        expiresInDays: Type.Optional(
          Type.Integer({ minimum: 365, maximum: 1095, default: 730, description: "One to three years." }),
        ),
      },
      { $id: "ClientSecretWishes" },
    ),
    status: 201,
    answer: closed(
      {
        clientId: Type.String({ description: "The organization's login name." }),
        clientSecret: Type.String({ description: "Shown this once." }),
        tokenEndpoint: Type.String({ format: "uri" }),
        secret: clientSecret,
        warnings: texts(),
      },
      { $id: "NewClientSecret" },
    ),
    answerDescription: "The new client secret, shown this once.",
  }),
  revokeClientSecret: remove("orgs/{org}/clients/{tokenId}", "Revoke a client secret", {
    description: "The client secret, and every access token made with it, stop working at once.",
    answer: clientSecret,
    answerDescription: "The client secret as it is now.",
  }),
  reportTokens: get(
    "tokens-report",
    "Tokens, client secrets and trusts of all organizations that somebody should look at",
    {
      description:
        "Those that expire within 30 days or were not used for 30 days. A page covers a hundred organizations. A deployed stack logs the same once a day.",
      query: { after: after(SLUG_PATTERN) },
      answer: closed(
        {
          orgs: count(),
          tokens: count("Live tokens, client secrets and trusts."),
          daysToExpiry: orNull(count(), "The smallest number among all that expire; null where none does."),
          daysSinceUse: orNull(
            count(),
            "The largest number among all tokens of organizations; client secrets and trusts do not count. null: there is no token.",
          ),
          notices: Type.Array(
            closed({
              org: slug,
              tokenId: Type.String(),
              tokenKind: Type.Enum(["org", "client", "trust"]),
              expiresInDays: Type.Optional(count()),
              unusedDays: Type.Optional(count()),
            }),
          ),
          next: orNull(Type.String(), "The value of after for the next page; null at the end."),
        },
        { $id: "TokensReport" },
      ),
      answerDescription: "The report of these organizations.",
    },
  ),
} as const satisfies Declarations;
