import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { eventually } from "../local/processes.ts";
import { listening } from "../support/serving.ts";
import { done, patching, type Talk, textAt } from "./talk.ts";

/**
 * A story that has every kind of item written which a local server keeps: what it leaves is opened by the release before and by every
 * later one. A release with a new kind of item adds it here, before it is recorded.
 */

/** What the story left, for those who go on with it: ids, and the secrets that were shown once. */
export interface Told {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** By organization. */
  readonly tokens: Readonly<Record<"acme" | "globex", string>>;
  readonly client: { readonly secret: string; readonly accessToken: string };
  readonly keys: Readonly<Record<"acme" | "every", string>>;
  readonly webhook: Readonly<Record<"acme" | "every", { readonly id: string; readonly secret: string }>>;
  readonly portal: { readonly link: string; readonly cookie: string };
  readonly users: Readonly<Record<"ada" | "ben" | "cy" | "dee" | "eve" | "gil" | "ivy", string>>;
  readonly groups: Readonly<Record<"crew" | "leads" | "gone" | "team", string>>;
}

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** @param token of `acme`, which the first start of the server made */
export async function tellStory(talk: Talk, token: string): Promise<Told> {
  const begun = talk.now();
  const { call } = talk.client;
  const orgs = await tellOrgs(talk);
  const hook = await startHook();
  try {
    const createWebhook = { url: hook.url, description: "the application", types: [] };
    const ofAcme = await call("admin.createWebhook", { path: { org: "acme" }, body: createWebhook });
    const ofEvery = await call("admin.createDeploymentWebhook", { body: { url: "http://127.0.0.1:9/nobody" } });
    const managed = await tellManaged(talk, token);
    const unmanaged = await tellUnmanaged(talk, managed.users, orgs.client.accessToken);
    const portal = await tellPortal(talk);
    await tellRoles(talk, managed);
    await tellTrustAndHold(talk, orgs.token);
    const keyOf = async (org?: string) =>
      (await call("admin.createApplicationKey", { body: { scope: "directory.write", ...(org && { org }) } })).secretKey;
    const keys = { acme: await keyOf("acme"), every: await keyOf() };
    await call("admin.testWebhook", { path: { org: "acme", webhookId: ofAcme.webhook.id } });
    const told: Told = {
      at: begun,
      tokens: { acme: token, globex: orgs.token },
      client: orgs.client,
      keys,
      webhook: {
        acme: { id: ofAcme.webhook.id, secret: ofAcme.secret },
        every: { id: ofEvery.webhook.id, secret: ofEvery.secret },
      },
      portal,
      users: { ...managed.users, ...unmanaged.users },
      groups: { ...managed.groups, ...unmanaged.groups },
    };
    await settled(talk, hook.types);
    return told;
  } finally {
    await hook.end();
  }
}

/** Beside acme: one of other rules with an OAuth client, one that was imported, and one that shall be deleted. */
async function tellOrgs({ client: { call }, ask }: Talk): Promise<Pick<Told, "client"> & { readonly token: string }> {
  const sso = { url: "https://idp.example.com/saml" };
  await call("admin.updateOrg", { path: { org: "acme" }, body: { displayName: "Acme", admins: ["a-1", "a-2"], sso } });
  await call("admin.addDomain", { path: { org: "acme" }, body: { domain: "acme.example" } });
  const rules = { teamNameMaxLength: 80, adoption: "userName" } as const;
  await call("admin.createOrg", { body: { org: "globex", sso, preset: "open", changedRules: rules } });
  await call("admin.updateOrg", { path: { org: "globex" }, body: { eventRetentionDays: 30 } });
  const { secretToken } = await call("admin.generateToken", { path: { org: "globex" }, body: { description: "Okta" } });
  const { token } = await call("admin.rotateToken", { path: { org: "globex" }, body: { expiresInDays: 90 } });
  await call("admin.revokeToken", { path: { org: "globex", tokenId: token.id } });
  const { clientSecret } = await call("admin.createClientSecret", { path: { org: "globex" } });
  const accessToken = await accessTokenOf(ask, clientSecret);

  await call("admin.createOrg", { body: { org: "umbrella", sso } });
  await call("admin.scheduleDeletion", { path: { org: "umbrella" }, body: { reason: "the contract ended" } });

  const path = { org: "initech" };
  await call("admin.createOrg", { body: { ...path, sso } });
  await call("admin.pauseOrg", { path, body: { reason: "import" } });
  const at = "2026-01-01T00:00:00.000Z";
  const attributes = {
    schemas: [USER],
    userName: "fay@initech.example",
    emails: [{ value: "fay@initech.example", type: "work" }],
  };
  const line = {
    type: "user",
    side: "managed",
    id: `u${"F".repeat(22)}`,
    version: 7,
    created: at,
    lastModified: at,
  } as const;
  const file = createHash("sha256").update("initech").digest("hex");
  const none = { users: 0, groups: 0, memberships: 0 };
  await call("admin.beginImport", {
    path,
    body: { file, counts: { managed: { ...none, users: 1 }, unmanaged: none } },
  });
  await call("admin.importLines", {
    path,
    body: { file, lines: [{ ...line, attributes: { ...attributes, active: true } }] },
  });
  await call("admin.finishImport", { path, body: { file } });
  return { token: secretToken, client: { secret: clientSecret, accessToken } };
}

