import { expect, test } from "@jest/globals";
import { judgedDoctor, judgedExplain, judgedTail } from "../../aws/checks/commandLine.ts";

const HEALTHY = "✓ users are listed\n! noChallenge: a 401 comes without\nNothing is wrong, 1 to keep in mind.\n";
const STORY =
  'Reference 0a1b2c3d4e5f\n\nWhat happened\n  It was refused: 409 uniqueness.\n\nWhat to do\n  Okta …\n\nThe line\n  {"ref":"0a1b2c3d4e5f"}';
const LINES =
  "02:19:45 POST /scim/v2/acme/Users 201 30 ms\n02:19:46 POST /scim/v2/acme/Users 409 uniqueness.userName 29 ms\n";

test("doctor may warn, and fails with what is wrong or with what it said last", () => {
  expect(judgedDoctor({ code: 0, said: HEALTHY })).toEqual([]);
  const faulty = { code: 1, said: "✓ users are listed\n✗ oldTls: The server cannot\nOne thing is wrong." };
  expect(judgedDoctor(faulty)).toEqual(["doctor ended with 1", "✗ oldTls: The server cannot"]);
  expect(judgedDoctor({ code: -1, said: "Error: a\nb" })).toEqual(["doctor ended with -1", "Error: a / b"]);
});

test("explain has to tell the story of this very reference", () => {
  expect(judgedExplain({ code: 0, said: STORY }, "0a1b2c3d4e5f")).toEqual([]);
  const another = STORY.replace('{"ref":"0a1b2c3d4e5f"}', '{"ref":"ffffffffffff"}');
  expect(judgedExplain({ code: 0, said: another }, "0a1b2c3d4e5f")).toEqual([
    'explain does not say “"ref":"0a1b2c3d4e5f"”',
  ]);
  expect(judgedExplain({ code: 1, said: "No line with the reference" }, "0a1b2c3d4e5f")).toEqual([
    "explain ended with 1: No line with the reference",
  ]);
});

test("tail has to show both requests", () => {
  expect(judgedTail({ code: 0, said: LINES })).toEqual([]);
  expect(judgedTail({ code: 0, said: LINES.split("\n")[0] ?? "" })).toEqual(["tail does not show the 409"]);
  expect(judgedTail({ code: 1, said: "Nothing of acme" })).toEqual(["tail ended with 1: Nothing of acme"]);
});
