import { action, fields, note, type OrgSetup, type SetupGuide, type SetupStep, TOKEN } from "./guide.ts";
import { compare, prepare, teamNameNote, unknownMembersNote, userNameNote, workEmailNote } from "./ruleNotes.ts";

const APPLICATION = ["JumpCloud Admin Portal", "SSO Applications", "your application"];

export const jumpCloud: SetupGuide = {
  idp: "jumpcloud",
  name: "JumpCloud",
  sources: [
    "https://jumpcloud.com/support/provision-and-manage-users-and-groups-in-apps-using-custom-scim-identity-management-integration",
  ],
  steps: (org) => [prepare(org), application(), connection(org), users(org), groups(org), compare(org)],
};

function application(): SetupStep {
  return {
    title: "Make the application, SAML first",
    where: ["JumpCloud Admin Portal", "SSO Applications", "Add New Application"],
    parts: [
      action(
        'Open the application in which SAML SSO with your product is set up, or make a "Custom Application" with single sign-on and "Export users to this app (Identity Management)".',
      ),
    ],
  };
}

function connection({ tenantUrl }: OrgSetup): SetupStep {
  return {
    title: "Connect",
    where: [...APPLICATION, "Identity Management"],
    parts: [
      fields({
        "SCIM Version": "SCIM 2.0",
        "Base URL": tenantUrl,
        "Token Key": TOKEN,
        "Test User Email": "an address of your domain that nobody provisioned has",
        "Enable management of User Groups and Group Membership": "checked",
      }),
      action('"Test Connection" must report success; then "Activate" and "Save".'),
      note(
        "The test makes a user and a group at Rollcall and deletes both again; the log shows them. A test address that somebody has would clash with that person.",
      ),
    ],
  };
}

function users(org: OrgSetup): SetupStep {
  return {
    title: "Choose who is provisioned",
    where: [...APPLICATION, "User Groups"],
    parts: [
      action('Check the groups whose members shall be provisioned, "Save".'),
      userNameNote(org),
      ...(org.rules.userNameMutability === "immutable"
        ? [note("So settle usernames and addresses at JumpCloud before people are provisioned.")]
        : []),
      workEmailNote(org),
    ],
  };
}

function groups(org: OrgSetup): SetupStep {
  return {
    title: "Groups become teams",
    where: [...APPLICATION, "User Groups"],
    parts: [
      note("Every group checked here is made as a team, with its members."),
      teamNameNote(org),
      unknownMembersNote(org),
    ],
  };
}
