import type { PageAnswer } from "../../app/api.ts";
import type { RouteParts } from "../../app/pageRoute.ts";
import type { Wording } from "../../app/wording.ts";
import type { PortalTexts } from "../../texts/en.ts";
import { countsOfHours } from "./chartShape.ts";

/** A problem for somebody to look at, with its place. */
interface HealthFinding {
  readonly name: string;
  readonly tone: "info" | "warn" | "bad";
  readonly title: string;
  readonly text: string;
  readonly to?: { readonly text: string; readonly page: RouteParts };
}

export interface HealthFacts {
  readonly health: PageAnswer<"getHealth">;
  /** Unsolved causes of refusals. */
  readonly unsolved: number;
  /** Ids of tokens whose end stops nothing. */
  readonly replaced: ReadonlySet<string>;
  /** Name of the identity provider that came last. */
  readonly idp: string;
}

const DAY = 86_400_000;
/** Share of a day's requests above which somebody should look, even if each cause is known. */
const HIGH_SHARE = 0.05;
/** These providers send requests even without changes. */
const POLLING = ["google", "onelogin", "jumpcloud", "sailpoint"];

/** Most serious first. @param now milliseconds since 1970 */
export function findingsOf(
  facts: HealthFacts,
  texts: PortalTexts["health"],
  wording: Wording,
): readonly HealthFinding[] {
  const { health, unsolved, replaced } = facts;
  const now = Date.parse(health.now);
  const day = countsOfHours(health.hours.slice(-24));
  const found: HealthFinding[] = [];
  if (day.failed > 0) {
    found.push({
      name: "failing",
      tone: "bad",
      title: wording.counted(day.failed, texts.failing),
      text: texts.failingText,
      to: { text: texts.toFailed, page: { page: "activity", query: { outcome: "failed" } } },
    });
  }
  if (unsolved > 0) {
    found.push({
      name: "problems",
      tone: "bad",
      title: wording.counted(unsolved, texts.problems),
      text: texts.problemsText,
      to: { text: texts.toProblems, page: { page: "activity" } },
    });
  } else if (day.all > 0 && (day.refused + day.failed) / day.all > HIGH_SHARE) {
    found.push({
      name: "share",
      tone: "warn",
      title: texts.shareHigh,
      text: shareWords(facts, texts, wording),
      to: { text: texts.toRefused, page: { page: "activity", query: { outcome: "refused" } } },
    });
  }
  found.push(...quiet(facts, texts, wording, now));
  for (const { id, kind, description, expiresAt } of health.expiring) {
    if (replaced.has(id)) continue;
    const name = description === "" ? texts.unnamed : description;
    const title = { token: texts.expiringToken, clientSecret: texts.expiringSecret, trust: texts.expiringTrust }[kind];
    found.push({
      name: `expiring-${id}`,
      tone: Date.parse(expiresAt) - now < 7 * DAY ? "bad" : "warn",
      title: wording.fill(title, { name, when: wording.relative(expiresAt, now) }),
      text: kind === "trust" ? texts.expiringTrustText : texts.expiringText,
      to: { text: texts.toCredentials, page: { page: "credentials" } },
    });
  }
  if (health.skippedMembers > 0) {
    found.push({
      name: "skipped",
      tone: "warn",
      title: wording.counted(health.skippedMembers, texts.skipped),
      text: texts.skippedText,
      to: { text: texts.toSkipped, page: { page: "activity", query: { outcome: "partly", resource: "group" } } },
    });
  }
  for (const { at, kind, count, ofUsers } of health.massChanges) {
    found.push({
      name: `mass-${at}-${kind}`,
      tone: "warn",
      title: wording.counted(count, kind === "users" ? texts.massUsers : texts.massMembers),
      text: wording.fill(texts.massText, { when: wording.dateTime(at), ofUsers }),
    });
  }
  return found;
}

/** The share of refused and failed requests within a day; empty without requests. */
export function shareWords({ health }: HealthFacts, texts: PortalTexts["health"], wording: Wording): string {
  const day = countsOfHours(health.hours.slice(-24));
  if (day.all === 0) return "";
  const bad = day.refused + day.failed;
  if (bad === 0) return wording.fill(texts.shareNone, { n: day.all });
  return wording.fill(texts.share, { share: wording.percent(bad / day.all), n: day.all });
}

function quiet({ health: { contact }, idp }: HealthFacts, texts: PortalTexts["health"], wording: Wording, now: number) {
  if (contact === null || now - Date.parse(contact.at) < DAY) return [];
  const title = wording.fill(texts.quiet, { idp });
  const one = (tone: "info" | "warn", text: string): HealthFinding[] => [{ name: "quiet", tone, title, text }];
  if (contact.idp === "entra") return one("warn", texts.quietEntra);
  return POLLING.includes(contact.idp) ? one("warn", texts.quietPolling) : one("info", texts.quietOnChange);
}
