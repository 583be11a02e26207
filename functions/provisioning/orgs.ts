import type { Json } from "../scim/json.ts";
import type { OrgRecord, SingleSignOn } from "../store/records.ts";
import { type Administration, changeOrg, checkMatch, holdRelease, stampOfCall } from "./changeOrg.ts";
import { verifiedDomainsOf } from "./domainNames.ts";
import { LOG_SETTINGS } from "./events/logSettings.ts";
import { newOrgId } from "./newId.ts";
import { OperatorError } from "./operatorError.ts";
import {
  changeRules,
  checkAdmins,
  checkDisplayName,
  checkPreset,
  checkRetention,
  checkSingleSignOn,
  checkSlug,
} from "./orgSettings.ts";
import { rulesOf } from "./session.ts";
import { isLive } from "./token.ts";

/** Settings for the creation of an org and for later changes. */
export interface OrgWishes {
  readonly displayName?: string;
  /** F10. */
  readonly entitled?: boolean;
  /** P2: null means that SAML SSO is no longer configured. No data is lost: SCIM answers 403 until SSO is back. */
  readonly sso?: SingleSignOn | null;
  /** The whole list, not a change of it. */
  readonly admins?: readonly string[];
  readonly preset?: Json;
  /** By rule; null returns a rule to the preset. Other changed rules stay as they are, even when the preset changes. */
  readonly changedRules?: Readonly<Record<string, Json>>;
  /** Fewer days than the deployment keeps events; null: the deployment's number. */
  readonly eventRetentionDays?: number | null;
}

export interface OrgAnswer {
  readonly org: OrgRecord;
  /** For the caller: what does not work with these settings, and what to do. */
  readonly warnings: readonly string[];
}

/**
 * Creates an org. It is entitled unless `wishes` says otherwise, and has no SSO unless `wishes` configures it.
 * @throws ScimError 400 invalidValue, 409 when the login name is taken
 */
export async function createOrg(administration: Administration, slug: string, wishes: OrgWishes): Promise<OrgAnswer> {
  const { settings, now, randomBytes } = administration;
  checkSlug(slug);
  const blank: OrgRecord = {
    id: newOrgId(randomBytes),
    slug,
    displayName: slug,
    version: 1,
    created: new Date(now).toISOString(),
    entitled: true,
    sso: undefined,
    paused: undefined,
    admins: [],
    preset: "standard",
    changedRules: {},
    tokenEpoch: 1,
  };
  const org = withWishes(administration, blank, wishes);
  const outcome = await settings.createOrg(org, stampOfCall(administration));
  switch (outcome) {
    case "created":
      return answerWith(org);
    case "slugTaken":
      throw OperatorError.conflict("orgExists", slug);
  }
}

/** @param match If-Match @throws ScimError 400 invalidValue, 404, 412 */
export async function updateOrg(
  administration: Administration,
  slug: string,
  wishes: OrgWishes,
  match?: string,
): Promise<OrgAnswer> {
  const answer = await changeSettings(administration, slug, (org) => withWishes(administration, org, wishes), match);
  return (wishes.changedRules ?? wishes.preset) === undefined ? answer : withWarning(administration, answer);
}

/** Stores the org that `decide` returns, if it differs. @param match If-Match @throws as `changeOrg`, ScimError 412 */
export async function changeSettings(
  administration: Administration,
  slug: string,
  decide: (org: OrgRecord) => OrgRecord | Promise<OrgRecord>,
  match?: string,
): Promise<OrgAnswer> {
  return changeOrg(administration, slug, async (org) => {
    const next = await decide(org);
    if (JSON.stringify(next) === JSON.stringify(org)) return { answer: answerWith };
    checkMatch(match, org);
    return { next, answer: answerWith };
  });
}

export function answerWith(org: OrgRecord): OrgAnswer {
  return { org, warnings: warningsOf(org) };
}

