import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fromSupply, newOrgId, newResourceId, newTokenId } from "../../functions/provisioning/newId.ts";
import {
  fullStatus,
  hashToken,
  isLive,
  newAccessToken,
  newClientSecret,
  newToken,
  readToken,
  tokenStatus,
} from "../../functions/provisioning/token.ts";
import { isGroupId, isUserId } from "../../functions/scim/schema.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { OrgRecord } from "../../functions/store/records.ts";
import type { TokenRecord } from "../../functions/store/tokenRecords.ts";
import { codePoint } from "../support/anyText.ts";

const ORG = "Ab3dEf6h" as OrgId;

describe("a token", () => {
  test("has the documented form and names its org", () => {
    const token = newToken(ORG, randomBytes);
    expect(token).toMatch(/^rollcall_Ab3dEf6h_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(readToken(token)).toEqual({ kind: "org", orgId: ORG, hash: hashToken(token), secretId: undefined });
  });

  test("of another kind says so, and an access token names its client secret", () => {
    const secret = newClientSecret(ORG, randomBytes);
    expect(secret).toMatch(/^rollcall_client_Ab3dEf6h_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(readToken(secret)).toEqual({ kind: "client", orgId: ORG, hash: hashToken(secret), secretId: undefined });
    const access = newAccessToken(ORG, "Ab3dEf6hIj0K", randomBytes);
    expect(access).toMatch(/^rollcall_access_Ab3dEf6h_Ab3dEf6hIj0K_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(readToken(access)).toEqual({
      kind: "access",
      orgId: ORG,
      hash: hashToken(access),
      secretId: "Ab3dEf6hIj0K",
    });
    // The kind is under the checksum like everything else.
    for (const text of [access.replace("access", "client"), secret.replace("client_", ""), `${secret.slice(0, -1)}!`]) {
      expect(readToken(text)).toBeUndefined();
    }
  });

  test("is hashed as a whole with SHA-256", () => {
    expect(hashToken("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  test("keeps its length when the random bits are all zero or all one", () => {
    const zeros = newToken(ORG, (count) => new Uint8Array(count));
    const ones = newToken(ORG, (count) => new Uint8Array(count).fill(255));
    expect(zeros).toHaveLength(68);
    expect(ones).toHaveLength(68);
    expect(readToken(zeros)).toBeDefined();
    expect(readToken(ones)).toBeDefined();
  });

  test("carries every one of the 256 random bits", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const random = newToken(ORG, () => bytes).split("_")[2] ?? "";
        let number = 0n;
        for (const character of random) number = number * 62n + BigInt(DIGITS.indexOf(character));
        return Buffer.from(bytes).toString("hex") === number.toString(16).padStart(64, "0");
      }),
    );
  });

  test("with any one character changed is refused before any read", () => {
    fc.assert(
      fc.property(fc.nat(67), fc.string({ unit: codePoint, minLength: 1, maxLength: 1 }), (position, replacement) => {
        const token = newToken(ORG, randomBytes);
        const changed = token.slice(0, position) + replacement + token.slice(position + 1);
        return changed === token || readToken(changed) === undefined;
      }),
      { numRuns: 2000 },
    );
  });

  test("with two neighbours swapped, a piece missing or something around it is refused", () => {
    fc.assert(
      fc.property(fc.nat(66), (position) => {
        const token = newToken(ORG, randomBytes);
        const [left, right] = [token.charAt(position), token.charAt(position + 1)];
        const swapped = token.slice(0, position) + right + left + token.slice(position + 2);
        expect(left === right || readToken(swapped) === undefined).toBe(true);
        expect(readToken(token.slice(0, position) + token.slice(position + 1))).toBeUndefined();
      }),
    );
    const token = newToken(ORG, randomBytes);
    for (const text of [
      "",
      " ",
      `${token}\n`,
      ` ${token}`,
      `Bearer ${token}`,
      `${token}${token}`,
      token.toUpperCase(),
    ]) {
      expect(readToken(text)).toBeUndefined();
    }
  });
});

describe("a token counts", () => {
  const now = Date.parse("2026-01-01T00:00:00.000Z");
  const org = { id: ORG, tokenEpoch: 3 } as OrgRecord;
  const token: TokenRecord = {
    id: "t",
    orgId: ORG,
    hash: "",
    epoch: 3,
    description: "",
    createdAt: "2025-01-01T00:00:00.000Z",
    createdBy: "000000000000:user/local",
    expiresAt: undefined,
    revokedAt: undefined,
  };

  test("while it carries its org's epoch, is not revoked and not expired", () => {
    expect(isLive(token, org, now)).toBe(true);
    expect(isLive({ ...token, expiresAt: "2026-01-01T00:00:00.001Z" }, org, now)).toBe(true);
  });

  test("no longer at the millisecond of its expiry", () => {
    expect(tokenStatus({ ...token, expiresAt: "2026-01-01T00:00:00.000Z" }, org, now)).toBe("expired");
    expect(isLive({ ...token, expiresAt: "2026-01-01T00:00:00.000Z" }, org, now)).toBe(false);
  });

  test("neither with an older nor with a newer epoch", () => {
    expect(tokenStatus({ ...token, epoch: 2 }, org, now)).toBe("superseded");
    expect(isLive({ ...token, epoch: 4 }, org, now)).toBe(false);
  });

  test("not once its successor was used, nor without the person it is bound to", () => {
    const facts = { lastUsed: new Map([["next", "2026-01-01T00:00:00.000Z"]]), activeUsers: new Set(["u1"]) };
    const status = (more: Partial<TokenRecord>) => fullStatus({ ...token, ...more }, org, now, facts);
    expect([status({}), status({ retiredBy: "other" }), status({ boundTo: "u1" })]).toEqual(["live", "live", "live"]);
    expect(status({ retiredBy: "next" })).toBe("retired");
    expect(status({ boundTo: "u2" })).toBe("orphaned");
    expect(status({ retiredBy: "next", revokedAt: "2025-02-01T00:00:00.000Z" })).toBe("revoked");
  });

  test("neither revoked nor for another org", () => {
    expect(tokenStatus({ ...token, revokedAt: "2025-02-01T00:00:00.000Z" }, org, now)).toBe("revoked");
    expect(isLive({ ...token, orgId: "zzzzzzzz" as OrgId }, org, now)).toBe(false);
  });
});

describe("new ids", () => {
  test("have the forms that the rest of the project reads", () => {
    expect(isUserId(newResourceId("u", randomBytes))).toBe(true);
    expect(isGroupId(newResourceId("g", randomBytes))).toBe(true);
    expect(newOrgId(randomBytes)).toMatch(/^[0-9A-Za-z]{8}$/);
    expect(newTokenId(randomBytes)).toMatch(/^[0-9A-Za-z]{12}$/);
  });

  test("favour no character: bytes that would are thrown away", () => {
    const bytes = [255, 248, 0, 61, 62, 247, 254, 1];
    const oneByOne = (count: number) => Uint8Array.from({ length: count }, () => bytes.shift() ?? 2);
    expect(newTokenId(oneByOne)).toBe("0z0z12222222");
  });

  test("are made from larger pieces of the system's bytes, and no byte is given twice", () => {
    const pieces: number[] = [];
    // Each byte says of which piece it is.
    const supplied = fromSupply((count) => new Uint8Array(count).fill(pieces.push(count) - 1));
    const lengths = [22, 1, 12, 0, 5_000, 1_024, ...Array<number>(200).fill(23)];
    const given = lengths.map((length) => [...supplied(length)]);
    expect(given.map(({ length }) => length)).toEqual(lengths);
    for (const [piece, size] of pieces.entries())
      expect(given.flat().filter((byte) => byte === piece).length).toBeLessThanOrEqual(size);
    expect(pieces.length).toBeLessThan(10);
  });
});

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
