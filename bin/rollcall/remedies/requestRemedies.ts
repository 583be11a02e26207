import type { REQUEST_TEXTS } from "../../../functions/scim/catalogue/requestTexts.ts";
import type { Remedy } from "./remedy.ts";

/** Neither Entra ID nor Okta builds such a request; somebody's own client does. */
function ownClient(happened: string, elsewhere: string): Remedy {
  return {
    happened,
    entra:
      "Entra ID sends no such request by itself. Look at the token id of the line: give every client a token of its own and find the one that uses this one.",
    okta: "Okta sends no such request by itself. Look at the token id of the line: give every client a token of its own and find the one that uses this one.",
    elsewhere,
    again: "onceMended",
  };
}

const MATCHING =
  'Provisioning › Mappings: matching attributes (matching precedence 1, 2, …) must be ones that can be filtered by: userName, externalId or emails[type eq "work"].value for users, displayName or externalId for groups.';
const OKTA_UNIQUE =
  'Provisioning › Integration: "Unique identifier field for users" must be userName. Okta looks users up by it.';

function filter(happened: string, elsewhere: string): Remedy {
  return { happened, entra: MATCHING, okta: OKTA_UNIQUE, elsewhere, again: "onceMended" };
}

function unknownName(happened: string): Remedy {
  return {
    happened,
    entra:
      "Provisioning › Mappings: delete the mapping whose target attribute GET /Schemas does not list (patchPaths of the line shows the operations), or correct the name under Show advanced options › Edit attribute list.",
    okta: "Provisioning › To App › Attribute Mappings: remove the attribute, and delete it in the Profile Editor if its external namespace is none that GET /Schemas lists.",
    elsewhere:
      "Remove the attribute from the mapping, or have it ignored: `org update ORG --set unknownAttributes=ignore --set unknownPaths=ignore`.",
    again: "onceMended",
  };
}

function tooLarge(happened: string, elsewhere: string): Remedy {
  return {
    happened,
    entra:
      "Entra ID sends members in steps by itself. If a group is created with all of them at once, take it out of the scope, add it again, and let the cycle go on.",
    okta: "Push Groups: Okta sends members in steps by itself. Unlink the group and push it again; for an app made by API lower its members per request.",
    elsewhere,
    again: "onceMended",
  };
}

