import { own } from "../../../functions/scim/json.ts";
/** What each entry of `bent` means: the request was not as the RFC has it, and was understood all the same. */
export const BENT_RULES = {
  additiveMembersReplace:
    "members were replaced by a single one; by the rule additiveMembersReplace it was added instead",
  arrayForSingle: "a list came for an attribute with one value; its first value counted",
  bearerSchemeMissing: "the token came without the word Bearer",
  bulkNotReached: "operations of the bulk request were not begun, because its time was over",
  commaList: "a list of names came as one text with commas",
  coreContainer: "attributes came in a container named after the core schema",
  createdTarget: "a PATCH replaced a value that was not there; it was made (rule replaceWithoutTarget)",
  deactivationKept:
    "what came along with a deactivation and would have been refused was left as it was, so that the person is deactivated all the same",
  discarded: "an attribute that is accepted and never stored (password) was left out",
  doubleSlash: "the address had two slashes in a row, as from a Tenant URL that ends in one; one of them counted",
  duplicateValues: "the same value came twice and was kept once",
  emptyFilter: "the filter was empty and was read as none",
  emptyPath: "the path of an operation was empty and was read as none",
  emptyString: "an empty text came and was read as no value",
  grantTypeInQuery: "grant_type came in the address instead of the body of the token request",
  hollowElement: "an element of a list came or was left without a value, with no more than its type; it was left out",
  jsonText: "a text of JSON came in place of an object (rule jsonTextValue)",
  legacySchema: "a schema of SCIM 1 was named and was read as its successor",
  listOfOne: "an object came in a list of one",
  loneObject: "a single object came where a list belongs",
  loneSchema: "schemas came as one text instead of a list",
  memberByReference: "a member came as a $ref without a value",
  membersOmitted: "a PUT of a group came without members; all were removed (rule membersOmittedInPut)",
  methodCase: "a method was written in lower case",
  missingSchemas: "schemas was missing",
  nestedMembers: "members came nested in the value of an operation",
  nullActive:
    "active was null; a new user became active, one that was there stayed as it was (rule activeNullOnCreate)",
  objectForSingle: "an object with a value came for an attribute that is the value itself",
  otherEmail: "no e-mail address had the type work; the primary or only one counted as it (rule workEmailRequired)",
  opCase: "op was written with other capitals (Add, Replace)",
  plainString: "a text came where an object with value belongs",
  qualifiedName: "an attribute of a body came under its name behind the URN of its schema",
  readOnlyIgnored: "an attribute that only the server writes was named and ignored (as a path: rule readOnlyPaths)",
  removeWithValues: "a removal named what to remove in its value",
  repeatedParameter: "a list of attributes came in several parameters; their names counted together",
  stringBoolean: 'true or false came as a text ("True")',
  stringNumber: 'a number came as a text ("10")',
  trailingColon: "a URN ended in a colon, which was taken off",
  unknownAttribute: "an attribute that there is not was ignored (rule unknownAttributes)",
  unknownMemberSkipped:
    "members who are no users of the organization, or came without an id, were left out (rule unknownMembers)",
  unknownPath: "an operation on an attribute that there is not was ignored (rule unknownPaths)",
  unknownSchema: "a schema that there is not was ignored (rule unknownAttributes)",
};

/** @param entry e.g. `stringBoolean:active` */
export function bentInWords(entry: string, times: number): string {
  const [rule = "", ...attribute] = entry.split(":");
  const where = attribute.length === 0 ? "" : ` (${attribute.join(":")})`;
  return `${own(BENT_RULES, rule) ?? rule}${where}${times > 1 ? `, ${times} times` : ""}`;
}
