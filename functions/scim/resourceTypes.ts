import { printPath } from "./paths.ts";
import {
  type Attribute,
  COMMON,
  coreAttributes,
  define as defineAttribute,
  ENTERPRISE_SCHEMA,
  GROUP_SCHEMA,
  onceFor,
  type ResourceType,
  type Schema,
  type SchemaRules,
  USER_SCHEMA,
} from "./schema.ts";

/** A second definition, because esbuild looks for the mark in the caller's file: a function then bundles only the types it serves. */
/* @__NO_SIDE_EFFECTS__ */
function define(...parts: Parameters<typeof defineAttribute>): Attribute {
  return defineAttribute(...parts);
}

const USER_EXTERNAL_ID = define("externalId", "The identifier the identity provider gives the user.", {
  caseExact: true,
});

const NAME = define("name", "The parts of the user's name.", {
  type: "complex",
  subAttributes: [
    define("formatted", "The whole name, formatted for display."),
    define("familyName", "The family name, or last name."),
    define("givenName", "The given name, or first name."),
    define("middleName", "The middle name or names."),
    define("honorificPrefix", "The title before the name."),
    define("honorificSuffix", "The suffix after the name."),
  ],
});

/* @__NO_SIDE_EFFECTS__ */
function defineType(canonicalValues?: readonly string[]): Attribute {
  const description = "What the value is used for.";
  return define("type", description, canonicalValues === undefined ? {} : { canonicalValues });
}

const PRIMARY = define("primary", "Whether this is the preferred value; true for one value at most.", {
  type: "boolean",
});

/** A multi-valued attribute with the sub-attributes of RFC 7643 section 2.4. @param types of its values */
/* @__NO_SIDE_EFFECTS__ */
function defineList(
  name: string,
  description: string,
  value: string,
  types?: readonly string[],
  characteristics: Partial<Attribute> = {},
): Attribute {
  const display = define("display", "A human-readable form of the value, for display only.");
  const subAttributes = [define("value", value, characteristics), display, defineType(types), PRIMARY];
  return define(name, description, { type: "complex", multiValued: true, subAttributes });
}

const PLACES = ["work", "home", "other"];

/** @param required whether the org requires an address: an element without one counts for nothing */
function emails(required: boolean): Attribute {
  const description = "E-mail addresses of the user, kept as they were sent.";
  return { ...defineList("emails", description, "An e-mail address.", PLACES, { required }), required };
}

const ADDRESSES = define("addresses", "Postal addresses of the user.", {
  type: "complex",
  multiValued: true,
  subAttributes: [
    define("formatted", "The whole address, formatted for display or a label."),
    define("streetAddress", "Street, house number and what else stands there."),
    define("locality", "The city or locality."),
    define("region", "The state or region."),
    define("postalCode", "The postal code."),
    define("country", "The country, as an ISO 3166-1 alpha-2 code; other text is kept as sent."),
    defineType(PLACES),
    PRIMARY,
  ],
});

const GROUPS_TEXT =
  "The groups the user belongs to, changed through the groups only; in a page of many users where attributes asks for them.";

const GROUPS = define("groups", GROUPS_TEXT, {
  type: "complex",
  multiValued: true,
  mutability: "readOnly",
  subAttributes: [
    define("value", "The id of the group.", { caseExact: true, mutability: "readOnly" }),
    define("$ref", "The URI of the group.", { type: "reference", referenceTypes: ["Group"], mutability: "readOnly" }),
    define("display", "The name of the group.", { mutability: "readOnly" }),
    define("type", "How the user belongs to the group.", {
      canonicalValues: ["direct", "indirect"],
      mutability: "readOnly",
    }),
  ],
});

/** RFC 7643 section 4.1.1: never stored, never returned; accepted because Okta sends it with every create. */
const PASSWORD = define("password", "Accepted and discarded: passwords are not provisioned here.", {
  mutability: "writeOnly",
  returned: "never",
});

/** RFC 7643 sections 4.1 and 8.7.1, with its errata and the org's rules applied. */
function userSchema(rules: SchemaRules): Schema {
  return {
    id: USER_SCHEMA,
    name: "User",
    description: "User Account",
    attributes: [
      USER_EXTERNAL_ID,
      define("userName", "The name that identifies the user, unique in the organization, ignoring case.", {
        required: true,
        uniqueness: "server",
        mutability: rules.userNameMutability,
      }),
      NAME,
      ...PROFILE,
      ...(rules.passwordListed ? [PASSWORD] : []),
      emails(rules.workEmailRequired),
      ...LISTS,
    ],
  };
}

const PROFILE: readonly Attribute[] = [
  define("displayName", "The name shown for the user."),
  define("nickName", "The casual name of the user."),
  define("profileUrl", "A page about the user.", { type: "reference", referenceTypes: ["external"] }),
  define("title", "The user's title, such as Vice President."),
  define("userType", "How the user relates to the organization, such as Employee or Contractor."),
  define("preferredLanguage", "The user's language, as in Accept-Language, such as en-US."),
  define("locale", "The user's locale, for dates, numbers and currency."),
  define("timezone", "The user's time zone, such as America/Los_Angeles."),
  define("active", "Whether the user is a member of the organization now.", { type: "boolean" }),
];

