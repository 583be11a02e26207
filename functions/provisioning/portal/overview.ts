import { readTotals } from "../../store/counters.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { Directory } from "../../store/session.ts";
import type { SettingsStore } from "../../store/settings.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "../../store/storedTypes.ts";
import type { TokenKind } from "../../store/tokenRecords.ts";
import { type OrgWarning, warningCodesOf } from "../orgs.ts";
import { rulesOf } from "../session.ts";
import { isLive } from "../token.ts";
import { liveAmong } from "../tokens.ts";

/** Warnings that prevent SCIM answers. All other warnings are advice. */
const OBSTACLES: readonly OrgWarning[] = ["purging", "deletionScheduled", "notEntitled", "noSso", "paused"];

/** The first view of an org: two queries besides the settings. */
export async function overviewOf(
  org: OrgRecord,
  managed: Directory,
  { settings, now }: { readonly settings: SettingsStore; readonly now: number },
) {
  const [totals, credentials] = await Promise.all([readTotals(managed.view), settings.tokens(org.id)]);
  const live = credentials.filter((one) => isLive(one, org, now));
  const those = (kind: TokenKind) => live.filter((one) => (one.kind ?? "org") === kind);
  const tokens = await liveAmong({ settings, directory: () => managed }, org, those("org"), now);
  const codes = warningCodesOf(org);
  const notReady = codes.filter((code) => OBSTACLES.includes(code));
  return {
    preset: org.preset,
    rules: rulesOf(org),
    ready: notReady.length === 0,
    notReady,
    reason: org.deletion?.reason ?? org.paused?.reason ?? null,
    users: totals.get(USER_LAYOUT.letter) ?? 0,
    groups: totals.get(GROUP_LAYOUT.letter) ?? 0,
    liveTokens: tokens.length,
    liveClientSecrets: those("client").length,
    liveTrusts: those("trust").length,
    warnings: codes.filter((code) => !OBSTACLES.includes(code)),
  };
}
