import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readCredentials } from "../../bin/local/credentials.ts";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import {
  type Batch,
  type Change,
  type Client,
  createClient,
  type Event,
  RollcallError,
} from "../../lib/client/index.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { newFolder, removeData } from "../support/folders.ts";

/** A server as `npm start` runs it, one client that signs, and one with an application key. */
let folder: string;
let server: LocalServer;
let operator: Client;
let client: Client;
let ada: string;
let team: string;

beforeAll(async () => {
  folder = newFolder();
  server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false });
  operator = createClient({ url: server.url, credentials: credentials(), actor: "settings-page" });
  const { secretKey } = await operator.call("admin.createApplicationKey", { body: { scope: "directory.write" } });
  client = createClient({ url: server.url, key: secretKey });
  ada = await scim("/Users", ordinaryUser("ada"));
  team = await scim("/Groups", { displayName: "Engineering", members: [{ value: ada }] });
});
afterAll(async () => {
  await server.close();
  removeData(folder);
});

function credentials() {
  const made = readCredentials(folder);
  if (made === undefined) throw new Error("the start made no credentials");
  return made;
}

async function scim(path: string, body: object): Promise<string> {
  const response = await fetch(server.tenantUrl + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" },
    body: JSON.stringify(body),
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of iterable) found.push(one);
  return found;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "none";
  } catch (error) {
    return error instanceof RollcallError ? error.code : String(error);
  }
}

