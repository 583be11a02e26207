import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { newApplicationKey, readApplicationKey } from "../../functions/provisioning/applicationKey.ts";
import { hashToken, newAccessToken, newClientSecret, newToken, readToken } from "../../functions/provisioning/token.ts";
import { BASE62 } from "../../functions/scim/schema.ts";
import type { OrgId } from "../../functions/store/keys.ts";

const ORG = "Ab3dEf6h" as OrgId;
const OF_ORG = newApplicationKey(ORG, randomBytes);
const OF_ALL = newApplicationKey(undefined, randomBytes);

describe("an application key", () => {
  test("has the documented form, and names its org where it has one", () => {
    expect(OF_ORG).toMatch(/^rollcallapp_Ab3dEf6h_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(readApplicationKey(OF_ORG)).toEqual({ orgId: ORG, hash: hashToken(OF_ORG) });
    expect(OF_ALL).toMatch(/^rollcallapp_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(readApplicationKey(OF_ALL)).toEqual({ orgId: undefined, hash: hashToken(OF_ALL) });
  });

  test("is no token, and no token is a key", () => {
    expect([OF_ORG, OF_ALL].map(readToken)).toEqual([undefined, undefined]);
    const tokens = [
      newToken(ORG, randomBytes),
      newClientSecret(ORG, randomBytes),
      newAccessToken(ORG, "Ab3dEf6hIj0K", randomBytes),
    ];
    expect(tokens.map(readApplicationKey)).toEqual([undefined, undefined, undefined]);
  });

  test("with any one character changed, left out or added is none, without a look at the table", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(OF_ORG, OF_ALL),
        fc.nat(90),
        fc.constantFrom(...BASE62, "-", "_", " "),
        fc.constantFrom("changed", "left out", "added"),
        (key, at, character, how) => {
          const place = at % key.length;
          const rest = key.slice(how === "added" ? place : place + 1);
          const other = key.slice(0, place) + (how === "left out" ? "" : character) + rest;
          expect(readApplicationKey(other) === undefined).toBe(other !== key);
        },
      ),
    );
  });
});
