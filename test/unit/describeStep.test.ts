import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Draft, describeStep, IMPORT_ACTOR, type Trace } from "../../functions/provisioning/events/describe.ts";
import { textsOf } from "../../functions/provisioning/events/loggedEvent.ts";
import type { LoggedVersions } from "../../functions/store/eventLog.ts";
import { OrgKeys, settingsKeys } from "../../functions/store/keys.ts";
import { NOTHING_LOGGED } from "../../functions/store/logTransaction.ts";
import type { OrgRecord, Stamp } from "../../functions/store/records.ts";
import { groupItem, membershipText, newWriteId, resourceItem } from "../../functions/store/resourceItems.ts";
import { assignedItem } from "../../functions/store/roles/assigned.ts";
import { orgItem, tokenItem } from "../../functions/store/settings.ts";
import { type LogStep, readStep } from "../../functions/store/steps.ts";
import type { Item } from "../../functions/store/table.ts";
import type { TokenRecord } from "../../functions/store/tokenRecords.ts";
import { ACME, idOf, LATER, orgRecord, present, STAMP, tokenRecord } from "../support/records.ts";

const MANAGED = new OrgKeys(ACME, "managed");
const UNMANAGED = new OrgKeys(ACME, "unmanaged");
const USER = idOf("u", 1);
const TEAM = idOf("g", 1);
const [ANN, BEN] = [idOf("u", 2), idOf("u", 3)];

function user(version: number, attributes: object, stamp = STAMP, keys = MANAGED): Item {
  const lookup = { name: "ann", externalId: undefined, values: [] };
  const times = { created: STAMP.at, lastModified: stamp.at };
  const text = JSON.stringify({ userName: "ann", ...attributes });
  return resourceItem(keys, { id: USER, version, ...times, attributes: text, keys: lookup }, newWriteId(stamp));
}

/** @param changed members of the write that makes this image; absent: it changes none, and an earlier text stays */
function team(
  version: number,
  displayName: string,
  changed?: { added?: string[]; removed?: string[] },
  mc?: string,
): Item {
  const writeId = newWriteId(LATER);
  const lookup = { name: displayName, externalId: undefined, values: [] };
  const times = { created: STAMP.at, lastModified: LATER.at };
  const attributes = JSON.stringify({ displayName });
  const item = groupItem(MANAGED, { id: TEAM, version, ...times, attributes, keys: lookup, memberCount: 0 }, writeId);
  const text = changed === undefined ? mc : membershipText(writeId, changed.added ?? [], changed.removed ?? []);
  return { ...item, mc: text };
}

function stepOf(before: Item | undefined, after: Item | undefined): LogStep {
  const { pk, sk } = present(before ?? after);
  const step = present(readStep({ key: { pk: String(pk), sk: String(sk) }, before, after }));
  if (step.of === "end") throw new Error("no step of a subject");
  return step;
}

function told(
  before: Item | undefined,
  after: Item | undefined,
  version = 0,
  trace?: Trace,
): readonly Draft[] | string {
  const described = describeStep(stepOf(before, after), { ...NOTHING_LOGGED, version }, trace);
  return described.outcome === "events" ? described.drafts : described.outcome;
}

