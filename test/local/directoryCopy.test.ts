import { EventEmitter, once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { AwsClient } from "aws4fetch";
import fc from "fast-check";
import { LOCAL_REGION, readCredentials } from "../../bin/local/credentials.ts";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import { PATCH_OP } from "../../functions/scim/schema.ts";
import { type Client, createClient, RollcallError } from "../../lib/client/index.ts";
import { DirectoryCopy } from "../../lib/docs/directoryCopy.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { SEED } from "../support/proof.ts";
import { eventually } from "./processes.ts";

let folder: string;
let server: LocalServer;
let signed: AwsClient;
beforeAll(async () => {
  folder = newFolder();
  server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false });
  signed = new AwsClient({ ...credentials(), service: "execute-api", region: LOCAL_REGION, retries: 0 });
});
function credentials() {
  const made = readCredentials(folder);
  if (made === undefined) throw new Error("the start made no credentials");
  return made;
}
afterAll(async () => {
  await server.close();
  removeData(folder);
});

type Body = Readonly<Record<string, unknown>>;

/** @returns the answer, where the request changed something */
async function changed(sending: Promise<Response>): Promise<Body> {
  const response = await sending;
  const text = await response.text();
  const body: Body = text === "" ? {} : JSON.parse(text);
  // Two changes may meet: who comes second is refused, and changes nothing.
  if (response.ok || response.status === 404 || response.status === 409) return body;
  throw new Error(`${response.status} ${text}`);
}

