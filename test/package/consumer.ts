// Compiled in an empty folder with nothing but the package and the types of Node: what a stranger's editor says of it.
import { createServer } from "node:http";
import { type Change, createClient, type Directory, RollcallError, verifyWebhook, WebhookError } from "rollcall/client";
import { type Preset, StartRefused, startRollcallServer } from "rollcall/server";
import { driveServer, startRollcall } from "rollcall/testkit";

const client = createClient({ url: "https://scim.example.com", key: "rollcallapp_…" });
createClient({
  url: "https://scim.example.com",
  credentials: async () => ({ accessKeyId: "a", secretAccessKey: "b" }),
});
// @ts-expect-error either a key or credentials
createClient({ url: "https://scim.example.com", key: "a", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
// @ts-expect-error and one of them
createClient({ url: "https://scim.example.com" });

// What is inferred of a call can be written into the declarations of a library.
export const { call, events, gate, history, link, members, sync, team, teams, unlink, user, users } = client;
export const names = () => client.users({ org: "acme", fields: ["userName"] });
export const teamNames = () => client.teams({ org: "acme", fields: ["displayName"] });
export const token = () => client.call("admin.regenerateToken", { path: { org: "acme" }, body: {} });
export const imported = (users: Directory.NewUser[]) =>
  client.call("directory.createUsers", { path: { org: "acme" }, body: { users } });
export const started = () => Promise.all([startRollcall(), startRollcallServer()]);
export const drive = () => driveServer({ url: "https://scim.example.com", token: "", provider: "okta" });

/** As undici has them: a fetch with classes of its own, which are not those of the types of Node. */
declare function foreignFetch(
  input: string | URL,
  init?: {
    method?: string;
    headers?: Record<string, string | readonly string[]> | Iterable<[string, string]>;
    body?: string | Uint8Array | null;
    redirect?: "manual" | "follow";
    signal?: AbortSignal | null;
    dispatcher?: { dispatch(): boolean };
  },
): Promise<{
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;
createClient({ url: "https://scim.example.com", key: "rollcallapp_…", fetch: foreignFetch });
createClient({ url: "https://scim.example.com", key: "rollcallapp_…", fetch });
createClient({
  url: "https://scim.example.com",
  key: "rollcallapp_…",
  fetch: (url, init) => foreignFetch(url, { ...init, dispatcher: { dispatch: () => true } }),
});

export async function signIn(email: string): Promise<string[] | string> {
  const answer = await client.gate({ org: "acme", email });
  if (!answer.member) {
    if (answer.reason === "inactive") console.log(answer.user.id);
    if (answer.reason === "ambiguous") console.log(answer.candidates.length);
    return answer.reason;
  }
  const name: string = answer.user.userName;
  return [name, ...answer.teams.map(({ displayName }) => displayName)];
}
// @ts-expect-error by exactly one
client.gate({ org: "acme", email: "a", externalId: "b" });
// @ts-expect-error of an organization
client.gate({ email: "a" });

export async function read(): Promise<void> {
  for await (const user of client.users({ org: "acme", fields: ["userName", "teams"], filter: "active eq true" })) {
    const [team]: readonly Directory.TeamOfUser[] = user.teams;
    console.log(user.id, user.userName, team?.displayName);
    // @ts-expect-error it was not asked for
    console.log(user.emails);
  }
  // @ts-expect-error no such attribute
  client.users({ org: "acme", fields: ["surname"] });
  for await (const { emails, enterprise } of client.users({ org: "acme" })) console.log(emails[0]?.value, enterprise);
  for await (const event of client.events({ org: "acme", types: ["user.*"] }))
    console.log(event.seq, event.changed?.join());
  const { secretToken } = await client.call("admin.regenerateToken", { path: { org: "acme" }, body: {} });
  console.log(secretToken.length);
  // @ts-expect-error the path says which organization
  await client.call("admin.regenerateToken", { body: {} });
  // @ts-expect-error no such operation
  await client.call("admin.deleteEverything");
}

/** A consumer that knows every kind of change: a new one would not compile. */
export function wordOf(change: Change): string | undefined {
  switch (change.type) {
    case "user.put":
      return `${change.user.userName} ${change.user.version} ${change.seen}`;
    case "team.put":
      return change.team.displayName;
    case "user.delete":
    case "team.delete":
      return change.id;
    case "membership.put":
    case "membership.delete":
      return `${change.team} ${change.member}`;
    case "memberships.deleteUnseen":
    case "snapshot.end":
      return change.seen;
    case "org.end":
      return change.because;
  }
}

export async function copy(store: Map<string, string>): Promise<void> {
  const { outcome } = await client.sync({
    org: "acme",
    fields: ["userName", "active"],
    cursorStore: { read: () => store.get("cursor") },
    apply: ({ after, changes, cursor }) => {
      if (store.get("cursor") !== after) return false;
      for (const change of changes) {
        if (change.type === "user.put") store.set(change.user.id, change.user.userName);
        // @ts-expect-error not among the fields
        if (change.type === "user.put") console.log(change.user.emails);
      }
      store.set("cursor", cursor);
      return true;
    },
  });
  // @ts-expect-error no such outcome
  console.log(outcome === "failed");
}

export const hook = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    try {
      const message = verifyWebhook(request.headers, Buffer.concat(parts), ["whsec_…"]);
      if (message.type === "events.logged") console.log(message.data.org, message.data.to);
      response.writeHead(204).end();
    } catch (error) {
      if (error instanceof WebhookError) console.log(error.reason);
      if (error instanceof RollcallError) console.log(error.code, error.reference);
      response.writeHead(400).end();
    }
  });
});

export async function kit(): Promise<void> {
  await using rollcall = await startRollcall();
  const acme = await rollcall.org("acme");
  await rollcall.idp.entra(acme).assign("ada@example.com");
  createClient(rollcall.clientOptions(acme));
  const preset: Preset = "open";
  await using server = await startRollcallServer({ port: 0, preset }).catch((error: unknown) => {
    throw error instanceof StartRefused ? new Error(error.message) : error;
  });
  createClient({ url: server.url, credentials: server.credentials });
}
