import { action, note, type OrgSetup, type SetupPart, type SetupStep, step } from "./guide.ts";

/** The first step of every guide: what an identity provider needs from Rollcall (P1 to P3). */
export function firstStep({ org, rules, tenantUrl, command }: OrgSetup): SetupStep {
  return step(
    "Get the Tenant URL and an org token",
    ["Rollcall"],
    note(
      `The Tenant URL is \`${tenantUrl}\`; its last word is the organization's login name, not its display name. Set up SAML SSO first: without it Rollcall makes no token, and SCIM answers 403.`,
    ),
    action(
      `Make the token: \`${command(`token generate ${org}`)}\`. It is shown once and cannot be shown again: keep it in a safe place.`,
    ),
    note(
      rules.liveTokens === "one"
        ? `One token works at a time. If you lost it, \`${command(`token regenerate ${org}`)}\` makes another and ends every earlier one at once; \`${command(`token rotate ${org}`)}\` keeps the earlier one working for a while.`
        : `Several tokens may work at a time. If you lost one, make another and revoke the lost one: \`${command(`token list ${org}`)}\` shows their ids. \`${command(`token regenerate ${org}`)}\` ends every earlier one at once.`,
    ),
    note("Name more than one org admin, so that losing one locks nobody out."),
  );
}

/** The last step of every guide (P15, P16, P18). */
export function lastStep({ org, command }: OrgSetup): SetupStep {
  return step(
    "Compare both sides",
    ["Rollcall"],
    action(
      `List what arrived: \`${command(`users ${org}`)}\`, \`${command(`teams ${org}`)}\`, and the members of one team with \`${command(`team ${org} NAME`)}\`.`,
    ),
    note(
      "The lists have only users and teams that SCIM made. Change a team's members at the identity provider only. An inactive user keeps account and memberships, and is left out of teams until reactivated.",
    ),
    note(
      "Every refusal says what to change and ends in `(ref: …)`: the identity provider's log shows it, and the reference finds Rollcall's log line.",
    ),
  );
}

/** The effect of a changed userName. */
export function userNameNote({ rules }: OrgSetup): SetupPart {
  return note(
    rules.userNameMutability === "immutable"
      ? "`userName` cannot be changed after a user was created: a request that changes it is refused (400 `mutability`), unless it deactivates the user."
      : "This organization lets `userName` change after creation, so its mapping may apply always.",
  );
}

export function workEmailNote({ rules }: OrgSetup): SetupPart {
  return note(
    rules.workEmailRequired
      ? "A user without a work e-mail is refused (400 `invalidValue`): make sure that everybody in scope has one. Where no address has type `work`, the primary or only one counts. A later change without an address keeps the stored one; Rollcall refuses to remove the last address."
      : "This organization takes users without an e-mail address.",
  );
}

export function teamNameNote({ rules }: OrgSetup): SetupPart {
  const unique = rules.groupNameUnique
    ? " Names must be unique within the organization; upper and lower case are the same."
    : "";
  return note(
    `A team's name has at most ${rules.teamNameMaxLength} characters: rename a longer group before pushing it, otherwise it is refused.${unique}`,
  );
}

export function unknownMembersNote({ rules }: OrgSetup): SetupPart {
  return note(
    rules.unknownMembers === "skip"
      ? "Rollcall leaves out members who are not provisioned users of this organization, and does the rest of the request: assign everybody to the application before pushing a group."
      : "Rollcall refuses a group change with members who are not provisioned users of this organization (400 `invalidValue`, naming them): assign everybody to the application before pushing a group.",
  );
}

export function otherAttributesNote({ rules }: OrgSetup): SetupPart {
  return note(
    rules.unknownPaths === "ignore" && rules.unknownAttributes === "ignore"
      ? "Other mappings may stay or go: standard attributes are kept, and Rollcall ignores and logs what it does not know."
      : "Other mappings to standard SCIM attributes may stay or go. Delete those to attributes of your own making: this organization's rules refuse what the SCIM schemas do not know.",
  );
}
