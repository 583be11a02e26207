import { describe, expect, test } from "@jest/globals";
import { createOrg, type OrgWishes, updateOrg } from "../../functions/provisioning/orgs.ts";
import { isLive, readToken, tokenStatus } from "../../functions/provisioning/token.ts";
import {
  generateToken,
  listTokens,
  regenerateToken,
  revokeToken,
  rotateToken,
} from "../../functions/provisioning/tokens.ts";
import type { SettingsStore } from "../../functions/store/settings.ts";
import { administrationOf, emptySettings } from "../support/administration.ts";

const DAY = 86_400_000;

async function acme(wishes: OrgWishes = {}) {
  const settings = emptySettings();
  const administration = administrationOf(settings);
  await createOrg(administration, "acme", { sso: {}, admins: ["1", "2"], ...wishes });
  return { settings, administration };
}

/** Descriptions of the tokens that count at `now`, newest first. */
async function live(settings: SettingsStore, now: number): Promise<string[]> {
  const { org, tokens } = await listTokens(administrationOf(settings), "acme");
  return tokens.filter((token) => isLive(token, org, now)).map(({ description }) => description);
}

describe("generate", () => {
  test("gives a token once; what is kept is its hash, its maker and its description", async () => {
    const { settings, administration } = await acme();
    const { secret, org, warnings } = await generateToken(administration, "acme", { description: "Entra" });
    expect(readToken(secret)?.orgId).toBe(org.id);
    expect(warnings).toEqual([]);
    const { tokens } = await listTokens(administrationOf(settings), "acme");
    expect(tokens).toEqual([
      {
        id: expect.stringMatching(/^[0-9A-Za-z]{12}$/),
        orgId: org.id,
        hash: readToken(secret)?.hash,
        epoch: 1,
        description: "Entra",
        createdAt: "2026-01-01T00:00:00.000Z",
        createdBy: "000000000000:user/local",
        expiresAt: undefined,
        revokedAt: undefined,
      },
    ]);
    expect(JSON.stringify(tokens)).not.toContain(secret.split("_")[2]);
  });

  test("is refused with the reason without SSO (P2) and without entitlement (F10)", async () => {
    const { administration } = await acme({ sso: null });
    await expect(generateToken(administration, "acme", {})).rejects.toMatchObject({
      status: 409,
      code: "conflict.ssoMissing",
      message: expect.stringContaining("SAML SSO"),
    });
    await updateOrg(administration, "acme", { sso: {}, entitled: false });
    for (const make of [generateToken, regenerateToken, rotateToken]) {
      await expect(make(administration, "acme", {})).rejects.toMatchObject({
        status: 409,
        code: "conflict.notEntitled",
      });
    }
  });

  test("is refused while a token lives, naming regenerate (P3), and works again after a revoke", async () => {
    const { administration } = await acme();
    const { token } = await generateToken(administration, "acme", {});
    await expect(generateToken(administration, "acme", {})).rejects.toMatchObject({
      code: "conflict.tokenLives",
      message: expect.stringContaining("regenerate"),
    });
    await revokeToken(administration, "acme", token.id);
    await generateToken(administration, "acme", {});
  });

  test("makes as many as the rule many allows, up to twenty", async () => {
    const { settings, administration } = await acme({ preset: "fulcrum-compat" });
    for (let made = 0; made < 20; made++) await generateToken(administration, "acme", { description: `${made}` });
    expect(await live(settings, administration.now)).toHaveLength(20);
    await expect(generateToken(administration, "acme", {})).rejects.toMatchObject({ code: "conflict.tooManyTokens" });
  });

  test("sent 32 times at once gives one token where one may live", async () => {
    const { settings, administration } = await acme();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 32 }, () => generateToken(administration, "acme", {})),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict.tokenLives" });
    }
    expect(await live(settings, administration.now)).toHaveLength(1);
  });

  test("with an expiry counts until then", async () => {
    const { settings, administration } = await acme();
    const { token } = await generateToken(administration, "acme", { description: "a", expiresInDays: 30 });
    expect(token.expiresAt).toBe("2026-01-31T00:00:00.000Z");
    expect(await live(settings, administration.now + 30 * DAY - 1)).toEqual(["a"]);
    expect(await live(settings, administration.now + 30 * DAY)).toEqual([]);
  });

  test.each([{ expiresInDays: 0 }, { expiresInDays: 1.5 }, { expiresInDays: 3651 }, { description: "x".repeat(201) }])(
    "refuses %j and makes nothing",
    async (wishes) => {
      const { settings, administration } = await acme();
      await expect(generateToken(administration, "acme", wishes)).rejects.toMatchObject({ status: 400 });
      expect((await listTokens(administrationOf(settings), "acme")).tokens).toEqual([]);
    },
  );
});

