import { test } from "@jest/globals";
import type { JsonObject } from "../../functions/scim/json.ts";
import { BULK_REQUEST } from "../../functions/scim/schema.ts";
import { onLine } from "./onLine.ts";
import { group } from "./onWire.ts";

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
    const bulk = { method: "POST", path: "/Bulk", body: bulkOf({ method: "PUT", path, data: group("Engines") }) };
    await recording("bulk", bulk, { status: 200, json: { Operations: [{ status: "200" }] } }, { membersOmitted: 1 });
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

function bulkOf(...operations: readonly JsonObject[]): JsonObject {
  return { schemas: [BULK_REQUEST], Operations: [...operations] };
}
