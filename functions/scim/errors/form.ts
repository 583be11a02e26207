import type { Help, Kinds, Texts } from "./family.ts";

export const FORM_KINDS = {
  syntax: [400, "invalidSyntax"],
  tooLarge: [413],
  mediaType: [415],
} as const satisfies Kinds;

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
  "syntax.bulk": "The bulk request is malformed: {place} {fault}.",
  "syntax.bulkOperation": "The operation is malformed: {place} {fault}.",
  "syntax.bulkMethod": "The method of an operation must be POST, PUT, PATCH or DELETE.",
  "syntax.bulkPath": "The path of an operation is /Users or /Groups, followed by an id except for POST.",
  "syntax.bulkPost": "POST goes to /Users or /Groups, without an id.",
  "syntax.bulkTarget": "{method} needs the id of a resource in its path.",
  "syntax.bulkData": "{method} needs data, an object.",
  "syntax.bulkId": "POST needs a bulkId.",
  "syntax.bulkIdTwice": "Two operations of a bulk request cannot have the same bulkId.",
  "mediaType.unsupported": "The request body must be sent with Content-Type application/scim+json or application/json.",
  "tooLarge.body":
    "The request body has {#bytes} bytes; at most {#most} are possible. Nothing was changed. Divide the request: create a group without members, then add them with several PATCH requests.",
  "tooLarge.objects":
    "The request body has more than {#most} JSON objects and lists. Nothing was changed. Divide the request.",
  "tooLarge.names":
    "The request body has more than {#most} different member names or orders of them. Nothing was changed. Send only attributes that /Schemas lists.",
  "tooLarge.members":
    "The request names {#members} members; one request can name at most {#most}. Nothing was changed. Create the group without members, then add them with several PATCH requests.",
  "tooLarge.maxPayloadSize":
    "A bulk request can have at most as many bytes as maxPayloadSize ({#most}) says. Divide it.",
  "tooLarge.maxOperations":
    "A bulk request can have at most as many operations as maxOperations ({#most}) says. Divide it.",
  "tooLarge.operations": "A PATCH request can have at most {#most} operations.",
  "tooLarge.changes": "A PATCH request can change attributes {#most} times at most.",
  "tooLarge.memberFilters": "A PATCH request can filter members {#most} times at most.",
  "tooLarge.effort":
    "The PATCH request has too many operations over too many values. Send its operations in several requests.",
} as const satisfies Texts<keyof typeof FORM_KINDS>;

