interface Meaning {
  /** One sentence for the operator. */
  readonly says: string;
  /** What a repair does; absent where there is none. */
  readonly repair?: string;
  /** What a person can do where there is no repair. */
  readonly advice?: string;
}

const RENEW = "Begin the log anew, so that every consumer takes a snapshot: `events renew ORG`.";

/** All findings of a log's inspection. The codes never change their meaning. */
const LOG_FINDINGS = {
  "log.gap": { says: "The log lacks the event of a number that it gave.", advice: RENEW },
  "log.unreadable": {
    says: "Somebody damaged an event of the log. Consumers that come to it are answered 410 and take a snapshot.",
    advice: RENEW,
  },
  "log.chain": { says: "An event names a wrong event as the earlier one of its resource.", advice: RENEW },
  "log.ahead": {
    says: "The log knows a later version of a resource than the directory has, as after a restore.",
    advice: RENEW,
  },
  "log.uncovered": {
    says: "A resource has a version that no event covers.",
    repair: "appends an event that tells consumers to read the resource",
  },
  "log.deletion": {
    says: "A resource was deleted, and no event says so.",
    repair: "appends the event of the deletion",
  },
  "log.feed": {
    says: "The feed over all organizations lacks an entry, or does not name the last events of this one.",
    advice: "Begin the feed and all logs anew: `events renew --all`.",
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type LogFindingCode = keyof typeof LOG_FINDINGS;

/** Has ids and numbers, never a name or a value, so it may be printed and stored. */
export interface LogFinding {
  readonly code: LogFindingCode;
  readonly ids: readonly string[];
  readonly repair: "possible" | "done" | "refused" | "none";
}

export function logMeaning(code: LogFindingCode): Meaning {
  return LOG_FINDINGS[code];
}
