import { createServer, type IncomingHttpHeaders } from "node:http";
import { expect } from "@jest/globals";
import { createClient, type ReceivedWebhook, verifyWebhook } from "rollcall/client";
import { eventually } from "../local/processes.ts";
import { listening } from "../support/serving.ts";
import { at } from "../support/wire.ts";
import { accessTokenOf, redeem, type Told } from "./story.ts";
import { done, patching, type Talk } from "./talk.ts";

/** After the story, on whatever release: everything that it left is used, changed, and much of it is deleted or ended. */
export async function liveOn(talk: Talk, told: Told): Promise<void> {
  await signIn(talk, told);
  await change(talk, told);
  await takeWebhooks(talk, told);
  await openPortal(talk, told);
  await endThings(talk, told);
  await readLog(talk, told);
}

/** Every secret that was shown opens what it opened. */
async function signIn(
  { idp, url, now, ask, client }: Talk,
  { tokens, client: oauth, keys, users }: Told,
): Promise<void> {
  const fresh = await accessTokenOf(ask, oauth.secret);
  for (const [org, token] of [...Object.entries(tokens), ["globex", oauth.accessToken], ["globex", fresh]] as const)
    expect(at(await done(idp(org, token), "GET", "/Users?count=1"), "itemsPerPage")).toBe(1);
  for (const key of Object.values(keys)) {
    const { member, teams } = await createClient({ url, key, now }).gate({ org: "acme", applicationId: "account-1" });
    expect({ member, teams: teams.length }).toEqual({ member: true, teams: 3 });
  }
  const gate = (userName: string) => client.gate({ org: "acme", userName: `${userName}@acme.example` });
  expect(await gate("ben")).toMatchObject({ member: true, user: { id: users.ben, applicationId: null } });
  expect(await gate("eve")).toMatchObject({ member: false, reason: "inactive" });
  expect(await gate("dee")).toMatchObject({ member: false, reason: "noSuchUser" });
}

async function change({ idp, client }: Talk, { tokens, users, groups }: Told): Promise<void> {
  const acme = idp("acme", tokens.acme);
  const replace = (path: string, value: unknown) => patching({ op: "replace", path, value });
  for (const id of [users.ada, users.ben, users.cy, users.eve]) {
    const changed = await done(acme, "PATCH", `/Users/${id}`, replace("displayName", "Renamed"));
    expect(at(changed, "displayName")).toBe("Renamed");
  }
  await done(acme, "PATCH", `/Users/${users.eve}`, replace("active", true));
  await done(acme, "PATCH", `/Users/${users.cy}`, replace("active", "False"));
  expect(await client.gate({ org: "acme", externalId: "x".repeat(1_000) })).toMatchObject({ reason: "inactive" });
  const members = { op: "remove", path: `members[value eq "${users.cy}"]` };
  await done(
    acme,
    "PATCH",
    `/Groups/${groups.crew}`,
    patching(members, { op: "add", path: "members", value: [{ value: users.ben }] }),
  );
  await done(
    acme,
    "PATCH",
    `/Groups/${groups.leads}`,
    patching({ op: "replace", path: "members", value: [{ value: users.eve }] }),
  );
  const membersOf = async (id: string) => {
    const found = at(await done(acme, "GET", `/Groups/${id}`), "members");
    return JSON.stringify(found)
      .match(/(?<="value":")[^"]+/g)
      ?.sort();
  };
  expect(await membersOf(groups.crew)).toEqual([users.ada, users.ben, users.eve, groups.leads].sort());
  expect(await membersOf(groups.leads)).toEqual([users.eve]);
  const again = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "ada@acme.example" };
  const taken = await acme.request({
    method: "POST",
    path: "/Users",
    body: { ...again, emails: [{ value: "a@b.example", type: "work" }] },
  });
  expect(taken.status).toBe(409);
  const path = { org: "acme", id: users.gil };
  expect(await client.call("directory.updateUser", { path, body: { displayName: "Gil" } })).toMatchObject({
    displayName: "Gil",
    applicationId: "account-3",
  });
  await client.link({ ...path, applicationId: "account-4" });
  expect(await client.gate({ org: "acme", applicationId: "account-4" })).toMatchObject({ user: { id: users.gil } });
  await done(idp("globex", tokens.globex), "PATCH", `/Users/${users.ivy}`, replace("userName", "ivy@globex.example"));
}

