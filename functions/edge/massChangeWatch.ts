import { type MassChangeLimits, massChanges } from "../provisioning/massChange.ts";
import type { OrgId } from "../store/keys.ts";
import { LOSS_WINDOW_MS, type LossCounts, type Losses } from "../store/lossCounts.ts";
import { causeOf, logWriter } from "./logWriter.ts";

export interface LossReport {
  readonly orgId: OrgId;
  /** Its login name, where it is known. */
  readonly org?: string | undefined;
  readonly losses: Losses;
  /** Of the latest of the changes: `rollcall explain` goes on from it. */
  readonly ref: string;
  readonly tokenId: string;
}

/** Takes what an org lost and tells of a mass change. Never throws: nobody's request or event depends on it. */
export type MassChangeWatch = (report: LossReport) => Promise<void>;

export interface MassChangeWatchParts {
  readonly counts: LossCounts;
  readonly limits: MassChangeLimits;
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
}

export function massChangeWatch(parts: MassChangeWatchParts): MassChangeWatch {
  const { counts, limits, now, version: ver } = parts;
  const write = logWriter(parts);
  return async ({ orgId, org, losses, ref, tokenId }) => {
    const at = now();
    const frame = { ts: new Date(at).toISOString(), ver, org, orgId };
    const windowMinutes = LOSS_WINDOW_MS / 60_000;
    try {
      for (const found of await massChanges(counts, limits, orgId, losses, at)) {
        const line = { type: "org.massChange", level: "WARN", ...frame, ...found, windowMinutes, ref, tokenId };
        write(() => ({ line, at, metrics: { MassChange: 1 } }));
      }
    } catch (error) {
      const line = { type: "org.massChangeUnwatched", level: "ERROR", ...frame, cause: causeOf(error) };
      write(() => ({ line, at }));
    }
  };
}
