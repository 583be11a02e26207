import { bulkGroup, type Help, many, mapping, ownClient, query, steps, type Texts, unknownName } from "./family.ts";

export const FORM = {
  "syntax.notJson": "The request body is not valid JSON.",
  "syntax.notUtf8": "The request body is not valid UTF-8.",
  "syntax.notObject": "The request body must be a JSON object.",
  "syntax.schemas": 'schemas is required and must contain "{urn}".',
  "syntax.schemasType": "schemas must be a list of strings.",
  "syntax.messageSchemas": 'schemas of a {message} must contain "{urn}".',
  "syntax.unknownSchema": "schemas names a schema this service does not have.",
  "syntax.unknownAttribute":
    "The request contains an attribute that no schema of this service lists. Remove its mapping in the identity provider; GET /Schemas shows what exists.",
  "syntax.patchOp": "The PATCH request is malformed: {place} {fault}.",
  "syntax.op": 'The op of an operation must be "add", "remove" or "replace".',
  "mediaType.unsupported":
    "The request body must be sent with Content-Type application/scim+json or application/json, in UTF-8 and uncompressed.",
  "tooLarge.body":
    "The request body has {#bytes} bytes; at most {#most} are possible. Nothing was changed. Divide the request: create a group without members, then add them with several PATCH requests.",
  "tooLarge.objects":
    "The request body has more than {#most} JSON objects and lists. Nothing was changed. Divide the request.",
  "tooLarge.names":
    "The request body has more than {#most} different attribute names, or their order differs too often. Nothing was changed. Send only attributes that /Schemas lists.",
  "tooLarge.operations": "A PATCH request can have at most {#most} operations.",
  "tooLarge.changes": "A PATCH request can change attributes {#most} times at most.",
  "tooLarge.memberFilters": "A PATCH request can filter members {#most} times at most.",
  "tooLarge.effort": "The PATCH operations of this request compare too many values. Send fewer of them in one request.",
} as const satisfies Texts;

export const FORM_HELP = (): Help<keyof typeof FORM> => ({
  "syntax.notJson": ownClient(
    "The body of the request is not JSON. A proxy on the way may have cut it off.",
    "Send valid JSON; compare bytesIn on the log line with the size that the client sent.",
    { example: ["POST", "Users", "{"] },
  ),
  "syntax.notUtf8": ownClient("The body is not in UTF-8.", "Encode the body in UTF-8.", {
    example: ["POST", "Users", () => new Uint8Array([0x7b, 0xff, 0x7d])],
  }),
  "syntax.notObject": ownClient("The body is JSON, but not an object.", "Send one object in braces.", {
    example: ["POST", "Users", []],
  }),
  "syntax.schemas": ownClient(
    "The body does not say which schema it follows.",
    "Put the schema that the error names into schemas.",
    { rule: "schemasRequired", under: { preset: "rfc" }, example: ["POST", "Users", { schemas: [] }] },
  ),
  "syntax.schemasType": ownClient("schemas is not a list of strings.", "Make schemas a list of strings.", {
    example: ["POST", "Users", { schemas: [1] }],
  }),
  "syntax.messageSchemas": ownClient(
    "The message does not say which kind of message it is.",
    "Put the URN that the error names into schemas.",
    { example: ["POST", ".search", { schemas: ["urn:other"] }] },
  ),
  "syntax.unknownSchema": unknownName(
    "The request names a schema that Rollcall does not have, often that of a custom attribute.",
    {
      rule: "unknownAttributes",
      under: { changed: { unknownAttributes: "refuse" } },
      example: ["POST", "Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:other"] }],
    },
  ),
  "syntax.unknownAttribute": unknownName("The request has an attribute that Rollcall does not have.", {
    rule: "unknownAttributes",
    under: { changed: { unknownAttributes: "refuse" } },
    example: ["POST", "Users", { shoeSize: 42 }],
  }),
  "syntax.patchOp": ownClient(
    "A PATCH request is malformed at the place that the error names.",
    'Send a body such as {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}.',
    { example: ["PATCH", "Users/{user}", { Operations: "x" }] },
  ),
  "syntax.op": ownClient("A PATCH has an operation that SCIM does not have.", 'Use "add", "remove" or "replace".', {
    example: ["PATCH", "Users/{user}", [{ op: "move", path: "title", value: "x" }]],
  }),
  "mediaType.unsupported": ownClient(
    "The body was not sent as JSON, or not in UTF-8, or it was compressed. A proxy on the way may have changed its type.",
    "Send Content-Type: application/scim+json, a body in UTF-8, and no Content-Encoding.",
    { example: ["POST", "Users", "a=b", { "Content-Type": "text/plain" }] },
  ),
  "tooLarge.body": steps("The request has too many bytes. Nothing was changed.", "Send members in several requests.", {
    example: ["POST", "Users", () => ({ title: "x".repeat(5_500_000) })],
  }),
  "tooLarge.objects": ownClient(
    "The body has very many JSON objects or lists, most of them empty. Nothing was changed.",
    "No real identity provider sends this: find out who uses the token, and regenerate it if a stranger does.",
    { example: ["POST", "Users", () => ({ x: many(300_001, () => ({})) })] },
  ),
  "tooLarge.names": ownClient(
    "The body has very many different attribute names. Nothing was changed.",
    "Remove mappings to attributes that /Schemas does not list. No real identity provider has so many: find out who uses the token.",
    { example: ["POST", "Users", () => Object.fromEntries(many(20_001, (n) => [`x${n}`, 0]))] },
  ),
  "tooLarge.operations": steps(
    "The PATCH has too many operations. Nothing was changed.",
    "Divide it into several requests.",
    {
      example: ["PATCH", "Users/{user}", () => many(10_001, () => ({ op: "remove", path: "title" }))],
    },
  ),
  "tooLarge.changes": ownClient(
    "The PATCH changes attributes too many times. Nothing was changed.",
    "Divide it into several requests.",
    {
      example: ["PATCH", "Users/{user}", () => many(1_001, () => ({ op: "remove", path: "title" }))],
    },
  ),
  "tooLarge.memberFilters": steps(
    "The PATCH selects members with too many filters. Nothing was changed.",
    'Remove members with a list as value of "members", or divide the request.',
    {
      example: ["PATCH", "Groups/{group}", () => many(21, () => ({ op: "remove", path: 'members[type eq "Group"]' }))],
    },
  ),
  "tooLarge.effort": steps(
    "Rollcall would need too long for the PATCH operations of the request. It did not make this change; in a bulk request it may have made earlier changes.",
    "Send fewer PATCH operations in one request.",
    {
      after: [["POST", "Users", () => ({ roles: many(900, (n) => ({ value: `r${n}` })) })]],
      example: [
        "PATCH",
        "Users/{id}",
        () => {
          const filter = many(40, (n) => `value eq "x${n}"`).join(" or ");
          return many(40, () => ({ op: "remove", path: `roles[${filter}]` }));
        },
      ],
    },
  ),
});