export async function accessTokenOf(ask: Talk["ask"], secret: string): Promise<string> {
  const { json } = await ask({
    method: "POST",
    target: "/scim/v2/globex/oauth/token",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      Authorization: `Basic ${Buffer.from(`globex:${secret}`).toString("base64")}`,
    },
    body: "grant_type=client_credentials",
  });
  return textAt(json, "access_token");
}

async function tellManaged({ idp, client: { call } }: Talk, token: string) {
  const acme = idp("acme", token);
  const create = async (path: string, body: object) => textAt(await done(acme, "POST", path, body), "id");
  const user = (name: string, more: object = {}) =>
    create("/Users", {
      schemas: [USER, ENTERPRISE],
      userName: `${name}@acme.example`,
      externalId: `00u-${name}`,
      emails: [{ value: `${name}@acme.example`, type: "work", primary: true }],
      ...more,
    });
  const ada = await user("ada", {
    name: { givenName: "Ada", familyName: "Lovelace" },
    emails: [
      { value: "ada@acme.example", type: "work", primary: true },
      { value: "ada@home.example", type: "home" },
    ],
    phoneNumbers: [{ value: "+1 555 0100", type: "work" }],
    [ENTERPRISE]: { employeeNumber: "7", department: "Engines" },
  });
  const ben = await user("ben", { [ENTERPRISE]: { manager: { value: ada } } });
  const cy = await user("cy", { externalId: "x".repeat(1_000) });
  const dee = await user("dee");
  const eve = await user("eve", { active: false });
  const group = (displayName: string, ...ids: readonly string[]) =>
    create("/Groups", { schemas: [GROUP], displayName, members: ids.map((value) => ({ value })) });
  const leads = await group("Leads", ada);
  const crew = await group("Crew", ada, ben, dee, leads);
  const gone = await group("Gone", ben, dee);
  const replace = (path: string, value: unknown) => patching({ op: "replace", path, value });
  await done(acme, "PATCH", `/Users/${ben}`, replace("displayName", "Ben"));
  const unknown = `u${"0".repeat(22)}`;
  await done(
    acme,
    "PATCH",
    `/Groups/${crew}`,
    patching({ op: "add", path: "members", value: [{ value: cy }, { value: eve }, { value: unknown }] }),
  );
  await done(acme, "PATCH", `/Groups/${crew}`, patching({ op: "remove", path: `members[value eq "${ben}"]` }));
  await done(acme, "DELETE", `/Users/${dee}`);
  await done(acme, "DELETE", `/Groups/${gone}`);
  // Refused: for the request journal.
  await acme.request({ method: "POST", path: "/Users", body: { schemas: [USER], userName: "none" } });
  await call("admin.protectUser", { path: { org: "acme", userId: ada } });
  return { users: { ada, ben, cy, dee, eve }, groups: { leads, crew, gone } };
}

/** What the application makes itself, an adoption by the identity provider, and links of users of both sides. */
async function tellUnmanaged(
  { idp, client: { call } }: Talk,
  { ada, ben }: Pick<Told["users"], "ada" | "ben">,
  accessToken: string,
) {
  const path = { org: "acme" };
  const { id: gil } = await call("directory.createUser", {
    path,
    body: { userName: "gil", emails: [{ value: "gil@acme.example" }] },
  });
  const { id: team } = await call("directory.createTeam", { path, body: { displayName: "Guests" } });
  for (const userId of [gil, ada]) await call("directory.addMember", { path: { ...path, id: team, userId } });
  await call("directory.linkUser", { path: { ...path, id: ada }, body: { applicationId: "account-1" } });
  await call("directory.linkUser", { path: { ...path, id: ben }, body: { applicationId: "account-2" } });
  await call("directory.unlinkUser", { path: { ...path, id: ben } });
  await call("directory.linkUser", { path: { ...path, id: gil }, body: { applicationId: "account-3" } });

  const { id: ivy } = await call("directory.createUser", { path: { org: "globex" }, body: { userName: "ivy" } });
  const adopted = await done(idp("globex", accessToken), "POST", "/Users", { schemas: [USER], userName: "ivy" });
  if (textAt(adopted, "id") !== ivy) throw new Error("ivy was not adopted");
  return { users: { gil, ivy }, groups: { team } };
}

