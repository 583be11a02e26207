import { type CallerHelp, caller, many, type Sent, type Step, type Texts, wrong } from "../../scim/errors/family.ts";

const ROLES = "/directory/v1/roles";
const MAPPINGS = "/admin/v1/orgs/{org}/roles";
const put = (key: string, more: object = {}): Sent => ["PUT", `${ROLES}/${key}`, { displayName: "Viewer", ...more }];
const map = (mappings: readonly object[] | object, more: object = {}): Sent => [
  "PUT",
  MAPPINGS,
  { mode: "highest", mappings, ...more },
];
const MAPPED = { team: "{group}", role: "viewer" };
const USED: readonly Step[] = [put("viewer"), map([MAPPED])];

/** Text for deployments without roles. */
export const ROLES_OFF = {
  "conflict.rolesOff":
    'This deployment has no roles. Set "roles": true in rollcall.json and deploy; then make roles and map teams to them.',
} as const satisfies Texts;

/** Texts about the catalogue. */
export const CATALOGUE_ERRORS = {
  "value.roleKey":
    "The key of a role is 1 to 64 of the characters a-z 0-9 . _ : -, and begins with a letter or digit, for example billing-admin.",
  "value.roleName": "displayName is missing: the name of the role that people see.",
  "value.roleKind": "kind is role or entitlement.",
  "value.defaultUnassignable":
    "A role that is not assignable cannot be the default: nobody would get it. Leave out one of the two.",
  "conflict.tooManyRoles": "At most {#most} roles are allowed. Delete one that is no longer needed.",
  "conflict.defaultRole":
    "The role {other} is the default, and only one role can be. First save that role without default.",
  "conflict.roleInUse":
    "The role {role} is used by {#orgs} of the organizations, in their mappings or as their default. Remove it there first.",
  "notFound.role": "The catalogue has no role with this key. The list of roles shows the keys.",
} as const satisfies Texts;

/** Texts about mappings of teams to roles. */
export const MAPPING_ERRORS = {
  "value.roleMode":
    "mode is highest (each person has one role) or union (each person has the roles of all the person's teams).",
  "value.mappings":
    "mappings is a list, each entry with the id of a team, the key of a role and a priority. An empty list leaves only the default role.",
  "value.mappingCount": "mappings has at most {#most} entries.",
  "value.mapping":
    "Entry {#entry} of mappings takes only team (the id of a team), role (the key of a role) and priority (a whole number from 1 to 1,000, or absent).",
  "value.mappingTwice": "mappings gives the team {team} the role {role} twice. Leave one of them out.",
  "value.mappingClash":
    "The roles {role} and {other} both have the priority {#priority}, so nothing says which of them a member of both teams has. Give them different priorities, or choose the mode union.",
  "value.mappedRole": "The catalogue has no role {role}. The list of roles shows the keys.",
  "value.mappedUnassignable": "The role {role} is not assignable, so no mapping and no default can give it.",
  "value.mappedTeam":
    "This organization has no team {team}. The lists of its teams, the identity provider's and the application's own, show their ids.",
  "conflict.noMappings": "This organization has no roles: no mappings were saved. There is nothing to compute.",
} as const satisfies Texts;

type RoleCode = keyof typeof ROLES_OFF | keyof typeof CATALOGUE_ERRORS | keyof typeof MAPPING_ERRORS;

export const ROLES_HELP = (): CallerHelp<RoleCode> => ({
  "conflict.rolesOff": caller(
    "Roles are not switched on in this deployment.",
    'Set "roles": true in rollcall.json and deploy.',
    { after: ["noRoles"], example: ["GET", ROLES] },
  ),
  "value.roleKey": wrong("key of a role", { example: put("Viewer") }),
  "value.roleName": wrong("displayName", {
    example: ["PUT", `${ROLES}/viewer`, {}],
    words: "Give the name of the role that people see: --display-name.",
  }),
  "value.roleKind": wrong("kind", {
    example: put("viewer", { kind: "group" }),
    words: "--kind is role or entitlement.",
  }),
  "value.defaultUnassignable": wrong("default", {
    example: put("viewer", { default: true, assignable: false }),
    words:
      "A role that is not assignable cannot be the default: nobody would get it. Give either --default or --not-assignable.",
  }),
  "conflict.tooManyRoles": caller("There are as many roles as are allowed.", "`role list`, then delete one.", {
    after: many(100, (n) => put(`role-${n}`)),
    example: put("one-more"),
  }),
  "conflict.defaultRole": caller(
    "Another role is the default.",
    "First run `role set ROLE --not-default` with that role: `role list` shows which it is.",
    { after: [put("member", { default: true })], example: put("viewer", { default: true }) },
  ),
  "conflict.roleInUse": caller(
    "Organizations use the role.",
    "`mappings show ORG` shows an organization's mappings; `mappings set ORG --map TEAM=ROLE` replaces them.",
    { after: USED, example: ["DELETE", `${ROLES}/viewer`] },
  ),
  "notFound.role": caller("There is no role with this key.", "`role list` shows the keys.", {
    example: ["DELETE", `${ROLES}/viewer`],
    words: "The catalogue has no role with this key: `role list` shows the keys.",
  }),
  "value.roleMode": wrong("mode", {
    example: map([], { mode: "all" }),
    words:
      "--mode is highest (each person has one role) or union (each person has the roles of all the person's teams).",
  }),
  "value.mappings": wrong("list of mappings", { example: map({}) }),
  "value.mappingCount": wrong("list of mappings", {
    example: ["PUT", MAPPINGS, () => ({ mode: "union", mappings: many(201, () => ({ team: "g", role: "viewer" })) })],
    words: "There are at most {#most} mappings.",
  }),
  "value.mapping": wrong("mapping", {
    example: map([{ team: "{group}", role: "viewer", priority: 0 }]),
    words:
      "Mapping {#entry} needs the id of a team and the key of a role. A priority, if there is one, is a whole number from 1 to 1,000.",
  }),
  "value.mappingTwice": wrong("list of mappings", {
    example: map([MAPPED, { ...MAPPED, priority: 2 }]),
    words: "The team {team} is given the role {role} twice. Leave one of them out.",
  }),
  "value.mappingClash": caller(
    "Two mappings to different roles have the same priority, but each person may have only one role.",
    "Give them different priorities, or choose the mode union.",
    { example: map([MAPPED, { team: "{group}", role: "admin" }]) },
  ),
  "value.mappedRole": caller(
    "A mapping names a role that the catalogue does not have.",
    "`role list` shows the keys.",
    {
      example: map([MAPPED]),
      words: "The catalogue has no role {role}: `role list` shows the keys.",
    },
  ),
  "value.mappedUnassignable": caller(
    "A mapping names a role that is not assignable.",
    "Choose another one, or run `role set ROLE --assignable`.",
    { after: [put("viewer", { assignable: false })], example: map([MAPPED]) },
  ),
  "value.mappedTeam": caller(
    "A mapping names a team that the organization does not have.",
    "`teams ORG` lists those of the identity provider.",
    {
      after: [put("viewer")],
      example: map([{ team: "g0000000000000000000000", role: "viewer" }]),
      words: "This organization has no team {team}: `teams ORG` lists those of the identity provider.",
    },
  ),
  "conflict.noMappings": caller(
    "The organization has no mappings of teams to roles.",
    "`mappings set ORG --map TEAM=ROLE` makes them.",
    {
      example: ["POST", `${MAPPINGS}/rebuild`],
      words: "This organization has no roles yet: `mappings set ORG --map TEAM=ROLE` makes its mappings.",
    },
  ),
});
