/** The frame around the pages, and what stands in their place where there is no session. */
export const shellTexts = {
  shell: {
    product: "User provisioning",
    title: "{page} · {org}",
    skip: "Skip to the content",
    navigation: "Pages",
    org: "Organization",
    allOrgs: "All organizations",
    signOut: "Sign out",
    stillSignedIn: "Signing out did not work: you are still signed in. Reload the page, and sign out again.",
    backTo: "Back to {host}",
    readOnly: "You can look at everything here, and change nothing.",
    sessionEndsSoon: "This session ends {when}.",
    console: "Operator console",
    noPage: "There is no page of this name",
    noPageText: "Choose one of the pages above.",
  },
  nav: {
    connect: "Connect",
    activity: "Activity",
    people: "People",
    groups: "Groups",
    credentials: "Credentials",
    health: "Health",
    settings: "Settings",
    orgs: "Organizations",
    manage: "Manage",
    tail: "Live log",
    explain: "Explain an error",
    jobs: "Jobs",
    fsck: "Consistency check",
  },
  redeem: {
    title: "Open the portal",
    text: "This link opens the page on which you connect your identity provider and see what it sends. The link works once.",
    open: "Open the portal",
    opening: "Opening …",
    usedTitle: "This link does not work any more",
    usedText:
      "A link works once and for a short time. If it was you who used it, the portal may still be open in another tab. Otherwise ask the person or the product that gave it to you for a new one.",
    forgedTitle: "This is not a whole link",
    forgedText:
      "Part of the address is missing or was changed on its way. Open it again from where you got it, or ask for a new one.",
    continue: "Go to the portal",
  },
  ended: {
    title: "Your session has ended",
    text: "Sessions last an hour at most, so that nobody else comes in here. Open the portal again from your product, or ask the person who sent you the link for a new one.",
    signedOut: "You are signed out",
    signedOutText: "You can close this tab. To come back, open the portal from your product, or ask for a new link.",
    consoleTitle: "The console does not know this page",
    consoleText:
      "The console's address works once, and only in the tab that opened it. Press Enter in the terminal where rollcall console runs: it shows a new one.",
    noneTitle: "Open this page from your product",
    noneText:
      "This page needs a link that your product makes for you. Open it from your product's settings, or ask the person who runs it for a link.",
  },
} as const;
