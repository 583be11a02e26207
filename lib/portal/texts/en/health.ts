/** The page "Health". */
export const healthTexts = {
  health: {
    intro: "Whether your identity provider sends requests, and what somebody should look at.",
    well: "All is well",
    wellText: "Your identity provider sends requests, none is refused, and no credential is about to expire.",
    look: { one: "{n} thing to look at", other: "{n} things to look at" },
    contact: "Last contact",
    came: "The latest request came {when}, from {idp}.",
    contactNone: "No identity provider has sent a request yet",
    contactNoneText: "Connect shows how to set it up, and what arrives.",
    toConnect: "Connect your identity provider",
    quiet: "No request has come from {idp} for more than a day",
    quietEntra:
      "Entra ID sends requests every 40 minutes while provisioning is on. Check in Enterprise applications › your application › Provisioning whether it is started, and whether it is in quarantine. Then choose Restart provisioning.",
    quietPolling:
      "It usually sends requests several times a day. Check there that provisioning is switched on, and look for errors in its log.",
    quietOnChange:
      "It sends requests only when something changes there, so a quiet day is no fault. If something has changed, check there that provisioning is switched on, and look for errors in its tasks.",
    requests: "Requests in 48 hours",
    chartTitle: "Requests per hour in the last 48 hours",
    chartText: "{done} done, {refused} refused, {failed} failed. The busiest hour had {most} requests.",
    noRequests: "No request came in these 48 hours.",
    hour: "Hour",
    hourText: "{from} to {to}: {done} done, {refused} refused, {failed} failed",
    table: "As a table",
    done: "Done",
    refused: "Refused",
    failed: "Failed",
    now: "Now",
    hoursAgo: "{n} hours ago",
    share: "{share} of {n} requests within a day were refused or failed.",
    shareNone: "None of {n} requests within a day was refused or failed.",
    shareHigh: "More than one in twenty requests is refused or fails",
    toRefused: "Show what was refused",
    failing: { one: "{n} request failed within a day", other: "{n} requests failed within a day" },
    failingText:
      "We could not answer them; nothing has to be changed on your side. Your identity provider sends them again by itself. If it lasts, tell the provider of your product.",
    toFailed: "Show them",
    problems: { one: "{n} cause of refusals is not solved", other: "{n} causes of refusals are not solved" },
    problemsText: "People or groups cannot be changed because of them. Activity says what to change for each.",
    toProblems: "Show the causes",
    expiringToken: "The token “{name}” expires {when}",
    expiringSecret: "The client secret “{name}” expires {when}",
    expiringTrust: "The keys of the client “{name}” expire {when}",
    expiringText:
      "Provisioning stops then. Replace it before that day, and enter the new one at your identity provider.",
    expiringTrustText:
      "Provisioning stops then. Ask the provider of your product to replace the client before that day.",
    unnamed: "without a description",
    toCredentials: "Go to Credentials",
    skipped: { one: "{n} member was left out of a group", other: "{n} members were left out of groups" },
    skippedText:
      "In the last 7 days. They were not provisioned: assign them to the application in your identity provider, then let it send the group again.",
    toSkipped: "Show these requests",
    massUsers: { one: "{n} person lost access within an hour", other: "{n} people lost access within an hour" },
    massMembers: {
      one: "{n} membership in groups ended within an hour",
      other: "{n} memberships in groups ended within an hour",
    },
    massText:
      "{when}; the organization had {ofUsers} users. If that was not meant, look in your identity provider at who is assigned to the application, and at the filter of its scope. People who are assigned again come back as before.",
  },
} as const;
