import {
  action,
  fields,
  mappings,
  note,
  type OrgSetup,
  type SetupGuide,
  type SetupStep,
  step,
  TOKEN,
} from "./guide.ts";
import {
  firstStep,
  lastStep,
  otherAttributesNote,
  teamNameNote,
  unknownMembersNote,
  userNameNote,
  workEmailNote,
} from "./ruleNotes.ts";

const PROVISIONING = ["Enterprise applications", "your application", "Provisioning"];

export const entra: SetupGuide = {
  idp: "entra",
  name: "Microsoft Entra ID",
  sources: [
    "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups",
    "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/customize-application-attributes",
    "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/provision-on-demand",
    "https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/app-gallery-user-provisioning-requirements",
    "https://github.com/AzureAD/SCIMReferenceCode/blob/master/Workload-Identity-Federation-for-SCIM-Provisioning.md",
  ],
  steps: (setup) => {
    const { command, org, rules, tenantUrl } = setup;
    const immutable = rules.userNameMutability === "immutable";
    return [
      firstStep(setup),
      step(
        "Make the application, SAML first",
        ["Entra admin center", "Enterprise applications"],
        action(
          'Open the application that has SAML SSO with your product. If there is none, choose "New application", "Create your own application", "Integrate any other application you don\'t find in the gallery (Non-gallery)"; then set up "Single sign-on" with "SAML" first.',
        ),
      ),
      step(
        "Connect",
        PROVISIONING,
        note('Newer consoles ask for Tenant URL and Secret Token under "New configuration", and end with "Create".'),
        fields({ "Provisioning Mode": "Automatic", "Tenant URL": tenantUrl, "Secret Token": TOKEN }),
        note(
          `An application of Entra's gallery authenticates with OAuth 2.0 client credentials instead. The token endpoint is \`${tenantUrl}/oauth/token\`, the client identifier \`${org}\`; \`${command(`client create ${org}`)}\` shows the client secret once.`,
        ),
        action('"Test Connection" must report success; then "Save".'),
        note(
          "Add nothing to the Tenant URL: Rollcall takes Entra's patches with and without the flag `aadOptscim062020`.",
        ),
      ),
      withoutSecret(setup),
      step(
        "Map the users",
        [...PROVISIONING, "Mappings", "Provision Microsoft Entra ID Users"],
        fields({ Enabled: "Yes", "Target Object Actions": "Create, Update, Delete" }),
        mappings(
          [
            "userName",
            "userPrincipalName",
            immutable ? "Apply this mapping: Only during object creation" : "Apply this mapping: Always",
          ],
          ["active", 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'],
          ["displayName", "displayName"],
          ['emails[type eq "work"].value', "mail"],
          ["name.givenName", "givenName"],
          ["name.familyName", "surname"],
        ),
        immutable
          ? action(
              'Open the `userName` mapping, set "Apply this mapping" to "Only during object creation", and confirm with "Ok".',
            )
          : undefined,
        userNameNote(setup),
        note(
          "`userName` may come from `mailNickname` instead; it need not be an e-mail address. Decide before the first cycle.",
        ),
        action(
          'Keep or delete the other default mappings, such as `externalId` from `objectId` or `mailNickname`. "Save".',
        ),
        otherAttributesNote(setup),
      ),
      ...(rules.workEmailRequired ? [requiredEmail(setup)] : []),
      step(
        "Map the groups",
        [...PROVISIONING, "Mappings", "Provision Microsoft Entra ID Groups"],
        fields({ Enabled: "Yes" }),
        mappings(
          ["displayName", "displayName"],
          ["externalId", "objectId", "optional: keep it or delete it"],
          ["members", "members"],
        ),
        action('"Save". If you are not ready for groups, set "Enabled" to "No"; users work without them.'),
        teamNameNote(setup),
        unknownMembersNote(setup),
        rules.additiveMembersReplace
          ? note(
              "This organization takes a `replace` of members as an addition (rule `additiveMembersReplace`), for tenants that send each new member as a replacement for all others.",
            )
          : note(
              `If a team keeps only the member that was added last, your tenant sends each new member as a replacement for all others. Let this organization add it instead: \`${command(`org update ${org} --set additiveMembersReplace=true`)}\`.`,
            ),
      ),
      step(
        "Choose who is provisioned",
        PROVISIONING,
        fields({ "Settings > Scope": "Sync only assigned users and groups" }),
        action('Assign users and groups under "Users and groups" of the application.'),
        note("Entra sends the direct members of an assigned group; nested groups are not followed."),
      ),
      step(
        "Try one, then start",
        PROVISIONING,
        action(
          '"Provision on demand": choose one assigned user, "Provision". Then one group with up to five of its members.',
        ),
        fields({ "Provisioning Status": "On" }),
        action('"Save", or "Start provisioning" in newer consoles.'),
        note(
          'The first cycle takes longest; later ones run about every 40 minutes. "Provisioning logs" shows each user and group, with Rollcall\'s text for each one that it refused. Unassigned users are deactivated, not deleted.',
        ),
      ),
      lastStep(setup),
    ];
  },
};

/** Entra signs an assertion and exchanges it for an access token of an hour (RFC 7523): there is no secret to leak. */
function withoutSecret({ command, org, tenantUrl }: OrgSetup): SetupStep {
  const options = "--entra-tenant TENANT_ID --object-id SUBJECT --audience AUDIENCE";
  return step(
    "Or connect without a secret",
    [...PROVISIONING, "Connectivity"],
    note(
      "Where the console offers workload identity federation, this takes the place of the Secret Token. Entra's gallery takes only this and OAuth 2.0 client credentials.",
    ),
    action(
      'Choose "Workload Identity Federation", then "Select Workload Identity". Entra shows "Issuer (iss)", "Subject (sub)" and "Audience (aud)"; the tenant\'s id is in the issuer.',
    ),
    action(`Make a trust from these three values: \`${command(`client create ${org} ${options}`)}\`.`),
    fields({ "Client ID": org, "Token URL": `${tenantUrl}/oauth/token`, "SCIM URL": tenantUrl }),
    action('"Test Connection" must report success; then "Save".'),
    note(
      `From then on you can forbid pasted tokens and client secrets: \`${command(`org update ${org} --set bearerTokens=forbidden --set clientSecrets=forbidden`)}\`.`,
    ),
    note(
      "Metadata (RFC 8414) exists only where the Tenant URL begins with a domain of your own, not at an address with a stage in it. Entra does not ask for it.",
    ),
  );
}

function requiredEmail(setup: OrgSetup): SetupStep {
  const where = ["Mappings", "Provision Microsoft Entra ID Users", "Show advanced options"];
  return step(
    "Make the e-mail required",
    [...PROVISIONING, ...where, "Edit attribute list for customappsso"],
    fields({ 'emails[type eq "work"].value': "Required: checked" }),
    action('"Save".'),
    workEmailNote(setup),
    note(
      'If the link "Edit attribute list" is missing, open the portal once with `https://portal.azure.com/?Microsoft_AAD_Connect_Provisioning_forceSchemaEditorEnabled=true`.',
    ),
  );
}