describe("a version of a user", () => {
  test("is told by what became of it", () => {
    const kinds: [Item | undefined, Item, string][] = [
      [undefined, user(1, { active: true }), "user.created"],
      [user(1, { active: true }), user(2, { active: false, title: "b" }), "user.deactivated"],
      [user(2, { active: false }), user(3, { active: true }), "user.activated"],
      [user(3, { title: "a" }), user(4, { title: "b" }), "user.updated"],
    ];
    for (const [before, after, type] of kinds) {
      expect(told(before, after, Number(before?.v ?? 0))).toMatchObject([{ type, version: after.v, managed: true }]);
    }
  });

  test("names attributes of extensions behind their URN, and gives the values of those that changed alone", () => {
    const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const before = user(1, { title: "a", [urn]: { department: "A", costCenter: "1" }, schemas: ["one"] });
    const after = user(2, { title: "a", [urn]: { department: "B", costCenter: "1" }, schemas: ["one", urn] });
    expect(told(before, after, 1)).toMatchObject([
      {
        changed: [`${urn}:department`],
        before: { [`${urn}:department`]: "A" },
        after: { [`${urn}:department`]: "B" },
      },
    ]);
  });

  test("is silent where nothing changed, known where it was told, and unread where the log begins with it", () => {
    const [before, after] = [user(4, { title: "a" }), user(5, { title: "a" }, LATER)];
    expect(told(before, after, 4)).toBe("silent");
    expect(told(before, after, 5)).toBe("known");
    expect(told(before, after, 9)).toBe("known");
    expect(told(before, after)).toMatchObject([{ version: 5, from: 1, changed: ["*"] }]);
    expect(told(before, user(5, { title: "b" }))).toMatchObject([{ version: 5, from: 1, changed: ["title"] }]);
  });

  test("that got lost is covered by the next one", () => {
    const [before, after] = [user(4, { title: "a" }), user(5, { title: "b" })];
    expect(told(before, after, 3)).toEqual([
      expect.objectContaining({ type: "user.updated", version: 4, changed: ["*"] }),
      expect.objectContaining({ type: "user.updated", version: 5, changed: ["title"] }),
    ]);
    expect(told(before, after, 3)[0]).not.toHaveProperty("from");
    expect(told(before, after, 1)).toMatchObject([{ version: 4, from: 2 }, { version: 5 }]);
    expect(told(before, user(5, { title: "a" }), 3)).toMatchObject([{ version: 4, changed: ["*"] }]);
  });

  test("that is the first one on this side goes on from the other side's", () => {
    expect(told(undefined, user(4, {}), 3)).toEqual([expect.objectContaining({ type: "user.adopted", version: 4 })]);
    expect(told(undefined, user(4, {}), 3)[0]).not.toHaveProperty("from");
    expect(told(undefined, user(4, {}), 1)).toMatchObject([{ type: "user.adopted", from: 2 }]);
    expect(told(undefined, user(4, {}))).toMatchObject([{ type: "user.adopted", from: 1 }]);
    expect(told(user(3, {}, STAMP, UNMANAGED), undefined, 4)).toBe("known");
  });

  test("that an import brings is told by nobody", () => {
    expect(told(undefined, user(3, {}, { ...STAMP, tokenId: IMPORT_ACTOR }))).toBe("known");
  });

  test("is deleted only by a tombstone of the version behind it, which says by whom", () => {
    const trace = (version: number): Trace => ({ version, stamp: LATER });
    expect(told(user(3, { title: "a" }), undefined, 3, trace(4))).toEqual([
      { type: "user.deleted", version: 4, managed: true, stamp: LATER },
    ]);
    for (const other of [undefined, trace(3), trace(5)]) {
      expect(told(user(3, {}), undefined, 3, other)).toBe("known");
    }
  });
});

test("members are those of the very write, and no earlier text's", () => {
  fc.assert(
    fc.property(
      fc.subarray([ANN, BEN]),
      fc.subarray([ANN, BEN]),
      fc.boolean(),
      fc.boolean(),
      (added, all, isRenamed, isOld) => {
        const removed = all.filter((id) => !added.includes(id));
        const before = team(1, "Crew", { added: [ANN] });
        const name = isRenamed ? "Team" : "Crew";
        const after = isOld ? team(2, name, undefined, String(before.mc)) : team(2, name, { added, removed });
        const says = !isOld && added.length + removed.length > 0;
        const drafts = told(before, after, 1);
        if (!says && !isRenamed) return expect(drafts).toBe("silent");
        const verb = added.length === 0 ? "removed" : removed.length === 0 ? "added" : "changed";
        expect(drafts).toHaveLength(1);
        const [draft] = [...drafts];
        expect(draft).toMatchObject({ type: isRenamed ? "team.updated" : `membership.${verb}`, version: 2 });
        const members = { added: says ? added : [], removed: says ? removed : [] };
        expect(draft).toEqual(
          expect.objectContaining(Object.fromEntries(Object.entries(members).filter(([, ids]) => ids.length > 0))),
        );
        for (const [key, ids] of Object.entries(members)) if (ids.length === 0) expect(draft).not.toHaveProperty(key);
      },
    ),
  );
});

