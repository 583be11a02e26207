import type { Again } from "../../../functions/scim/errors/family.ts";

/** For a refusal that an identity provider's console can cause. */
export interface Remedy {
  /** What happened, for somebody who knows neither the request nor SCIM. */
  readonly happened: string;
  /** What to change in each console. */
  readonly entra: string;
  readonly okta: string;
  readonly elsewhere: string;
  readonly again: Again;
}

/** For a refusal of the APIs that operators and the application use: no console is involved. */
export interface CallerRemedy {
  readonly happened: string;
  readonly caller: string;
  readonly again: Again;
}

export const AGAIN: Readonly<Record<Again, string>> = {
  onceMended: "Sending it again is of no use before that: the same request is refused in the same way.",
  byItself: "It helps to send it again, and Entra ID and Okta do so by themselves.",
  onceOver: "Nobody has to send anything: the identity provider comes back by itself once it is over.",
  onceThere: "Nothing adds what was left out by itself: the group has to be sent again once they are here.",
  notNeeded: "Nothing has to be sent again.",
};
