import { backOff } from "../store/backOff.ts";
import { isOrgId, type OrgId } from "../store/keys.ts";
import { type OrgRecord, StoreBusy, type TokenRecord } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import type { SettingsStore } from "../store/settings.ts";
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
  /** Who asks, as kept and logged: see `actor.ts`. */
  readonly actor: string;
  wait(milliseconds: number): Promise<void>;
}

/** What shall be stored, and what is answered once it is. Without `next` and `tokens` nothing is stored. */
export interface OrgChange<A> {
  readonly next?: OrgRecord;
  readonly tokens?: readonly TokenRecord[];
  readonly answer: (org: OrgRecord) => A;
}

const ATTEMPTS = 12;

/**
 * @param name login name, or id: the login name wins where an id, made before ids had a capital letter, looks like one
 * @throws ScimError 404
 */
export async function getOrg(settings: SettingsStore, name: string): Promise<OrgRecord> {
  const named = isSlug(name) ? await settings.orgBySlug(name) : undefined;
  const org = named ?? (isOrgId(name) ? await settings.orgById(name) : undefined);
  if (org !== undefined) return org;
  throw OperatorError.notFound("org");
}

/**
 * Decides on the org as it is stored and stores the decision, unless somebody else changed the org meanwhile: then it
 * decides anew. Every change of a token raises the org's version too, so that tokens read inside `decide` count as well.
 * @throws ScimError 404, 409 while the org is purged, and whatever `decide` refuses with; StoreBusy when others were faster every time
 */
export async function changeOrg<A>(
  { settings, randomBytes, wait }: Administration,
  slug: string,
  decide: (org: OrgRecord) => OrgChange<A> | Promise<OrgChange<A>>,
): Promise<A> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const org = await getOrg(settings, slug);
    if (org.deletion?.purging === true) throw OperatorError.conflict("purging");
    const change = await decide(org);
    if (change.next === undefined && change.tokens === undefined) return change.answer(org);
    const next = { ...(change.next ?? org), version: org.version + 1 };
    const outcome = await settings.save(org, next, change.tokens ?? []);
    switch (outcome) {
      case "saved":
        return change.answer(next);
      case "stale":
        await wait(backOff(attempt, randomShare({ randomBytes })));
    }
  }
  throw new StoreBusy("conflict");
}
