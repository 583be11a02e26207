import { COMMON, define, GROUP_SCHEMA, onceFor, type Schema, type SchemaRules } from "./schema.ts";

const EXTERNAL_ID = define("externalId", "The identifier the identity provider gives the group.", {
  caseExact: true,
});

const MEMBERS = define("members", "The users and groups that belong to the group.", {
  type: "complex",
  multiValued: true,
  subAttributes: [
    // RFC 7643 section 8.7.1 says caseExact false, but it holds an id, and ids are compared exactly.
    define("value", "The id of the member.", { caseExact: true, mutability: "immutable" }),
    define("$ref", "The URI of the member.", {
      type: "reference",
      referenceTypes: ["User", "Group"],
      mutability: "immutable",
    }),
    define("type", "What the member is.", {
      canonicalValues: ["User", "Group"],
      mutability: "immutable",
    }),
    // Erratum 6011: section 8.7.1 forgets it.
    // Not stored: it is read from the member when it is asked for, so that a list of members costs one item each.
    define("display", "The name of the member, where attributes asks for members.display.", {
      mutability: "readOnly",
      returned: "request",
    }),
  ],
});

/** RFC 7643 sections 4.2 and 8.7.1, with its errata and the org's rules applied. */
function groupSchema(rules: SchemaRules): Schema {
  return {
    id: GROUP_SCHEMA,
    name: "Group",
    description: "Group",
    attributes: [
      EXTERNAL_ID,
      // Erratum 5368: required.
      define("displayName", "The name of the group.", {
        required: true,
        uniqueness: rules.groupNameUnique ? "server" : "none",
      }),
      MEMBERS,
    ],
  };
}

/** The Group type under an org's rules. */
export const groupType = onceFor(["groupNameUnique"], (rules) => ({
  name: "Group",
  endpoint: "/Groups",
  description: "Group",
  schema: groupSchema(rules),
  extensions: [],
  common: COMMON,
  unlisted: [],
}));