describe("a link", () => {
  const item = (v: number, a?: string): Item => ({ pk: `N#${ACME}#AU`, sk: USER, v, a, lr: newWriteId(STAMP) });
  const toldLink = (before: Item | undefined, after: Item, linkVersion: number) =>
    describeStep(stepOf(before, after), { ...NOTHING_LOGGED, version: 7, linkVersion });

  test("has versions of its own, and its values beside the user's", () => {
    expect(toldLink(undefined, item(1, "app1"), 0)).toMatchObject({
      drafts: [{ type: "user.linked", version: 7, linkVersion: 1, before: {}, after: { applicationId: "app1" } }],
    });
    expect(toldLink(item(1, "app1"), item(2), 1)).toMatchObject({
      drafts: [{ type: "user.unlinked", linkVersion: 2, before: { applicationId: "app1" }, after: {} }],
    });
    expect(toldLink(item(4, "app1"), item(5, "app2"), 1)).toMatchObject({ drafts: [{ linkVersion: 5, from: 2 }] });
    expect(toldLink(item(1, "app1"), item(2), 2)).toEqual({ outcome: "known" });
  });

  test("says nothing where only the end of its user takes it away", () => {
    const { pk, sk } = item(2);
    const key = { pk: String(pk), sk: String(sk) };
    expect(readStep({ key, before: item(2, "app1"), after: item(2) })).toBeUndefined();
    expect(readStep({ key, before: item(2), after: undefined })).toBeUndefined();
  });
});

describe("a user's roles", () => {
  const TEAM = idOf("g", 1);
  const roles = (...keys: string[]) => keys.map((key) => ({ key, sources: [{ type: "team" as const, team: TEAM }] }));
  const item = (version: number, ...keys: string[]): Item =>
    assignedItem(ACME, { userId: USER, version, fence: 9, roles: roles(...keys) }, newWriteId(STAMP));
  const said = (before: Item | undefined, after: Item, more: Partial<LoggedVersions>) =>
    describeStep(stepOf(before, after), { ...NOTHING_LOGGED, version: 7, ...more });

  test("have versions of their own, and what they were and are", () => {
    expect(said(undefined, item(1, "viewer"), {})).toEqual({
      outcome: "events",
      drafts: [
        {
          type: "user.roles.changed",
          version: 7,
          rolesVersion: 1,
          stamp: STAMP,
          changed: ["roles"],
          before: { roles: [] },
          after: { roles: roles("viewer") },
        },
      ],
    });
    expect(said(item(1, "viewer"), item(2), { rolesVersion: 1 })).toMatchObject({
      drafts: [{ rolesVersion: 2, before: { roles: roles("viewer") }, after: { roles: [] } }],
    });
    expect(said(item(4, "viewer"), item(5, "editor"), { rolesVersion: 1 })).toMatchObject({
      drafts: [{ rolesVersion: 5, from: 2 }],
    });
    expect(said(item(1, "viewer"), item(2), { rolesVersion: 2 })).toEqual({ outcome: "known" });
  });

  test("that keepOne holds say so", () => {
    const held: Item = { ...item(2), d: JSON.stringify([{ key: "owner", sources: [{ type: "held" }] }]) };
    expect(said(item(1, "owner"), held, { rolesVersion: 1 })).toMatchObject({
      drafts: [
        { before: { roles: roles("owner") }, after: { roles: [{ key: "owner", sources: [{ type: "held" }] }] } },
      ],
    });
  });

  test("say nothing of a look that found none or the same, of their end, and of somebody who is gone", () => {
    const { pk, sk } = item(2);
    const key = { pk: String(pk), sk: String(sk) };
    expect(readStep({ key, before: undefined, after: item(0) })).toBeUndefined();
    expect(readStep({ key, before: item(0), after: item(0) })).toBeUndefined();
    expect(readStep({ key, before: item(2, "viewer"), after: item(2, "viewer") })).toBeUndefined();
    expect(readStep({ key, before: item(2, "viewer"), after: undefined })).toBeUndefined();
    expect(said(item(1, "viewer"), item(2), { rolesVersion: 1, gone: true })).toEqual({ outcome: "known" });
  });
});

