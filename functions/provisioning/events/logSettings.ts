import type { OrgRecord } from "../../store/records.ts";

/** A deployment's settings of its event logs. */
export interface LogSettings {
  readonly retentionDays: number;
  /** Whether events keep the values of changed attributes. */
  readonly keepsValues: boolean;
}

export const LOG_SETTINGS: LogSettings = { retentionDays: 90, keepsValues: true };

export const RETENTION_DAYS = { least: 7, most: 400 } as const;

/**
 * Reads `DAYS/values` or `DAYS/none`; undefined means the default.
 * @throws Error for any other text
 */
export function readLogSettings(text: string | undefined): LogSettings {
  if (text === undefined) return LOG_SETTINGS;
  const [, days, values] = /^(\d{1,3})\/(values|none)$/.exec(text) ?? [];
  const retentionDays = Number(days);
  if (retentionDays >= RETENTION_DAYS.least && retentionDays <= RETENTION_DAYS.most) {
    return { retentionDays, keepsValues: values === "values" };
  }
  throw new Error(`settings of the event log are DAYS/values or DAYS/none, such as 90/values, not ${text}`);
}

/** Days for which an org's events can be read. An org may choose fewer than the deployment. */
export function retentionOf({ retentionDays }: LogSettings, org: Pick<OrgRecord, "eventRetentionDays">): number {
  return Math.min(retentionDays, org.eventRetentionDays ?? retentionDays);
}
