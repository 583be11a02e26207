import { ScimError } from "../scim/error.ts";
import { ifMatch } from "../scim/render.ts";
import { CANARY_ORG } from "../store/canaryKeys.ts";
import { isOrgId, type OrgId } from "../store/keys.ts";
import type { HoldDecision, OrgRecord, Stamp } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import { forgetToken, type SettingsStore } from "../store/settings.ts";
import type { Action } from "../store/table.ts";
import type { TokenRecord } from "../store/tokenRecords.ts";
import type { LogSettings } from "./events/logSettings.ts";
import type { RandomBytes } from "./newId.ts";
import { OperatorError } from "./operatorError.ts";
import { isSlug } from "./orgSettings.ts";
import { untilSaved } from "./retrying.ts";
import { isLive, surplusOf } from "./token.ts";

/** What every administrative use case needs. */
export interface Administration {
  readonly settings: SettingsStore;
  directory(orgId: OrgId): Directory;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
  /** Who calls, as stored and logged: see `actorOf`. */
  readonly actor: string;
  /** How long the deployment keeps events. Absent: the default. */
  readonly logSettings?: LogSettings | undefined;
  /** The request's reference, as on its log line. */
  readonly reference: string;
  /** Whether the deployment allows the rule `adoption`. */
  readonly adoption: boolean;
  /** Hosts of issuers that the deployment trusts, with the port where it is not 443. Absent: Entra's. */
  readonly federationHosts?: readonly string[] | undefined;
  wait(milliseconds: number): Promise<void>;
}

/** What to store, and the answer once it is stored. With nothing to store, nothing is written. */
export interface OrgChange<A> {
  readonly next?: OrgRecord;
  readonly tokens?: readonly TokenRecord[];
  /** Written in the same transaction. If one of its conditions fails, `decide` runs again. */
  readonly beside?: readonly Action[];
  readonly answer: (org: OrgRecord) => A;
}

/** The caller and the time, as stored with a change. */
export function stampOfCall({ now, actor, reference }: Administration): Stamp {
  return { at: new Date(now).toISOString(), tokenId: actor, reference };
}

/**
 * @param name login name or id. An id from before ids had a capital letter may look like a login name: then the login name wins
 * @throws ScimError 404
 */
export async function getOrg(settings: SettingsStore, name: string): Promise<OrgRecord> {
  const named = isSlug(name) ? await settings.orgBySlug(name) : undefined;
  // Nobody may see or change the canary's sandbox, not even during a run.
  const org = named ?? (isOrgId(name) && name !== CANARY_ORG ? await settings.orgById(name) : undefined);
  if (org !== undefined) return org;
  throw OperatorError.notFound("org");
}

/**
 * Whether a change may be made that says which version it was made from. One that changes nothing is not asked: its sender may
 * have lost the answer to it (RFC 9110 section 13.1.1).
 * @param match If-Match; `*` stands for any that there is @param version of what is stored; 0, and that of nothing: there is none
 * @throws ScimError 412
 */
export function checkMatch(match: string | undefined, { version } = { version: 0 }): void {
  if (!ifMatch(match, version) || (match === "*" && version < 1)) throw ScimError.version("mismatch");
}

/**
 * Decides on the stored org and stores the decision. If another caller has changed the org meanwhile, it decides again. Every
 * change of a token raises the org's version too, so tokens read inside `decide` are protected as well.
 * @throws ScimError 404, 409 during a purge, errors of `decide`; StoreBusy when every attempt lost against another caller
 */
export async function changeOrg<A>(
  administration: Administration,
  slug: string,
  decide: (org: OrgRecord) => OrgChange<A> | Promise<OrgChange<A>>,
): Promise<A> {
  const { settings } = administration;
  const saved = await untilSaved(administration, async () => {
    const org = await getOrg(settings, slug);
    if (org.deletion?.purging === true) throw OperatorError.conflict("purging");
    const change = await decide(org);
    const { tokens, beside } = change;
    if ((change.next ?? tokens ?? beside) === undefined) return { answer: change.answer(org) };
    const next = { ...(change.next ?? org), version: org.version + 1 };
    const outcome = await settings.save(org, next, tokens ?? [], stampOfCall(administration), beside);
    return outcome === "saved" ? { answer: change.answer(next) } : undefined;
  });
  return saved.answer;
}

/**
 * As `changeOrg`, for one more token, client secret or trust. The same transaction removes the oldest of those that ended,
 * beyond 200: otherwise a customer could let them pile up without end.
 * @param decide receives all that are listed, newest first
 */
export function addToken<A>(
  administration: Administration,
  slug: string,
  decide: (org: OrgRecord, listed: readonly TokenRecord[]) => OrgChange<A> | Promise<OrgChange<A>>,
): Promise<A> {
  const { settings, now } = administration;
  return changeOrg(administration, slug, async (org) => {
    const listed = await settings.tokens(org.id);
    const change = await decide(org, listed);
    return { ...change, beside: surplusOf(listed, (one) => isLive(one, org, now)).flatMap(forgetToken) };
  });
}

/** An application key would fit into 64 characters, and the name is logged: so no name may begin like a key. */
const NAMED = /^(?!rollcallapp_)[A-Za-z0-9:._-]{1,64}$/;

/**
 * Who makes an administrative call, as stored and logged: the name in the calling application's header, or the AWS principal.
 * The name is the application's own id of the person, never an e-mail address.
 * @param named the value of the header `Rollcall-Actor`
 * @throws ScimError 400 invalidValue
 */
export function actorOf(userArn: string, named: string | undefined): string {
  return actorNamed(principalOf(userArn), named);
}

/** @param caller the actor without a name; it has a slash, so that no header can claim it @throws ScimError 400 */
export function actorNamed(caller: string, named: string | undefined): string {
  if (named === undefined) return caller;
  if (isActorName(named)) return named;
  throw OperatorError.invalidValue("actor");
}

/** Whether an application may use this text as an actor's name. */
export function isActorName(text: string): boolean {
  return NAMED.test(text);
}

/**
 * Account and name of an AWS principal: `123456789012:assumed-role/Settings`, `123456789012:user/deploy`. Leaves out session
 * names and names with an `@`, because they may be people, and this text is logged.
 */
export function principalOf(userArn: string): string {
  const [, , , , account = "", resource = ""] = userArn.split(":");
  const [kind = "", ...path] = resource.split("/");
  const name = kind === "assumed-role" ? path[0] : kind === "user" ? path.at(-1) : undefined;
  const known = name !== undefined && !name.includes("@") ? `${kind}/${name}` : kind;
  return `${account}:${known}`;
}

const HOUR_MS = 3_600_000;

/** A release from now on. @param hours for which removals pass uncounted @param now milliseconds since the epoch */
export function holdRelease(number: number, hours: number, now: number): HoldDecision {
  const [at = "", until = ""] = [now, now + hours * HOUR_MS].map((time) => new Date(time).toISOString());
  return { decision: "released", number, at, until };
}