export const FORM_HELP = {
  "syntax.notJson": {
    console: "ownClient",
    happened: "The body of the request is no JSON. A proxy on the way may have cut it off.",
    elsewhere: "Send valid JSON; compare bytesIn of the line with what was sent.",
    example: ["POST", "Users", "{"],
  },
  "syntax.notUtf8": {
    console: "ownClient",
    happened: "The body is not in UTF-8.",
    elsewhere: "Encode the body in UTF-8.",
    example: ["POST", "Users", () => new Uint8Array([0x7b, 0xff, 0x7d])],
  },
  "syntax.notObject": {
    console: "ownClient",
    happened: "The body is JSON but no object.",
    elsewhere: "Send one object in braces.",
    example: ["POST", "Users", []],
  },
  "syntax.schemas": {
    console: "ownClient",
    happened: "The body does not say which schema it follows.",
    elsewhere: "Put the schema that the error names into schemas.",
    rule: "schemasRequired",
    under: { preset: "rfc" },
    example: ["POST", "Users", { schemas: [] }],
  },
  "syntax.schemasType": {
    console: "ownClient",
    happened: "schemas is no list of texts.",
    elsewhere: "Make schemas a list of strings.",
    example: ["POST", "Users", { schemas: [1] }],
  },
  "syntax.messageSchemas": {
    console: "ownClient",
    happened: "The message does not say which kind of message it is.",
    elsewhere: "Put the URN that the error names into schemas.",
    example: ["POST", ".search", { schemas: ["urn:other"] }],
  },
  "syntax.unknownSchema": {
    console: "unknownName",
    happened: "The request names a schema (often of a custom attribute) that there is not here.",
    rule: "unknownAttributes",
    under: { changed: { unknownAttributes: "refuse" } },
    example: ["POST", "Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:other"] }],
  },
  "syntax.unknownAttribute": {
    console: "unknownName",
    happened: "The request holds an attribute that there is not here.",
    rule: "unknownAttributes",
    under: { changed: { unknownAttributes: "refuse" } },
    example: ["POST", "Users", { shoeSize: 42 }],
  },
  "syntax.patchOp": {
    console: "ownClient",
    happened: "A PATCH request does not have the form it must have, at the place the error names.",
    elsewhere:
      'Send {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}.',
    example: ["PATCH", "Users/{user}", { Operations: "x" }],
  },
  "syntax.op": {
    console: "ownClient",
    happened: "An operation of a PATCH is none of SCIM.",
    elsewhere: 'Use "add", "remove" or "replace".',
    example: ["PATCH", "Users/{user}", [{ op: "move", path: "title", value: "x" }]],
  },
  "syntax.bulk": {
    console: "ownClient",
    happened: "A bulk request does not have the form it must have.",
    elsewhere: "Send Operations as a list (RFC 7644 section 3.7).",
    example: ["POST", "Bulk", { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"] }],
  },
  "syntax.bulkOperation": {
    console: "ownClient",
    happened: "One operation of a bulk request is malformed.",
    elsewhere: "Correct it as the error says; the others counted.",
    example: ["POST", "Bulk", [{ method: 1 }]],
  },
  "syntax.bulkMethod": {
    console: "ownClient",
    happened: "An operation of a bulk request has a method that changes nothing.",
    elsewhere: "Use POST, PUT, PATCH or DELETE.",
    example: ["POST", "Bulk", [{ method: "GET", path: "/Users" }]],
  },
  "syntax.bulkPath": {
    console: "ownClient",
    happened: "An operation of a bulk request goes nowhere.",
    elsewhere: "Write /Users, /Groups, /Users/ID or /Groups/ID.",
    example: ["POST", "Bulk", [{ method: "POST", path: "/Things", bulkId: "a", data: {} }]],
  },
  "syntax.bulkPost": {
    console: "ownClient",
    happened: "A creation in a bulk request names an id.",
    elsewhere: "Leave the id out: it is given here.",
    example: ["POST", "Bulk", [{ method: "POST", path: "/Users/{stranger}", bulkId: "a", data: {} }]],
  },
  "syntax.bulkTarget": {
    console: "ownClient",
    happened: "A change in a bulk request names no resource.",
    elsewhere: "Write the id into its path.",
    example: ["POST", "Bulk", [{ method: "DELETE", path: "/Users" }]],
  },
  "syntax.bulkData": {
    console: "ownClient",
    happened: "An operation of a bulk request has no data.",
    elsewhere: "Give data, an object.",
    example: ["POST", "Bulk", [{ method: "POST", path: "/Users", bulkId: "a" }]],
  },
  "syntax.bulkId": {
    console: "ownClient",
    happened: "A creation in a bulk request has no bulkId.",
    elsewhere: "Give each POST a bulkId of its own.",
    example: ["POST", "Bulk", [{ method: "POST", path: "/Users", data: {} }]],
  },
  "syntax.bulkIdTwice": {
    console: "ownClient",
    happened: "Two operations share one bulkId.",
    elsewhere: "Give each POST a bulkId of its own.",
    example: [
      "POST",
      "Bulk",
      [
        { method: "POST", path: "/Users", bulkId: "a", data: {} },
        { method: "POST", path: "/Users", bulkId: "a", data: {} },
      ],
    ],
  },
  "mediaType.unsupported": {
    console: "ownClient",
    happened: "The body was not sent as JSON. A proxy on the way may have changed its type.",
    elsewhere: "Send Content-Type: application/scim+json.",
    example: ["POST", "Users", "a=b", { "Content-Type": "text/plain" }],
  },
  "tooLarge.body": {
    console: "steps",
    happened: "The request has more bytes than possible. Nothing was changed.",
    elsewhere: "Send members in several requests.",
    example: ["POST", "Users", () => ({ title: "x".repeat(5_500_000) })],
  },
  "tooLarge.objects": {
    console: "steps",
    happened: "The body has very many JSON objects or lists, most of them empty. Nothing was changed.",
    elsewhere:
      "No real identity provider sends this: look at who uses the token, and regenerate it if it is a stranger.",
    example: ["POST", "Users", () => ({ x: Array.from({ length: 300_001 }, () => ({})) })],
  },
  "tooLarge.names": {
    console: "steps",
    happened: "The body has very many different member names. Nothing was changed.",
    elsewhere:
      "Remove mappings to attributes that /Schemas does not list. No real identity provider has so many: look at who uses the token.",
    example: ["POST", "Users", () => Object.fromEntries(Array.from({ length: 20_001 }, (_none, n) => [`x${n}`, 0]))],
  },
  "tooLarge.members": {
    console: "steps",
    happened: "The request names more members than possible. Nothing was changed.",
    elsewhere: "Send members in several requests.",
    example: [
      "POST",
      "Groups",
      () => ({
        members: Array.from({ length: 150_001 }, (_none, n) => ({ value: `u${String(n).padStart(22, "0")}` })),
      }),
    ],
  },
  "tooLarge.maxPayloadSize": {
    console: "ownClient",
    happened: "The bulk request has too many bytes.",
    elsewhere: "Divide it: /ServiceProviderConfig says how large it may be.",
    example: ["POST", "Bulk", () => ({ title: "x".repeat(1_100_000) })],
  },
  "tooLarge.maxOperations": {
    console: "ownClient",
    happened: "The bulk request has too many operations.",
    elsewhere: "Divide it: /ServiceProviderConfig says how many it may have.",
    example: ["POST", "Bulk", () => Array.from({ length: 1_001 }, () => ({}))],
  },
  "tooLarge.operations": {
    console: "steps",
    happened: "The PATCH has too many operations. Nothing was changed.",
    elsewhere: "Divide it into several.",
    example: ["PATCH", "Users/{user}", () => Array.from({ length: 10_001 }, () => ({ op: "remove", path: "title" }))],
  },
  "tooLarge.changes": {
    console: "steps",
    happened: "The PATCH changes too many attributes. Nothing was changed.",
    elsewhere: "Divide it into several.",
    example: ["PATCH", "Users/{user}", () => Array.from({ length: 1_001 }, () => ({ op: "remove", path: "title" }))],
  },
  "tooLarge.memberFilters": {
    console: "steps",
    happened: "The PATCH selects members one by one too often. Nothing was changed.",
    elsewhere: 'Remove them by a list as value of "members", or divide the request.',
    example: [
      "PATCH",
      "Groups/{group}",
      () => Array.from({ length: 21 }, () => ({ op: "remove", path: 'members[type eq "Group"]' })),
    ],
  },
  "tooLarge.effort": {
    console: "steps",
    happened: "The PATCH would take too long to work out. Nothing was changed.",
    elsewhere: "Divide it into several.",
    after: [["POST", "Users", () => ({ roles: Array.from({ length: 900 }, (_none, n) => ({ value: `r${n}` })) })]],
    example: [
      "PATCH",
      "Users/{id}",
      () => {
        const filter = Array.from({ length: 40 }, (_none, n) => `value eq "x${n}"`).join(" or ");
        return Array.from({ length: 40 }, () => ({ op: "remove", path: `roles[${filter}]` }));
      },
    ],
  },
} satisfies Help<keyof typeof FORM>;