describe("regenerate", () => {
  test("ends every earlier token at once, whatever the rule (P3)", async () => {
    const { settings, administration } = await acme({ preset: "open" });
    for (const description of ["a", "b", "c"]) await generateToken(administration, "acme", { description });
    const { org } = await regenerateToken(administration, "acme", { description: "d" });
    expect(org.tokenEpoch).toBe(2);
    expect(await live(settings, administration.now)).toEqual(["d"]);
    const { tokens } = await listTokens(administrationOf(settings), "acme");
    expect(tokens.map((token) => tokenStatus(token, org, administration.now)).sort()).toEqual([
      "live",
      "superseded",
      "superseded",
      "superseded",
    ]);
  });

  test("sent several times at once leaves one token", async () => {
    const { settings, administration } = await acme();
    await Promise.all(Array.from({ length: 6 }, () => regenerateToken(administration, "acme", {})));
    expect(await live(settings, administration.now)).toHaveLength(1);
  });

  test("makes the first token too", async () => {
    const { settings, administration } = await acme();
    await regenerateToken(administration, "acme", { description: "first" });
    expect(await live(settings, administration.now)).toEqual(["first"]);
  });
});

describe("rotate", () => {
  test("lets the earlier token count for a day beside the new one", async () => {
    const { settings, administration } = await acme();
    await generateToken(administration, "acme", { description: "Okta" });
    const { token, retiring } = await rotateToken(administration, "acme", {});
    expect(token.description).toBe("Okta");
    expect(retiring.map(({ expiresAt }) => expiresAt)).toEqual(["2026-01-02T00:00:00.000Z"]);
    expect(await live(settings, administration.now + DAY - 1)).toHaveLength(2);
    expect(await live(settings, administration.now + DAY)).toHaveLength(1);
  });

  test("never lengthens a life", async () => {
    const { administration } = await acme();
    await generateToken(administration, "acme", { expiresInDays: 1 });
    const { retiring } = await rotateToken(administration, "acme", { overlapSeconds: 2 * 86_400 });
    expect(retiring[0]?.expiresAt).toBe("2026-01-02T00:00:00.000Z");
  });

  test("with an overlap of nothing ends the earlier token at once", async () => {
    const { settings, administration } = await acme();
    await generateToken(administration, "acme", { description: "old" });
    const { retiring } = await rotateToken(administration, "acme", { description: "new", overlapSeconds: 0 });
    expect(retiring).toEqual([]);
    expect(await live(settings, administration.now)).toEqual(["new"]);
  });

  test("is refused without a live token, naming generate", async () => {
    const { administration } = await acme();
    await expect(rotateToken(administration, "acme", {})).rejects.toMatchObject({
      code: "conflict.noTokenLives",
      message: expect.stringContaining("generate"),
    });
  });

  test("is refused while an overlap is under way where one token may live, and allowed where many may", async () => {
    const { administration } = await acme();
    await generateToken(administration, "acme", {});
    await rotateToken(administration, "acme", {});
    await expect(rotateToken(administration, "acme", {})).rejects.toMatchObject({ code: "conflict.rotationUnderWay" });
    await updateOrg(administration, "acme", { changedRules: { liveTokens: "many" } });
    expect((await rotateToken(administration, "acme", {})).retiring).toHaveLength(2);
  });

  test.each([-1, 30 * 86_400 + 1, 0.5])("refuses an overlap of %d seconds", async (overlapSeconds) => {
    const { administration } = await acme();
    await generateToken(administration, "acme", {});
    await expect(rotateToken(administration, "acme", { overlapSeconds })).rejects.toMatchObject({ status: 400 });
  });
});

describe("revoke", () => {
  test("ends one token; a repeat changes nothing", async () => {
    const { settings, administration } = await acme({ preset: "open" });
    const { token } = await generateToken(administration, "acme", { description: "a" });
    await generateToken(administration, "acme", { description: "b" });
    const first = await revokeToken(administration, "acme", token.id);
    expect(first.token.revokedAt).toBe("2026-01-01T00:00:00.000Z");
    expect(await live(settings, administration.now)).toEqual(["b"]);
    const again = await revokeToken(administrationOf(settings, "2026-02-01T00:00:00.000Z"), "acme", token.id);
    expect(again).toEqual(first);
  });

  test("of an unknown token is 404, and so is one of another org", async () => {
    const { administration } = await acme();
    await createOrg(administration, "globex", { sso: {} });
    const { token } = await generateToken(administration, "globex", {});
    await expect(revokeToken(administration, "acme", token.id)).rejects.toMatchObject({ code: "notFound.token" });
  });
});
