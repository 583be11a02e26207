import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { localTarget } from "../support/localTarget.ts";
import { type Answer, at } from "../support/wire.ts";

const WELL_KNOWN = "/.well-known/oauth-authorization-server";

let target: Awaited<ReturnType<typeof localTarget>>;
let slug: string;
beforeAll(async () => {
  target = await localTarget();
  slug = (await target.org()).slug;
});
afterAll(() => target.close());

const ask = (path: string, method = "GET"): Promise<Answer> =>
  target.transport({ method, target: path, headers: {}, body: undefined });

describe("metadata of the authorization server (RFC 8414)", () => {
  test("RFC8414-3.1: they stand before the path of the Tenant URL, which is the issuer, and say what it takes", async () => {
    const { status, headers, json } = await ask(`${WELL_KNOWN}/scim/v2/${slug}`);
    expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
    const issuer = `${target.base}/scim/v2/${slug}`;
    expect(json).toEqual({
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      grant_types_supported: ["client_credentials"],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["RS256", "ES256"],
      scopes_supported: ["scim", "scim.readwrite"],
    });
    // The token endpoint is where it says.
    const endpoint = new URL(String(at(json, "token_endpoint"))).pathname;
    expect(at((await ask(endpoint, "POST")).json, "error")).toBe("invalid_request");
  });

  test("are the same for every login name, of an organization or of none", async () => {
    const of = async (name: string): Promise<string> => {
      const { status, text } = await ask(`${WELL_KNOWN}/scim/v2/${name}`);
      return `${status} ${text.replaceAll(`/scim/v2/${name}`, "/scim/v2/…")}`;
    };
    const known = await of(slug);
    expect(known).toMatch(/^200 /);
    for (const name of ["nobody", "acme", "a-1"]) expect(await of(name)).toBe(known);
  });

  test("are read only, and nowhere else", async () => {
    const posted = await ask(`${WELL_KNOWN}/scim/v2/${slug}`, "POST");
    expect([posted.status, posted.headers.allow]).toEqual([405, "GET"]);
    for (const path of [WELL_KNOWN, `${WELL_KNOWN}/scim/v2`, `/scim/v2/${slug}${WELL_KNOWN}`]) {
      expect([path, (await ask(path)).status >= 400]).toEqual([path, true]);
    }
  });
});
