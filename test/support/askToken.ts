import type { Answer, Transport } from "./wire.ts";

/**
 * Asks an org for an access token.
 * @param form what is presented, beside the grant type and the org as the client; a text is the whole body
 */
export function askToken(
  { transport }: { readonly transport: Transport },
  slug: string,
  form: string | Readonly<Record<string, string>>,
): Promise<Answer> {
  const fields = { grant_type: "client_credentials", client_id: slug };
  return transport({
    method: "POST",
    target: `/scim/v2/${slug}/oauth/token`,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: typeof form === "string" ? form : String(new URLSearchParams({ ...fields, ...form })),
  });
}
