import { action, fields, note, type OrgSetup, type SetupGuide, type SetupStep, TOKEN } from "./guide.ts";
import {
  compare,
  otherAttributesNote,
  prepare,
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
  steps: (org) => [
    prepare(org),
    application(),
    connection(org),
    parameters(org),
    provisioning(),
    groups(org),
    assign(),
    compare(org),
  ],
};

function application(): SetupStep {
  return {
    title: "Add the application",
    where: ["Administration", "Applications", "Add App"],
    parts: [
      action('Search for "SCIM Provisioner with SAML (SCIM v2 Core)", give it a display name, "Save".'),
      action(
        'Under "Configuration" enter the SAML Audience URL and the SAML Consumer URL of your product: SSO comes first.',
      ),
    ],
  };
}

function connection(org: OrgSetup): SetupStep {
  return {
    title: "Connect",
    where: [...APPLICATION, "Configuration", "API Connection"],
    parts: [
      fields({ "SCIM Base URL": org.tenantUrl, "SCIM Bearer Token": TOKEN, "SCIM JSON Template": "the text below" }),
      { kind: "json", text: JSON.stringify(USER, undefined, 2) },
      action('"API Connection": "Enable"; it looks for a user that does not exist and must report success. "Save".'),
      workEmailNote(org),
      otherAttributesNote(org),
    ],
  };
}

function parameters(org: OrgSetup): SetupStep {
  return {
    title: "Choose the user name",
    where: [...APPLICATION, "Parameters"],
    parts: [
      fields({ scimusername: "Email", "SAML NameID (Subject)": "Email" }),
      userNameNote(org),
      ...(org.rules.userNameMutability === "immutable"
        ? [
            note(
              "OneLogin has no setting to write it only once: if addresses change in your company, take a source that does not, such as the user's OneLogin username.",
            ),
          ]
        : []),
    ],
  };
}

function provisioning(): SetupStep {
  return {
    title: "Let OneLogin write",
    where: [...APPLICATION, "Provisioning"],
    parts: [
      fields({
        "Enable provisioning": "checked",
        "Require admin approval (Create user, Delete user, Update user)": "all unchecked",
        "When users are deleted in OneLogin": "Suspend",
        "When user accounts are suspended in OneLogin": "Suspend",
      }),
      note(
        "Suspend deactivates, which can be taken back. Delete works too, but a user made again afterwards is a new one.",
      ),
      action('"Save".'),
    ],
  };
}

function groups(org: OrgSetup): SetupStep {
  return {
    title: "Map roles to teams",
    where: APPLICATION,
    parts: [
      action('"Parameters": open "Groups" and check "Include in User Provisioning".'),
      action(
        '"Rules", "Add Rule", one per team: no condition; action "Set Groups in your application", "Map from OneLogin", "For each role" with the value that is the team\'s name.',
      ),
      action('"Users", "Roles", "New Role": a role of the same name, with this application.'),
      teamNameNote(org),
      unknownMembersNote(org),
    ],
  };
}

function assign(): SetupStep {
  return {
    title: "Assign people",
    where: ["Administration", "Users", "one user", "Applications"],
    parts: [
      action('Choose the roles of this person, "Save User".'),
      note("Before suspending somebody, take the roles away: that removes them from the teams."),
    ],
  };
}
