import { hash } from "node:crypto";
import type { OrgId } from "../../store/keys.ts";
import type { PortalClaim } from "../../store/portalSessions.ts";
import type { RandomBytes } from "../newId.ts";
import { checksum, hashToken, sealed } from "../token.ts";

/**
 * `rollcalllink_<org id>_<256 random bits>_<CRC32 of the text before it>` is a link, `rollcallportal_…` a session. The first word
 * differs from an org token's, so that none can pass for another.
 */
const TEXT = /^(rollcall(link|portal)_([0-9A-Za-z]{8})_[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;

/** A new link or session. This is the only copy: show it once, store its hash. */
export function newPortalText(kind: PortalClaim["kind"], orgId: OrgId, randomBytes: RandomBytes): string {
  return sealed(`rollcall${kind === "link" ? "link" : "portal"}_${orgId}`, randomBytes);
}

/** Undefined for a text that can be neither a link nor a session of ours. Reads nothing from the store. */
export function readPortalText(text: string): PortalClaim | undefined {
  const [, unsealed, word, orgId, seal] = TEXT.exec(text) ?? [];
  if (unsealed === undefined || orgId === undefined || seal !== checksum(unsealed)) return undefined;
  return { kind: word === "link" ? "link" : "session", orgId, hash: hashToken(text) };
}

/**
 * The CSRF token that a page sends with every change. Only a reader of the portal's answers can know it. It is derived from the
 * session's secret, so that nothing else is stored, and does not reveal the secret.
 */
export function csrfOf(sessionText: string): string {
  return hash("sha256", `csrf ${sessionText}`);
}
