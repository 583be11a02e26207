/**
 * What the answer says of a request that is wrong, by the code of the case. It is read in the log of an identity provider,
 * by the person who configures it. A value gets in only where the reader needs it to find the place; never into the log.
 */
export const REQUEST_TEXTS = {
  "filter.syntax": (expected: string, position: number) =>
    `The filter is malformed: ${expected} is expected at character ${position}.`,
  "filter.length": (most: number) => `The filter is longer than ${most} characters.`,
  "filter.terms": (most: number) => `The filter has more than ${most} conditions.`,
  "filter.depth": (most: number) => `The filter is nested deeper than ${most} levels.`,
  "filter.nested": "A filter in brackets cannot contain another one.",
  "filter.operator": (operator: string, known: string) =>
    `The operator '${operator}' is not supported. Supported are pr, ${known}.`,
  "filter.attribute": (name: string) => `The filter names an attribute '${name}' that does not exist here.`,
  "filter.notComplex": (path: string) => `${path} has no sub-attributes to filter by in brackets.`,
  "filter.complex": (path: string) => `Name a sub-attribute of ${path} in the filter.`,
  "filter.derived": (path: string) =>
    `${path} is made for answers only and selects nothing in the path of an operation. Compare the value beside it.`,
  "filter.combination": (operator: string, path: string) => `The operator ${operator} is not supported for ${path}.`,
  "filter.literal": (path: string, type: string) => `The value compared with ${path} must be a ${type}.`,
  "sensitive.filter": (path: string) => `${path} cannot be used in a filter.`,
  "tooMany.examined": (most: number) =>
    `The query would have to look at more than ${most} resources. Add an equality on id, userName, externalId, emails.value or, of a group, displayName to the filter, joined by "and"; or page by cursor. Without a filter, leave sortBy out.`,

  "syntax.notJson": "The request body is not valid JSON.",
  "syntax.notUtf8": "The request body is not valid UTF-8.",
  "syntax.notObject": "The request body must be a JSON object.",
  "syntax.schemas": (urn: string) => `schemas is required and must contain "${urn}".`,
  "syntax.schemasType": "schemas must be a list of strings.",
  "syntax.messageSchemas": (message: string, urn: string) => `schemas of a ${message} must contain "${urn}".`,
  "syntax.unknownSchema": "schemas names a schema this service does not have.",
  "syntax.unknownAttribute":
    "The request contains an attribute that no schema of this service lists. Remove its mapping in the identity provider; GET /Schemas shows what exists.",
  "syntax.patchOp": (place: string, fault: string) => `The PATCH request is malformed: ${place} ${fault}.`,
  "syntax.op": 'The op of an operation must be "add", "remove" or "replace".',
  "syntax.bulk": (place: string, fault: string) => `The bulk request is malformed: ${place} ${fault}.`,
  "syntax.bulkOperation": (place: string, fault: string) => `The operation is malformed: ${place} ${fault}.`,
  "syntax.bulkMethod": "The method of an operation must be POST, PUT, PATCH or DELETE.",
  "syntax.bulkPath": "The path of an operation is /Users or /Groups, followed by an id except for POST.",
  "syntax.bulkPost": "POST goes to /Users or /Groups, without an id.",
  "syntax.bulkTarget": (method: string) => `${method} needs the id of a resource in its path.`,
  "syntax.bulkData": (method: string) => `${method} needs data, an object.`,
  "syntax.bulkId": "POST needs a bulkId.",
  "syntax.bulkIdTwice": "Two operations of a bulk request cannot have the same bulkId.",

  "path.syntax":
    'The path of an operation is malformed. Paths look like "title", "name.givenName" or "emails[type eq \\"work\\"].value".',
  "path.unknown":
    "The path of an operation names an attribute that no schema of this service lists. Remove its mapping in the identity provider; GET /Schemas shows what exists.",
  "path.notMultiValued": (path: string) =>
    `${path} has no list of values to select from: write the path without the brackets.`,
  "noTarget.path": "The operation remove needs a path.",
  "noTarget.add": 'Name the members to add: path "members" and a list as value.',
  "noTarget.replace": (name: string) => `No value of ${name} matches the filter in the path.`,
  "noTarget.member": "No member matches the filter in the path.",

  "cursor.invalid":
    "The cursor is not one of this query. Repeat filter, sortBy, sortOrder and endpoint unchanged on every page, or begin the query anew, without a cursor value.",
  "cursor.expired": "The cursor is too old. Begin the query anew, without a cursor value.",
  "cursor.count": "count must be an integer.",
  "cursor.countChanged": "count must be the same on every page of one query.",
  "version.unsupported": "Only SCIM 2.0 is served: the Tenant URL goes on after /scim/v2/.",
  "version.mismatch": "The resource has changed since the version named in If-Match. Read it again.",

  "method.notAllowed": (allowed: string) => `This endpoint does not take the method. It takes ${allowed}.`,
  "mediaType.unsupported": "The request body must be sent with Content-Type application/scim+json or application/json.",
  "discovery.filter": "Discovery endpoints take no filter (RFC 7644 section 4).",
  "notImplemented.me": "/Me is not offered: an org token stands for an organization, not for a user.",

  "tooLarge.body": (bytes: number, most: number) =>
    `The request body has ${bytes} bytes; at most ${most} are possible. Nothing was changed. Divide the request: create a group without members, then add them with several PATCH requests.`,
  "tooLarge.objects": (most: number) =>
    `The request body has more than ${most} JSON objects and lists. Nothing was changed. Divide the request.`,
  "tooLarge.names": (most: number) =>
    `The request body has more than ${most} different member names or orders of them. Nothing was changed. Send only attributes that /Schemas lists.`,
  "tooLarge.members": (members: number, most: number) =>
    `The request names ${members} members; one request can name at most ${most}. Nothing was changed. Create the group without members, then add them with several PATCH requests.`,
  "tooLarge.maxPayloadSize": (most: number) =>
    `A bulk request can have at most as many bytes as maxPayloadSize (${most}) says. Divide it.`,
  "tooLarge.maxOperations": (most: number) =>
    `A bulk request can have at most as many operations as maxOperations (${most}) says. Divide it.`,
  "tooLarge.operations": (most: number) => `A PATCH request can have at most ${most} operations.`,
  "tooLarge.changes": (most: number) => `A PATCH request can change attributes ${most} times at most.`,
  "tooLarge.memberFilters": (most: number) => `A PATCH request can filter members ${most} times at most.`,
  "tooLarge.effort":
    "The PATCH request has too many operations over too many values. Send its operations in several requests.",
} as const;
