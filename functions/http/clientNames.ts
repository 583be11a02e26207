/** Client names and methods in a fixed set of words, which the log may hold. */

const OTHER = "other";
/** The first pattern that matches counts. */
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

/** All values of `idp` on a log line. */
export const IDENTITY_PROVIDERS: readonly string[] = /* @__PURE__ */ KNOWN.map(([, name]) => name).concat(OTHER);

/** A guess for the log only: no behaviour may depend on it. */
export function identityProviderOf(userAgent = ""): string {
  for (const [pattern, name] of KNOWN) if (pattern.test(userAgent)) return name;
  return OTHER;
}

/** All other values of `method` on a log line than `OTHER_METHOD`. */
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** A client may send any text as its method, so the log has this for unknown ones. */
export const OTHER_METHOD = "OTHER";
