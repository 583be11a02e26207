import { randomBytes } from "node:crypto";
import { MemoryBuckets } from "../../../functions/memory/buckets.ts";
import { newOrgId } from "../../../functions/provisioning/newId.ts";
import { RequestBudget } from "../../../functions/provisioning/requestBudget.ts";
import { newToken } from "../../../functions/provisioning/token.ts";
import type { RESOURCE_TEXTS, TOKEN_TEXTS } from "../../../functions/scim/catalogue/resourceTexts.ts";
import { StoreBusy } from "../../../functions/store/ports.ts";
import { at } from "../../support/wire.ts";
import { ordinaryUser } from "../idp/world.ts";
import { type Row, rfc } from "./stage.ts";

/** More levels than there may be. */
const DEEP = JSON.parse(`${'{"a":'.repeat(30)}1${"}".repeat(30)}`);
const numbered = (count: number, one: (n: number) => unknown) => Array.from({ length: count }, (_none, n) => one(n));

/** By code: a request that is refused with it. */
export const RESOURCE_CODES: Readonly<Record<keyof (typeof RESOURCE_TEXTS & typeof TOKEN_TEXTS), Row>> = {
  "value.required": (s) => s.newUser({ userName: null }),
  "value.type": (s) => s.newUser({ title: 7 }),
  "value.length": (s) => s.newUser({ userName: "x".repeat(901) }),
  "value.notMultiValued": (s) => s.newUser({ name: [{ givenName: "a" }, { givenName: "b" }] }),
  "value.count": (s) => s.newUser({ roles: numbered(1_001, (n) => ({ value: `r${n}` })) }),
  "value.twoPrimaries": (s) => s.newUser({ roles: numbered(2, (n) => ({ value: `r${n}`, primary: true })) }),
  "value.missing": (s) => s.patchUser({ op: "add", path: "title" }),
  "value.number": (s) => s.post("/Users", '{"userName":1e999}'),
  "value.depth": (s) => s.newUser({ title: DEEP }),
  "value.unicode": (s) => s.newUser({ title: "\u0000" }),
  "value.size": (s) => s.newUser({ title: "x".repeat(50_000) }),
  "value.emailCount": (s) => s.newUser({ emails: numbered(51, (n) => ({ value: `a${n}@b.example`, type: "work" })) }),
  "value.workEmail": (s) => s.newUser({ emails: [] }),
  "value.activeUnassigned": (s) => s.patchUser({ op: "remove", path: "active" }),
  "value.userNameBlank": (s) => s.directory("GET", "/access?userName=%20"),
  "value.userNameControl": (s) => s.newUser({ userName: "a\u0007b" }),
  "value.members": (s) => s.newGroup({ members: [7] }),
  "value.unknownMembers": rfc((s) => s.newGroup({ members: [{ value: s.stranger }] })),
  "value.teamNameLength": (s) => s.newGroup({ displayName: "x".repeat(41) }),
  "value.integer": (s) => s.get("/Users?count=many"),
  "value.search": (s) => s.search({ count: "one" }),
  "value.cursorAndIndex": (s) => s.get("/Users?cursor&startIndex=1"),
  "value.projection": (s) => s.get("/Users?attributes=title&excludedAttributes=name"),
  "value.projectionLength": (s) => s.search({ attributes: [`x${"y".repeat(8_200)}`] }),
  "value.sortOrder": (s) => s.get("/Users?sortOrder=random"),
  "value.sortBy": (s) => s.get("/Users?sortBy=shoeSize"),
  "value.sortByHidden": (s) => s.get("/Users?sortBy=password"),
  "value.sortByComplex": (s) => s.get("/Users?sortBy=name"),

  "mutability.userName": (s) => s.patchUser({ op: "replace", path: "userName", value: "other" }),
  "mutability.required": (s) => s.patchUser({ op: "remove", path: "userName" }),
  "mutability.readOnly": rfc((s) => s.patchUser({ op: "replace", path: "id", value: "x" })),
  "mutability.members": (s) => s.patchGroup({ op: "replace", path: "members.value", value: "x" }),

  "uniqueness.userName": async (s) => {
    await s.user();
    return s.newUser();
  },
  "uniqueness.displayName": async (s) => {
    await s.group();
    return s.newGroup();
  },
  "conflict.bulkId": (s) => {
    const data = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "G" };
    return s.bulk({
      method: "POST",
      path: "/Groups",
      bulkId: "g",
      data: { ...data, members: [{ value: "bulkId:no" }] },
    });
  },

  "notFound.user": (s) => s.get(`/Users/${s.stranger}`),
  "notFound.group": (s) => s.get(`/Groups/g${"0".repeat(22)}`),
  "notFound.document": (s) => s.get("/Schemas/urn:other"),
  "notFound.endpoint": (s) => s.get("/Things"),
  "notFound.tenantUrl": (s) => s.target.transport({ method: "GET", target: "/Users", headers: {}, body: undefined }),
  "notFound.doubleSlash": (s) => s.get("//oauth/token"),

  "token.otherOrg": async (s) => s.as(`Bearer ${(await s.target.org()).token}`),
  "org.deletion": async (s) => {
    await s.did("POST", "/deletion", { reason: "left" });
    return s.get("/Users");
  },
  "org.notEntitled": async (s) => {
    await s.did("PATCH", "", { entitled: false });
    return s.get("/Users");
  },
  "org.noSso": async (s) => {
    await s.did("PATCH", "", { sso: null });
    return s.get("/Users");
  },
  "org.paused": async (s) => {
    await s.did("POST", "/pause", { reason: "merger" });
    return s.get("/Users");
  },
  "user.protected": async (s) => {
    const id = await s.user();
    await s.did("POST", `/protected/${id}`);
    return s.delete(`/Users/${id}`);
  },

  "requests.overBudget": async (s) => {
    s.budget = new RequestBudget({ rate: 0.001, burst: 1 }, new MemoryBuckets());
    await s.get("/Users");
    return s.get("/Users");
  },
  "busy.conflict": async (s) => {
    s.throttle("conflict");
    return s.get("/Users");
  },
  "busy.throttled": async (s) => {
    s.throttle("throttled");
    return s.get("/Users");
  },
  "busy.storage": async (s) => {
    s.failWith(() => new StoreBusy("storage"));
    return s.get("/Users");
  },
  "busy.timeout": async (s) => {
    s.failWith(() => new StoreBusy("timeout"));
    return s.get("/Users");
  },
  "busy.contended": async (s) => {
    const id = await s.user();
    s.stale();
    return s.patch(`/Users/${id}`, { op: "add", path: "title", value: "x" });
  },
  "busy.largeChange": async (s) => {
    const members = [];
    for (let n = 0; n < 120; n += 1) members.push({ value: await s.user(`u${n}`) });
    const id = await s.group();
    s.lateAt("groups", "change", 27);
    return s.patch(`/Groups/${id}`, { op: "add", path: "members", value: members });
  },
  "busy.import": async (s) => {
    await s.importing();
    return s.directory("GET", "/users");
  },
  "busy.bulkTime": async (s) => {
    s.lateAt("users", "create", 27);
    const make = (name: string) => ({ method: "POST", path: "/Users", bulkId: name, data: ordinaryUser(name) });
    return s.bulk(make("a"), make("b"), make("c"));
  },
  "busy.bulkUnfinished": async (s) => {
    // Two groups that name one another: the first is made without its reference, and then there is no time for it.
    s.lateAt("groups", "create", 40, 2);
    const make = (name: string, member: string) => ({
      method: "POST",
      path: "/Groups",
      bulkId: name,
      data: {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        displayName: name,
        members: [{ value: `bulkId:${member}` }],
      },
    });
    return s.bulk(make("a", "b"), make("b", "a"));
  },
  internal: async (s) => {
    s.failWith(() => new Error("a defect"));
    return s.get("/Users");
  },

  "token.missing": (s) => s.as(null),
  "token.scheme": (s) => s.as("Basic YTpi"),
  "token.malformed": (s) => s.as(`Bearer ${s.org.token.slice(0, -1)}`),
  "token.unknown": (s) => s.as(`Bearer ${newToken(newOrgId(randomBytes), randomBytes)}`),
  "token.revoked": async (s) => {
    const { json } = await s.did("GET", "/tokens");
    await s.did("DELETE", `/tokens/${at(json, "tokens.0.id")}`);
    return s.get("/Users");
  },
  "token.superseded": async (s) => {
    await s.token("/regenerate");
    return s.get("/Users");
  },
  "token.expired": async (s) => {
    const token = await s.token("/regenerate", { expiresInDays: 1 });
    s.pass(2);
    return s.as(`Bearer ${token}`);
  },
  "token.retired": async (s) => {
    const next = await s.token("/rotate", { onFirstUse: true });
    await s.as(`Bearer ${next}`);
    return s.get("/Users");
  },
  "token.orphaned": async (s) => {
    const id = await s.user();
    const token = await s.token("/regenerate", { boundTo: id });
    await s.with(token).request({ method: "DELETE", path: `/Users/${id}` });
    return s.as(`Bearer ${token}`);
  },
  "token.secretRevoked": async (s) => {
    const { id, secret } = await s.client();
    const token = await s.bought(secret);
    await s.did("DELETE", `/clients/${id}`);
    return s.as(`Bearer ${token}`);
  },
  "token.secretSuperseded": {
    because:
      "access tokens carry the org's token epoch as client secrets do: token regenerate supersedes both at once, and token.superseded is told",
  },
  "token.secretExpired": async (s) => {
    const { secret } = await s.client();
    s.pass(364.99);
    const token = await s.bought(secret);
    s.pass(0.02);
    return s.as(`Bearer ${token}`);
  },
};
