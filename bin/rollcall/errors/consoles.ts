import type { SharedAdvice, WholeAdvice } from "../../../functions/scim/errors/family.ts";

/** What happens when the same request is sent again. */
export type Again =
  /** It is refused again until something changes. */
  | "onceFixed"
  /** It succeeds, and identity providers repeat it by themselves. */
  | "byItself"
  /** The left-out parts succeed when it is sent again after they exist. */
  | "onceThere"
  /** It succeeds once the obstacle is gone; nobody has to send anything. */
  | "onceOver"
  /** Nothing needs repair. */
  | "notNeeded";

interface Consoles {
  readonly entra: string;
  readonly okta: string;
  readonly again: Again;
}

const OWN_CLIENT =
  "Change nothing in the console: another client uses this token (the log line has the token's id). Find that client, and give every client its own token.";
const ANOTHER = "Change nothing in the console: another client uses this token (the log line has the token's id).";
const NOTHING = "Change nothing in the console.";
const TOKEN = {
  entra:
    "Provisioning › Admin Credentials: paste the current token into Secret Token, without “Bearer”, then Test Connection and Save; after a quarantine Restart provisioning.",
  okta: "Provisioning › Integration › Edit: paste the current token under HTTP Header › Authorization, without “Bearer”, then Test Connector Configuration and Save.",
  again: "onceFixed",
} as const;

/** Advice that several codes share: what to change in each console, and what happens to the same request. */
export const CONSOLES: Readonly<
  Record<SharedAdvice, Consoles> & Record<WholeAdvice, Consoles & { readonly elsewhere: string }>
> = {
  /** Neither Entra ID nor Okta builds such a request, only a person's own client. */
  ownClient: { entra: OWN_CLIENT, okta: OWN_CLIENT, again: "onceFixed" },
  /** Only a person's own client asks this. */
  query: { entra: ANOTHER, okta: ANOTHER, again: "onceFixed" },
  matching: {
    entra:
      'Provisioning › Mappings: matching attributes (matching precedence 1, 2, …) must be attributes that filters can use: userName, externalId or emails[type eq "work"].value for users, displayName or externalId for groups.',
    okta: 'Provisioning › Integration: "Unique identifier field for users" must be userName. Okta looks users up by it.',
    again: "onceFixed",
  },
  unknownName: {
    entra:
      "Provisioning › Mappings: delete the mapping whose target attribute GET /Schemas does not list (patchPaths on the log line shows the operations), or correct the name under Show advanced options › Edit attribute list.",
    okta: "Provisioning › To App › Attribute Mappings: remove the attribute, and delete it in the Profile Editor if GET /Schemas does not list its external namespace.",
    elsewhere:
      "Remove the attribute from the mapping, or let Rollcall ignore it: `org update ORG --set unknownAttributes=ignore --set unknownPaths=ignore`.",
    again: "onceFixed",
  },
  steps: {
    entra:
      "If a group was sent with all its members at once, take the group out of the scope, add it again, and let the cycle continue: the members then come in steps.",
    okta: "Push Groups: unlink the group and push it again. The members then come in steps. For an app made by API, lower its number of members per request.",
    again: "onceFixed",
  },
  mapping: {
    entra:
      "Provisioning › Mappings: correct the mapping of the attribute that the error names, or delete it. Provision on demand for one person shows at once whether it helped.",
    okta: "Provisioning › To App › Attribute Mappings: correct the mapping of the attribute that the error names, or remove it. Then Tasks › Retry selected.",
    again: "onceFixed",
  },
  nothing: { entra: NOTHING, okta: NOTHING, again: "byItself" },
  busy: {
    entra: NOTHING,
    okta: NOTHING,
    elsewhere: "Send the request again after the seconds in Retry-After. If it lasts: runbook, Throttling.",
    again: "byItself",
  },
  operator: {
    entra: `${NOTHING} After a longer time Entra ID may have put the job in quarantine: then Restart provisioning.`,
    okta: `${NOTHING} Requests that were refused meanwhile wait under Tasks: Retry selected.`,
    again: "onceOver",
  },
  token: {
    ...TOKEN,
    elsewhere: "A lost token cannot be shown again: `token regenerate ORG` makes a new one.",
  },
  secret: {
    ...TOKEN,
    entra:
      "Provisioning › Connectivity, or Admin Credentials: make a new client secret (`client create ORG`) and enter its values. Where a trust takes the place of a secret, the operator makes a new trust. Then Test Connection.",
    elsewhere:
      "`client list ORG` shows which one it was. `client create ORG` makes another client secret. The operator can also make a trust, which needs no secret.",
  },
  grant: {
    entra:
      "Provisioning › Admin Credentials: enter token endpoint, client identifier and client secret again; `client create ORG` shows a new secret once.",
    okta: "Provisioning › Integration › Edit: choose HTTP Header, and paste a token under Authorization.",
    elsewhere:
      "Send client_id, client_secret (or a signed client_assertion) and grant_type=client_credentials as a form. `client create ORG` makes a new client secret.",
    again: "onceFixed",
  },
  address: {
    entra:
      "Provisioning › Admin Credentials: correct the Tenant URL, without a slash at its end; `org setup ORG --idp entra` prints it.",
    okta: "Provisioning › Integration: correct the SCIM connector base URL, without a slash at its end; `org setup ORG --idp okta` prints it.",
    elsewhere: "Use the Tenant URL that `org show ORG` prints.",
    again: "onceFixed",
  },
  gone: {
    entra:
      "Usually nothing: Entra ID looks for the person or group again, and creates what is missing. Otherwise Restart provisioning, or Provision on demand.",
    okta: "Remove the assignment and assign the person or group again. Unlink a pushed group, and push it again.",
    again: "onceFixed",
  },
};

/** For a refusal that an identity provider's console can cause. */
export interface Remedy {
  /** What happened, for readers who know neither the request nor SCIM. */
  readonly happened: string;
  /** The change in each console. */
  readonly entra: string;
  readonly okta: string;
  readonly elsewhere: string;
  readonly again: Again;
}

/** For a refusal of the operators' and application's APIs: no console is involved. */
export interface CallerRemedy {
  readonly happened: string;
  readonly caller: string;
  readonly again: Again;
}

export const AGAIN: Readonly<Record<Again, string>> = {
  onceFixed: "Fix this before anybody sends the request again: otherwise it is refused again.",
  byItself: "Sending it again helps; Entra ID and Okta do so by themselves.",
  onceOver: "You need not send anything again: the identity provider tries again by itself.",
  onceThere: "Send the group again once these members are here: Rollcall does not add them by itself.",
  notNeeded: "Nothing has to be sent again.",
};
