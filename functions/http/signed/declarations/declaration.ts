import Type, { type Static, type TSchema } from "typebox";

/**
 * One operation of an API. `npm run generate` makes its validators, its route and its part of the OpenAPI document from it.
 * Handlers take their types from it, the command line its texts. Functions import only types from this folder, so no schema
 * library runs in them.
 */
export interface Declaration {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the API's root: `orgs/{org}`. Where several paths match, the more specific path comes first. */
  readonly path: string;
  /** Half a sentence, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** The meaning of a path's `{name}`, where it differs from PATH_PARAMETERS. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, TSchema>>;
  readonly body?: TSchema;
  /** Absent: 204. */
  readonly answer?: TSchema;
  readonly answerDescription: string;
  /** Absent: 200. */
  readonly status?: 201;
  /** Whether 409 is possible. Absent: for every method but GET. */
  readonly conflicts?: boolean;
  /** Whether 410 is possible. */
  readonly gone?: true;
  /** The `version` of the answer is its ETag, and a change may name in If-Match the one that it was made from: 412 for another one. */
  readonly versioned?: true;
}

type Rest = Omit<Declaration, "method" | "path" | "summary">;

/** Keeps the literal types of path and parts. */
const by =
  <M extends Declaration["method"]>(method: M) =>
  <const P extends string, const R extends Rest>(path: P, summary: string, rest: R) => ({
    method,
    path,
    summary,
    ...rest,
  });

export const get = by("GET");
export const post = by("POST");
export const patch = by("PATCH");
export const put = by("PUT");
export const remove = by("DELETE");

export type Declarations = Readonly<Record<string, Declaration>>;

export interface PathParameter {
  readonly description: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** The meaning of the `{names}` in paths. */
export const PATH_PARAMETERS = {
  org: { description: "Login name of the organization, as in its Tenant URL, or its id." },
  orgId: { description: "Id of the organization, also of one that was purged.", pattern: "^[0-9A-Za-z]{8}$" },
  domain: { description: "Name of the domain, as listed; international names also in Unicode." },
  tokenId: { description: "Id of the token, as listed." },
  sessionId: { description: "Id of the link or session, as listed." },
  groupId: { description: "Id of the group, as listed." },
  webhookId: { description: "Id of the webhook, as listed." },
  deliveryId: { description: "webhook-id of the message, as listed." },
  idOrName: { description: "Id of the team, or its name, ignoring case." },
  userId: { description: "Id of the user, as listed." },
  role: {
    description: "Key of the role, as the application knows it.",
    pattern: "^[a-z0-9][a-z0-9._:-]{0,63}$",
  },
  side: {
    description: "managed: what identity providers made through SCIM. unmanaged: what the application made itself.",
    enum: ["managed", "unmanaged"],
  },
} satisfies Readonly<Record<string, PathParameter>>;

/** Instructions to the generator that JSON Schema has no word for. The published document omits them. */
export interface Hints {
  /** A use case checks the value, or each member of the object, so the run-time validator does not. */
  readonly checkedByUseCase?: "value" | "members";
  /** For a query parameter: larger numbers count as this one. */
  readonly most?: number;
  /** For a query parameter: "must be …", for one that does not fit its pattern. */
  readonly must?: string;
}

/** @param schema for the document only: a use case checks the value and has its own error texts */
export function readByUseCase<T>(schema: TSchema, checked: "value" | "members" = "value") {
  const hints: Hints = { checkedByUseCase: checked };
  return Type.Unsafe<T | undefined>({ ...schema, ...hints });
}

export function closed<P extends Record<string, TSchema>>(properties: P, options: object = {}) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** Makes all members but one optional. */
export function optionalBut(needed: string, members: Readonly<Record<string, TSchema>>) {
  return Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name, name === needed ? schema : Type.Optional(schema)]),
  );
}

export function orNull<T extends TSchema>(schema: T, description?: string) {
  return Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
}

export const count = (description?: string) => Type.Integer({ minimum: 0, ...(description && { description }) });
export const time = () => Type.String({ format: "date-time" });
export const texts = (description?: string) =>
  Type.Array(Type.String(), description === undefined ? {} : { description });

/** The query parameter `count`. */
export function pageSize(most: number, what: string) {
  const description = `Maximum number of ${what} on the page; a number above ${most} counts as ${most}.`;
  return Type.Integer({ minimum: 1, default: most, most, description });
}

/** The query parameter `after`. @param pattern of a page's `next` */
export function after(pattern?: string) {
  return Type.String({ ...(pattern && { pattern }), description: "The value of next in the earlier page." });
}

export const startIndex = Type.Integer({ minimum: 1, default: 1, description: "1-based." });

export const SIDE = Type.Enum(["managed", "unmanaged"]);
export const SLUG_PATTERN = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
export const slug = Type.String({
  $id: "Slug",
  pattern: SLUG_PATTERN,
  description: "Login name: part of the Tenant URL, and never changes. Some names are reserved.",
});
export const warnings = texts("What does not work with these settings, and what to do.");

/** The type of an answer that a handler returns. */
type ReadonlyDeep<T> = T extends readonly (infer E)[]
  ? readonly ReadonlyDeep<E>[]
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T;

export type BodyOf<D> = D extends { readonly body: infer B extends TSchema } ? Static<B> : undefined;
export type AnswerOf<D> = D extends { readonly answer: infer A extends TSchema } ? ReadonlyDeep<Static<A>> : undefined;
/** A number always has a value, because it has a default. */
export type QueryOf<D> = D extends { readonly query: infer Q extends Readonly<Record<string, TSchema>> }
  ? { readonly [N in keyof Q]: Static<Q[N]> extends number ? number : Static<Q[N]> | undefined }
  : Record<never, never>;
export type ParametersOf<P> = P extends `${string}{${infer N}}${infer R}` ? N | ParametersOf<R> : never;

export const reason = closed(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: 200,
      description: "The reason, in one line; SCIM's refusals show it to the identity provider's administrator.",
    }),
  },
  { $id: "Reason" },
);
