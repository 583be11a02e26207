import { AwsV4Signer } from "aws4fetch";
import { regionOf } from "./address.ts";
import { RollcallError, refuseArgument } from "./rollcallError.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** An application key, or AWS credentials of an identity that may call the APIs. */
export type Authorization =
  | { readonly key: string; readonly credentials?: undefined; readonly region?: undefined }
  | {
      /** A function is called before each call: the AWS SDK's credential providers fit. */
      readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>);
      /** Required for addresses other than `execute-api` and this machine. */
      readonly region?: string | undefined;
      readonly key?: undefined;
    };

interface Unsigned {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** How a client's calls are authorized. */
export interface Authorizer {
  readonly kind: "key" | "signature";
  /** For an application key: the id of the only organization that it opens. */
  readonly orgId?: string | undefined;
  /** Where the API's paths begin. */
  rootOf(api: "directory" | "admin"): string;
  headers(request: Unsigned, now: number): Promise<Unsigned["headers"]>;
}

const KEY = /^rollcallapp_(?:([0-9A-Za-z]{8})_)?[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/;

/** @throws RollcallError `client.key`, `client.credentials` or `client.argument` for invalid ones */
export function authorizer(base: string, authorization: Authorization): Authorizer {
  const { key, credentials } = authorization;
  if ((key === undefined) === (credentials === undefined)) refuseArgument("Give either key or credentials.");
  if (key !== undefined) return byKey(key);
  const region = regionOf(base, authorization.region);
  return {
    kind: "signature",
    rootOf: (api) => `/${api}/v1`,
    headers: async ({ method, url, headers, body }, now) => {
      const current = typeof credentials === "function" ? await credentials() : credentials;
      if (!current?.accessKeyId || !current.secretAccessKey) {
        throw new RollcallError({
          code: "client.credentials",
          detail: "The credentials need accessKeyId and secretAccessKey.",
        });
      }
      const { accessKeyId, secretAccessKey, sessionToken } = current;
      const signed = await new AwsV4Signer({
        method,
        url,
        headers: { ...headers },
        ...(body !== undefined && { body }),
        accessKeyId,
        secretAccessKey,
        ...(sessionToken !== undefined && { sessionToken }),
        service: "execute-api",
        region,
        datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ""),
      }).sign();
      return Object.fromEntries(signed.headers);
    },
  };
}

function byKey(text: string): Authorizer {
  // The content of a file ends with a line break.
  const key = text.trim();
  const match = KEY.exec(key);
  if (match === null) {
    const isToken = /^rollcall_/.test(key);
    throw new RollcallError({
      code: "client.key",
      detail: isToken
        ? "This is an organization's token, which is for its identity provider. An application needs an application key: rollcall app-key create --scope SCOPE."
        : "This is no application key: one begins with rollcallapp_ and is printed by rollcall app-key create.",
    });
  }
  return {
    kind: "key",
    orgId: match[1],
    rootOf: (api) => (api === "admin" ? "/app/v1/admin" : "/app/v1"),
    headers: async ({ headers }) => ({ ...headers, Authorization: `Bearer ${key}` }),
  };
}