describe("settings and tokens", () => {
  const settings = (more: Partial<OrgRecord>, stamp: Stamp = STAMP): Item =>
    orgItem(orgRecord(ACME, "acme", more), newWriteId(stamp));
  const token = (version: number, more: Partial<TokenRecord>): Item => {
    const record = tokenRecord(ACME, 1, more);
    return { ...tokenItem(settingsKeys.listedToken(ACME, record.id), record), v: version, lr: newWriteId(STAMP) };
  };

  test("are told by what an application may know", () => {
    const before = settings({ version: 1 });
    expect(told(before, settings({ version: 2, displayName: "Acme", tokenEpoch: 2 }), 1)).toMatchObject([
      { type: "org.updated", version: 2, changed: ["displayName", "tokenEpoch"], after: { displayName: "Acme" } },
    ]);
    expect(told(before, settings({ version: 2 }), 1)).toBe("silent");
    const domain = { name: "acme.example", challenge: "CHALLENGE", added: STAMP.at };
    const [verified] = told(
      settings({ version: 1, domains: [domain] }),
      settings({ version: 2, domains: [{ ...domain, verified: LATER.at }] }),
      1,
    );
    expect(verified).toMatchObject({
      changed: ["domains"],
      before: { domains: [{ name: "acme.example" }] },
      after: { domains: [{ name: "acme.example", verified: LATER.at }] },
    });
    expect(JSON.stringify(verified)).not.toContain("CHALLENGE");
    expect(told(undefined, token(3, {}))).toMatchObject([{ type: "token.created", version: 3 }]);
    expect(told(token(3, {}), token(9, { revokedAt: STAMP.at }), 3)).toMatchObject([
      { type: "token.revoked", version: 9 },
    ]);
  });

  test("have versions between those of a token that are not its own", () => {
    const [draft] = told(token(3, {}), token(9, { revokedAt: STAMP.at }), 3);
    expect(draft).not.toHaveProperty("from");
    expect(told(token(6, {}), token(9, {}), 3)).toMatchObject([{ version: 9, from: 4, changed: ["*"] }]);
    expect(told(settings({ version: 5 }), settings({ version: 6 }), 3)).toMatchObject([{ from: 4, changed: ["*"] }]);
    expect(told(token(6, {}), token(9, {}))).toMatchObject([{ version: 9, changed: ["*"] }]);
  });

  test("never show a hash, an epoch, a challenge or anything else that nobody allowed", () => {
    const marks = fc.dictionary(
      fc.constantFrom("hash", "epoch", "secret", "secretId", "challenge", "domains", "webhooks", "tokenEpoch", "orgId"),
      fc.constantFrom("MARK-1", "MARK-2", { deep: "MARK-3" }, ["MARK-4"]),
    );
    fc.assert(
      fc.property(marks, marks, fc.boolean(), fc.boolean(), (one, other, isToken, isFirst) => {
        // As a release to come, or a slip of this one, would store them.
        const marked = (item: Item, more: object): Item => ({
          ...item,
          d: JSON.stringify({ ...JSON.parse(String(item.d)), ...more }),
        });
        const [before, after] = isToken
          ? [marked(token(1, {}), one), marked(token(2, { revokedAt: STAMP.at }), other)]
          : [marked(settings({ version: 1 }), one), marked(settings({ version: 2, displayName: "B" }), other)];
        const drafts = told(isFirst ? undefined : before, after, isFirst ? 0 : 1);
        if (typeof drafts === "string") throw new Error(drafts);
        const texts = drafts.map((draft) => textsOf(draft, 100_000));
        expect(JSON.stringify(texts)).not.toContain("MARK-");
        expect(JSON.stringify(texts)).not.toContain(tokenRecord(ACME, 1).hash);
      }),
    );
  });
});
