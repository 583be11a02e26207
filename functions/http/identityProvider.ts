const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/okta/i, "okta"],
  [/azure|entra|microsoft/i, "entra"],
  [/google/i, "google"],
  [/onelogin/i, "onelogin"],
  [/jumpcloud/i, "jumpcloud"],
  [/authentik/i, "authentik"],
  [/keycloak/i, "keycloak"],
  [/sailpoint/i, "sailpoint"],
  [/rollcall/i, "rollcall"],
];

/** A guess for the log and nothing else: no behaviour may depend on it (product.md 5.7). */
export function identityProviderOf(userAgent: string | undefined): string {
  return KNOWN.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1] ?? "other";
}
