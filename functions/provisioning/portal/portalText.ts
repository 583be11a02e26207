import { hash } from "node:crypto";
import type { OrgId } from "../../store/keys.ts";
import type { PortalClaim } from "../../store/portalSessions.ts";
import type { RandomBytes } from "../newId.ts";
import { checksum, hashToken, sealed } from "../token.ts";

/**
 * `rollcalllink_<org id>_<256 random bits>_<CRC32 of all before it>` is a link, `rollcallportal_…` a session: the form of an org
 * token with another first word, so that none passes for another.
 */
const TEXT = /^(rollcall(link|portal)_([0-9A-Za-z]{8})_[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;

/** The only copy of a link or session: show it once, keep the hash. */
export function newPortalText(kind: PortalClaim["kind"], orgId: OrgId, randomBytes: RandomBytes): string {
  return sealed(`rollcall${kind === "link" ? "link" : "portal"}_${orgId}`, randomBytes);
}

/** Nothing when it can be neither a link nor a session of ours, found out without any read. */
export function readPortalText(text: string): PortalClaim | undefined {
  const [, unsealed, word, orgId, seal] = TEXT.exec(text) ?? [];
  if (unsealed === undefined || orgId === undefined || seal !== checksum(unsealed)) return undefined;
  return { kind: word === "link" ? "link" : "session", orgId, hash: hashToken(text) };
}

/**
 * What a page sends back with every change: only who may read an answer of the portal can know it. It is made of the
 * session's secret, so that nothing more is kept, and the secret cannot be told from it.
 */
export function csrfOf(sessionText: string): string {
  return hash("sha256", `csrf ${sessionText}`);
}
