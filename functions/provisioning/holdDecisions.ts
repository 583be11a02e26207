import { type HeldRequests, type HoldStore, type Hold as OrgHold, requestsHeldBy } from "../store/holds.ts";
import type { HoldDecision, OrgRecord } from "../store/records.ts";
import { type Administration, changeOrg, getOrg, holdRelease } from "./changeOrg.ts";
import { OperatorError } from "./operatorError.ts";
import { checkReason } from "./orgLife.ts";
import { checkWhole } from "./orgSettings.ts";
import { isReleased, LONGEST_RELEASE, releasedBy } from "./removalAnswer.ts";

/** Hours for which removals pass after a release; `unless` is the default. */
const RELEASE_HOURS = { least: 1, most: LONGEST_RELEASE, unless: 24 } as const;

/** The state of an org's removals. `held`: nobody has decided yet. `released`: they pass uncounted. */
type HoldStatus = "none" | "held" | "refused" | "released";

export interface HoldAnswer {
  readonly org: OrgRecord;
  readonly status: HoldStatus;
  /** Present with `held`, `refused` and `released`, unless the guard's item is gone. */
  readonly hold?: OrgHold | undefined;
  readonly requests?: HeldRequests | undefined;
  readonly decision?: HoldDecision | undefined;
}

type StoreOf = (org: OrgRecord) => HoldStore;

/** @throws ScimError 404 */
export async function showHold(administration: Administration, storeOf: StoreOf, slug: string): Promise<HoldAnswer> {
  return holdOf(await getOrg(administration.settings, slug), storeOf, administration.now);
}

/**
 * Lets removals pass uncounted for some hours. Then counting begins again from zero. The identity provider itself sends held
 * requests again. A request that reads the hold just before is held once more, which does not affect the release.
 * @throws ScimError 400, 404, 409 where nothing is held, or the hold is already released
 */
export async function releaseHold(
  administration: Administration,
  storeOf: StoreOf,
  slug: string,
  hours: number = RELEASE_HOURS.unless,
): Promise<HoldAnswer> {
  checkWhole("hours", hours, RELEASE_HOURS.least, RELEASE_HOURS.most);
  return decide(administration, storeOf, slug, (number) => holdRelease(number, hours, administration.now));
}

/**
 * Refuses removals with 403 and the reason until `releaseHold`. Refusing again changes the reason; with the same one it changes
 * nothing.
 * @throws ScimError 400, 404, 409 where nothing is held, or the hold is already released
 */
export async function refuseHold(
  administration: Administration,
  storeOf: StoreOf,
  slug: string,
  reason: string,
): Promise<HoldAnswer> {
  const checked = checkReason(reason);
  const at = new Date(administration.now).toISOString();
  return decide(administration, storeOf, slug, (number) => ({ decision: "refused", number, at, reason: checked }));
}

/** The number ties the decision to this hold: the next hold is undecided. */
async function decide(
  administration: Administration,
  storeOf: StoreOf,
  slug: string,
  decisionOn: (number: number) => HoldDecision,
): Promise<HoldAnswer> {
  return changeOrg(administration, slug, async (org) => {
    const { status, decision, number, ...held } = await holdOf(org, storeOf, administration.now);
    if (decision?.decision === "released" && status === "released") {
      throw OperatorError.conflict("holdReleased", decision.until);
    }
    if (status === "none") throw OperatorError.conflict("noHold");
    const next = decisionOn(number);
    if (isRefusedAlike(decision, next))
      return { answer: (unchanged) => ({ ...held, org: unchanged, status, decision }) };
    const answer = (changed: OrgRecord): HoldAnswer => {
      return { ...held, org: changed, status: next.decision, decision: next };
    };
    return { next: { ...org, hold: next }, answer };
  });
}

function isRefusedAlike(before: HoldDecision | undefined, next: HoldDecision): boolean {
  if (before?.decision !== "refused" || next.decision !== "refused") return false;
  return before.number === next.number && before.reason === next.reason;
}

async function holdOf(
  org: OrgRecord,
  storeOf: StoreOf,
  now: number,
): Promise<HoldAnswer & { readonly number: number }> {
  const state = await storeOf(org).read();
  const decision = org.hold;
  const number = Math.max(state?.number ?? 0, decision?.number ?? 0);
  const held = { org, number, hold: state?.hold, requests: state?.hold && requestsHeldBy(state) };
  if (decision?.decision === "refused") return { ...held, status: "refused", decision };
  const released = releasedBy(decision, now);
  if (now < released.until) return { ...held, status: "released", decision };
  const isHeld = state?.hold && !isReleased(state, released);
  return isHeld ? { ...held, status: "held" } : { org, number, status: "none" };
}