const scim = (method: string, path: string, body?: Body) =>
  changed(
    fetch(`${server.tenantUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
const api = (method: string, path: string, body?: Body) =>
  changed(
    signed.fetch(`${server.url}/${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
const directory = (method: string, path: string, body?: Body) => api(method, `directory/v1/orgs/acme/${path}`, body);
const patch = (...Operations: Body[]) => ({ schemas: [PATCH_OP], Operations });

/** What both ecosystems do, by chance; `n` picks whom or what. */
const CHANGES = [
  "makeUser",
  "makeOwnUser",
  "changeUser",
  "deactivate",
  "activate",
  "deleteUser",
  "link",
  "unlink",
  "makeTeam",
  "makeOwnTeam",
  "renameTeam",
  "deleteTeam",
  "join",
  "join",
  "join",
  "leave",
] as const;
const change = fc.tuple(fc.constantFrom(...CHANGES), fc.nat(), fc.nat());
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Ids of all that was ever made, also of what is deleted. */
const made = { users: [] as string[], ownUsers: [] as string[], teams: [] as string[], ownTeams: [] as string[] };
let count = 0;

async function make(change: Change): Promise<void> {
  const [what, n, m] = change;
  const pick = (ids: readonly string[], by = n) => ids[by % Math.max(1, ids.length)] ?? "none";
  const isOurs = n % 3 === 0;
  const anybody = pick([...made.users, ...made.ownUsers], m);
  count += 1;
  const name = `${what}${count}`;
  switch (what) {
    case "makeUser":
      return keep(made.users, await scim("POST", "/Users", ordinaryUser(name)));
    case "makeOwnUser":
      return keep(made.ownUsers, await directory("POST", "users", { userName: name }));
    case "changeUser":
      if (isOurs) await directory("PATCH", `users/${pick(made.ownUsers)}`, { displayName: name });
      else
        await scim("PATCH", `/Users/${pick(made.users)}`, patch({ op: "replace", path: "displayName", value: name }));
      return;
    case "deactivate":
    case "activate":
      await scim(
        "PATCH",
        `/Users/${pick(made.users)}`,
        patch({ op: "replace", path: "active", value: what === "activate" }),
      );
      return;
    case "deleteUser":
      if (isOurs) await directory("DELETE", `users/${pick(made.ownUsers)}`);
      else await scim("DELETE", `/Users/${pick(made.users)}`);
      return;
    case "link":
      await directory("PUT", `users/${anybody}/link`, { applicationId: name });
      return;
    case "unlink":
      await directory("DELETE", `users/${anybody}/link`);
      return;
    case "makeTeam": {
      const members = made.users.filter((_, index) => (index + n) % 3 === 0).map((value) => ({ value }));
      return keep(made.teams, await scim("POST", "/Groups", { displayName: name, members }));
    }
    case "makeOwnTeam":
      return keep(made.ownTeams, await directory("POST", "teams", { displayName: name }));
    case "renameTeam":
      if (isOurs) await directory("PATCH", `teams/${pick(made.ownTeams)}`, { displayName: name });
      else
        await scim("PATCH", `/Groups/${pick(made.teams)}`, patch({ op: "replace", path: "displayName", value: name }));
      return;
    case "deleteTeam":
      if (isOurs) await directory("DELETE", `teams/${pick(made.ownTeams)}`);
      else if (m % 3 === 0) await scim("DELETE", `/Groups/${pick(made.teams)}`);
      return;
    case "join":
    case "leave": {
      const op = what === "join" ? "add" : "remove";
      const value = [{ value: pick(made.users, m) }];
      if (isOurs) await directory(op === "add" ? "PUT" : "DELETE", `teams/${pick(made.ownTeams)}/members/${anybody}`);
      else await scim("PATCH", `/Groups/${pick(made.teams)}`, patch({ op, path: "members", value }));
      return;
    }
  }
}

function keep(ids: string[], { id }: Body): void {
  if (typeof id === "string") ids.push(id);
}

/** What the directory API answers now, without the copy's means. */
async function shownNow(): Promise<unknown> {
  const columns = ["id", "version", "linkVersion", "userName", "displayName", "active", "applicationId"];
  const users = (await pages("users", `?fields=${columns.join()}`)).map((user) =>
    columns.map((name) => (name === "active" ? Number(user.active) : user[name])),
  );
  const teams = (await pages("teams", "?")).map(async ({ id, displayName }) => {
    const members = await pages("members", "?include=inactive", `teams/${id}/members`);
    return [id, displayName, members.map((member) => String(member.id)).sort()];
  });
  return { users: users.sort(), teams: (await Promise.all(teams)).sort() };
}

function shownBy(copy: DirectoryCopy): unknown {
  return {
    users: copy.users().map((user) => Object.values(user)),
    teams: copy.teams().map((team) => Object.values(team)),
  };
}

async function pages(name: string, query: string, path = name): Promise<Body[]> {
  const found: Body[] = [];
  for (let cursor: unknown = ""; cursor !== undefined; ) {
    const page = await directory("GET", `${path}${query}${cursor ? `&cursor=${cursor}` : ""}`);
    found.push(...(page[name] as Body[]));
    cursor = page.next;
  }
  return found;
}

/** Breaks off a question before it is asked, or after, and more seldom each time: each part of a snapshot has to end. */
function unreliable(ask: typeof fetch): typeof fetch {
  let [left, gap] = [1, 1];
  return async (input, init) => {
    left -= 1;
    const breaks = left === 0;
    if (breaks) {
      gap += 3;
      left = gap;
    }
    if (breaks && gap % 2 === 0) throw new TypeError("broken off");
    const answer = await ask(input, init);
    if (breaks) throw new TypeError("answer lost");
    return answer;
  };
}

test("the consumer of the chapter holds what the directory holds, whatever happens meanwhile", async () => {
  const { secretKey } = await api("POST", "admin/v1/app-keys", { scope: "directory.read" });
  const { url } = server;
  const key = String(secretKey);
  const copyBy = (client: Client) => ({ client, copy: new DirectoryCopy(new DatabaseSync(":memory:"), "acme") });
  const copies = [
    copyBy(createClient({ url, key })),
    copyBy(createClient({ url: `${url}/app/v1`, key, fetch: unreliable(fetch), retries: 0 })),
    copyBy(createClient({ url, credentials: async () => credentials() })),
  ];
  const changes = fc.sample(change, { seed: SEED, numRuns: 260 });

  /** Makes them four at a time, while those copies follow. */
  async function phase(changes: readonly Change[], following: readonly Copying[]): Promise<void> {
    const left = [...changes];
    const lane = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        await make(next);
        news.emit("change");
      }
    };
    const news = new EventEmitter();
    let isOver = false;
    const follow = async ({ client, copy }: Copying) => {
      while (!isOver) {
        const change = once(news, "change");
        await client.sync(copy.options).catch(expectBreak);
        await change;
      }
    };
    const followers = following.map(follow);
    await Promise.all([lane(), lane(), lane(), lane()]);
    isOver = true;
    news.emit("change");
    await Promise.all(followers);
  }

  await phase(changes.slice(0, 100), copies.slice(0, 2));
  // Nobody follows, and then the log begins anew: a snapshot has to find what is gone.
  await phase(changes.slice(100, 160), []);
  for (let from: unknown = ""; from !== undefined; )
    ({ next: from } = await api("POST", "admin/v1/orgs/acme/data/events/renew", from ? { from } : {}));
  await phase(changes.slice(160), copies);

  await showsAll(copies);
  // Chance seldom takes what is there, and a snapshot behind it hides what was missed: each kind goes once more, of what all hold.
  const { stays, leaves, deleted, team, ownTeam, emptied } = await withMembers();
  await showsAll(copies);
  await scim("PATCH", `/Groups/${team}`, patch({ op: "remove", path: "members", value: [{ value: leaves }] }));
  await directory("DELETE", `teams/${ownTeam}/members/${leaves}`);
  await directory("DELETE", `teams/${emptied}`);
  await scim("DELETE", `/Users/${deleted}`);
  await directory("DELETE", `users/${stays}/link`);
  await showsAll(copies);
  expect(made.users.length + made.ownUsers.length + made.teams.length + made.ownTeams.length).toBeGreaterThan(40);
});

/** Three users of the identity provider, of whom one is linked, in a team of it and in two of the application. */
async function withMembers() {
  const users: string[] = [];
  for (const name of ["stays", "leaves", "deleted"])
    keep(users, await scim("POST", "/Users", ordinaryUser(`${name}.last`)));
  const [stays = "", leaves = "", deleted = ""] = users;
  await directory("PUT", `users/${stays}/link`, { applicationId: "linked.last" });
  const members = users.map((value) => ({ value }));
  const { id: team } = await scim("POST", "/Groups", { displayName: "last", members });
  const { id: ownTeam } = await directory("POST", "teams", { displayName: "own, last" });
  const { id: emptied } = await directory("POST", "teams", { displayName: "emptied, last" });
  for (const one of [ownTeam, emptied])
    for (const user of users) await directory("PUT", `teams/${one}/members/${user}`);
  return { stays, leaves, deleted, team, ownTeam, emptied };
}

/** Soon, and as the directory does. */
async function showsAll(copies: readonly Copying[]): Promise<void> {
  const expected = await shownNow();
  const text = JSON.stringify(expected);
  for (const { client, copy } of copies) {
    const isThere = async () => {
      await client.sync(copy.options).catch(expectBreak);
      return JSON.stringify(shownBy(copy)) === text;
    };
    await eventually(isThere, 60_000).catch(() => undefined);
    expect({ seed: SEED, shown: shownBy(copy) }).toEqual({ seed: SEED, shown: expected });
  }
}

const NOW = "2026-01-01T00:00:00.000Z";
const TEAM = { version: 1, managed: true, externalId: null, created: NOW, lastModified: NOW };

test("of a team that is read anew the copy keeps whom it saw", () => {
  const copy = new DirectoryCopy(new DatabaseSync(":memory:"), "acme");
  const joined = (member: string, seen: string) => ({ type: "membership.put", team: "g1", member, seen }) as const;
  const known = (id: string) => {
    const user = {
      id,
      version: 1,
      linkVersion: 0,
      rolesVersion: 0,
      userName: id,
      displayName: null,
      active: true,
      applicationId: null,
    };
    return { type: "user.put", user, seen: "a" } as const;
  };
  const put = { type: "team.put", team: { ...TEAM, id: "g1", displayName: "team" }, seen: "a" } as const;
  const gone = { type: "memberships.deleteUnseen", team: "g1", seen: "b" } as const;
  const changes = [known("u1"), known("u2"), put, joined("u1", "a"), joined("u2", "a"), joined("u2", "b"), gone];
  copy.apply({ org: "acme", after: undefined, changes, cursor: "1" });
  expect(copy.teams()).toEqual([{ id: "g1", displayName: "team", members: ["u2"] }]);
});

interface Copying {
  readonly client: Client;
  readonly copy: DirectoryCopy;
}

function expectBreak(error: unknown): void {
  if (!(error instanceof RollcallError && error.code === "client.connection")) throw error;
}