/** P2, P3, F10: obstacles to SCIM, and the one-admin warning. */
const WARNINGS = {
  purging: "This organization is being purged. Repeat purge until it is done.",
  deletionScheduled:
    "Deletion is scheduled: SCIM requests are refused with 403. Restore it, or remove everything with purge.",
  notEntitled: "This organization is not entitled to SCIM: its requests are refused with 403.",
  noSso: "SAML SSO is not configured: no token can be made and SCIM is refused with 403.",
  paused: "Provisioning is paused: SCIM requests are refused with 403.",
  noDomainForEmail:
    "No mail domain is verified: the rule adoption adopts nobody. Add and verify the organization's domains.",
  noDomainForUserName:
    "No mail domain is verified: the rule adoption adopts only users whose userName has no @. Add and verify the organization's domains.",
  noWayIn:
    "The rules bearerTokens and clientSecrets forbid every credential of this organization: its identity provider is refused. Make an allowed credential, or set a rule to allowed.",
  noAdmin: "No org admin is named. Name at least two, so that one is always there.",
  oneAdmin: "There is only one org admin. A second one is recommended.",
} as const;

export type OrgWarning = keyof typeof WARNINGS;

export function warningsOf(org: OrgRecord): string[] {
  return warningCodesOf(org).map((code) => WARNINGS[code]);
}

/** The same warnings by name, for callers with their own texts. */
export function warningCodesOf(org: OrgRecord): OrgWarning[] {
  const codes: OrgWarning[] = [];
  if (org.deletion !== undefined) codes.push(org.deletion.purging ? "purging" : "deletionScheduled");
  if (!org.entitled) codes.push("notEntitled");
  if (org.sso === undefined) codes.push("noSso");
  if (org.paused !== undefined) codes.push("paused");
  const { adoption } = rulesOf(org);
  if (adoption !== "off" && verifiedDomainsOf(org).length === 0) {
    codes.push(adoption === "email" ? "noDomainForEmail" : "noDomainForUserName");
  }
  if (hasNoWayIn(org)) codes.push("noWayIn");
  if (org.admins.length === 0) codes.push("noAdmin");
  if (org.admins.length === 1) codes.push("oneAdmin");
  return codes;
}

/** Judges by the settings alone, without reading tokens. */
function hasNoWayIn(org: OrgRecord): boolean {
  const { bearerTokens, clientSecrets } = rulesOf(org);
  return bearerTokens === "forbidden" && clientSecrets === "forbidden" && org.trusts === undefined;
}

/** Adds a warning where the changed rules forbid every live credential. */
async function withWarning({ settings, now }: Administration, { org, warnings }: OrgAnswer): Promise<OrgAnswer> {
  const { bearerTokens, clientSecrets } = rulesOf(org);
  const some = bearerTokens === "forbidden" || clientSecrets === "forbidden";
  if (!some || warnings.includes(WARNINGS.noWayIn)) return { org, warnings };
  const live = (await settings.tokens(org.id)).filter((token) => isLive(token, org, now));
  const left = live.some(
    ({ kind = "org" }) => kind === "trust" || (kind === "org" ? bearerTokens : clientSecrets) === "allowed",
  );
  return { org, warnings: live.length === 0 || left ? warnings : [...warnings, WARNINGS.noWayIn] };
}

/** @throws ScimError 400, 409 for a rule that the deployment does not allow */
function withWishes(
  { adoption, now, logSettings = LOG_SETTINGS }: Administration,
  org: OrgRecord,
  wishes: OrgWishes,
): OrgRecord {
  const { changedRules: rules = {} } = wishes;
  const rule = rules.adoption ?? "off";
  const changed = {
    ...org,
    eventRetentionDays:
      wishes.eventRetentionDays === undefined
        ? org.eventRetentionDays
        : checkRetention(wishes.eventRetentionDays, logSettings.retentionDays),
    displayName: wishes.displayName === undefined ? org.displayName : checkDisplayName(wishes.displayName),
    entitled: wishes.entitled ?? org.entitled,
    sso: wishes.sso === undefined ? org.sso : wishes.sso === null ? undefined : checkSingleSignOn(wishes.sso),
    admins: wishes.admins === undefined ? org.admins : checkAdmins(wishes.admins),
    preset: wishes.preset === undefined ? org.preset : checkPreset(wishes.preset),
    changedRules: changeRules(org.changedRules, rules),
  };
  if (rule !== "off" && !adoption) throw OperatorError.conflict("adoptionOff");
  // What waits or is refused must not come back with a later `hold`: it is over, and counting begins anew.
  const isLeft = rulesOf(org).massChange === "hold" && rulesOf(changed).massChange === "tell";
  return isLeft ? { ...changed, hold: holdRelease(org.hold?.number ?? 0, 0, now) } : changed;
}
