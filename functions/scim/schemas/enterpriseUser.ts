import { ENTERPRISE_SCHEMA, type Schema } from "../schema.ts";
import { define } from "./define.ts";

/** RFC 7643 section 4.3; name and description as in section 8.7.1, which clients compare. */
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
        // Erratum 8472: it holds an id.
        define("value", "The id of the manager.", { caseExact: true }),
        define("$ref", "The URI of the manager.", {
          type: "reference",
          referenceTypes: ["User"],
        }),
        // Not stored: it is read from the manager when it is asked for.
        define("displayName", "The manager's name, where attributes asks for manager.displayName.", {
          mutability: "readOnly",
          returned: "request",
        }),
      ],
    }),
  ],
};
