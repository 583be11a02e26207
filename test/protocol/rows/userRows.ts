import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Check } from "../../support/target.ts";
import { ordinaryUser } from "../idp/setup.ts";
import { type Client, clientOf, conversation, members, patchOf, refusal } from "./client.ts";

const OPTIONAL_ENTRA_MAPPINGS: JsonObject = {
  title: "Title",
  preferredLanguage: "en",
  externalId: "4c7f6a1e-0a35-4f0a-a7c5-0d1f7b1c6d5e",
  addresses: [
    { type: "work", formatted: "Any street 1", locality: "Any city", postalCode: "1", country: "Any country" },
  ],
  phoneNumbers: [
    { type: "work", value: "1" },
    { type: "mobile", value: "2" },
    { type: "fax", value: "3" },
  ],
  [ENTERPRISE_SCHEMA]: { employeeNumber: "7", department: "Department", manager: "boss-1" },
};
const BOXES = { entra: "Only during object creation", okta: "Create only" };

/** Neither is of type work, primary or the only one. */
const TWO_OTHERS = [
  { type: "home", value: "h@acme.example" },
  { type: "other", value: "o@acme.example" },
];

/** P5 to P8: what a user has and may not lose. */
export const userRows: readonly Check[] = [
  conversation("P5: the six mapped attributes are enough, and the other default mappings may stay", async (scim) => {
    const six = ordinaryUser("u1");
    await createdAsSent(scim, "the six alone", six);
    const { [ENTERPRISE_SCHEMA]: _manager, ...rest } = OPTIONAL_ENTRA_MAPPINGS;
    const all = { ...ordinaryUser("u2"), schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA], ...OPTIONAL_ENTRA_MAPPINGS };
    const stored = { department: "Department", employeeNumber: "7", manager: { value: "boss-1" } };
    await scim.post("all default mappings", "/Users", all, {
      status: 201,
      json: { ...rest, userName: "u2@acme.example", [ENTERPRISE_SCHEMA]: stored },
    });
  }),
  conversation("P6: userName may come from userPrincipalName and from mailNickname", async (scim) => {
    await createdAsSent(scim, "userPrincipalName", ordinaryUser("u1"));
    await createdAsSent(scim, "mailNickname", ordinaryUser("u2", { userName: "nick.name" }));
    const path = "/Users?filter=userName+eq+%22NICK.NAME%22";
    await scim.seen("it is found", path, { totalResults: 1 });
  }),
  conversation(
    "P7: userName is written at creation only, and the refusal names the box to tick in Entra and Okta",
    async (scim) => {
      const id = await scim.user("u1");
      const path = `/Users/${id}`;
      const json = refusal(400, "mutability", `${BOXES.entra}.*${BOXES.okta}`);
      const change = { op: "replace", path: "userName", value: "other@acme.example" };
      const title = { op: "replace", path: "title", value: "not stored" };
      await scim.patch("PATCH with a path", path, [title, change], { status: 400, json });
      await scim.patch("PATCH without", path, [{ op: "replace", value: { userName: "other" } }], { status: 400, json });
      const body = ordinaryUser("u1", { userName: "other@acme.example" });
      await scim.put("PUT", path, body, { status: 400, json });
      await scim.seen("nothing changed", path, {
        userName: "u1@acme.example",
        title: "$absent",
        meta: { version: 'W/"1"' },
      });
      const mutability = { attributes: { $contains: [{ name: "userName", mutability: "immutable" }] } };
      await scim.seen("the schema says so", `/Schemas/${USER_SCHEMA}`, mutability);
    },
  ),
  conversation(
    "P7: a userName that differs only in upper and lower case is no change, and the stored spelling stays",
    async (scim) => {
      const path = `/Users/${await scim.user("u1")}`;
      const upper = { op: "Replace", path: "userName", value: "U1@ACME.EXAMPLE" };
      const json = { userName: "u1@acme.example", meta: { version: 'W/"1"' } };
      await scim.patch("PATCH", path, [upper], { status: 200, json });
      const body = ordinaryUser("u1", { userName: "U1@ACME.EXAMPLE" });
      await scim.put("PUT", path, body, { status: 200, json });
    },
  ),
  conversation(
    "P7: where userName may change, it changes, also in its spelling alone, but never to one that is taken",
    async (scim) => {
      const path = `/Users/${await scim.user("u1")}`;
      await scim.user("u2");
      const to = (value: string) => [{ op: "replace", path: "userName", value }];
      await scim.patch("spelling", path, to("U1@acme.example"), { status: 200, json: { userName: "U1@acme.example" } });
      await scim.patch("another", path, to("new@acme.example"), {
        status: 200,
        json: { userName: "new@acme.example" },
      });
      const taken = { status: 409, json: refusal(409, "uniqueness", "userName") };
      await scim.patch("one that is taken", path, to("U2@acme.example"), taken);
      await scim.user("u1");
    },
    { changed: { userNameMutability: "readWrite" } },
  ),
  conversation(
    "P7: a request that deactivates is never refused: userName, e-mail and all else it may not change stay, the rest is applied",
    async (scim) => {
      const json = {
        active: false,
        userName: "u1@acme.example",
        title: "applied",
        emails: [{ type: "work", value: "u1@acme.example" }],
      };
      const patched = `/Users/${await scim.user("u1")}`;
      const operations: JsonObject[] = [
        { op: "Replace", path: "userName", value: "other@acme.example" },
        { op: "Remove", path: "emails" },
        { op: "Replace", path: "title", value: "applied" },
        { op: "Replace", path: "active", value: "False" },
      ];
      await scim.patch("PATCH", patched, operations, { status: 200, json });
      await scim.seen("stored", patched, json);
      const put = `/Users/${await scim.user("u2")}`;
      const body = ordinaryUser("other", { title: "applied", active: false, emails: [] });
      const kept = { ...json, userName: "u2@acme.example", emails: [{ type: "work", value: "u2@acme.example" }] };
      await scim.put("PUT", put, body, { status: 200, json: kept });
    },
  ),
  conversation("P8: a create without a work e-mail is refused", async (scim) => {
    const without: readonly Json[] = ["$absent", [], null, TWO_OTHERS, [{ type: "work", value: "" }]];
    for (const emails of without) {
      const body = ordinaryUser("u1", { emails });
      const json = refusal(400, "invalidValue", "e-?mail");
      await scim.post(`emails ${JSON.stringify(emails)}`, "/Users", body, { status: 400, json });
    }
    await scim.seen("nobody was made", "/Users", { totalResults: 0 });
    const required = { attributes: { $contains: [{ name: "emails", required: true }] } };
    await scim.seen("the schema says so", `/Schemas/${USER_SCHEMA}`, required);
  }),
  conversation(
    "P8: a PUT that omits emails keeps them; an explicit removal of the last work e-mail is refused",
    async (scim) => {
      const path = `/Users/${await scim.user("u1")}`;
      const kept = { emails: [{ type: "work", value: "u1@acme.example" }] };
      const omitting = { method: "PUT", path, body: ordinaryUser("u1", { emails: "$absent", title: "t" }) };
      await scim.say("PUT without emails", omitting, { status: 200, json: { ...kept, title: "t" } });
      const json = refusal(400, "invalidValue", "e-?mail");
      const emptying = { method: "PUT", path, body: ordinaryUser("u1", { emails: [] }) };
      await scim.say("PUT with no emails", emptying, { status: 400, json });
      const removals: readonly JsonObject[] = [
        { op: "remove", path: "emails" },
        { op: "Remove", path: 'emails[type eq "work"]' },
        { op: "remove", path: 'emails[type eq "work"].value' },
        { op: "replace", path: "emails", value: [] },
        { op: "replace", path: "emails", value: null },
        { op: "replace", path: 'emails[type eq "work"].value', value: "" },
        { op: "replace", value: { emails: TWO_OTHERS } },
      ];
      for (const one of removals) await scim.patch(JSON.stringify(one), path, [one], { status: 400, json });
      await scim.seen("it is still there", path, kept);
    },
  ),
  {
    name: "P8: a work e-mail may be exchanged within one request, and is not required where the rule says so",
    run: async (target) => {
      const scim = await clientOf(target);
      const path = `/Users/${await scim.user("u1")}`;
      const exchange: JsonObject[] = [
        { op: "remove", path: "emails" },
        { op: "add", path: "emails", value: [{ type: "work", value: "new@acme.example" }] },
      ];
      await scim.patch("exchange", path, exchange, { status: 200, json: { emails: [{ value: "new@acme.example" }] } });
      const free = await clientOf(target, { changed: { workEmailRequired: false } });
      const id = await free.user("u2", { emails: "$absent" });
      await free.seen("without", `/Users/${id}`, { emails: "$empty" });
      return [...scim.found, ...free.found];
    },
  },
  conversation(
    "P17: active:false ends membership of the org, keeps the account, its memberships and attributes, and is reversible",
    async (scim) => {
      const id = await scim.user("u1", { title: "t", externalId: "e1" });
      const group = await scim.group("Team", [id]);
      const turn = (value: boolean) => patchOf({ op: "replace", value: { active: value } });
      const path = `/Users/${id}`;
      await scim.say("off", { method: "PATCH", path, body: turn(false) }, { status: 200, json: { active: false } });
      const kept = { id, title: "t", externalId: "e1", groups: [{ value: group }] };
      await scim.seen("the account is kept", path, { ...kept, active: false });
      await scim.seen("the membership is kept", `/Groups/${group}`, { members: members(id) });
      const inactive = { users: [{ id, active: false }] };
      await scim.admin("the application's view", "GET", "/users", undefined, { status: 200, json: inactive });
      await scim.say("on", { method: "PATCH", path, body: turn(true) }, { status: 200, json: { active: true } });
      await scim.seen("all is as before", path, { ...kept, active: true });
    },
  ),
];

async function createdAsSent(scim: Client, title: string, body: JsonObject): Promise<void> {
  await scim.post(title, "/Users", body, { status: 201, json: { ...body, id: "$string" } });
}
