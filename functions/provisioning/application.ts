import type { ScimError } from "../scim/error.ts";
import { Quirks } from "../scim/quirks.ts";
import { LinkStore } from "../store/links.ts";
import type { OrgRecord } from "../store/records.ts";
import { PRESETS, type Rules } from "../store/rules.ts";
import type { Directory } from "../store/session.ts";
import { OperatorError } from "./operatorError.ts";
import { Effects, type Session } from "./session.ts";

/** One authorized request of the application for one org: it sees both sides and may change its own. */
export interface Application {
  readonly org: OrgRecord;
  /** The org's Tenant URL, without a trailing slash, for filters on `meta.location`. */
  readonly base: string;
  /** Whether a read may remove leftovers of deleted resources, which is a write. */
  readonly mayTidy: boolean;
  /** The side that SCIM created: read, never written. */
  readonly managed: Directory;
  /** The application's own side, with the usual means of use cases. */
  readonly own: Session;
  /** Links of users of either side to the application's own records. */
  readonly links: LinkStore;
}

/** The application knows its own people: only userName is required, and unknown values are refused, not ignored. */
export const OWN_RULES: Rules = {
  ...PRESETS.open,
  unknownMembers: "refuse",
  replaceWithoutTarget: "refuse",
  unknownAttributes: "refuse",
  unknownPaths: "refuse",
  readOnlyPaths: "refuse",
};

/** @param means from the request; `tokenId` names the actor */
export function applicationOf(
  org: OrgRecord,
  managed: Directory,
  unmanaged: Directory,
  {
    base,
    mayTidy,
    ...means
  }: Pick<
    Session,
    "tokenId" | "usage" | "reference" | "deadline" | "sweepLater" | "otherSide" | "now" | "wait" | "randomBytes"
  > &
    Pick<Application, "base" | "mayTidy">,
): Application {
  const noToken = { tokenHash: "", tokenExpiresAt: undefined, tokenMarked: Promise.resolve() };
  const own = {
    ...means,
    ...noToken,
    org,
    rules: OWN_RULES,
    directory: unmanaged,
    quirks: new Quirks(),
    effects: new Effects(),
    effort: { looks: 0 },
  };
  return { org, base, mayTidy, managed, own, links: new LinkStore(managed.view, unmanaged.view) };
}

/** F7: tells the person why the application may not change it. */
export function lockedReason(org: OrgRecord, what: "user" | "team"): string {
  const name = org.sso?.entityId ?? org.sso?.url;
  const provider = `the organization's identity provider${name === undefined ? "" : ` (${name})`}`;
  return `This ${what} is managed by ${provider}: change it there, and provisioning changes it here.`;
}

export function locked(org: OrgRecord, what: "user" | "team"): ScimError {
  return OperatorError.conflict("managed", lockedReason(org, what));
}
