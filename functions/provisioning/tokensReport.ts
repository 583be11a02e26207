import type { OrgRecord } from "../store/records.ts";
import type { SettingsStore } from "../store/settings.ts";
import type { TokenKind, TokenRecord } from "../store/tokenRecords.ts";
import { tokenStatus } from "./token.ts";

const DAY_MS = 86_400_000;
/** Days from which on somebody should know. */
const SOON_DAYS = 30;
const UNUSED_DAYS = 30;

/** A live token, client secret or trust that needs attention. Days are whole days, rounded down. */
export interface TokenNotice {
  readonly org: string;
  readonly tokenId: string;
  readonly tokenKind: Exclude<TokenKind, "access">;
  /** Present if it expires within 30 days. */
  readonly expiresInDays?: number;
  /** Present if it was not used for 30 days; counted from its creation if it was never used. */
  readonly unusedDays?: number;
}

/** The report on some orgs, in the order of their login names. */
export interface TokensReport {
  readonly orgs: number;
  /** Live tokens, client secrets and trusts. */
  readonly tokens: number;
  /** The least of all that expire; absent where none does. */
  readonly daysToExpiry: number | undefined;
  /** The most of all org tokens; absent where there is none. */
  readonly daysSinceUse: number | undefined;
  readonly notices: readonly TokenNotice[];
  /** Login name after which the next page begins; absent at the end. */
  readonly next: string | undefined;
}

/**
 * How soon tokens expire and how long they have been unused, org by org. It does not check users to whom tokens are bound: they
 * are org data, which the report has no right to read.
 * @param now milliseconds since the epoch
 */
export async function reportTokens(
  settings: SettingsStore,
  now: number,
  limit: number,
  after?: string,
): Promise<TokensReport> {
  const { orgs, next } = await settings.orgs(limit, after);
  // An org that is about to be purged needs no new token.
  const living = orgs.filter(({ deletion }) => deletion === undefined);
  const reports = await Promise.all(living.map((org) => reportOrg(settings, org, now)));
  return {
    orgs: orgs.length,
    tokens: reports.reduce((sum, { tokens }) => sum + tokens, 0),
    daysToExpiry: leastOf(reports.flatMap(({ daysToExpiry }) => daysToExpiry ?? [])),
    daysSinceUse: mostOf(reports.flatMap(({ daysSinceUse }) => daysSinceUse ?? [])),
    notices: reports.flatMap(({ notices }) => notices),
    next,
  };
}

async function reportOrg(
  settings: SettingsStore,
  org: OrgRecord,
  now: number,
): Promise<Omit<TokensReport, "orgs" | "next">> {
  const all = (await settings.tokens(org.id)).filter(({ kind }) => kind !== "access");
  const counting = all.filter((token) => tokenStatus(token, org, now) === "live");
  const asked = [
    ...new Set(counting.flatMap(({ id, retiredBy }) => [id, ...(retiredBy === undefined ? [] : [retiredBy])])),
  ];
  const lastUsed = asked.length === 0 ? new Map<string, string>() : await settings.lastUsed(asked);
  const live = counting.filter(({ retiredBy }) => retiredBy === undefined || !lastUsed.has(retiredBy));
  const days = live.map((token) => ({
    token,
    toExpiry: token.expiresAt === undefined ? undefined : wholeDays(Date.parse(token.expiresAt) - now),
    sinceUse: wholeDays(now - Date.parse(lastUsed.get(token.id) ?? token.createdAt)),
  }));
  return {
    tokens: live.length,
    daysToExpiry: leastOf(days.flatMap(({ toExpiry }) => toExpiry ?? [])),
    daysSinceUse: mostOf(days.flatMap(({ token, sinceUse }) => (kindOf(token) === "org" ? sinceUse : []))),
    notices: days.flatMap(({ token, toExpiry, sinceUse }): TokenNotice[] => {
      const expiring = toExpiry !== undefined && toExpiry < SOON_DAYS;
      const unused = sinceUse >= UNUSED_DAYS;
      if (!expiring && !unused) return [];
      return [
        {
          org: org.slug,
          tokenId: token.id,
          tokenKind: kindOf(token),
          ...(expiring ? { expiresInDays: toExpiry } : {}),
          ...(unused ? { unusedDays: sinceUse } : {}),
        },
      ];
    }),
  };
}

function kindOf({ kind }: TokenRecord): TokenNotice["tokenKind"] {
  return kind === undefined || kind === "access" ? "org" : kind;
}

function wholeDays(milliseconds: number): number {
  // The last use is rounded to the hour and may be a little in the future.
  return Math.max(0, Math.floor(milliseconds / DAY_MS));
}

export function leastOf(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

export function mostOf(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
