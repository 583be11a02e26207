import Type from "typebox";
import type { Json } from "../../../scim/json.ts";
import { closed, count, type Declarations, get, orNull, post, put, readByUseCase, remove } from "./declaration.ts";

const mode = Type.Enum(["highest", "union"], {
  description:
    "highest: each user has one role, by the mapping of the highest priority. union: each user has all mapped roles. " +
    "In both, the last holder of a role with keepOne may also keep that role.",
});
const DEFAULT_ROLE =
  "Key of the role for members who have no other role. null: they have none. Absent: the catalogue's default counts.";
const defaultRole = Type.Optional(orNull(Type.String(), DEFAULT_ROLE));
const team = Type.String({ description: "Id of a team of either side. Nested teams give no membership." });
const role = Type.String({ description: "Key of a role of the catalogue." });
const priority = (options = {}) => Type.Integer({ minimum: 1, maximum: 1_000, ...options });

const mappings = closed(
  {
    enabled: Type.Boolean({ description: "Whether the organization has roles at all: true while mappings are saved." }),
    version: count("Rises with each change; 0 where there are none."),
    mode,
    defaultRole,
    mappings: Type.Array(
      closed({
        team,
        role,
        priority: priority(),
        teamName: orNull(Type.String()),
        managed: orNull(Type.Boolean(), "Whether the identity provider made the team."),
        missing: Type.Optional(Type.Literal(true, { description: "The team was deleted: the mapping does nothing." })),
      }),
    ),
  },
  { $id: "RoleMappings" },
);

const wished = closed({ team, role, priority: Type.Optional(priority({ default: 1 })) });
const wishes = closed(
  {
    mode: readByUseCase<Json>(mode),
    defaultRole,
    mappings: readByUseCase<Json>(
      Type.Array(wished, {
        maxItems: 200,
        description:
          "No team has the same role twice. Where mode is highest, mappings to different roles have different priorities.",
      }),
    ),
  },
  { $id: "RoleMappingWishes" },
);

const source = closed(
  {
    type: Type.Enum(["team", "direct", "default", "held"], {
      description:
        "team: a mapping. direct: the identity provider sent it with the user. default: there is no other role. held: nothing gives the role any more, but its last holder keeps it.",
    }),
    team: Type.Optional(Type.String({ description: "Only of type team: its id." })),
  },
  { $id: "RoleSource" },
);
const assigned = closed({ key: Type.String(), sources: Type.Array(source) }, { $id: "AssignedRole" });
const keys = (description: string) => Type.Array(Type.String(), { description });

const preview = closed(
  {
    looked: count("People on the page, including those whose roles stay as they are."),
    users: Type.Array(
      closed({
        id: Type.String(),
        managed: Type.Boolean({ description: "Made by the identity provider." }),
        userName: Type.String(),
        displayName: orNull(Type.String()),
        gains: keys("Keys of roles that the person does not have now."),
        loses: keys("Keys of roles that the person has now."),
        roles: Type.Array(assigned, { description: "The roles that the person would have." }),
      }),
      { description: "People whose roles would change." },
    ),
    roles: Type.Array(
      closed({
        key: Type.String(),
        keepOne: Type.Boolean(),
        before: count("People on the page who have it now."),
        after: count("People on the page who would have it."),
      }),
      {
        description:
          "The numbers of this page: add up all pages. If nobody would then have a role with keepOne, its last holder keeps it (source held).",
      },
    ),
    next: Type.Optional(Type.String({ description: "The value of cursor for the next page; absent at the end." })),
  },
  { $id: "RolePreview" },
);

const CHECKED =
  "400 for a role that the catalogue does not have or that is not assignable, for a team that the organization does not have, for the same mapping twice and, in mode highest, for mappings to different roles with the same priority.";

/** The mappings that give an org's people their roles. */
export const MAPPING_OPERATIONS = {
  getMappings: get("orgs/{org}/roles", "The mappings of teams to roles", {
    answer: mappings,
    answerDescription: "The mappings, with the current names of their teams.",
    conflicts: true,
    versioned: true,
  }),
  setMappings: put("orgs/{org}/roles", "Replace the mappings", {
    description: `The first mappings switch roles on for the organization. ${CHECKED} A mapping that was saved before its team was deleted may stay. Equal mappings change nothing. People have their new roles some seconds later, in a large organization some minutes later.`,
    body: wishes,
    answer: mappings,
    answerDescription: "The mappings as they are now.",
    versioned: true,
  }),
  removeMappings: remove("orgs/{org}/roles", "Remove all mappings", {
    description: "The organization then has no roles, and its people lose those they had.",
    answer: mappings,
    answerDescription: "The empty mappings.",
    versioned: true,
  }),
  previewMappings: post("orgs/{org}/roles/preview", "Say who would gain and who would lose a role", {
    description: `Changes nothing. ${CHECKED} Each page covers up to 200 people, the identity provider's first, and compares with the roles that they have at that moment. Cost of a page of small users: about 85 read units and 3 for each mapped team.`,
    query: { cursor: Type.String({ description: "The value of next in the earlier page." }) },
    body: wishes,
    answer: preview,
    answerDescription: "A page.",
  }),
  rebuildRoles: post("orgs/{org}/roles/rebuild", "Compute everybody's roles again", {
    description:
      "Use it only when roles look wrong: changes need no rebuild. It begins within seconds; roles that are right stay as they are.",
    answer: closed({ started: Type.Literal(true) }, { $id: "RolesRebuild" }),
    answerDescription: "It will begin.",
  }),
} as const satisfies Declarations;
