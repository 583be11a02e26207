import type { Help, Kinds, Texts } from "./family.ts";

export const ADDRESSES_KINDS = {
  version: [400, "invalidVers"],
  discovery: [403],
  notFound: [404],
  method: [405],
  conflict: [409],
  "version.mismatch": [412],
  notImplemented: [501],
} as const satisfies Kinds;

export const ADDRESSES = {
  "version.unsupported": "Only SCIM 2.0 is served: the Tenant URL goes on after /scim/v2/.",
  "version.mismatch": "The resource has changed since the version named in If-Match. Read it again.",
  "method.notAllowed": "This endpoint does not take the method. It takes {allowed}.",
  "discovery.filter": "Discovery endpoints take no filter (RFC 7644 section 4).",
  "notImplemented.me": "/Me is not offered: an org token stands for an organization, not for a user.",
  "conflict.bulkId":
    "The operation refers to a bulkId that no operation of this request made: there is none with this bulkId, or it failed. Nothing was changed by this operation.",
  "notFound.user": "There is no user with this id in this organization. It may have been deleted.",
  "notFound.group": "There is no group with this id in this organization. It may have been deleted.",
  "notFound.document": "There is no schema or resource type with this name.",
  "notFound.endpoint":
    "There is no such SCIM endpoint. Below the Tenant URL there are /Users, /Groups, /.search, /Bulk, /ServiceProviderConfig, /ResourceTypes and /Schemas.",
  "notFound.tenantUrl":
    "There is no such endpoint. The Tenant URL is /scim/v2/ followed by the organization's login name.",
  "notFound.doubleSlash":
    "The address is not below the Tenant URL as it must be. Remove the slash at the end of the Tenant URL in the identity provider.",
} as const satisfies Texts<keyof typeof ADDRESSES_KINDS>;

export const ADDRESSES_HELP = {
  "version.unsupported": {
    happened: "The address asks for another version of SCIM than 2.0.",
    entra: "Provisioning › Admin Credentials: correct the Tenant URL; `org setup ORG` prints it.",
    okta: "Provisioning › Integration: set the SCIM version to 2.0 and the base URL to what `org setup ORG` prints.",
    elsewhere: "Use the Tenant URL that `org setup ORG` prints.",
    example: ["GET", "/scim/v1/{org}/Users", undefined, { Authorization: null }],
  },
  "version.mismatch": {
    console: "ownClient",
    happened: "The client wanted to change a state that somebody else had changed meanwhile. Nothing was lost.",
    elsewhere: "Read the resource again and send the change with its new ETag, or without If-Match.",
    example: [
      "PATCH",
      "Users/{user}",
      { Operations: [{ op: "add", path: "title", value: "x" }] },
      { "If-Match": 'W/"7"' },
    ],
  },
  "method.notAllowed": {
    console: "ownClient",
    happened: "The address exists but does not take this method.",
    elsewhere: "Use a method that the header Allow names.",
    example: ["DELETE", "Users"],
  },
  "discovery.filter": {
    console: "ownClient",
    happened: "A filter was put to /Schemas, /ResourceTypes or /ServiceProviderConfig.",
    elsewhere: "Ask without a filter.",
    example: ["GET", "Schemas?filter=id pr"],
  },
  "notImplemented.me": {
    console: "ownClient",
    happened: "/Me was asked for, and a token stands for no person.",
    elsewhere: "Ask /Users with a filter.",
    example: ["GET", "Me"],
  },
  "conflict.bulkId": {
    console: "query",
    happened: "An operation of a bulk request needed the result of another one that failed.",
    elsewhere: "Repair the failed one first; its status is in the same answer.",
    example: [
      "POST",
      "Bulk",
      [
        {
          method: "POST",
          path: "/Groups",
          bulkId: "g",
          data: {
            schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            displayName: "G",
            members: [{ value: "bulkId:no" }],
          },
        },
      ],
    ],
  },
  "notFound.user": {
    console: "gone",
    happened: "The identity provider asked for a user who is not here, or no longer.",
    elsewhere:
      "Look the resource up by userName or displayName and go on with its new id. `history ORG user ID` tells who deleted it.",
    example: ["GET", "Users/{stranger}"],
  },
  "notFound.group": {
    console: "gone",
    happened: "The identity provider asked for a group that is not here, or no longer.",
    elsewhere:
      "Look the resource up by userName or displayName and go on with its new id. `history ORG team ID` tells who deleted it.",
    example: ["GET", "Groups/g0000000000000000000000"],
  },
  "notFound.document": {
    console: "query",
    happened: "A schema or resource type was asked for that there is not.",
    elsewhere: "GET /Schemas lists all.",
    example: ["GET", "Schemas/urn:other"],
  },
  "notFound.endpoint": {
    console: "address",
    happened: "The address goes on below the Tenant URL to something that there is not.",
    example: ["GET", "Things"],
  },
  "notFound.tenantUrl": {
    console: "address",
    happened: "The address is none of SCIM: the Tenant URL is wrong.",
    example: ["GET", "/Users", undefined, { Authorization: null }],
  },
  "notFound.doubleSlash": {
    console: "address",
    happened: "The Tenant URL ends in a slash, so that every address has two.",
    example: ["GET", "/scim/v2/{org}//oauth/token"],
  },
} satisfies Help<keyof typeof ADDRESSES>;

