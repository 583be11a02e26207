import Type, { type Static, type TSchema } from "typebox";
import type { JsonObject } from "../../../scim/json.ts";
import { ENTERPRISE_USER, userType } from "../../../scim/resourceTypes.ts";
import { isStored } from "../../../scim/schema.ts";
import { PRESETS } from "../../../store/rules.ts";
import { shownAttribute, storedAttributes } from "./attributes.ts";
import { closed, optionalBut, orNull, time } from "./declaration.ts";

/** Users, teams and members as the directory API shows them. */

/** Only the id is always present. */
type Chosen<V> = Partial<V> & { readonly id: string };

const managed = Type.Boolean({ description: "Made by the identity provider through SCIM, and locked here." });
const lockedReason = Type.Optional(Type.String({ description: "Only where managed: why it cannot be changed here." }));
const displayName = orNull(Type.String());

const nameWith = (part: TSchema, options: object = {}) =>
  closed(
    Object.fromEntries(
      ["formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"].map((key) => [
        key,
        Type.Optional(part),
      ]),
    ),
    options,
  );
const name = nameWith(Type.String(), { $id: "Name" });
const email = closed(
  {
    value: Type.String(),
    type: Type.Optional(Type.String()),
    primary: Type.Optional(Type.Boolean()),
    display: Type.Optional(Type.String()),
  },
  { $id: "Email" },
);
const version = Type.Integer({
  minimum: 1,
  description: "Every change raises it: of two answers about the same id the one with the higher version is newer.",
});
const teamOfUser = closed({ id: Type.String(), displayName: Type.String(), managed }, { $id: "TeamOfUser" });
const assignedRole = closed(
  {
    key: Type.String({ description: "Key of a role of the application's catalogue." }),
    sources: Type.Array(
      closed({
        type: Type.Enum(["team", "direct", "default", "held"], {
          description:
            "team: a mapping of a team that holds the user. direct: the identity provider sent it. default: there is no other role. held: nothing gives the role any more, but its last holder keeps it.",
        }),
        team: Type.Optional(Type.String({ description: "Only of type team: its id." })),
      }),
      { minItems: 1, description: "Why the user has it." },
    ),
  },
  { $id: "AssignedRole" },
);
/** Members of a user that code uses. The other members follow from SCIM's user schema. */
const knownOfUser = {
  id: Type.String({ pattern: "^u[0-9A-Za-z]{22}$" }),
  managed,
  lockedReason,
  version,
  active: Type.Boolean({
    description:
      "False for a managed user whom the identity provider deactivated: the user is no member of the organization.",
  }),
  userName: Type.String(),
  displayName,
  enterprise: Type.Unsafe<JsonObject | null>(
    orNull(
      closed(storedAttributes(ENTERPRISE_USER.attributes), { $id: "Enterprise" }),
      "SCIM's enterprise extension (RFC 7643 section 4.3): its stored attributes.",
    ),
  ),
  extensions: Type.Optional(
    Type.Unsafe<JsonObject>({
      type: "object",
      description: "By URN, the attributes of further extensions; absent where none is stored.",
    }),
  ),
  applicationId: orNull(Type.String(), "The application's own id of the user, set by a link."),
  linkVersion: Type.Integer({
    minimum: 0,
    description: "Rises with each linking and unlinking, independently of version; 0 for a user who was never linked.",
  }),
  created: time(),
  lastModified: time(),
  teams: Type.Optional(
    Type.Array(teamOfUser, {
      description:
        "Direct memberships of either side; empty for a user who is not active. A removal that was answered counts at once. A team may be missing for as long as an index lags, usually far less than a second, in two cases: a managed user just joined a team of the application, or a member of more than 40 teams just joined any team.",
    }),
  ),
  roles: Type.Optional(
    Type.Array(assignedRole, {
      description:
        "The user's roles, by key; always empty where the organization has none. In an answer with teams, the roles follow from those teams at this moment. In any other answer they are as last written, some time after the change that led to them. Absent where the request does not ask for them.",
    }),
  ),
  rolesVersion: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        "Version of the roles as last written: each change of the roles raises it, independently of version. 0 for a user who never had any. Absent where the answer has teams, and where the request does not ask for it.",
    }),
  ),
};
const { schema: users } = userType(PRESETS.open);
/** The list of application roles is named `roles`, so SCIM's attribute `roles` has another name here. */
const sentAsRoles = "The SCIM attribute roles, as the identity provider sent it. The resulting roles are in roles.";
const userMembers = {
  ...Object.fromEntries(
    users.attributes
      .filter(isStored)
      .map((one) =>
        one.name === "roles"
          ? ["idpRoles", shownAttribute({ ...one, description: sentAsRoles })]
          : [one.name, shownAttribute(one)],
      ),
  ),
  // These have named schemas of their own.
  name: orNull(name),
  emails: Type.Array(email),
  ...knownOfUser,
};
const teamMembers = {
  id: Type.String({ pattern: "^g[0-9A-Za-z]{22}$" }),
  managed,
  lockedReason,
  version,
  displayName: Type.String(),
  externalId: orNull(Type.String(), "The identifier that the identity provider gives the team."),
  created: time(),
  lastModified: time(),
};
const knownUser = closed(knownOfUser);
const user = Type.Unsafe<Static<typeof knownUser>>(closed(userMembers, { $id: "User" }));
const team = closed(teamMembers, { $id: "Team" });
const CHOSEN = "Complete, unless fields chose parts; the id is always there.";
const chosenUser = Type.Unsafe<Chosen<Static<typeof user>>>(
  closed(optionalBut("id", userMembers), { $id: "ChosenUser", description: CHOSEN }),
);
const chosenTeam = Type.Unsafe<Chosen<Static<typeof team>>>(
  closed(optionalBut("id", teamMembers), { $id: "ChosenTeam", description: CHOSEN }),
);
const memberUser = closed({
  kind: Type.Literal("user"),
  id: Type.String(),
  managed,
  active: Type.Boolean(),
  userName: Type.String(),
  displayName,
  applicationId: orNull(Type.String()),
});
const member = Type.Union(
  [
    memberUser,
    closed(
      { kind: Type.Literal("team"), id: Type.String(), managed, displayName: Type.String() },
      { description: "A nested team; it gives nobody membership." },
    ),
  ],
  { $id: "Member" },
);

export const DIRECTORY_FORMS = {
  managed,
  nameWith,
  name,
  email,
  displayName,
  teamOfUser,
  assignedRole,
  userMembers,
  teamMembers,
  user,
  team,
  chosenUser,
  chosenTeam,
  member,
};
