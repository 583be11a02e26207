import { ScimError } from "../scim/error.ts";
import { ifMatch } from "../scim/render.ts";
import { CANARY_ORG } from "../store/canaryKeys.ts";
import { backOff } from "../store/database.ts";
import { isOrgId, type OrgId } from "../store/keys.ts";
import { type OrgRecord, type Stamp, StoreBusy, type TokenRecord } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import type { SettingsStore } from "../store/settings.ts";
import type { Action } from "../store/table.ts";
import type { LogSettings } from "./events/logSettings.ts";
import type { RandomBytes } from "./newId.ts";
import { OperatorError } from "./operatorError.ts";
import { isSlug } from "./orgSettings.ts";
import { randomShare } from "./retrying.ts";

/** What every administrative use case works with. */
export interface Administration {
  readonly settings: SettingsStore;
  directory(orgId: OrgId): Directory;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
  /** Who asks, as kept and logged: see `actorOf`. */
  readonly actor: string;
  /** How long the deployment keeps events; absent: as by default. */
  readonly logSettings?: LogSettings | undefined;
  /** Of the request, as on its log line. */
  readonly reference: string;
  /** Whether the deployment allows the rule `adoption`. */
  readonly adoption: boolean;
  /** Hosts of issuers that the deployment trusts, each with its port where that is not 443; absent: Entra's. */
  readonly federationHosts?: readonly string[] | undefined;
  wait(milliseconds: number): Promise<void>;
}

/** What shall be stored, and what is answered once it is. Without anything to store nothing is. */
export interface OrgChange<A> {
  readonly next?: OrgRecord;
  readonly tokens?: readonly TokenRecord[];
  /** In the same transaction. Where one of its conditions does not hold, it is decided anew. */
  readonly beside?: readonly Action[];
  readonly answer: (org: OrgRecord) => A;
}

const ATTEMPTS = 12;

/** Who changes the org now, as kept with what is changed. */
export function stampOfCall({ now, actor, reference }: Administration): Stamp {
  return { at: new Date(now).toISOString(), tokenId: actor, reference };
}

/**
 * @param name login name, or id: the login name wins where an id, made before ids had a capital letter, looks like one
 * @throws ScimError 404
 */
export async function getOrg(settings: SettingsStore, name: string): Promise<OrgRecord> {
  const named = isSlug(name) ? await settings.orgBySlug(name) : undefined;
  // The canary's sandbox is nobody's to see or to change, not even while a run is under way.
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
 * Decides on the org as it is stored and stores the decision, unless somebody else changed the org meanwhile: then it
 * decides anew. Every change of a token raises the org's version too, so that tokens read inside `decide` count as well.
 * @throws ScimError 404, 409 while the org is purged, and whatever `decide` refuses with; StoreBusy when others were faster every time
 */
export async function changeOrg<A>(
  administration: Administration,
  slug: string,
  decide: (org: OrgRecord) => OrgChange<A> | Promise<OrgChange<A>>,
): Promise<A> {
  const { settings, randomBytes, wait } = administration;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const org = await getOrg(settings, slug);
    if (org.deletion?.purging === true) throw OperatorError.conflict("purging");
    const change = await decide(org);
    const { tokens, beside } = change;
    if ((change.next ?? tokens ?? beside) === undefined) return change.answer(org);
    const next = { ...(change.next ?? org), version: org.version + 1 };
    const outcome = await settings.save(org, next, tokens ?? [], stampOfCall(administration), beside);
    switch (outcome) {
      case "saved":
        return change.answer(next);
      case "stale":
        await wait(backOff(attempt, randomShare({ randomBytes })));
    }
  }
  throw new StoreBusy("conflict");
}

/** Not a key of an application, which would fit: the name is logged. */
const NAMED = /^(?!rollcallapp_)[A-Za-z0-9:._-]{1,64}$/;

/**
 * Who makes an administrative call, as kept and logged: the name that the calling application gives in its header, or
 * else the AWS principal. The name is the application's own id of the person, never an address.
 * @param named the value of the header `Rollcall-Actor`
 * @throws ScimError 400 invalidValue
 */
export function actorOf(userArn: string, named: string | undefined): string {
  return actorNamed(principalOf(userArn), named);
}

/** @param caller who counts where nobody is named; with a slash in it no header can claim to be it @throws ScimError 400 */
export function actorNamed(caller: string, named: string | undefined): string {
  if (named === undefined) return caller;
  if (isActorName(named)) return named;
  throw OperatorError.invalidValue("actor");
}

/** Whether an application may call a person so. */
export function isActorName(text: string): boolean {
  return NAMED.test(text);
}

/**
 * Account and name of an AWS principal: `123456789012:assumed-role/Settings`, `123456789012:user/deploy`. Session names
 * and whatever else looks like an address are left out: they are people, and this is logged.
 */
export function principalOf(userArn: string): string {
  const [, , , , account = "", resource = ""] = userArn.split(":");
  const [kind = "", ...path] = resource.split("/");
  const name = kind === "assumed-role" ? path[0] : kind === "user" ? path.at(-1) : undefined;
  const known = name !== undefined && !name.includes("@") ? `${kind}/${name}` : kind;
  return `${account}:${known}`;
}