describe("the client", () => {
  test("asks the gate, by key and by signature alike", async () => {
    for (const asking of [client, operator]) {
      const answer = await asking.gate({ org: "acme", email: "ada@acme.example" });
      // The compiler knows that there is a user.
      if (answer.member) expect([answer.user.id, answer.teams.map(({ id }) => id)]).toEqual([ada, [team]]);
      expect(answer.member).toBe(true);
    }
    const nobody = await client.gate({ org: "acme", applicationId: "nobody" });
    expect(nobody).toMatchObject({ member: false, reason: "noSuchUser", teams: [] });
  });

  test("reads users, teams and members, whole or in part, over as many pages as there are", async () => {
    const made = await client.call("directory.createUsers", {
      path: { org: "acme" },
      body: { users: Array.from({ length: 100 }, (_, index) => ({ userName: `own${index}` })) },
    });
    expect(made.results.every(({ status }) => status === 201)).toBe(true);
    const users = await all(client.users({ org: "acme", fields: ["userName", "teams"] }));
    expect(users).toHaveLength(101);
    expect(users[0]?.teams.map(({ displayName }) => displayName)).toEqual(["Engineering"]);
    // @ts-expect-error fields did not name it
    expect(users[0]?.active).toBeUndefined();
    const [found] = await all(client.users({ org: "acme", filter: 'userName eq "ADA@acme.example"' }));
    expect(found?.emails[0]?.value).toBe("ada@acme.example");
    expect(await all(client.teams({ org: "acme" }))).toMatchObject([{ id: team, managed: true }]);
    expect(await all(client.members({ org: "acme", team }))).toMatchObject([{ kind: "user", id: ada }]);
    expect((await client.user({ org: "acme", id: ada }))?.teams).toHaveLength(1);
    expect((await client.team({ org: "acme", id: team }))?.displayName).toBe("Engineering");
    expect(await client.user({ org: "acme", id: `u${"0".repeat(22)}` })).toBeUndefined();
    expect(await client.team({ org: "acme", id: `g${"0".repeat(22)}` })).toBeUndefined();
    expect(await codeOf(client.user({ org: "unknown", id: ada }))).toBe("notFound.org");
  });

  test("links a user, and reads what changed", async () => {
    expect((await client.link({ org: "acme", id: ada, applicationId: "12" })).applicationId).toBe("12");
    expect(await client.gate({ org: "acme", applicationId: "12" })).toMatchObject({ member: true });
    expect((await client.unlink({ org: "acme", id: ada })).applicationId).toBeNull();
    const ending = new AbortController();
    const linked: Event[] = [];
    for await (const event of client.events({
      org: "acme",
      types: ["user.linked", "user.unlinked"],
      follow: ending.signal,
    })) {
      linked.push(event);
      if (linked.length === 2) ending.abort();
    }
    expect(linked.map(({ type }) => type)).toEqual(["user.linked", "user.unlinked"]);
    const [first] = linked;
    const later = await all(client.events({ org: "acme", after: first?.id, resource: ada }));
    expect(later.map(({ type }) => type)).toEqual(["user.unlinked"]);
    const history = await all(client.history({ org: "acme", id: ada }));
    expect(history.map(({ type }) => type)).toEqual(["user.unlinked", "user.linked", "user.created"]);
  });

  test("makes what a settings page makes, with the key of one organization", async () => {
    const org = await operator.call("admin.createOrg", { body: { org: "settings", sso: {}, admins: ["1", "2"] } });
    const { secretKey, key } = await operator.call("admin.createApplicationKey", {
      body: { scope: "admin", org: "settings" },
    });
    expect(key.createdBy).toContain("settings-page");
    const page = createClient({ url: server.url, key: secretKey });
    const path = { org: "settings" };
    const made = await page.call("admin.regenerateToken", { path, body: { description: "Okta" } });
    expect(made.tenantUrl).toBe(org.tenantUrl);
    const { tokens } = await page.call("admin.listTokens", { path });
    expect(tokens.map(({ id, status }) => [id, status])).toEqual([[made.token.id, "live"]]);
    const revoked = await page.call("admin.revokeToken", { path: { ...path, tokenId: made.token.id } });
    expect(revoked.status).toBe("revoked");
    expect(await codeOf(page.call("admin.listTokens", { path: { org: "acme" } }))).toBe("notFound.org");
    expect(await codeOf(page.call("admin.listOrgs"))).toBe("scope.operator");
    expect(await codeOf(client.call("admin.listTokens", { path }))).toBe("scope.needed");
    // @ts-expect-error no such operation
    expect(await codeOf(client.call("admin.nothing"))).toBe("client.argument");
    // @ts-expect-error the path is missing
    expect(await codeOf(client.call("admin.getOrg"))).toBe("client.argument");
  });

  test("says which of url, key, credentials and clock is wrong", async () => {
    const id = ada;
    const by = (options: Partial<Parameters<typeof createClient>[0]>) =>
      codeOf(
        createClient({ url: server.url, retries: 0, ...options } as Parameters<typeof createClient>[0]).user({
          org: "acme",
          id,
        }),
      );
    const wrong = `rollcallapp_${"k".repeat(43)}_abcdef`;
    expect(await by({ key: wrong })).toBe("client.key");
    expect(await by({ key: wrong, url: `${server.url}/elsewhere` })).toBe("client.url");
    expect(await by({ credentials: { ...credentials(), secretAccessKey: "wrong" } })).toBe("client.credentials");
    expect(await by({ credentials: { accessKeyId: "AKIDWRONG", secretAccessKey: "wrong" } })).toBe(
      "client.credentials",
    );
    expect(await by({ credentials: credentials(), now: () => Date.now() - 900_000 })).toBe("client.clock");
    expect(await by({ credentials: credentials(), now: () => Date.now() + 900_000 })).toBe("client.clock");
    expect(await by({ key: wrong, url: "http://127.0.0.1:1" })).toBe("client.connection");
  });

  test("keeps a copy up to date until it is stopped, and then goes on where it was", async () => {
    const changes: Change[] = [];
    let cursor: string | undefined;
    const ending = new AbortController();
    let isReached = (_: Change) => false;
    const options = {
      org: "acme",
      cursorStore: { read: () => cursor },
      apply: (batch: {
        readonly changes: readonly Change[];
        readonly cursor: string;
        readonly after: string | undefined;
      }) => {
        expect(batch.after).toBe(cursor);
        changes.push(...batch.changes);
        cursor = batch.cursor;
        if (batch.changes.some(isReached)) ending.abort();
      },
    };
    expect(await client.sync(options)).toMatchObject({ outcome: "upToDate", snapshots: 1 });
    expect(changes.at(-1)).toMatchObject({ type: "snapshot.end" });
    const following = client.sync({ ...options, follow: ending.signal });
    const bob = await scim("/Users", ordinaryUser("bob"));
    isReached = (change) => change.type === "user.put" && change.user.id === bob;
    await scim("/Groups", { displayName: "News", members: [{ value: bob }] });
    await client.link({ org: "acme", id: bob, applicationId: "13" });
    expect(await following).toMatchObject({ outcome: "stopped", snapshots: 0 });
    // The log comes behind what was written.
    await server.settled();
    expect(await client.sync(options)).toMatchObject({ outcome: "upToDate", snapshots: 0 });
    expect(changes.filter((change) => change.type === "membership.put" && change.member === bob)).not.toEqual([]);
    const broken = new Error("the database is full");
    await client.unlink({ org: "acme", id: bob });
    const throwing = client.sync({
      ...options,
      apply: () => Promise.reject(broken),
      follow: new AbortController().signal,
    });
    await expect(throwing).rejects.toBe(broken);
    expect(await client.sync({ ...options, apply: () => false })).toMatchObject({ outcome: "overtaken", batches: 0 });
    expect(await client.sync(options)).toMatchObject({ outcome: "upToDate", batches: 1, changes: 1 });
  });

  test("waits out trouble while it follows, and goes on behind another run of the same copy", async () => {
    const { secretKey } = await operator.call("admin.createApplicationKey", { body: { scope: "directory.read" } });
    let failures = 2;
    const flaky = createClient({
      url: server.url,
      key: secretKey,
      retries: 0,
      wait: async () => undefined,
      fetch: async (...asked) => {
        failures -= 1;
        if (failures >= 0) throw new TypeError("fetch failed");
        return await fetch(...asked);
      },
    });
    let cursor: string | undefined;
    const cursorStore = { read: () => cursor };
    const store = ({ after, cursor: next }: Pick<Batch, "after" | "cursor">) => {
      const isNext = after === cursor;
      if (isNext) cursor = next;
      return isNext;
    };
    const ending = new AbortController();
    const troubles: string[] = [];
    const answers: boolean[] = [];
    let carol: string | undefined;
    const { outcome } = await flaky.sync({
      org: "acme",
      cursorStore,
      follow: ending.signal,
      onTrouble: ({ code }) => troubles.push(code),
      apply: async (batch) => {
        if (answers.length === 0) await client.sync({ org: "acme", cursorStore, apply: store });
        answers.push(store(batch));
        carol ??= await scim("/Users", ordinaryUser("carol"));
        if (batch.changes.some((change) => change.type === "user.put" && change.user.id === carol)) ending.abort();
        return answers.at(-1);
      },
    });
    expect({ outcome, troubles, answers }).toEqual({
      outcome: "stopped",
      troubles: ["client.connection", "client.connection"],
      answers: [false, true],
    });
  });

  test("empties no copy because of a name that is not there, or a key of another organization", async () => {
    const untouched = { cursorStore: { read: () => undefined }, apply: () => expect("a batch").toBe("none") };
    expect(await codeOf(client.sync({ org: "unknown", ...untouched }))).toBe("notFound.org");
    const { secretKey } = await operator.call("admin.createApplicationKey", {
      body: { scope: "directory.read", org: "acme" },
    });
    const keyed = createClient({ url: server.url, key: secretKey });
    expect(await codeOf(keyed.sync({ org: "unknown", ...untouched }))).toBe("client.key");
    // The name is that of no organization here, as it is where the address is that of another deployment.
    let cursor: string | undefined;
    const taken: string[] = [];
    const copy = {
      cursorStore: { read: () => cursor },
      apply: ({ changes, cursor: next }: Batch) => {
        taken.push(...changes.map(({ type }) => type));
        cursor = next;
      },
    };
    await client.sync({ org: "acme", ...copy });
    taken.length = 0;
    expect(await codeOf(client.sync({ org: "unknown", ...copy }))).toBe("notFound.org");
    expect(taken).toEqual([]);
    const sure = { org: "unknown", ...copy, endIfUnknown: true };
    expect((await client.sync(sure)).outcome).toBe("ended");
    expect((await client.sync({ org: "unknown", ...copy })).outcome).toBe("ended");
    expect(taken).toEqual(["org.end"]);
    const unreadable = { ...untouched, cursorStore: { read: () => "garbage" } };
    expect(await codeOf(client.sync({ org: "acme", ...unreadable }))).toBe("client.argument");
  });
});
