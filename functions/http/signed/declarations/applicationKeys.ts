import Type from "typebox";
import type { Json } from "../../../scim/json.ts";
import { closed, type Declarations, get, orNull, post, readByUseCase, remove, slug, time } from "./declaration.ts";

const scope = Type.Enum(["directory.read", "directory.write", "admin"], {
  $id: "ApplicationScope",
  description: "directory.write also reads; admin is for the admin API of the key's organization.",
});
const org = Type.Optional(
  Type.String({
    description: "Login name or id of the key's organization; without it, the key opens every organization.",
  }),
);

const key = closed(
  {
    id: Type.String(),
    scope,
    org: orNull(slug, "null: it opens every organization."),
    description: Type.String(),
    createdAt: time(),
    createdBy: Type.String(),
    expiresAt: time(),
    revokedAt: orNull(time()),
    lastUsedAt: orNull(time(), "Accurate to the hour. null: never used, or not since Rollcall records this."),
    status: Type.Enum(["live", "revoked", "expired"]),
  },
  { $id: "ApplicationKey" },
);

/** Bearer keys for an application outside AWS, which calls the same operations at /app/v1. */
export const APPLICATION_KEY_OPERATIONS = {
  listApplicationKeys: get(
    "app-keys",
    "Application keys of one organization, or those that open every organization, newest first",
    {
      description: "Includes keys that are no longer valid. A key itself can never be retrieved.",
      query: {
        org: Type.String({
          description: "Only keys of this organization; without it, the keys that open every organization.",
        }),
      },
      answer: closed({ keys: Type.Array(key) }, { $id: "ApplicationKeyList" }),
      answerDescription: "The keys.",
    },
  ),
  createApplicationKey: post("app-keys", "Make an application key", {
    description:
      "At most two keys of the same scope and description are valid at a time: a new key can replace the old one without a gap.",
    body: closed(
      {
        scope: readByUseCase<Json>(scope),
        org,
        description: Type.Optional(
          Type.String({ maxLength: 200, description: "Label in the list: which application, on which host." }),
        ),
        expiresInDays: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 400, default: 365, description: "Days until the key expires." }),
        ),
      },
      { $id: "ApplicationKeyWishes" },
    ),
    status: 201,
    answer: closed(
      {
        secretKey: Type.String({
          pattern: "^rollcallapp_([0-9A-Za-z]{8}_)?[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$",
          description: "The key itself. It is shown in this answer and never again.",
        }),
        key,
      },
      { $id: "NewApplicationKey" },
    ),
    answerDescription: "The new key, shown this once.",
  }),
  revokeApplicationKey: remove("app-keys/{keyId}", "Revoke an application key", {
    description: "It stops working at once. Repeating the request changes nothing.",
    parameters: { keyId: "Id of the key, as listed." },
    query: {
      org: Type.String({
        description: "Login name or id of the key's organization; leave it out if the key opens every organization.",
      }),
    },
    answer: key,
    answerDescription: "The key as it is now.",
  }),
} as const satisfies Declarations;