export const SERVICE_KINDS = {
  internal: [500],
  busy: [503],
} as const satisfies Kinds;

export const SERVICE = {
  "busy.conflict": "The service is busy with other changes. Send the request again.",
  "busy.throttled": "The service is busy with other changes. Send the request again.",
  "busy.storage":
    "The service cannot reach its storage now. Nothing is known to have changed: send the request again, as identity providers do by themselves. If it lasts, tell the operator of this service.",
  "busy.timeout": "The request took too long. Send it again: what was done so far counts.",
  "busy.contended": "Other changes to the same resource were faster every time. Send the request again.",
  "busy.largeChange":
    "The change is too large for one request: {#left} membership changes are left. Send the same request again to finish it; what was done stays done.",
  "busy.import":
    "An import into this organization is under way: until it is finished nothing of it can be read or changed.",
  "busy.bulkTime":
    "The time of this request was over before this operation. Nothing was changed by it. Send it again, in a smaller bulk request.",
  "busy.bulkUnfinished":
    "The resource at location was made, but without the references to what other operations should have made. Add them with a PATCH, or delete it.",
  internal: "An unexpected error occurred. Nothing is known to have changed; try again.",
} as const satisfies Texts<keyof typeof SERVICE_KINDS>;

export const SERVICE_HELP = {
  "busy.conflict": {
    console: "busy",
    happened: "Other changes of the same data were under way, and this one lost every time.",
    after: ["tableConflict"],
    example: ["GET", "Users"],
  },
  "busy.throttled": {
    console: "busy",
    happened: "The table was busy: DynamoDB throttled it longer than the function could wait.",
    after: ["tableThrottled"],
    example: ["GET", "Users"],
  },
  "busy.storage": {
    console: "nothing",
    happened:
      "The table could not be reached, did not answer, or failed: DynamoDB, the way to it, or a full disk here. Nothing is known to have changed.",
    elsewhere: "cause on the line names what happened. Runbook, Storage outage.",
    after: ["tableUnreachable"],
    example: ["GET", "Users"],
  },
  "busy.timeout": {
    console: "busy",
    happened: "The request took longer than a function may. What was done counts.",
    after: ["tableSlow"],
    example: ["GET", "Users"],
  },
  "busy.contended": {
    console: "busy",
    happened: "Other changes of the same user or group were faster every time. Nothing was changed by this one.",
    after: ["staleWrites"],
    example: ["PATCH", "Users/{user}", [{ op: "add", path: "title", value: "x" }]],
  },
  "busy.largeChange": {
    console: "busy",
    happened:
      "The change of a group is larger than one request can make. What was done stays done; the same request goes on with it.",
    after: [["POST", "Groups", {}], "lateChange"],
    example: ["PATCH", "Groups/{id}", [{ op: "add", path: "members", value: "{members}" }]],
  },
  "busy.import": {
    console: "operator",
    happened: "The operator imports data into the organization; until that is finished nobody is served half of it.",
    elsewhere: "Finish it: repeat `import ORG FILE` with the same file, then `org resume ORG`.",
    after: [
      ["POST", "/admin/v1/orgs/{org}/pause", { reason: "import" }],
      [
        "POST",
        "/admin/v1/orgs/{org}/data/import",
        {
          file: "0000000000000000000000000000000000000000000000000000000000000000",
          counts: {
            managed: { users: 0, groups: 0, memberships: 0 },
            unmanaged: { users: 0, groups: 0, memberships: 0 },
          },
        },
      ],
    ],
    example: ["GET", "/directory/v1/orgs/{org}/users"],
  },
  "busy.bulkTime": {
    console: "busy",
    happened: "The time of a bulk request was over before this operation. It changed nothing.",
    after: ["lateUser"],
    example: [
      "POST",
      "Bulk",
      [
        {
          method: "POST",
          path: "/Users",
          bulkId: "a",
          data: { userName: "a@acme.example", emails: [{ value: "a@acme.example" }] },
        },
        {
          method: "POST",
          path: "/Users",
          bulkId: "b",
          data: { userName: "b@acme.example", emails: [{ value: "b@acme.example" }] },
        },
        {
          method: "POST",
          path: "/Users",
          bulkId: "c",
          data: { userName: "c@acme.example", emails: [{ value: "c@acme.example" }] },
        },
      ],
    ],
  },
  "busy.bulkUnfinished": {
    console: "query",
    happened: "A resource of a bulk request was made without its references to others.",
    elsewhere: "Add them with a PATCH, or delete it.",
    after: ["lateSecondGroup"],
    example: [
      "POST",
      "Bulk",
      [
        {
          method: "POST",
          path: "/Groups",
          bulkId: "a",
          data: {
            schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            displayName: "a",
            members: [{ value: "bulkId:b" }],
          },
        },
        {
          method: "POST",
          path: "/Groups",
          bulkId: "b",
          data: {
            schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            displayName: "b",
            members: [{ value: "bulkId:a" }],
          },
        },
      ],
    ],
  },
  internal: {
    console: "nothing",
    happened: "Something in this service broke. Nothing is known to have changed.",
    elsewhere: "That is a bug: cause on the line names its place in the code. Runbook, Gateway errors.",
    after: ["defect"],
    example: ["GET", "Users"],
  },
} satisfies Help<keyof typeof SERVICE>;
