const EVENTS = "security events (RFC 9967) are not offered, and nothing says they are";

/** Why a requirement has no test named after it: what is not offered. */
export const noTestBecause: Readonly<Record<string, string>> = {
  "DI-5": "an org cannot define schemas of its own",
  "N-12": EVENTS,
  "N-13": EVENTS,
  "N-14": EVENTS,
  "N-16": EVENTS,
};