export const PATHS = {
  "path.syntax":
    'The path of an operation is malformed. Paths look like "title", "name.givenName", "emails[type eq \\"work\\"].value" or "members[value eq \\"<id>\\"]".',
  "path.unknown":
    "The path of an operation names an attribute that no schema of this service lists. Remove its mapping in the identity provider; GET /Schemas shows what exists.",
  "path.notMultiValued": "{path} has no list of values to select from: write the path without the brackets.",
  "noTarget.path": "The operation remove needs a path.",
  "noTarget.add": 'Name the members to add: path "members" and a list as value.',
  "noTarget.replace": "No value of {name} matches the filter in the path.",
  "noTarget.member": "No member matches the filter in the path.",
} as const satisfies Texts;

export const PATHS_HELP = (): Help<keyof typeof PATHS> => ({
  "path.syntax": unknownName("A PATCH has a path that Rollcall cannot read.", {
    elsewhere: "Correct the path, or remove the attribute from the mapping.",
    example: ["PATCH", "Users/{user}", [{ op: "add", path: "emails[", value: "x" }]],
  }),
  "path.unknown": unknownName("A PATCH names an attribute that Rollcall does not have.", {
    rule: "unknownPaths",
    under: { preset: "rfc" },
    example: ["PATCH", "Users/{user}", [{ op: "add", path: "shoeSize", value: "42" }]],
  }),
  "path.notMultiValued": mapping(
    "A PATCH selects one of several values of an attribute that has only one.",
    "Correct the path, or remove the attribute from the mapping.",
    { example: ["PATCH", "Users/{user}", [{ op: "add", path: 'title[value eq "a"]', value: "x" }]] },
  ),
  "noTarget.path": ownClient("A removal does not say what to remove.", "Give the operation a path.", {
    example: ["PATCH", "Users/{user}", [{ op: "remove" }]],
  }),
  "noTarget.add": ownClient(
    "An operation on a group does not name members.",
    'Give it path "members" and a list as value.',
    {
      example: ["PATCH", "Groups/{group}", [{ op: "add", path: 'members[type eq "User"]', value: [{ display: "a" }] }]],
    },
  ),
  "noTarget.replace": mapping(
    "A PATCH replaces one of several values (such as the work address), and the user has no value of this kind.",
    "Send the whole value with add; or let Rollcall create it: `org update ORG --set replaceWithoutTarget=create`.",
    {
      rule: "replaceWithoutTarget",
      under: { preset: "rfc" },
      example: ["PATCH", "Users/{user}", [{ op: "replace", path: 'emails[type eq "home"].value', value: "a@b.c" }]],
    },
  ),
  "noTarget.member": ownClient(
    "A PATCH changes a member who is not in the group.",
    "Read the group again, then send only the differences.",
    {
      example: [
        "PATCH",
        "Groups/{group}",
        [{ op: "replace", path: 'members[value eq "{stranger}"]', value: [{ value: "{stranger}" }] }],
      ],
    },
  ),
});

