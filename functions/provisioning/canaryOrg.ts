import { CANARY_ORG, CANARY_SECRET_ID, CANARY_SLUG } from "../store/canaryKeys.ts";
import type { OrgRecord } from "../store/records.ts";
import type { TokenRecord } from "../store/tokenRecords.ts";
import type { RandomBytes } from "./newId.ts";
import { newAccessToken, newRecord } from "./token.ts";

const ACTOR = "canary";
/** Seconds: longer than a run may take. */
const TOKEN_LIFE = 300;

/** The sandbox's settings. They allow everything that identity providers do. @param now milliseconds since the epoch */
export function canaryOrg(now: number): OrgRecord {
  return {
    id: CANARY_ORG,
    slug: CANARY_SLUG,
    displayName: "Sandbox of the canary",
    version: now,
    created: new Date(now).toISOString(),
    entitled: true,
    sso: { entityId: "urn:rollcall:canary" },
    paused: undefined,
    admins: [],
    preset: "standard",
    changedRules: {},
    tokenEpoch: 1,
  };
}

/** @returns the access token itself, which is not stored, the token's record, and the record of a client secret without text */
export function canaryToken(
  org: OrgRecord,
  randomBytes: RandomBytes,
): { readonly token: string; readonly secret: TokenRecord; readonly access: TokenRecord } {
  const token = newAccessToken(org.id, CANARY_SECRET_ID, randomBytes);
  const access = newRecord({ now: org.version, randomBytes, actor: ACTOR }, org, token, "", TOKEN_LIFE);
  return {
    token,
    // No text has this hash. A presented secret would be looked up in the org's own partition of tokens.
    secret: { ...access, id: CANARY_SECRET_ID, kind: "client", hash: CANARY_ORG },
    access: { ...access, kind: "access", secretId: CANARY_SECRET_ID },
  };
}
