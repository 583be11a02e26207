import Type from "typebox";
import type { Json } from "../../../scim/json.ts";
import { closed, type Declarations, get, put, readByUseCase, remove } from "./declaration.ts";

const kind = Type.Enum(["role", "entitlement"], {
  description: "The SCIM list in which access governance tools find it.",
});
const displayName = Type.String({ minLength: 1, maxLength: 100, description: "Name that people see." });
const description = Type.String({ maxLength: 500, description: "One line for people." });
const ASSIGNABLE = "False: nobody gets it by a mapping, as the default or from an identity provider.";
const DEFAULT =
  "Members who have no other role have this one, unless the organization says otherwise. Only one role can be the default.";
const KEEP_ONE =
  "Its last holder in an organization keeps it until somebody else has it, or until the holder is deactivated or deleted.";

const role = closed(
  {
    key: Type.String({ pattern: "^[a-z0-9][a-z0-9._:-]{0,63}$" }),
    displayName,
    description,
    kind,
    assignable: Type.Boolean({ description: ASSIGNABLE }),
    default: Type.Boolean({ description: DEFAULT }),
    keepOne: Type.Boolean({ description: KEEP_ONE }),
    version: Type.Integer({ minimum: 1, description: "Rises with each change of the role." }),
  },
  { $id: "Role" },
);
const roles = closed({ roles: Type.Array(role) }, { $id: "RoleList" });

/** The application's roles, the same for every org. */
export const ROLE_OPERATIONS = {
  listRoles: get("roles", "The roles of the application", {
    description: "The catalogue is the same for every organization. Cost: a read unit for every 4 KB of it.",
    answer: roles,
    answerDescription: "By key; at most 100.",
    conflicts: true,
  }),
  getRole: get("roles/{role}", "One role", {
    answer: role,
    answerDescription: "The role.",
    conflicts: true,
    versioned: true,
  }),
  setRole: put("roles/{role}", "Put a role into the catalogue", {
    description:
      "It replaces the whole role with this key; what the request does not name gets its default. An equal role changes nothing. Any other change makes Rollcall compute the roles of all people again, some seconds later, in every organization that has roles. 409: a second default, more than 100 roles, or a role that organizations use and that would no longer be assignable.",
    body: closed(
      {
        displayName: readByUseCase<Json>(displayName),
        description: Type.Optional(description),
        kind: Type.Optional(readByUseCase<Json>(kind)),
        assignable: Type.Optional(Type.Boolean({ default: true, description: ASSIGNABLE })),
        default: Type.Optional(Type.Boolean({ default: false, description: DEFAULT })),
        keepOne: Type.Optional(Type.Boolean({ default: false, description: KEEP_ONE })),
        version: Type.Optional(
          Type.Integer({ minimum: 1, description: "Version of the role as you read it; means the same as If-Match." }),
        ),
      },
      { $id: "RoleWishes" },
    ),
    answer: role,
    answerDescription: "The role as it is now.",
    versioned: true,
  }),
  removeRole: remove("roles/{role}", "Delete a role", {
    description:
      "409 while an organization names it in its mappings or has it as its default: detail says how many organizations do.",
    answer: roles,
    answerDescription: "The roles that are left.",
    versioned: true,
  }),
} as const satisfies Declarations;