/** In their own table: only the function of /Bulk bundles them. */
export const BULK = {
  "syntax.bulk": "The bulk request is malformed: {place} {fault}.",
  "syntax.bulkOperation": "The operation is malformed: {place} {fault}.",
  "syntax.bulkMethod": "The method of an operation must be POST, PUT, PATCH or DELETE.",
  "syntax.bulkPath": "The path of an operation is /Users or /Groups, followed by an id except for POST.",
  "syntax.bulkPost": "POST goes to /Users or /Groups, without an id.",
  "syntax.bulkTarget": "{method} needs the id of a resource in its path.",
  "syntax.bulkData": "{method} needs data: an object.",
  "syntax.bulkId": "POST needs a bulkId.",
  "syntax.bulkIdTwice": "Two operations of a bulk request cannot have the same bulkId.",
  "tooLarge.maxPayloadSize": "The bulk request has more bytes than maxPayloadSize ({#most}) allows. Divide it.",
  "tooLarge.maxOperations": "The bulk request has more operations than maxOperations ({#most}) allows. Divide it.",
  "conflict.bulkId":
    "The operation refers to a bulkId that no operation of this request made: no operation has it, or that operation failed. This operation changed nothing.",
  "busy.bulkUnfinished":
    "The resource at location was made, but without its references to other resources of this request. Add them with a PATCH, or delete the resource.",
} as const satisfies Texts;

export const BULK_HELP = (): Help<keyof typeof BULK> => ({
  "syntax.bulk": ownClient("A bulk request is malformed.", "Send Operations as a list (RFC 7644 section 3.7).", {
    example: ["POST", "Bulk", { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"] }],
  }),
  "syntax.bulkOperation": ownClient(
    "One operation of a bulk request is malformed.",
    "Correct it as the error says; Rollcall carried out the other operations.",
    { example: ["POST", "Bulk", [{ method: 1 }]] },
  ),
  "syntax.bulkMethod": ownClient(
    "An operation of a bulk request has a method that changes nothing.",
    "Use POST, PUT, PATCH or DELETE.",
    { example: ["POST", "Bulk", [{ method: "GET", path: "/Users" }]] },
  ),
  "syntax.bulkPath": ownClient(
    "An operation of a bulk request has a wrong path.",
    "Write /Users, /Groups, /Users/ID or /Groups/ID.",
    { example: ["POST", "Bulk", [{ method: "POST", path: "/Things", bulkId: "a", data: {} }]] },
  ),
  "syntax.bulkPost": ownClient("A creation in a bulk request names an id.", "Leave the id out: Rollcall chooses it.", {
    example: ["POST", "Bulk", [{ method: "POST", path: "/Users/{stranger}", bulkId: "a", data: {} }]],
  }),
  "syntax.bulkTarget": ownClient("A change in a bulk request names no resource.", "Write the id into its path.", {
    example: ["POST", "Bulk", [{ method: "DELETE", path: "/Users" }]],
  }),
  "syntax.bulkData": ownClient("An operation of a bulk request has no data.", "Give the operation data: an object.", {
    example: ["POST", "Bulk", [{ method: "POST", path: "/Users", bulkId: "a" }]],
  }),
  "syntax.bulkId": ownClient("A creation in a bulk request has no bulkId.", "Give each POST a bulkId of its own.", {
    example: ["POST", "Bulk", [{ method: "POST", path: "/Users", data: {} }]],
  }),
  "syntax.bulkIdTwice": ownClient("Two operations share one bulkId.", "Give each POST a bulkId of its own.", {
    example: [
      "POST",
      "Bulk",
      [
        { method: "POST", path: "/Users", bulkId: "a", data: {} },
        { method: "POST", path: "/Users", bulkId: "a", data: {} },
      ],
    ],
  }),
  "tooLarge.maxPayloadSize": ownClient(
    "The bulk request has too many bytes.",
    "Divide it: /ServiceProviderConfig says how large it may be.",
    { example: ["POST", "Bulk", () => ({ title: "x".repeat(1_100_000) })] },
  ),
  "tooLarge.maxOperations": ownClient(
    "The bulk request has too many operations.",
    "Divide it: /ServiceProviderConfig says how many it may have.",
    { example: ["POST", "Bulk", () => many(1_001, () => ({}))] },
  ),
  "conflict.bulkId": query(
    "An operation of a bulk request needed the result of another one that failed.",
    "Fix the failed operation first; its status is in the same answer.",
    {
      example: ["POST", "Bulk", [bulkGroup("g", "bulkId:no")]],
    },
  ),
  "busy.bulkUnfinished": query(
    "A resource of a bulk request was made without its references to other resources.",
    "Add the references with a PATCH, or delete the resource.",
    {
      after: ["lateSecondGroup"],
      example: ["POST", "Bulk", [bulkGroup("a", "bulkId:b"), bulkGroup("b", "bulkId:a")]],
    },
  ),
});
