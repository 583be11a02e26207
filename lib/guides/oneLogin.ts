import { action, fields, note, type SetupGuide, step, TOKEN } from "./guide.ts";
import {
  firstStep,
  lastStep,
  otherAttributesNote,
  teamNameNote,
  unknownMembersNote,
  userNameNote,
  workEmailNote,
} from "./ruleNotes.ts";

const APPLICATION = ["Administration", "Applications", "your application"];

/** `{$…}` are OneLogin's own placeholders. */
const USER = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: "{$parameters.scimusername}",
  displayName: "{$user.display_name}",
  name: { givenName: "{$user.firstname}", familyName: "{$user.lastname}" },
  emails: [{ value: "{$user.email}", type: "work", primary: true }],
};

export const oneLogin: SetupGuide = {
  idp: "onelogin",
  name: "OneLogin",
  sources: [
    "https://developers.onelogin.com/scim/implement-scim-api",
    "https://developers.onelogin.com/scim/publish-app",
  ],
  steps: (setup) => {
    const { rules, tenantUrl } = setup;

    return [
      firstStep(setup),
      step(
        "Add the application",
        ["Administration", "Applications", "Add App"],
        action('Search for "SCIM Provisioner with SAML (SCIM v2 Core)", give it a display name, "Save".'),
        action(
          'Under "Configuration" enter the SAML Audience URL and the SAML Consumer URL of your product: SSO comes first.',
        ),
      ),
      step(
        "Connect",
        [...APPLICATION, "Configuration", "API Connection"],
        fields({ "SCIM Base URL": tenantUrl, "SCIM Bearer Token": TOKEN, "SCIM JSON Template": "the text below" }),
        { kind: "json", text: JSON.stringify(USER, undefined, 2) },
        action(
          '"API Connection": "Enable". OneLogin then looks for a user that does not exist, and must report success. "Save".',
        ),
        workEmailNote(setup),
        otherAttributesNote(setup),
      ),
      step(
        "Choose the user name",
        [...APPLICATION, "Parameters"],
        fields({ scimusername: "Email", "SAML NameID (Subject)": "Email" }),
        userNameNote(setup),
        rules.userNameMutability === "immutable"
          ? note(
              "OneLogin has no setting to write `userName` only once: if addresses change in your company, choose a source that never changes, such as the user's OneLogin username.",
            )
          : undefined,
      ),
      step(
        "Let OneLogin write",
        [...APPLICATION, "Provisioning"],
        fields({
          "Enable provisioning": "checked",
          "Require admin approval (Create user, Delete user, Update user)": "all unchecked",
          "When users are deleted in OneLogin": "Suspend",
          "When user accounts are suspended in OneLogin": "Suspend",
        }),
        note(
          "Suspend deactivates, and you can undo it. Delete works too, but a user who is created again is a new one.",
        ),
        action('"Save".'),
      ),
      step(
        "Map roles to teams",
        APPLICATION,
        action('"Parameters": open "Groups" and check "Include in User Provisioning".'),
        action(
          '"Rules", "Add Rule", one per team: no condition; action "Set Groups in your application", "Map from OneLogin", "For each role" with the value that is the team\'s name.',
        ),
        action('"Users", "Roles", "New Role": a role of the same name, with this application.'),
        teamNameNote(setup),
        unknownMembersNote(setup),
      ),
      step(
        "Assign people",
        ["Administration", "Users", "one user", "Applications"],
        action('Choose the roles of this person, "Save User".'),
        note("Before suspending somebody, take the roles away: that removes them from the teams."),
      ),
      lastStep(setup),
    ];
  },
};