/** What waits is sent where the endpoint is now, signed with the secret that was shown. */
async function takeWebhooks({ client: { call }, now }: Talk, { webhook }: Told): Promise<void> {
  const got: { readonly headers: IncomingHttpHeaders; readonly path: string; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    got.push({ headers: request.headers, path: request.url ?? "", body });
    response.writeHead(204).end();
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  try {
    await call("admin.updateWebhook", {
      path: { org: "acme", webhookId: webhook.acme.id },
      body: { url: `${url}/acme` },
    });
    await call("admin.updateDeploymentWebhook", {
      path: { webhookId: webhook.every.id },
      body: { url: `${url}/every` },
    });
    await call("admin.testDeploymentWebhook", { path: { webhookId: webhook.every.id } });
    await call("admin.testWebhook", { path: { org: "acme", webhookId: webhook.acme.id } });
    const received = (name: keyof Told["webhook"]): ReceivedWebhook[] =>
      got
        .filter(({ path }) => path === `/${name}`)
        .map(({ headers, body }) => verifyWebhook(headers, body, webhook[name].secret, { now }));
    await eventually(() => received("acme").some(({ type }) => type === "webhook.test"));
    // Of what happened while nobody took them.
    const { events } = await call("directory.listEvents", { path: { org: "acme" }, query: { types: "user.created" } });
    const isTold = (seq: number) =>
      received("every").some(
        ({ type, data }) => type === "events.logged" && data.org === "acme" && data.from <= seq && seq <= data.to,
      );
    await eventually(() => events.length > 4 && events.every(({ seq }) => isTold(seq)));
  } finally {
    server.close();
  }
}

async function openPortal({ url, ask }: Talk, { portal }: Told): Promise<void> {
  const session = { Origin: url, "Sec-Fetch-Site": "same-origin", Cookie: portal.cookie };
  const read = async (path: string, headers = session) => (await ask({ target: `/portal/v1/${path}`, headers })).json;
  expect(await read("session")).toMatchObject({ org: "acme", actor: "admin-2" });
  const problems = JSON.stringify(await read("orgs/acme/problems"));
  expect(problems).toContain("value.workEmail");
  const cookie = await redeem({ url, ask }, portal.link);
  expect(await read("session", { ...session, Cookie: cookie })).toMatchObject({ org: "acme", actor: "admin-1" });
  await expect(redeem({ url, ask }, portal.link)).rejects.toThrow(/the link opened nothing/);
}

async function endThings({ idp, client: { call, ...client } }: Talk, told: Told): Promise<void> {
  const { tokens, users, groups } = told;
  const acme = idp("acme", tokens.acme);
  const path = { org: "acme" };
  await done(acme, "DELETE", `/Users/${users.ben}`);
  await done(acme, "DELETE", `/Groups/${groups.leads}`);
  const statusOf = async (one: string) => (await acme.request({ method: "GET", path: one })).status;
  expect([await statusOf(`/Users/${users.ben}`), await statusOf(`/Groups/${groups.leads}`)]).toEqual([404, 404]);
  expect(JSON.stringify(await done(acme, "GET", `/Groups/${groups.crew}`))).not.toContain(users.ben);
  expect(await call("directory.getDeleted", { path: { ...path, id: users.ben } })).toMatchObject({ kind: "user" });
  await call("directory.removeMember", { path: { ...path, id: groups.team, userId: users.ada } });
  await call("directory.deleteUser", { path: { ...path, id: users.gil } });
  await call("directory.deleteTeam", { path: { ...path, id: groups.team } });
  expect(await client.gate({ ...path, applicationId: "account-4" })).toMatchObject({ reason: "noSuchUser" });

  await call("admin.unprotectUser", { path: { ...path, userId: users.ada } });
  await call("admin.removeDomain", { path: { ...path, domain: "acme.example" } });
  await call("admin.updateOrg", { path, body: { changedRules: { teamNameMaxLength: 50 } } });
  const { secretToken } = await call("admin.rotateToken", { path });
  expect(at(await done(idp("acme", secretToken), "GET", "/Groups"), "totalResults")).toBe(1);
  const { keys } = await call("admin.listApplicationKeys", { query: path });
  for (const { id } of keys) await call("admin.revokeApplicationKey", { path: { keyId: id }, query: path });
  const { secrets } = await call("admin.listClientSecrets", { path: { org: "globex" } });
  for (const { id } of secrets) await call("admin.revokeClientSecret", { path: { org: "globex", tokenId: id } });
  const ended = await idp("globex", told.client.accessToken).request({ method: "GET", path: "/Users" });
  expect(ended.status).toBe(401);
  expect(await call("admin.restoreOrg", { path: { org: "umbrella" } })).toMatchObject({ deletion: null });
  await call("admin.resumeOrg", { path: { org: "initech" } });
  const initech = idp("initech", (await call("admin.regenerateToken", { path: { org: "initech" } })).secretToken);
  await done(
    initech,
    "PATCH",
    `/Users/u${"F".repeat(22)}`,
    patching({ op: "replace", path: "displayName", value: "Fay" }),
  );
  await done(initech, "DELETE", `/Users/u${"F".repeat(22)}`);
}

/** The event log goes on where the story left it, without a gap, and says all that happened. */
async function readLog({ client: { call } }: Talk, { users }: Told): Promise<void> {
  const read = async () =>
    (await call("directory.listEvents", { path: { org: "acme" }, query: { after: "0", limit: 1_000 } })).events;
  const isDeletion = (event: { readonly type: string; readonly resource: string }) =>
    event.type === "user.deleted" && event.resource === users.gil;
  const events = await eventually(async () => {
    const found = await read();
    return found.some(isDeletion) && found;
  });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events[0]).toMatchObject({ type: "org.created" });
  for (const org of ["acme", "globex", "initech", "umbrella"]) {
    await eventually(async () => {
      const { findings, next } = await call("admin.inspectLog", { path: { org } });
      return findings.length === 0 && next === undefined;
    });
  }
}
