import type { OPERATOR_TEXTS } from "../../../functions/scim/catalogue/operatorTexts.ts";
import { USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { type Row, replaced, type Stage, under } from "./stage.ts";

const many = under({ changed: { liveTokens: "many" } });
const sameNames = under({ changed: { groupNameUnique: false } });

const TIME = "2026-01-02T03:04:05.678Z";
const [USER, GROUP] = [`u${"1".repeat(22)}`, `g${"1".repeat(22)}`];
const line = (type: string, id: string, attributes: object) => ({
  type,
  side: "managed",
  id,
  version: 1,
  created: TIME,
  lastModified: TIME,
  attributes,
});
const userLine = (id: string) => line("user", id, { schemas: [USER_SCHEMA], userName: "ada", active: true });
const groupLine = (id: string) =>
  line("group", id, { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "Engines" });

/** The application's own team with this name. */
async function ownTeam(s: Stage): Promise<string> {
  return String(at((await s.directory("POST", "/teams", { displayName: "Own" })).json, "id"));
}

/** By code: a call of an operator or the application that is refused with it. */
export const OPERATOR_CODES: Readonly<Record<keyof typeof OPERATOR_TEXTS, Row>> = {
  "signature.missing": (s) => s.unsigned(),
  "notFound.apiPath": (s) => s.target.admin("GET", "/nothing"),
  "value.actor": (s) => s.actingAs("ada@acme.example"),
  "value.memberType": (s) => s.admin("PATCH", "", { entitled: "yes" }),
  "value.unknownMember": (s) => s.admin("PATCH", "", { shoeSize: 42 }),
  "value.wholeNumber": (s) => s.admin("GET", "/users?count=many"),
  "value.range": (s) => s.admin("POST", "/tokens/regenerate", { expiresInDays: 0 }),
  "value.line": (s) => s.admin("PATCH", "", { displayName: "a\nb" }),
  "value.after": (s) => s.target.admin("GET", "/orgs?after=~"),
  "value.directoryCursor": (s) => s.directory("GET", "/users?cursor=~"),
  "value.from": async (s) => {
    // The store in memory has no places to go on from: every step of its inspection is the whole.
    s.change = (session) => replaced(session, { inspection: () => ({ step: async () => undefined }) });
    return s.admin("POST", "/data/fsck", { from: "nowhere" });
  },

  "value.orgMissing": (s) => s.target.admin("POST", "/orgs", {}),
  "value.orgName": (s) => s.target.admin("POST", "/orgs", { org: "Acme Inc." }),
  "value.orgReserved": (s) => s.target.admin("POST", "/orgs", { org: "scim" }),
  "value.orgId": (s) => s.target.admin("GET", "/remains/short"),
  "value.displayNameEmpty": (s) => s.admin("PATCH", "", { displayName: " " }),
  "value.adminCount": (s) => s.admin("PATCH", "", { admins: Array.from({ length: 51 }, (_none, n) => `a${n}`) }),
  "value.adminEmpty": (s) => s.admin("PATCH", "", { admins: [" "] }),
  "value.ssoUrl": (s) => s.admin("PATCH", "", { sso: { url: "javascript:x" } }),
  "value.ssoEntityId": (s) => s.admin("PATCH", "", { sso: { entityId: " " } }),
  "value.preset": (s) => s.admin("PATCH", "", { preset: "loose" }),
  "value.rule": (s) => s.admin("PATCH", "", { changedRules: { shoeSize: 42 } }),
  "value.ruleValue": (s) => s.admin("PATCH", "", { changedRules: { teamNameMaxLength: 0 } }),
  "value.reason": (s) => s.admin("POST", "/pause", {}),
  "value.confirm": (s) => s.admin("POST", "/purge", { confirm: "no" }),
  "value.boundTo": (s) => s.admin("POST", "/tokens/regenerate", { boundTo: s.stranger }),

  "value.teamNameMissing": (s) => s.directory("POST", "/teams", {}),
  "value.include": async (s) => s.directory("GET", `/teams/${await ownTeam(s)}/members?include=all`),
  "value.person": (s) => s.directory("GET", "/access"),
  "value.personText": (s) => s.directory("GET", "/access?email="),
  "tooMany.candidates": async (s) => {
    for (let n = 0; n < 21; n += 1) {
      await s.user(`u${n}`, { emails: [{ type: "work", value: "shared@acme.example" }] });
    }
    return s.directory("GET", "/access?email=shared%40acme.example");
  },

  "value.file": (s) => s.admin("POST", "/data/import", { file: "export.ndjson" }),
  "value.importLine": (s) => s.importLines({ type: "user" }),
  "notFound.side": (s) => s.admin("GET", "/data/export/other/users"),
  "conflict.notPaused": (s) => s.admin("POST", "/data/import/finish", { file: "0".repeat(64) }),
  "conflict.notUntouched": async (s) => {
    await s.user();
    await s.did("POST", "/pause", { reason: "import" });
    const none = { users: 0, groups: 0, memberships: 0 };
    return s.admin("POST", "/data/import", { file: "0".repeat(64), counts: { managed: none, unmanaged: none } });
  },
  "conflict.otherImport": async (s) => {
    await s.importing();
    return s.admin("POST", "/data/import/finish", { file: "1".repeat(64) });
  },
  "conflict.noImport": async (s) => {
    await s.did("POST", "/pause", { reason: "import" });
    return s.admin("POST", "/data/import/finish", { file: "0".repeat(64) });
  },
  "conflict.importUnderWay": async (s) => {
    await s.importing();
    return s.admin("DELETE", "/pause");
  },
  "conflict.importedUser": (s) => s.importLines(userLine(USER), userLine(s.stranger)),
  "conflict.importedGroup": (s) => s.importLines(groupLine(GROUP), groupLine(`g${"2".repeat(22)}`)),
  "conflict.importedMember": (s) =>
    s.importLines(groupLine(GROUP), { type: "members", side: "managed", group: GROUP, ids: [s.stranger] }),
  "conflict.importCount": async (s) => s.admin("POST", "/data/import/finish", { file: await s.importing(1) }),

  "notFound.org": (s) => s.target.admin("GET", "/orgs/nobody"),
  "notFound.orgUser": (s) => s.admin("POST", `/protected/${s.stranger}`),
  "notFound.team": (s) => s.directory("GET", `/teams/${GROUP}`),
  "notFound.teamNamed": (s) => s.admin("GET", "/teams/Nobody"),
  "notFound.deletion": (s) => s.directory("GET", `/deleted/${s.stranger}`),
  "notFound.token": (s) => s.admin("DELETE", "/tokens/AAAAAAAAAAAA"),
  "notFound.clientSecret": (s) => s.admin("DELETE", "/clients/AAAAAAAAAAAA"),

  "conflict.orgExists": (s) => s.target.admin("POST", "/orgs", { org: s.org.slug }),
  "conflict.purging": async (s) => {
    await s.purging();
    return s.admin("DELETE", "/deletion");
  },
  "conflict.inspectionPurging": async (s) => {
    await s.purging();
    return s.admin("POST", "/data/fsck", {});
  },
  "conflict.deletionScheduled": async (s) => {
    await s.did("POST", "/deletion", { reason: "left" });
    return s.directory("POST", "/teams", { displayName: "Late" });
  },
  "conflict.tokenOfDeletion": async (s) => {
    await s.did("POST", "/deletion", { reason: "left" });
    return s.admin("POST", "/tokens/regenerate", {});
  },
  "conflict.notScheduled": (s) => s.admin("POST", "/purge", { confirm: s.org.slug }),
  "conflict.notEntitled": async (s) => {
    await s.did("PATCH", "", { entitled: false });
    return s.admin("POST", "/tokens/regenerate", {});
  },
  "conflict.ssoMissing": async (s) => {
    await s.did("PATCH", "", { sso: null });
    return s.admin("POST", "/tokens/regenerate", {});
  },
  "conflict.tokenLives": (s) => s.admin("POST", "/tokens", {}),
  "conflict.noTokenLives": async (s) => {
    const { json } = await s.did("GET", "/tokens");
    await s.did("DELETE", `/tokens/${at(json, "tokens.0.id")}`);
    return s.admin("POST", "/tokens/rotate", {});
  },
  "conflict.rotationUnderWay": async (s) => {
    await s.token("/rotate", { overlapSeconds: 3_600 });
    return s.admin("POST", "/tokens/rotate", {});
  },
  "conflict.tooManyTokens": many(async (s) => {
    for (let n = 1; n < 20; n += 1) await s.token("");
    return s.admin("POST", "/tokens", {});
  }),
  "conflict.tooManySecrets": async (s) => {
    for (let n = 0; n < 10; n += 1) await s.client();
    return s.admin("POST", "/clients", {});
  },
  "conflict.tooManyProtected": async (s) => {
    for (let n = 0; n < 100; n += 1) await s.did("POST", `/protected/${await s.user(`u${n}`)}`);
    return s.admin("POST", `/protected/${await s.user("last")}`);
  },
  "conflict.teamName": sameNames(async (s) => {
    await s.group();
    await s.group();
    return s.admin("GET", "/teams/Engines");
  }),
  "conflict.managed": async (s) => s.directory("DELETE", `/users/${await s.user()}`),
};