/** What to do about each refusal of a request as such. */
export const REQUEST_REMEDIES: Readonly<Record<keyof typeof REQUEST_TEXTS, Remedy>> = {
  "filter.syntax": filter(
    "A search for a user or group could not be read: the filter breaks off or has a word too many at the character the error names.",
    'Write it as in RFC 7644 section 3.4.2.2, text in double quotes, a quote within it as \\": userName eq "ada@example.com".',
  ),
  "filter.length": ownClient("The filter of a search is too long.", "Ask with several shorter filters."),
  "filter.terms": ownClient("The filter has too many conditions.", "Ask with several shorter filters."),
  "filter.depth": ownClient("The filter is nested too deep.", "Write it with fewer brackets."),
  "filter.nested": ownClient(
    "A filter in square brackets holds another one in square brackets.",
    "Write the inner condition beside the outer one.",
  ),
  "filter.operator": ownClient(
    "The filter uses an operator that SCIM does not have.",
    "Use eq, ne, co, sw, ew, gt, ge, lt, le or pr.",
  ),
  "filter.attribute": filter(
    "The identity provider searches by an attribute that users or groups do not have here.",
    "Search by userName, externalId, emails.value or displayName.",
  ),
  "filter.notComplex": filter(
    "The filter uses square brackets on an attribute that has no parts.",
    "Write the attribute without brackets.",
  ),
  "filter.complex": filter(
    "The filter compares a whole attribute that consists of parts.",
    "Name the part: name.familyName, emails.value.",
  ),
  "filter.derived": ownClient(
    "The operation selects members by their names, which belong to the users and are only shown with the group.",
    'Name the members by their ids: members[value eq "…"].',
  ),
  "filter.combination": filter(
    "The filter asks of an attribute what makes no sense for its type, such as the order of true and false.",
    "Use eq for true and false; order only for text, numbers and dates.",
  ),
  "filter.literal": filter(
    "The filter compares an attribute with a value of another type.",
    "Text stands in double quotes; true, false and numbers do not.",
  ),
  "sensitive.filter": ownClient(
    "The filter names what nobody may search by, such as a password.",
    "Search by userName or externalId.",
  ),
  "tooMany.examined": filter(
    "The search would have to look at more users or groups than one request may.",
    'Add an equality on userName, externalId, emails.value or displayName joined by "and", or page by cursor.',
  ),

  "syntax.notJson": ownClient(
    "The body of the request is no JSON. A proxy on the way may have cut it off.",
    "Send valid JSON; compare bytesIn of the line with what was sent.",
  ),
  "syntax.notUtf8": ownClient("The body is not in UTF-8.", "Encode the body in UTF-8."),
  "syntax.notObject": ownClient("The body is JSON but no object.", "Send one object in braces."),
  "syntax.schemas": ownClient(
    "The body does not say which schema it follows.",
    "Put the schema that the error names into schemas.",
  ),
  "syntax.schemasType": ownClient("schemas is no list of texts.", "Make schemas a list of strings."),
  "syntax.messageSchemas": ownClient(
    "The message does not say which kind of message it is.",
    "Put the URN that the error names into schemas.",
  ),
  "syntax.unknownSchema": unknownName(
    "The request names a schema (often of a custom attribute) that there is not here.",
  ),
  "syntax.unknownAttribute": unknownName("The request holds an attribute that there is not here."),
  "syntax.patchOp": ownClient(
    "A PATCH request does not have the form it must have, at the place the error names.",
    'Send {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}.',
  ),
  "syntax.op": ownClient("An operation of a PATCH is none of SCIM.", 'Use "add", "remove" or "replace".'),
  "syntax.bulk": ownClient(
    "A bulk request does not have the form it must have.",
    "Send Operations as a list (RFC 7644 section 3.7).",
  ),
  "syntax.bulkOperation": ownClient(
    "One operation of a bulk request is malformed.",
    "Correct it as the error says; the others counted.",
  ),
  "syntax.bulkMethod": ownClient(
    "An operation of a bulk request has a method that changes nothing.",
    "Use POST, PUT, PATCH or DELETE.",
  ),
  "syntax.bulkPath": ownClient(
    "An operation of a bulk request goes nowhere.",
    "Write /Users, /Groups, /Users/ID or /Groups/ID.",
  ),
  "syntax.bulkPost": ownClient("A creation in a bulk request names an id.", "Leave the id out: it is given here."),
  "syntax.bulkTarget": ownClient("A change in a bulk request names no resource.", "Write the id into its path."),
  "syntax.bulkData": ownClient("An operation of a bulk request has no data.", "Give data, an object."),
  "syntax.bulkId": ownClient("A creation in a bulk request has no bulkId.", "Give each POST a bulkId of its own."),
  "syntax.bulkIdTwice": ownClient("Two operations share one bulkId.", "Give each POST a bulkId of its own."),

  "path.syntax": unknownName("A PATCH names a place in a user or group in a way that cannot be read."),
  "path.unknown": unknownName("A PATCH names an attribute that there is not here."),
  "path.notMultiValued": unknownName("A PATCH selects one of several values of an attribute that has only one."),
  "noTarget.path": ownClient("A removal does not say what to remove.", "Give the operation a path."),
  "noTarget.add": ownClient(
    "An operation on a group does not say that it is about members.",
    'Give it path "members" and a list as value.',
  ),
  "noTarget.replace": unknownName(
    "A PATCH replaces one of several values (such as the work address), and the user has none of the kind.",
  ),
  "noTarget.member": ownClient(
    "A PATCH changes a member who is not in the group.",
    "Read the group again, then send what differs.",
  ),

  "cursor.invalid": ownClient(
    "A page was asked for with a cursor of another query.",
    "Send filter, sortBy, sortOrder and count as for the first page, or begin anew without a cursor.",
  ),
  "cursor.expired": ownClient(
    "A page was asked for too long after the one before.",
    "Begin the query anew, without a cursor.",
  ),
  "cursor.count": ownClient("count is no number.", "Send a whole number."),
  "cursor.countChanged": ownClient(
    "The size of pages was changed in the middle of a query.",
    "Keep count, or begin anew.",
  ),
  "version.unsupported": {
    happened: "The address asks for another version of SCIM than 2.0.",
    entra: "Provisioning › Admin Credentials: correct the Tenant URL; `org setup ORG` prints it.",
    okta: "Provisioning › Integration: set the SCIM version to 2.0 and the base URL to what `org setup ORG` prints.",
    elsewhere: "Use the Tenant URL that `org setup ORG` prints.",
    again: "onceMended",
  },
  "version.mismatch": ownClient(
    "The client wanted to change a state that somebody else had changed meanwhile. Nothing was lost.",
    "Read the resource again and send the change with its new ETag, or without If-Match.",
  ),

  "method.notAllowed": ownClient(
    "The address exists but does not take this method.",
    "Use a method that the header Allow names.",
  ),
  "mediaType.unsupported": ownClient(
    "The body was not sent as JSON. A proxy on the way may have changed its type.",
    "Send Content-Type: application/scim+json.",
  ),
  "discovery.filter": ownClient(
    "A filter was put to /Schemas, /ResourceTypes or /ServiceProviderConfig.",
    "Ask without a filter.",
  ),
  "notImplemented.me": ownClient("/Me was asked for, and a token stands for no person.", "Ask /Users with a filter."),

  "tooLarge.body": tooLarge(
    "The request has more bytes than possible. Nothing was changed.",
    "Send members in several requests.",
  ),
  "tooLarge.members": tooLarge(
    "The request names more members than possible. Nothing was changed.",
    "Send members in several requests.",
  ),
  "tooLarge.maxPayloadSize": ownClient(
    "The bulk request has too many bytes.",
    "Divide it: /ServiceProviderConfig says how large it may be.",
  ),
  "tooLarge.maxOperations": ownClient(
    "The bulk request has too many operations.",
    "Divide it: /ServiceProviderConfig says how many it may have.",
  ),
  "tooLarge.objects": tooLarge(
    "The body has very many JSON objects or lists, most of them empty. Nothing was changed.",
    "No real identity provider sends this: look at who uses the token, and regenerate it if it is a stranger.",
  ),
  "tooLarge.names": tooLarge(
    "The body has very many different member names. Nothing was changed.",
    "Remove mappings to attributes that /Schemas does not list. No real identity provider has so many: look at who uses the token.",
  ),
  "tooLarge.operations": tooLarge("The PATCH has too many operations. Nothing was changed.", "Divide it into several."),
  "tooLarge.changes": tooLarge(
    "The PATCH changes too many attributes. Nothing was changed.",
    "Divide it into several.",
  ),
  "tooLarge.memberFilters": tooLarge(
    "The PATCH selects members one by one too often. Nothing was changed.",
    'Remove them by a list as value of "members", or divide the request.',
  ),
  "tooLarge.effort": tooLarge(
    "The PATCH would take too long to work out. Nothing was changed.",
    "Divide it into several.",
  ),
};
