import { test } from "@jest/globals";
import { ERROR } from "../../../functions/scim/schema.ts";
import { StoreBusy } from "../../../functions/store/records.ts";
import type { Store, StoreSession } from "../../../functions/store/session.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at, type WireRequest } from "../../support/wire.ts";
import { expectNothing, group, it, made, refused, user } from "../onWire.ts";
import { clientOf, patchOf } from "../rows/client.ts";

const nobody = `/Users/u${"0".repeat(22)}`;

it("E-1, E-3, W-19: every kind of error is a SCIM message whose status is text and equals the HTTP code, with a reference", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const kinds: readonly [number, string | undefined, WireRequest][] = [
    [400, "invalidSyntax", { method: "POST", path: "/Users", body: "{" }],
    [400, "invalidValue", { method: "POST", path: "/Users", body: user("") }],
    [400, "invalidFilter", { method: "GET", path: "/Users?filter=x" }],
    [400, "invalidPath", { method: "PATCH", path, body: patchOf({ op: "add", path: "foo", value: 1 }) }],
    [400, "noTarget", { method: "PATCH", path, body: patchOf({ op: "remove" }) }],
    [400, "mutability", { method: "PATCH", path, body: patchOf({ op: "remove", path: "id" }) }],
    [401, undefined, { method: "GET", path: "/Users", headers: { Authorization: null } }],
    [403, undefined, { method: "GET", path: "/Schemas?filter=x" }],
    [403, "sensitive", { method: "GET", path: "/Users?filter=password%20pr" }],
    [404, undefined, { method: "GET", path: nobody }],
    [405, undefined, { method: "PUT", path: "/Users" }],
    [409, "uniqueness", { method: "POST", path: "/Users", body: user("A") }],
    [412, undefined, { method: "DELETE", path, headers: { "If-Match": '"9"' } }],
    [
      413,
      undefined,
      {
        method: "PATCH",
        path,
        body: patchOf(...Array.from({ length: 10_001 }, () => ({ op: "add", path: "title", value: "x" }))),
      },
    ],
    [415, undefined, { method: "POST", path: "/Users", body: "{}", headers: { "Content-Type": "text/plain" } }],
    [501, undefined, { method: "GET", path: "/Me" }],
  ];
  const references = new Set<string>();
  for (const [status, scimType, request] of kinds) {
    for (const Accept of ["application/scim+json", "application/json", "text/html"]) {
      const answer = await scim.tenant.request({ ...request, headers: { Accept, ...request.headers } });
      const title = `${status} ${scimType} ${Accept}`;
      scim.expect(title, status, answer.status);
      scim.expect(
        title,
        {
          schemas: { $exactly: [ERROR] },
          status: String(status),
          scimType: scimType ?? "$absent",
          detail: { $matches: "\\S.* \\(ref: \\w{12}\\)$" },
        },
        answer.json,
      );
      scim.expect(
        title,
        Accept === "application/json" ? Accept : "application/scim+json",
        answer.headers["content-type"],
      );
      references.add(String(at(answer.json, "detail")).slice(-14));
    }
  }
  scim.expect("each its own reference", kinds.length * 3, references.size);
  await scim.seen("nothing changed", path, { meta: { version: 'W/"1"' } });
});

it("E-2: each scimType comes with its status", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  await made(scim, "/Users", user("b"));
  await scim.patch(
    "uniqueness in PATCH",
    path,
    [{ op: "replace", path: "userName", value: "B" }],
    refused(409, "uniqueness"),
  );
  await scim.patch("mutability", path, [{ op: "remove", path: "userName" }], refused(400, "mutability"));
  await scim.patch(
    "a filter in a path",
    path,
    [{ op: "remove", path: "emails[x eq 1]" }],
    refused(400, "invalidFilter"),
  );
  await scim.get("paging", "/Users?count=x", refused(400, "invalidValue"));
});

test("E-4: an error of ours says nothing of its cause, and names a reference", async () => {
  const secret = "table rollcall-prod at 10.0.0.1: secret";
  const causes = [
    [new Error(secret), 500],
    [secret, 500],
    [{ message: secret }, 500],
    [undefined, 500],
    [new StoreBusy("throttled", new Error(secret)), 503],
  ] as const;
  for (const [cause, status] of causes) {
    const lines: string[] = [];
    const { store, fail } = failingStore(cause);
    const scim = await clientOf(
      inProcessTarget(
        "failing",
        testEndpoint(store, (line) => lines.push(JSON.stringify(line))),
        1,
      ),
    );
    fail();
    for (const path of ["/Users", "/Groups", "/Schemas", nobody]) {
      const answer = await scim.tenant.request({ method: "GET", path });
      scim.expect(path, status, answer.status);
      scim.expect(
        path,
        { schemas: [ERROR], status: String(status), detail: { $matches: "\\(ref: \\w{12}\\)$" } },
        answer.json,
      );
      scim.expect("media type", "application/scim+json", answer.headers["content-type"]);
      if (status === 503) scim.expect("Retry-After", { $matches: "^\\d+$" }, answer.headers["retry-after"]);
      if (answer.text.includes("secret")) scim.note(path, answer.text);
    }
    if (lines.some((line) => line.includes("secret"))) scim.note("the log", "holds the message");
    expectNothing(scim);
  }
});

it("E-5: the detail of a refusal says what is wrong and what to do", async (scim) => {
  await made(scim, "/Users", user("a"));
  await made(scim, "/Groups", group("g"));
  await scim.post(
    "taken",
    "/Users",
    user("a"),
    refused(409, "uniqueness", "userName is already used.*Match the existing user"),
  );
  await scim.post("group", "/Groups", group("g"), refused(409, "uniqueness", "displayName is already used.*rename"));
  await scim.post(
    "missing",
    "/Users",
    user(""),
    refused(400, "invalidValue", "userName is required.*identity provider"),
  );
  await scim.post(
    "type",
    "/Users",
    user("b", { active: "x" }),
    refused(400, "invalidValue", "active must be true or false"),
  );
  await scim.say(
    "token",
    { method: "GET", path: "/Users", headers: { Authorization: "Bearer x" } },
    refused(401, undefined, "Secret Token.*Okta"),
  );
});

/** A store that works until it is told to throw `cause` at everybody who shows a token. */
function failingStore(cause: unknown): { store: Store; fail: () => void } {
  const inner = localStore();
  let working = true;
  const begin = (): StoreSession => {
    const session = inner.begin();
    if (working) return session;
    return Object.assign(Object.create(session), { open: () => Promise.reject(cause), usage: session.usage });
  };
  const fail = () => {
    working = false;
  };
  return { store: { begin }, fail };
}
