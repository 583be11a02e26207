import { action, fields, mappings, note, type SetupGuide, step, TOKEN } from "./guide.ts";
import { firstStep, lastStep, userNameNote, workEmailNote } from "./ruleNotes.ts";

const APPLICATION = ["Google Admin console", "Apps", "Web and mobile apps", "the SAML app"];

export const google: SetupGuide = {
  idp: "google",
  name: "Google Workspace",
  sources: [
    "https://support.google.com/a/answer/7681608",
    "https://support.google.com/a/answer/6294828",
    "https://support.google.com/cloudidentity/answer/9227528",
  ],
  steps: (setup) => {
    const { command, org, tenantUrl } = setup;

    return [
      step(
        "Know what Google offers",
        [],
        note(
          "Google provisions only apps of its own catalogue; we could not confirm that it provisions to any SCIM address. These steps fit a catalogue app whose setup asks for an endpoint URL. If yours does not, use another identity provider or a script of your own.",
        ),
        note(
          `Google pushes users and no groups: your application then makes the teams itself. Nobody tried this against a live Google tenant; \`${command(`users ${org}`)}\` shows what arrived.`,
        ),
      ),
      firstStep(setup),
      step(
        "Connect",
        [...APPLICATION, "Autoprovisioning", "Configure autoprovisioning"],
        note("You have to be a super administrator. SAML SSO of the app comes first."),
        fields({ "Access token": TOKEN, "Endpoint URL": tenantUrl }),
        action('Choose "Continue" after each value.'),
      ),
      step(
        "Map the attributes",
        ["App attributes"],
        mappings(
          ["userName", "Primary email"],
          ['emails[type eq "work"].value', "Primary email"],
          ["name.givenName", "First name"],
          ["name.familyName", "Last name"],
        ),
        action('Map every attribute with an asterisk (*), "Continue". The names on the left differ from app to app.'),
        userNameNote(setup),
        workEmailNote(setup),
      ),
      step(
        "Choose who is provisioned",
        [...APPLICATION, "User access"],
        action("Turn the app on for the organizational units or groups whose people you want to provision."),
        action("In the wizard, limit provisioning to groups if you like."),
      ),
      step(
        "Choose when people lose access, and start",
        [...APPLICATION, "Autoprovisioning"],
        fields({
          "When the app is turned off for a user": "within 24 hours",
          "When a user is suspended": "within 24 hours",
          "When a user is deleted": "within 24 hours",
        }),
        note("The other choices (1, 7 or 30 days) leave access open for that long. Google syncs every few hours."),
        action('"Finish", then set autoprovisioning to active.'),
        note('"View sync log" there shows what Google did; "Download list" has the failures with Rollcall\'s texts.'),
      ),
      lastStep(setup),
    ];
  },
};
