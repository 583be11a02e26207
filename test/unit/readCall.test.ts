import { expect, test } from "@jest/globals";
import { adminRoutes } from "../../functions/http/generated/admin.js";
import { directoryRoutes } from "../../functions/http/generated/directory.js";
import { readBody } from "../../functions/http/signed/readCall.ts";
import type { BodyForm, OperationRoute } from "../../functions/http/signed/route.ts";
import { ScimError } from "../../functions/scim/error.ts";
import type { JsonObject } from "../../functions/scim/json.ts";

/** One member is missing, and no error is about it. */
const LACKING: BodyForm = {
  holds: Object.assign(() => false, {
    errors: [{ instancePath: "", keyword: "required", params: { missingProperty: "shoe" } }],
  }),
  members: {},
};

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

test.each([
  [bodyOf(adminRoutes.generateToken), { expiresInDays: "7" }, "value.memberType", "expiresInDays must be a number."],
  [bodyOf(adminRoutes.rotateToken), { onFirstUse: 1 }, "value.memberType", "onFirstUse must be true or false."],
  [bodyOf(adminRoutes.pauseOrg), {}, "value.reason", "reason is missing: say why, in one line."],
  [bodyOf(adminRoutes.purgeOrg), {}, "value.confirm", "confirm must repeat the organization's login name"],
  [bodyOf(directoryRoutes.createTeam), {}, "value.teamNameMissing", "displayName is missing"],
  [
    bodyOf(directoryRoutes.createUser),
    { active: 1 },
    "value.unknownMember",
    "knows only userName, displayName, name, ",
  ],
  [LACKING, {}, "value.memberType", "shoe must be given."],
] as const)("a body that is not as declared is refused in words: %#", (form, body, code, words) => {
  const [found, detail] = refusal(form, body);
  expect([found, detail]).toEqual([code, expect.stringContaining(words)]);
});

test("a use case checks what it is given: the form of a user's attributes is no matter here", () => {
  const form = directoryRoutes.createUser.body;
  const body = { userName: 7, name: "Ada", emails: [{}] };
  expect(form && readBody({ bytesIn: 2, body: () => body }, form)).toBe(body);
  expect(adminRoutes.createOrg.body?.holds({ org: "acme", preset: 7, changedRules: { shoe: 1 } })).toBe(true);
});
