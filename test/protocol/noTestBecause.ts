const EVENTS = "security events (RFC 9967) are not offered, and nothing says they are";
const OWN_SCHEMAS = "an org cannot define schemas of its own";

/** What the tests of a requirement leave out, and why. */
export const partlyBecause: Readonly<Record<string, string>> = {
  "S-2": `${OWN_SCHEMAS}, so none is refused`,
  "S-3": `${OWN_SCHEMAS}; the published ones are held to the defaults`,
  "S-10": `${OWN_SCHEMAS}, so none is refused`,
  "S-75": "no resource type has an extension that is required",
};

/** Why a requirement has no test named after it: where it is held instead, or what is not offered. Not looked at once it has one. */
export const noTestBecause: Readonly<Record<string, string>> = {
  "S-6": "no schema has an integer or decimal attribute; unit/scim/readNumbers.test.ts reads them",
  "S-29": "no schema has an attribute that is returned on request only",
  "H-10": "throttling is API Gateway's: infra/api.test.ts holds its 429 to Retry-After and a SCIM body",
  "DI-5": OWN_SCHEMAS,
  "SEC-1": "TLS is API Gateway's: infra/options.test.ts and infra/api.test.ts hold its policy",
  "SEC-5": "leak.test.ts holds the request log to it, infra/api.test.ts the access log",
  "SEC-8": "infra/functions.test.ts holds the functions to least privilege",
  "N-12": EVENTS,
  "N-13": EVENTS,
  "N-14": EVENTS,
  "N-16": EVENTS,
};
