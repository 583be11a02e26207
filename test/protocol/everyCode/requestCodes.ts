import type { REQUEST_TEXTS } from "../../../functions/scim/catalogue/requestTexts.ts";
import { at } from "../../support/wire.ts";
import { type Row, rfc, under } from "./stage.ts";

const refuseUnknown = under({ changed: { unknownAttributes: "refuse" } });
const post = (own: object) => ({ method: "POST", path: "/Users", ...own });

/** By code: a request that is refused with it. */
export const REQUEST_CODES: Readonly<Record<keyof typeof REQUEST_TEXTS, Row>> = {
  "filter.syntax": (s) => s.filter('userName eq "a'),
  "filter.length": (s) => s.search({ filter: `userName eq "${"a".repeat(5_000)}"` }),
  "filter.terms": (s) => s.search({ filter: Array.from({ length: 51 }, () => "title pr").join(" or ") }),
  "filter.depth": (s) => s.search({ filter: `${"(".repeat(21)}title pr${")".repeat(21)}` }),
  "filter.nested": (s) => s.filter('emails[emails[type eq "work"]]'),
  "filter.operator": (s) => s.filter('userName is "a"'),
  "filter.attribute": (s) => s.filter('shoeSize eq "42"'),
  "filter.notComplex": (s) => s.filter('title[value eq "a"]'),
  "filter.complex": (s) => s.filter('name eq "a"'),
  "filter.derived": (s) => s.patchGroup({ op: "remove", path: 'members[display eq "Ada"]' }),
  "filter.combination": (s) => s.filter("active gt true"),
  "filter.literal": (s) => s.filter('active eq "perhaps"'),
  "sensitive.filter": (s) => s.filter('password eq "secret"'),
  "tooMany.examined": async (s) => {
    s.crowd(10_001);
    return s.filter('title co "a"');
  },

  "syntax.notJson": (s) => s.post("/Users", "{"),
  "syntax.notUtf8": (s) => s.post("/Users", new Uint8Array([0x7b, 0xff, 0x7d])),
  "syntax.notObject": (s) => s.post("/Users", []),
  "syntax.schemas": rfc((s) => s.newUser({ schemas: [] })),
  "syntax.schemasType": (s) => s.newUser({ schemas: [1] }),
  "syntax.messageSchemas": (s) => s.post("/.search", { schemas: ["urn:other"] }),
  "syntax.unknownSchema": refuseUnknown((s) =>
    s.newUser({ schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:other"] }),
  ),
  "syntax.unknownAttribute": refuseUnknown((s) => s.newUser({ shoeSize: 42 })),
  "syntax.patchOp": async (s) =>
    s.org.request({ method: "PATCH", path: `/Users/${await s.user()}`, body: { Operations: "x" } }),
  "syntax.op": (s) => s.patchUser({ op: "move", path: "title", value: "x" }),
  "syntax.bulk": (s) => s.post("/Bulk", { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"] }),
  "syntax.bulkOperation": (s) => s.bulk({ method: 1 }),
  "syntax.bulkMethod": (s) => s.bulk({ method: "GET", path: "/Users" }),
  "syntax.bulkPath": (s) => s.bulk(post({ path: "/Things", bulkId: "a", data: {} })),
  "syntax.bulkPost": (s) => s.bulk(post({ path: `/Users/${s.stranger}`, bulkId: "a", data: {} })),
  "syntax.bulkTarget": (s) => s.bulk({ method: "DELETE", path: "/Users" }),
  "syntax.bulkData": (s) => s.bulk(post({ bulkId: "a" })),
  "syntax.bulkId": (s) => s.bulk(post({ data: {} })),
  "syntax.bulkIdTwice": (s) => s.bulk(post({ bulkId: "a", data: {} }), post({ bulkId: "a", data: {} })),

  "path.syntax": (s) => s.patchUser({ op: "add", path: "emails[", value: "x" }),
  "path.unknown": rfc((s) => s.patchUser({ op: "add", path: "shoeSize", value: "42" })),
  "path.notMultiValued": (s) => s.patchUser({ op: "add", path: 'title[value eq "a"]', value: "x" }),
  "noTarget.path": (s) => s.patchUser({ op: "remove" }),
  "noTarget.add": (s) => s.patchGroup({ op: "add", path: 'members[type eq "User"]', value: [{ display: "a" }] }),
  "noTarget.replace": rfc((s) => s.patchUser({ op: "replace", path: 'emails[type eq "home"].value', value: "a@b.c" })),
  "noTarget.member": (s) =>
    s.patchGroup({ op: "replace", path: `members[value eq "${s.stranger}"]`, value: [{ value: s.stranger }] }),

  "cursor.invalid": (s) => s.get("/Users?cursor=abc"),
  "cursor.expired": async (s) => {
    const cursor = await s.cursor();
    s.pass(1);
    return s.get(`/Users?count=1&cursor=${cursor}`);
  },
  "cursor.count": (s) => s.get("/Users?cursor&count=many"),
  "cursor.countChanged": async (s) => s.get(`/Users?count=2&cursor=${await s.cursor()}`),
  "version.unsupported": (s) =>
    s.target.transport({ method: "GET", target: "/scim/v1/acme/Users", headers: {}, body: undefined }),
  "version.mismatch": async (s) => {
    const id = await s.user();
    const body = { Operations: [{ op: "add", path: "title", value: "x" }] };
    return s.org.request({ method: "PATCH", path: `/Users/${id}`, headers: { "If-Match": 'W/"7"' }, body });
  },

  "method.notAllowed": (s) => s.delete("/Users"),
  "mediaType.unsupported": (s) => s.post("/Users", "a=b", { "Content-Type": "text/plain" }),
  "discovery.filter": (s) => s.filter("id pr", "/Schemas"),
  "notImplemented.me": (s) => s.get("/Me"),

  "tooLarge.body": (s) => s.newUser({ title: "x".repeat(5_500_000) }),
  "tooLarge.members": (s) => s.newGroup({ members: s.strangers(150_001) }),
  "tooLarge.objects": (s) => s.newUser({ x: Array.from({ length: 300_001 }, () => ({})) }),
  "tooLarge.names": (s) => s.newUser(Object.fromEntries(Array.from({ length: 20_001 }, (_none, n) => [`x${n}`, 0]))),
  "tooLarge.maxPayloadSize": (s) => s.post("/Bulk", { title: "x".repeat(1_100_000) }),
  "tooLarge.maxOperations": (s) => s.bulk(...Array.from({ length: 1_001 }, () => ({}))),
  "tooLarge.operations": (s) => s.patchUser(...Array.from({ length: 10_001 }, () => ({ op: "remove", path: "title" }))),
  "tooLarge.changes": (s) => s.patchUser(...Array.from({ length: 1_001 }, () => ({ op: "remove", path: "title" }))),
  "tooLarge.memberFilters": (s) =>
    s.patchGroup(...Array.from({ length: 21 }, () => ({ op: "remove", path: 'members[type eq "Group"]' }))),
  "tooLarge.effort": async (s) => {
    const roles = Array.from({ length: 900 }, (_none, n) => ({ value: `r${n}` }));
    const id = String(at((await s.newUser({ roles })).json, "id"));
    const filter = Array.from({ length: 40 }, (_none, n) => `value eq "x${n}"`).join(" or ");
    const remove = { op: "remove", path: `roles[${filter}]` };
    return s.patch(`/Users/${id}`, ...Array.from({ length: 40 }, () => remove));
  },
};
