import { expect, test } from "@jest/globals";
import { adminRoutes } from "../../functions/http/generated/admin.js";
import { directoryRoutes } from "../../functions/http/generated/directory.js";
import { readBody } from "../../functions/http/signed/readCall.ts";
import type { BodyForm, OperationRoute } from "../../functions/http/signed/route.ts";
import { ScimError } from "../../functions/scim/error.ts";
import type { JsonObject } from "../../functions/scim/json.ts";

/** Its absence has no error of its own. */
const NEEDS_A_SHOE: BodyForm = { type: "object", required: ["shoe"], properties: { shoe: {} } };

function refusal(form: BodyForm | undefined, body: JsonObject): readonly [code: string, detail: string] {
  if (form === undefined) throw new Error("the operation takes no body");
  try {
    readBody({ bytesIn: 2, body: () => body }, form);
  } catch (error) {
    if (error instanceof ScimError) return [error.code, error.message];
    throw error;
  }
  throw new Error("taken");
}

const bodyOf = ({ body }: OperationRoute): BodyForm | undefined => body;

test.each<[BodyForm | undefined, JsonObject, string, string]>([
  [bodyOf(adminRoutes.generateToken), { expiresInDays: "7" }, "value.memberType", "expiresInDays must be a number."],
  [bodyOf(adminRoutes.rotateToken), { onFirstUse: 1 }, "value.memberType", "onFirstUse must be true or false."],
  [
    bodyOf(adminRoutes.createOrg),
    { org: "a", admins: ["a", null] },
    "value.memberType",
    "admins must be an array of s",
  ],
  [bodyOf(adminRoutes.createOrg), { org: "a", sso: [] }, "value.memberType", "sso must be an object."],
  [
    bodyOf(adminRoutes.createOrg),
    { org: "a", sso: { uri: "" } },
    "value.unknownMember",
    "sso knows only url, entityId",
  ],
  [bodyOf(adminRoutes.createTrust), { entra: { tenant: "t" } }, "value.memberType", "objectId must be given."],
  [bodyOf(adminRoutes.pauseOrg), {}, "value.reason", "reason is missing: say why, in one line."],
  [bodyOf(adminRoutes.purgeOrg), {}, "value.confirm", "confirm must repeat the organization's login name"],
  [bodyOf(directoryRoutes.createTeam), {}, "value.teamNameMissing", "displayName is missing"],
  [
    bodyOf(directoryRoutes.createUser),
    { active: 1 },
    "value.unknownMember",
    "knows only userName, displayName, name, ",
  ],
  [NEEDS_A_SHOE, {}, "value.memberType", "shoe must be given."],
])("a body that is not as declared is refused in words: %#", (form, body, code, words) => {
  const [found, detail] = refusal(form, body);
  expect([found, detail]).toEqual([code, expect.stringContaining(words)]);
});

test.each<[BodyForm | undefined, JsonObject]>([
  [bodyOf(directoryRoutes.createUser), { userName: 7, name: "Ada", emails: [{}] }],
  [bodyOf(adminRoutes.createOrg), { org: "acme", preset: 7, changedRules: { shoe: 1 }, sso: null }],
])("a use case checks what it is given: the form of its values is no matter here: %#", (form, body) => {
  expect(form && readBody({ bytesIn: 2, body: () => body }, form)).toBe(body);
});
