import { action, fields, note, type SetupGuide, step, TOKEN } from "./guide.ts";
import { firstStep, lastStep, teamNameNote, unknownMembersNote, userNameNote, workEmailNote } from "./ruleNotes.ts";

const APPLICATION = ["JumpCloud Admin Portal", "SSO Applications", "your application"];

export const jumpCloud: SetupGuide = {
  idp: "jumpcloud",
  name: "JumpCloud",
  sources: [
    "https://jumpcloud.com/support/provision-and-manage-users-and-groups-in-apps-using-custom-scim-identity-management-integration",
  ],
  steps: (setup) => {
    const { rules, tenantUrl } = setup;

    return [
      firstStep(setup),
      step(
        "Make the application, SAML first",
        ["JumpCloud Admin Portal", "SSO Applications", "Add New Application"],
        action(
          'Open the application that has SAML SSO with your product, or make a "Custom Application" with single sign-on and "Export users to this app (Identity Management)".',
        ),
      ),
      step(
        "Connect",
        [...APPLICATION, "Identity Management"],
        fields({
          "SCIM Version": "SCIM 2.0",
          "Base URL": tenantUrl,
          "Token Key": TOKEN,
          "Test User Email": "an address of your domain that no user has",
          "Enable management of User Groups and Group Membership": "checked",
        }),
        action('"Test Connection" must report success; then "Activate" and "Save".'),
        note(
          "The test makes a user and a group at Rollcall and deletes both again; Rollcall's log shows both. It fails if somebody has the test address.",
        ),
      ),
      step(
        "Choose who is provisioned",
        [...APPLICATION, "User Groups"],
        action('Select the groups whose members you want to provision, "Save".'),
        userNameNote(setup),
        rules.userNameMutability === "immutable"
          ? note("So settle usernames and addresses at JumpCloud before people are provisioned.")
          : undefined,
        workEmailNote(setup),
      ),
      step(
        "Groups become teams",
        [...APPLICATION, "User Groups"],
        note("Every group that you select here becomes a team, with its members."),
        teamNameNote(setup),
        unknownMembersNote(setup),
      ),
      lastStep(setup),
    ];
  },
};
