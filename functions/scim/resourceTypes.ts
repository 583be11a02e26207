import type { Attribute, ResourceType, SchemaRules } from "./schema.ts";
import { define } from "./schemas/define.ts";
import { ENTERPRISE_USER } from "./schemas/enterpriseUser.ts";
import { groupSchema } from "./schemas/group.ts";
import { PASSWORD, userSchema } from "./schemas/user.ts";

/** RFC 7643 section 3.1, without `externalId`, which our schemas list. */
const COMMON: readonly Attribute[] = [
  define("schemas", "The schemas of the resource.", {
    type: "reference",
    multiValued: true,
    caseExact: false,
    returned: "always",
  }),
  define("id", "The id of the resource, given by the server.", {
    caseExact: true,
    mutability: "readOnly",
    returned: "always",
    uniqueness: "server",
  }),
  define("meta", "What the server knows about the resource.", {
    type: "complex",
    mutability: "readOnly",
    subAttributes: [
      define("resourceType", "The name of the resource type.", {
        caseExact: true,
        mutability: "readOnly",
      }),
      define("created", "When the resource was made.", {
        type: "dateTime",
        mutability: "readOnly",
      }),
      define("lastModified", "When the resource was changed last.", {
        type: "dateTime",
        mutability: "readOnly",
      }),
      define("location", "The URI of the resource.", {
        type: "reference",
        mutability: "readOnly",
      }),
      define("version", "The version of the resource, as in its ETag.", {
        caseExact: true,
        mutability: "readOnly",
      }),
    ],
  }),
];

const made = new Map<string, { readonly user: ResourceType; readonly group: ResourceType }>();

/** The User type under an org's rules. Made once for each combination of rules. */
export function userType(rules: SchemaRules): ResourceType {
  return typesOf(rules).user;
}

/** The Group type under an org's rules. Made once for each combination of rules. */
export function groupType(rules: SchemaRules): ResourceType {
  return typesOf(rules).group;
}

function typesOf(rules: SchemaRules): {
  readonly user: ResourceType;
  readonly group: ResourceType;
} {
  const combination = [
    rules.userNameMutability,
    rules.workEmailRequired,
    rules.groupNameUnique,
    rules.passwordListed,
  ].join();
  let types = made.get(combination);
  if (types === undefined) {
    types = {
      user: {
        name: "User",
        endpoint: "/Users",
        description: "User Account",
        schema: userSchema(rules),
        extensions: [{ schema: ENTERPRISE_USER, required: false }],
        common: COMMON,
        unlisted: rules.passwordListed ? [] : [PASSWORD],
      },
      group: {
        name: "Group",
        endpoint: "/Groups",
        description: "Group",
        schema: groupSchema(rules),
        extensions: [],
        common: COMMON,
        unlisted: [],
      },
    };
    made.set(combination, types);
  }
  return types;
}
