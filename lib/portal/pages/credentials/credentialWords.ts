import type { PageAnswer } from "../../app/api.ts";
import type { Wording } from "../../app/wording.ts";
import type { PortalTexts } from "../../texts/en.ts";

export type TokenLine = PageAnswer<"listTokens">["tokens"][number];
type SecretLine = PageAnswer<"listClientSecrets">["secrets"][number];
export type CredentialLine = TokenLine | SecretLine;
type CredentialTexts = PortalTexts["credentials"];

/** A use is recorded at most once an hour: within two hours, the credential may have been in use all the time. */
const LATELY = 2 * 3_600_000;

/** @param now milliseconds since 1970 */
export function isUsedLately({ lastUsedAt }: CredentialLine, now: number): boolean {
  return lastUsedAt !== null && now - Date.parse(lastUsedAt) < LATELY;
}

/** Within a month, before or after: then a duration says more than a date. @param now milliseconds since 1970 */
export function isSoon(iso: string, now: number): boolean {
  return Math.abs(Date.parse(iso) - now) < 30 * 86_400_000;
}

export function isLiveLine({ status }: CredentialLine): boolean {
  return status === "live";
}

/** Live tokens with a successor: all but the newest, or those marked so. @param tokens newest first */
export function endingTokens(tokens: readonly TokenLine[], onlyOne: boolean): ReadonlySet<string> {
  const live = tokens.filter(isLiveLine);
  return new Set(live.filter(({ retiredBy }, at) => retiredBy !== null || (onlyOne && at > 0)).map(({ id }) => id));
}

/** Live tokens whose successor is already in use: their end stops nothing. @param tokens newest first */
export function replacedTokens(tokens: readonly TokenLine[]): ReadonlySet<string> {
  const replaced = new Set<string>();
  let used = "";
  for (const { id, lastUsedAt } of tokens.filter(isLiveLine)) {
    if (used > (lastUsedAt ?? "")) replaced.add(id);
    if (lastUsedAt !== null && lastUsedAt > used) used = lastUsedAt;
  }
  return replaced;
}

export function nameOfLine({ description }: CredentialLine, texts: CredentialTexts): string {
  return description === "" ? texts.unnamed : description;
}

/** Lifetimes to choose, in days; "" never ends. */
export function lifetimeChoices(days: readonly number[], texts: CredentialTexts, wording: Wording) {
  return days.map((one) => ({
    value: `${one}`,
    text: one % 365 === 0 ? wording.counted(one / 365, texts.years) : wording.counted(one, texts.days),
  }));
}