const PHONE_TYPES = ["work", "home", "mobile", "fax", "pager", "other"];
const IM_TYPES = ["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"];

const LISTS: readonly Attribute[] = [
  defineList("phoneNumbers", "Phone numbers of the user, kept as they were sent.", "A phone number.", PHONE_TYPES),
  defineList("ims", "Instant messaging addresses of the user.", "An instant messaging address.", IM_TYPES),
  defineList("photos", "Photos of the user.", "The URL of a photo.", ["photo", "thumbnail"], {
    type: "reference",
    referenceTypes: ["external"],
  }),
  ADDRESSES,
  GROUPS,
  defineList("entitlements", "What the user is entitled to.", "An entitlement."),
  defineList("roles", "The user's roles.", "A role."),
  defineList("x509Certificates", "Certificates issued to the user.", "A DER certificate in base64.", undefined, {
    type: "binary",
  }),
];

/** RFC 7643 section 4.3; name and description as in section 8.7.1, because clients compare them. */
export const ENTERPRISE_USER: Schema = {
  id: ENTERPRISE_SCHEMA,
  name: "EnterpriseUser",
  description: "Enterprise User",
  attributes: [
    define("employeeNumber", "The number or code of the person in the enterprise."),
    define("costCenter", "The name of a cost center."),
    define("organization", "The name of an organization."),
    define("division", "The name of a division."),
    define("department", "The name of a department."),
    define("manager", "The user's manager.", {
      type: "complex",
      subAttributes: [
        // Erratum 8472: the value is an id.
        define("value", "The id of the manager.", { caseExact: true }),
        define("$ref", "The URI of the manager.", { type: "reference", referenceTypes: ["User"] }),
        // Not stored: read from the manager on request.
        define("displayName", "The manager's name, where attributes asks for manager.displayName.", {
          mutability: "readOnly",
          returned: "request",
        }),
      ],
    }),
  ],
};

/** The User type under an org's rules. */
export const userType = /* @__PURE__ */ onceFor(
  ["userNameMutability", "workEmailRequired", "passwordListed"],
  (rules) => ({
    name: "User",
    endpoint: "/Users",
    description: "User Account",
    schema: userSchema(rules),
    extensions: [{ schema: ENTERPRISE_USER, required: false }],
    common: COMMON,
    unlisted: rules.passwordListed ? [] : [PASSWORD],
  }),
);

const GROUP_EXTERNAL_ID = define("externalId", "The identifier the identity provider gives the group.", {
  caseExact: true,
});

const MEMBERS = define("members", "The users and groups that belong to the group.", {
  type: "complex",
  multiValued: true,
  subAttributes: [
    // RFC 7643 section 8.7.1 has caseExact false, but the value is an id, and ids are compared exactly.
    define("value", "The id of the member.", { caseExact: true, mutability: "immutable" }),
    define("$ref", "The URI of the member.", {
      type: "reference",
      referenceTypes: ["User", "Group"],
      mutability: "immutable",
    }),
    define("type", "What the member is.", { canonicalValues: ["User", "Group"], mutability: "immutable" }),
    // Erratum 6011: section 8.7.1 omits it.
    // Not stored: read from the member on request, so that a list of members costs one item each.
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
      GROUP_EXTERNAL_ID,
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
export const groupType = /* @__PURE__ */ onceFor(["groupNameUnique"], (rules) => ({
  name: "Group",
  endpoint: "/Groups",
  description: "Group",
  schema: groupSchema(rules),
  extensions: [],
  common: COMMON,
  unlisted: [],
}));

/** Rules that list every possible attribute. */
const WIDEST: SchemaRules = {
  userNameMutability: "readWrite",
  workEmailRequired: false,
  groupNameUnique: true,
  passwordListed: true,
};

let known: ReadonlySet<string> | undefined;

/** Names of all attributes and sub-attributes of users and groups, as printed in paths, and the URN of each schema. */
export function attributeNames(): ReadonlySet<string> {
  known ??= new Set([userType(WIDEST), groupType(WIDEST)].flatMap(namesOf));
  return known;
}

function namesOf(type: ResourceType): string[] {
  const core = { schema: undefined, attributes: coreAttributes(type) };
  // An error about a value inside an extension has the attribute's name without the URN.
  const extensions = type.extensions.flatMap(({ schema: { id, attributes } }) =>
    [id, undefined].map((schema) => ({ schema, attributes })),
  );
  const paths = [core, ...extensions].flatMap(({ schema, attributes }) =>
    attributes.flatMap((attribute) =>
      [undefined, ...(attribute.subAttributes ?? [])].map((sub) => printPath({ schema, attribute, sub })),
    ),
  );
  // The filter in the brackets of a path has sub-attribute names alone.
  const within = [core, ...extensions].flatMap(({ attributes }) =>
    attributes.flatMap(({ subAttributes = [] }) => subAttributes.map(({ name }) => name)),
  );
  return [...paths, ...within, type.schema.id, ...type.extensions.map(({ schema }) => schema.id)];
}
