import { describe, expect, test } from "@jest/globals";
import { wordingOf } from "../../../lib/portal/app/wording.ts";
import {
  type ActivityLine,
  firstLines,
  keyOfLine,
  withHeld,
  withNewer,
  withOlder,
} from "../../../lib/portal/pages/activity/activityList.ts";
import { fromLocalInput, readFilter, toLocalInput } from "../../../lib/portal/pages/activity/activityQuery.ts";
import { leftUndone, remedyName, sayEntry, sentenceOf } from "../../../lib/portal/pages/activity/entryWords.ts";
import { de } from "../../../lib/portal/texts/de.ts";
import { en } from "../../../lib/portal/texts/en.ts";

const line = (wishes: Partial<ActivityLine>): ActivityLine => ({
  at: "2026-03-01T12:00:00.000Z",
  ref: "r1",
  idp: "entra",
  op: "users.create",
  status: 201,
  outcome: "done",
  code: null,
  attributes: [],
  resource: "user",
  resourceId: null,
  name: null,
  subject: null,
  tokenId: null,
  changed: null,
  skippedMembers: 0,
  quirks: [],
  operations: null,
  ...wishes,
});
const refused = { status: 400, outcome: "refused" } as const;

describe("a request in words", () => {
  test.each([
    [{ name: "ada" }, "ada was created"],
    [refused, "A user could not be created"],
    [{ op: "users.patch", changed: false, name: "ada", status: 200 }, "ada was sent again, and nothing changed"],
    [{ op: "users.replace", changed: true, name: "ada", status: 200 }, "ada was changed"],
    [
      { op: "groups.members", resource: "group", name: "Platform", changed: true },
      "The members of Platform were changed",
    ],
    [
      { op: "groups.delete", resource: "group", ...refused, status: 503, outcome: "failed" },
      "A group could not be deleted",
    ],
    [{ op: "groups.filter", ...refused }, "Groups could not be looked up"],
    [{ op: "users.list", status: 401, outcome: "refused" }, "Your identity provider could not sign in"],
    [{ op: "oauth.token", ...refused }, "Your identity provider could not sign in"],
    [{ op: "bulk.process", resource: null }, "Several changes were made in one request"],
    [{ op: "users.none", ...refused }, "A request could not be answered"],
    [{ op: "discovery.constructor", ...refused }, "A request could not be answered"],
  ] as const)("%j", (wishes, words) => {
    expect(sayEntry(line(wishes), en.activity)).toBe(words);
  });

  test("members that were left out are explained as such, and those that were refused as refused", () => {
    expect([remedyName("value.unknownMembers", 204), remedyName("value.unknownMembers", 400)]).toEqual([
      "skippedMembers",
      "value.unknownMembers",
    ]);
    expect(remedyName("value.workEmail", 200)).toBe("value.workEmail");
  });

  test("a name is put in as it is, also one that looks like a place", () => {
    expect(sayEntry(line({ name: "$& {who}" }), en.activity)).toBe("$& {who} was created");
    expect(sentenceOf(line({ name: "ada" }), de.activity)).toEqual({
      text: "{who} wurde angelegt",
      who: "ada",
      isNamed: true,
    });
  });

  test("what was left undone is counted: operations of a bulk request, or members", () => {
    const words = (wishes: Partial<ActivityLine>) => leftUndone(line(wishes), en.activity, wordingOf("en"));
    expect(words({ operations: { done: 8, refused: 2, codes: {} } })).toBe("2 of 10 changes were refused");
    expect(words({ skippedMembers: 1 })).toBe("1 member was left out");
    expect(words({ operations: { done: 8, refused: 0, codes: {} } })).toBeNull();
  });
});

describe("live lines", () => {
  const at = (second: number, ref = "r") => line({ at: `2026-03-01T12:00:0${second}.000Z`, ref });
  const answer = (entries: readonly ActivityLine[], newest: string | null = "n", next: string | null = null) => ({
    entries,
    newest,
    next,
  });
  const seconds = (entries: readonly ActivityLine[]) => entries.map((one) => keyOfLine(one).slice(17, 19));

  test("new ones come in at the top, each once, whatever their order", () => {
    const lines = firstLines(answer([at(3), at(1)], "a", "older"));
    const newer = withNewer(lines, answer([at(3), at(5), at(4)], "b"), false);
    expect(seconds(newer.shown)).toEqual(["05", "04", "03", "01"]);
    expect(newer).toMatchObject({ held: [], newest: "b", next: "older" });
  });

  test("while somebody reads, new ones are held, and shown together when they say so", () => {
    const lines = firstLines(answer([at(1)]));
    const once = withNewer(lines, answer([at(2)]), true);
    const twice = withNewer(once, answer([at(3), at(2)], null), true);
    expect(seconds(twice.shown)).toEqual(["01"]);
    expect(seconds(twice.held)).toEqual(["03", "02"]);
    expect(twice.newest).toBe("n");
    expect(seconds(withHeld(twice).shown)).toEqual(["03", "02", "01"]);
    expect(seconds(withNewer(twice, answer([]), false).shown)).toEqual(["03", "02", "01"]);
  });

  test("older ones follow, without those that are there", () => {
    const lines = withOlder(firstLines(answer([at(3), at(2)], "n", "o")), answer([at(2), at(1)]));
    expect(seconds(lines.shown)).toEqual(["03", "02", "01"]);
    expect(lines.next).toBeNull();
  });
});

describe("what the address asks for", () => {
  test("is taken as far as it means something, and never a name, which belongs into no address", () => {
    const asked = { outcome: "refused", code: "value.workEmail", resource: "user", name: "Ada & Co", shoe: "42" };
    expect(readFilter({ query: new Map(Object.entries(asked)) })).toEqual({
      outcome: "refused",
      code: "value.workEmail",
      resource: "user",
    });
    const nonsense = {
      outcome: "great",
      code: "a b",
      resource: "robot",
      id: "42",
      name: "",
      from: "yesterday",
      to: "1999-12-31T00:00:00Z",
    };
    expect(readFilter({ query: new Map(Object.entries(nonsense)) })).toEqual({});
  });

  test("a time is the reader's own in the form, and the world's in the address", () => {
    expect(fromLocalInput(toLocalInput("2026-03-01T12:34:00.000Z"))).toBe("2026-03-01T12:34:00.000Z");
    expect([fromLocalInput(""), fromLocalInput("20"), toLocalInput(undefined)]).toEqual([undefined, undefined, ""]);
  });
});