async function tellPortal({ url, client: { call }, ask }: Talk): Promise<Told["portal"]> {
  const linkFor = async (actor: string): Promise<string> => {
    const made = await call("admin.createPortalSession", { path: { org: "acme" }, body: { actor } });
    return made.url?.split("#link=")[1] ?? "";
  };
  return { link: await linkFor("admin-1"), cookie: await redeem({ url, ask }, await linkFor("admin-2")) };
}

/** In acme, whom its teams make what in the application. */
async function tellRoles(
  { client: { call } }: Talk,
  { users, groups }: { readonly users: Pick<Told["users"], "ada">; readonly groups: Pick<Told["groups"], "crew"> },
): Promise<void> {
  const path = { org: "acme" };
  await call("directory.setRole", { path: { role: "editor" }, body: { displayName: "Editor", keepOne: true } });
  await call("directory.setRole", { path: { role: "member" }, body: { displayName: "Member", default: true } });
  const mappings = [{ team: groups.crew, role: "editor", priority: 1 }];
  await call("admin.setMappings", { path, body: { mode: "highest", mappings } });
  await eventually(async () => {
    const { events } = await call("directory.listEvents", { path, query: { types: "user.roles.changed" } });
    return events.some(({ resource }) => resource === users.ada);
  });
}

/** In globex, an identity provider that needs no secret, and a deletion that was held and released. */
async function tellTrustAndHold({ idp, client: { call } }: Talk, token: string): Promise<void> {
  const path = { org: "globex" };
  const guid = (first: number) => `${first}1111111-2222-3333-4444-555555555555`;
  const entra = { tenant: guid(1), objectId: guid(2), appId: guid(3) };
  await call("admin.createTrust", { path, body: { entra } });
  await call("admin.updateOrg", { path, body: { changedRules: { massChange: "hold" } } });
  const globex = idp("globex", token);
  const members: { readonly value: string }[] = [];
  for (let n = 0; n < 20; n += 1) {
    const user = await done(globex, "POST", "/Users", { schemas: [USER], userName: `p${n}` });
    members.push({ value: textAt(user, "id") });
  }
  const all = textAt(await done(globex, "POST", "/Groups", { schemas: [GROUP], displayName: "All", members }), "id");
  const { status } = await globex.request({ method: "DELETE", path: `/Groups/${all}` });
  if (status !== 503) throw new Error(`the deletion was not held: ${status}`);
  await call("admin.releaseHold", { path, body: {} });
}

/** @returns the cookie of the session */
export async function redeem({ url, ask }: Pick<Talk, "url" | "ask">, link: string): Promise<string> {
  const headers = { "Content-Type": "application/json", Origin: url, "Sec-Fetch-Site": "same-origin" };
  const { text, headers: got } = await ask({
    method: "POST",
    target: "/portal/v1/admin/redeem",
    headers,
    body: JSON.stringify({ link }),
  });
  const [cookie = ""] = (got["set-cookie"] ?? "").split(";");
  if (cookie === "") throw new Error(`the link opened nothing: ${text}`);
  return cookie;
}

/** Takes webhooks. `types` has the types of the messages that came. */
async function startHook() {
  const types: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    types.push(String(JSON.parse(body).type));
    response.writeHead(204).end();
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/hook`,
    types,
    end: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What follows the answers is written too: the event logs, the request journal and the first attempts of webhooks. */
async function settled({ client }: Talk, hooked: readonly string[]): Promise<void> {
  for (const org of ["acme", "globex", "initech"]) {
    const { version, id } = await client.call("admin.updateOrg", {
      path: { org },
      body: { displayName: `${org} Ltd` },
    });
    await eventually(async () => {
      const { events } = await client.call("directory.getHistory", { path: { org, id }, query: { limit: 1 } });
      return events.some((event) => event.version >= version);
    });
  }
  await eventually(() => hooked.includes("webhook.test"));
}
