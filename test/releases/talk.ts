import { type Client, createClient } from "rollcall/client";
import { LOCAL_REGION } from "../../bin/local/credentials.ts";
import type { LocalCredentials } from "../../bin/local/sigV4.ts";
import type { Json } from "../../functions/scim/json.ts";
import { signedRequest } from "../support/signed.ts";
import { type Answer, at, connect, httpTransport, type RawRequest, type Tenant } from "../support/wire.ts";

/** A server that a story is told to, of whatever release. */
export interface Spoken {
  readonly url: string;
  readonly credentials: LocalCredentials;
  /** Its clock, in milliseconds since 1970. */
  readonly now: () => number;
}

export interface Talk extends Spoken {
  readonly client: Client;
  /** As the identity provider of an organization. */
  idp(org: string, token: string): Tenant;
  ask(request: Partial<RawRequest> & Pick<RawRequest, "target">): Promise<Answer>;
  /** A GET that an operator signs. */
  signed(target: string): Promise<Answer>;
  end(): void;
}

export function talkTo({ url, credentials, now }: Spoken): Talk {
  const transport = httpTransport(url);
  const plain = { method: "GET", headers: {}, body: undefined };
  return {
    url,
    credentials,
    now,
    client: createClient({ url, credentials, region: LOCAL_REGION, now, retries: 0 }),
    idp: (slug, token) => connect(transport, { slug, token, tenantUrl: `${url}/scim/v2/${slug}` }),
    ask: (request) => transport({ ...plain, ...request }),
    signed: async (target) => {
      const at = new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
      return transport(await signedRequest(credentials, url, { ...plain, target }, at));
    },
    end: () => transport.close(),
  };
}

/** A request as an identity provider sends it. @throws Error for an answer that is no success */
export async function done(tenant: Tenant, method: string, path: string, body?: unknown): Promise<Json | undefined> {
  const { status, text, json } = await tenant.request({ method, path, ...(body !== undefined && { body }) });
  if (status >= 300) throw new Error(`${method} ${tenant.slug}${path}: ${status} ${text}`);
  return json;
}

/** A text in a JSON answer, by its path. @throws Error where there is none */
export function textAt(json: Json | undefined, path: string): string {
  const text = at(json, path);
  if (typeof text !== "string") throw new Error(`${path} is no text in ${JSON.stringify(json)}`);
  return text;
}

/** The body of a PATCH. */
export function patching(...Operations: readonly object[]): object {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
}
