import { action, fields, mappings, note, type SetupGuide, step, TOKEN } from "./guide.ts";
import {
  firstStep,
  lastStep,
  otherAttributesNote,
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
  steps: (setup) => {
    const { command, org, rules, tenantUrl } = setup;
    const immutable = rules.userNameMutability === "immutable";
    return [
      firstStep(setup),
      step(
        "Switch SCIM on",
        [...APPLICATION, "General", "App Settings", "Edit"],
        note("Use the application that has SAML SSO with your product; OIDC applications cannot do this."),
        fields({ Provisioning: "SCIM" }),
        action('"Save". A tab "Provisioning" appears.'),
        note(
          "If there is no choice `SCIM`, ask Okta support to enable the feature `SCIM_PROVISIONING` for your Okta org.",
        ),
      ),
      step(
        "Send the e-mail in SAML",
        [...APPLICATION, "General", "SAML Settings", "Edit", "Attribute Statements"],
        mappings(
          ["firstName", "user.firstName", "Name format: Basic"],
          ["lastName", "user.lastName", "Name format: Basic"],
          ["email", "user.email", "Name format: Basic"],
        ),
        action('"Next", then "Finish".'),
      ),
      step(
        "Connect",
        [...APPLICATION, "Provisioning", "Integration", "Edit"],
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
      ),
      step(
        "Let Okta write",
        [...APPLICATION, "Provisioning", "To App", "Edit"],
        fields({ "Create Users": "Enable", "Update User Attributes": "Enable", "Deactivate Users": "Enable" }),
        action('"Save".'),
        note(
          'Leave "Sync Password" off: Okta sends a random password with each new user, and Rollcall discards passwords without storing them. Okta deactivates users and never deletes them.',
        ),
      ),
      step(
        "Map the attributes",
        [...APPLICATION, "Provisioning", "To App", "Go to Profile Editor", "Mappings", "Okta User to your application"],
        mappings(
          ["givenName", "user.firstName"],
          ["familyName", "user.lastName"],
          ["displayName", "user.displayName"],
          ["email", "user.email"],
        ),
        action('Unmap the others if you like. "Save Mappings", "Apply updates".'),
        workEmailNote(setup),
        otherAttributesNote(setup),
      ),
      step(
        immutable ? "Write the username once" : "Choose the username",
        [...APPLICATION, "Sign On", "Settings", "Edit", "Credentials Details"],
        fields({
          "Application username format": "Okta username",
          "Update application username on": immutable ? "Create only" : "Create and update",
        }),
        action('"Save".'),
        userNameNote(setup),
      ),
      step(
        "Assign people",
        [...APPLICATION, "Assignments", "Assign"],
        action('"Assign to People" or "Assign to Groups": each assigned person is created, or found by `userName`.'),
        note("Unassigning deactivates; assigning again reactivates the same user."),
      ),
      step(
        "Push groups",
        [...APPLICATION, "Push Groups", "Push Groups"],
        action(
          '"Find groups by name": search and choose a group. Or "Find groups by rule": give a string that the names (and descriptions) must contain; one rule pushes up to 100 groups.',
        ),
        fields({ "Push group memberships immediately": "checked" }),
        action('"Save" (for a rule "Create Rule"). The group\'s status must become "Active".'),
        teamNameNote(setup),
        unknownMembersNote(setup),
        note("Okta advises against using one group both to assign people and to push: make a separate group to push."),
        rules.additiveMembersReplace
          ? note(
              `This organization takes a \`replace\` of members as an addition, so Okta's "Push now" could not remove anybody. Switch this rule off for Okta: \`${command(`org update ${org} --set additiveMembersReplace=false`)}\`.`,
            )
          : undefined,
      ),
      step(
        "Or link a group that exists",
        [...APPLICATION, "Push Groups"],
        action(
          '"Refresh App Groups" reads the groups of Rollcall. Find the Okta group by name, choose "Link Group" instead of "Create Group" under "Match result & push action", and pick the Rollcall group.',
        ),
        note(
          "From then on the linked group has exactly the members of the Okta group. Okta never shows teams that your application made itself.",
        ),
        rules.groupNameUnique
          ? note(
              "A pushed group with the name of another pushed group is refused (409): link it instead of creating it.",
            )
          : undefined,
      ),
      lastStep(setup),
    ];
  },
};
