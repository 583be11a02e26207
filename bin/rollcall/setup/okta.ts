import { action, fields, mappings, note, type OrgSetup, type SetupGuide, type SetupStep, TOKEN } from "./guide.ts";
import {
  compare,
  otherAttributesNote,
  prepare,
  teamNameNote,
  unknownMembersNote,
  userNameNote,
  workEmailNote,
} from "./ruleNotes.ts";

const APPLICATION = ["Applications", "Applications", "your application"];

export const okta: SetupGuide = {
  idp: "okta",
  name: "Okta",
  sources: [
    "https://help.okta.com/oie/en-us/Content/Topics/Apps/Apps_App_Integration_Wizard_SCIM.htm",
    "https://help.okta.com/en-us/Content/Topics/users-groups-profiles/usgp-enable-group-push.htm",
    "https://help.okta.com/oie/en-us/Content/Topics/users-groups-profiles/usgp-group-push-operations.htm",
    "https://developer.okta.com/docs/guides/scim-provisioning-integration-connect/main/",
    "https://developer.okta.com/docs/concepts/scim/faqs",
  ],
  steps: (org) => [
    prepare(org),
    scimFeature(),
    samlAttributes(),
    connection(org),
    toApp(),
    attributeMappings(org),
    applicationUsername(org),
    assign(),
    pushGroups(org),
    linkGroups(org),
    compare(org),
  ],
};

function scimFeature(): SetupStep {
  return {
    title: "Switch SCIM on",
    where: [...APPLICATION, "General", "App Settings", "Edit"],
    parts: [
      note(
        "The application is the one in which SAML SSO with your product is set up; OIDC applications cannot do this.",
      ),
      fields({ Provisioning: "SCIM" }),
      action('"Save". A tab "Provisioning" appears.'),
      note("No choice `SCIM` there? Ask Okta support to enable the feature `SCIM_PROVISIONING` for your Okta org."),
    ],
  };
}

function samlAttributes(): SetupStep {
  return {
    title: "Send the e-mail in SAML",
    where: [...APPLICATION, "General", "SAML Settings", "Edit", "Attribute Statements"],
    parts: [
      mappings(
        ["firstName", "user.firstName", "Name format: Basic"],
        ["lastName", "user.lastName", "Name format: Basic"],
        ["email", "user.email", "Name format: Basic"],
      ),
      action('"Next", then "Finish".'),
    ],
  };
}

function connection({ tenantUrl }: OrgSetup): SetupStep {
  return {
    title: "Connect",
    where: [...APPLICATION, "Provisioning", "Integration", "Edit"],
    parts: [
      fields({
        "SCIM connector base URL": tenantUrl,
        "Unique identifier field for users": "userName",
        "Supported provisioning actions": "Push New Users, Push Profile Updates, Push Groups",
        "Authentication Mode": "HTTP Header",
        "HTTP Header > Authorization": TOKEN,
      }),
      note("Okta's mode OAuth 2 is the authorization code flow; it has no client credentials for SCIM."),
      action('"Test Connector Configuration" must report success; then "Save".'),
      note("The token works with and without the word `Bearer` before it."),
    ],
  };
}

function toApp(): SetupStep {
  return {
    title: "Let Okta write",
    where: [...APPLICATION, "Provisioning", "To App", "Edit"],
    parts: [
      fields({ "Create Users": "Enable", "Update User Attributes": "Enable", "Deactivate Users": "Enable" }),
      action('"Save".'),
      note(
        'Leave "Sync Password" off: Okta sends a random password with each new user, and Rollcall discards passwords without storing them. Okta deactivates users and never deletes them.',
      ),
    ],
  };
}

function attributeMappings(org: OrgSetup): SetupStep {
  return {
    title: "Map the attributes",
    where: [
      ...APPLICATION,
      "Provisioning",
      "To App",
      "Go to Profile Editor",
      "Mappings",
      "Okta User to your application",
    ],
    parts: [
      mappings(
        ["givenName", "user.firstName"],
        ["familyName", "user.lastName"],
        ["displayName", "user.displayName"],
        ["email", "user.email"],
      ),
      action('Unmap the others if you like. "Save Mappings", "Apply updates".'),
      workEmailNote(org),
      otherAttributesNote(org),
    ],
  };
}

function applicationUsername(org: OrgSetup): SetupStep {
  const immutable = org.rules.userNameMutability === "immutable";
  return {
    title: immutable ? "Write the username once" : "Choose the username",
    where: [...APPLICATION, "Sign On", "Settings", "Edit", "Credentials Details"],
    parts: [
      fields({
        "Application username format": "Okta username",
        "Update application username on": immutable ? "Create only" : "Create and update",
      }),
      action('"Save".'),
      userNameNote(org),
    ],
  };
}

function assign(): SetupStep {
  return {
    title: "Assign people",
    where: [...APPLICATION, "Assignments", "Assign"],
    parts: [
      action('"Assign to People" or "Assign to Groups": each assigned person is created, or found by `userName`.'),
      note("Unassigning deactivates; assigning again reactivates the same user."),
    ],
  };
}

function pushGroups(org: OrgSetup): SetupStep {
  return {
    title: "Push groups",
    where: [...APPLICATION, "Push Groups", "Push Groups"],
    parts: [
      action(
        '"Find groups by name": search and choose a group. Or "Find groups by rule": give a string that the names (and descriptions) must contain; one rule pushes up to 100 groups.',
      ),
      fields({ "Push group memberships immediately": "checked" }),
      action('"Save" (for a rule "Create Rule"). The group\'s status must become "Active".'),
      teamNameNote(org),
      unknownMembersNote(org),
      note("Okta advises against using one group both to assign people and to push: make a separate group to push."),
      ...(org.rules.additiveMembersReplace
        ? [
            note(
              `This organization takes a \`replace\` of members as an addition, so Okta's "Push now" could not remove anybody. Switch that off for Okta: \`${org.command(`org update ${org.org} --set additiveMembersReplace=false`)}\`.`,
            ),
          ]
        : []),
    ],
  };
}

function linkGroups({ rules }: OrgSetup): SetupStep {
  return {
    title: "Or link a group that exists",
    where: [...APPLICATION, "Push Groups"],
    parts: [
      action(
        '"Refresh App Groups" reads the groups of Rollcall. Find the Okta group by name, choose "Link Group" instead of "Create Group" under "Match result & push action", and pick the group it shall become.',
      ),
      note(
        "From then on the linked group has exactly the members of the Okta group. Teams that your application made itself are never offered.",
      ),
      ...(rules.groupNameUnique
        ? [note("A pushed group whose name another pushed group has is refused (409): link it instead of creating it.")]
        : []),
    ],
  };
}
