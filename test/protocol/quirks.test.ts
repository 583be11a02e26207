import { test } from "@jest/globals";
import { BULK_REQUEST, GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { WireRequest } from "../support/wire.ts";
import { ordinaryUser } from "./idp/world.ts";
import { onLine } from "./onLine.ts";
import { group, refused, textOf } from "./onWire.ts";

/** What identity providers send otherwise than the RFC has it: understood, and recorded on the line of the request. */

test(
  "U-9, AMB-11: a PUT of a group without members takes all of them out, and its line says so",
  onLine(async ({ talk, recording }) => {
    const member = await talk.user("ada");
    const path = `/Groups/${await talk.group("Engines", [member])}`;
    const put = { method: "PUT", path, body: group("Engines") };
    await recording("omitted", put, { status: 200, json: { members: { $exactly: [] } } }, { membersOmitted: 1 });
    await talk.seen("nobody is in it", path, { members: { $exactly: [] } });
    await talk.seen("nor is it the user's", `/Users/${member}`, { groups: "$absent" });
    const empty = { ...put, body: group("Engines", { members: [] }) };
    await recording("an empty list is plain", empty, { status: 200 }, {});
  }),
);

test(
  "U-9, AMB-11: a PUT of a group without members clears it inside /Bulk as well",
  onLine(async ({ talk, recording }) => {
    const path = `/Groups/${await talk.group("Engines", [await talk.user("ada")])}`;
    const put = bulk({ method: "PUT", path, data: group("Engines") });
    await recording("bulk", put, { status: 200, json: { Operations: [{ status: "200" }] } }, { membersOmitted: 1 });
    await talk.seen("nobody is in it", path, { members: { $exactly: [] } });
  }),
);

test(
  "U-9, AMB-11: a PUT of a group without members keeps them where membersOmittedInPut says keep",
  onLine(
    async ({ talk, recording }) => {
      const member = await talk.user("ada");
      const path = `/Groups/${await talk.group("Engines", [member])}`;
      const put = { method: "PUT", path, body: group("Motors") };
      await recording("omitted", put, { status: 200, json: { displayName: "Motors" } }, {});
      await talk.seen("still in it", path, { members: { $members: [member] } });
    },
    { changed: { membersOmittedInPut: "keep" } },
  ),
);

test(
  "S-20: a resource without schemas is of the type that its endpoint has, on POST and PUT, alone and inside /Bulk",
  onLine(async ({ talk, recording }) => {
    for (const [endpoint, urn, resource] of [
      ["/Users", USER_SCHEMA, (name: string) => ordinaryUser(name)],
      ["/Groups", GROUP_SCHEMA, (name: string) => group(name, { members: [] })],
    ] as const) {
      for (const [index, schemas] of [undefined, [], null, ""].entries()) {
        const body = { ...resource(`n${index}`), schemas };
        const made = await talk.say("POST", { method: "POST", path: endpoint, body }, { status: 201 });
        const path = `${endpoint}/${textOf(made, "id")}`;
        const put = { method: "PUT", path, body: { ...body, externalId: "e" } };
        await recording("PUT", put, { status: 200, json: { schemas: [urn] } }, { missingSchemas: 1 });
        const again = bulk({ method: "PUT", path, data: { ...body, externalId: "f" } });
        const done = { status: 200, json: { Operations: [{ status: "200" }] } };
        await recording("bulk", again, done, { missingSchemas: 1 });
        await talk.seen("typed", path, { schemas: [urn], externalId: "f" });
      }
      const wrong = { method: "POST", path: endpoint, body: { ...resource("w"), schemas: ["urn:x"] } };
      await talk.say("a wrong one", wrong, refused(400, "invalidSyntax", "schemas"));
    }
  }),
);

test(
  "S-20: a resource without schemas is refused under rfc",
  onLine(
    async ({ talk }) => {
      for (const schemas of [undefined, [], null]) {
        const body = { userName: "ada", schemas };
        await talk.say("POST", { method: "POST", path: "/Users", body }, refused(400, "invalidSyntax", "schemas"));
      }
    },
    { preset: "rfc" },
  ),
);

function bulk(...operations: readonly object[]): WireRequest {
  return { method: "POST", path: "/Bulk", body: { schemas: [BULK_REQUEST], Operations: operations } };
}
